"""Wind-up in one wide-dynamic-range neuron and one interneuron (Aguiar, Sousa and Lima 2010).

A stimulus is a volley in 20 A-delta fibers, about 30 ms late, and in a C fiber, which drives the
interneuron; its 20 contacts on the projection neuron are 200 ms late.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.published_cells import aguiar_interneuron, aguiar_projection
from causalgia.cord.receptors import Receptor
from causalgia.cord.spikes import Trains
from causalgia.evidence import parameters

__all__ = ["aguiar_2010", "aguiar_volleys"]

CONTACTS = 20


def aguiar_2010(
    scatter: Float[np.ndarray, " contact"] | None = None, *, background: bool = False
) -> Network:
    """The circuit: populations "projection" and "interneuron"; afferents "c" and "a_delta".

    **Arguments:** by how many standard deviations each of 20 contacts of the interneuron is late
    (None: drawn once); whether a `background` of excitation and inhibition reaches the soma of the
    projection neuron (afferents "background", one fiber).
    """
    own = parameters("aguiar_2010")
    projection, interneuron = aguiar_projection(), aguiar_interneuron()
    if scatter is None:
        scatter = np.random.default_rng(2010).normal(size=CONTACTS)
    delay = (
        own["interneuron_delay"].value
        + own["interneuron_delay_deviation"].value * np.asarray(scatter)[:CONTACTS]
    )
    extra = own["interneuron_gaba_a_extra_delay"].value
    receptors = _receptors("projection")
    if background:
        receptors += _background(projection.spike_site)
    populations = (
        Population("projection", projection, 1, receptors),
        Population("interneuron", interneuron, 1, _receptors("interneuron")[:3]),
    )
    alone = np.zeros(1, dtype=int)
    synapses = [
        Synapses(
            "c", target, receptor, alone, alone, _weight(f"c_fiber_to_{target}_{receptor}"), 0.0
        )
        for target, receptor in (
            ("interneuron", "ampa"),
            ("interneuron", "nmda"),
            ("interneuron", "nk1"),
            ("projection", "nk1"),
        )
    ]
    fibers, here = np.arange(CONTACTS), np.zeros(CONTACTS, dtype=int)
    for receptor in ("ampa", "nmda"):
        weight = _weight(f"a_delta_to_projection_{receptor}")
        synapses.append(Synapses("a_delta", "projection", receptor, fibers, here, weight, 0.0))
    for receptor in ("ampa", "nmda", "gaba_a"):
        weight = _weight(f"interneuron_to_projection_{receptor}")
        late = delay + extra * (receptor == "gaba_a")
        synapses.append(Synapses("interneuron", "projection", receptor, here, here, weight, late))
    afferents = {"c": 1, "a_delta": CONTACTS}
    if background:
        afferents["background"] = 1
        for receptor in ("ampa", "gaba_a"):
            weight = _weight(f"background_{receptor}")
            name = f"background_{receptor}"
            synapses.append(Synapses("background", "projection", name, alone, alone, weight, 0.0))
    return Network(populations, afferents, tuple(synapses))


def aguiar_volleys(
    onsets_ms: Sequence[float], scatter: Float[np.ndarray, " draw"] | None = None
) -> dict[str, Trains]:
    """The afferent spikes of stimuli at `onsets_ms`.

    **Arguments:** by how many standard deviations each A-delta fiber is late at each stimulus
    (20 for each; None: drawn once).
    """
    own = parameters("aguiar_2010")
    onsets = np.asarray(onsets_ms, dtype=float)
    if scatter is None:
        scatter = np.random.default_rng(128559).normal(size=CONTACTS * onsets.size)
    jitter = np.asarray(scatter)[: CONTACTS * onsets.size].reshape(onsets.size, CONTACTS)
    late = own["a_delta_delay"].value + own["a_delta_delay_deviation"].value * jitter
    fast = (onsets[:, None] + late).ravel()
    fibers = np.tile(np.arange(CONTACTS), onsets.size)
    return {
        "c": Trains(onsets, np.zeros(onsets.size, dtype=int)),
        "a_delta": Trains(fast, fibers),
    }


def _weight(name: str) -> Float[np.ndarray, ""]:
    return np.asarray(parameters("aguiar_2010")[name].value)


def _receptors(cell: str) -> tuple[Receptor, ...]:
    own = parameters("aguiar_2010")
    share = own["calcium_fraction"].value
    magnesium = own["extracellular_magnesium"].value

    def of(
        name: str, rise: str, *, magnesium_mM: float = 0.0, calcium_share: float = 0.0
    ) -> Receptor:
        times = own[f"{rise}_rise_time"].value, own[f"{name}_decay_time"].value
        reversal = own[f"{name}_reversal"].value
        return Receptor(
            name, *times, reversal, magnesium_mM=magnesium_mM, calcium_share=calcium_share
        )

    return (
        of("ampa", "ampa"),
        of("nmda", "nmda", magnesium_mM=magnesium, calcium_share=share),
        of("nk1", f"nk1_{cell}", calcium_share=share),
        of("gaba_a", "gaba_a"),
    )


def _background(soma: int) -> tuple[Receptor, ...]:
    """Fast excitation and inhibition of equal time courses on the soma."""
    own = parameters("aguiar_2010")
    times = own["ampa_rise_time"].value, own["ampa_decay_time"].value
    return tuple(
        Receptor(f"background_{name}", *times, own[f"{name}_reversal"].value, site=soma)
        for name in ("ampa", "gaba_a")
    )
