"""A wide-dynamic-range neuron under dorsal column stimulation (Zhang, Janik and Grill 2014).

Touch excites the projection neuron and, through an inhibitory interneuron, silences it and the
excitatory interneuron of C fibers. A second inhibitory interneuron stands for the surround, whose
touch fibers fire only when the dorsal columns are stimulated.
"""

from __future__ import annotations

from causalgia.cord.network import Network, Population
from causalgia.cord.presets.parts import all_to_one, receptors_of
from causalgia.cord.published_cells import zhang_excitatory, zhang_inhibitory, zhang_projection
from causalgia.evidence import parameters

__all__ = ["zhang_2014"]

CALCIUM_SHARE = 0.1
"""Of the NMDA and NK1 currents, as in Aguiar (2010), whose receptors these are."""

A_BETA, A_DELTA, C = "a_beta", "a_delta", "c"
SURROUND = "surround_a_beta"

FIBERS = (
    (A_BETA, "inhibitory", "ampa", "a_beta_to_inhibitory"),
    (SURROUND, "surround_inhibitory", "ampa", "stimulated_fiber_to_surround_inhibitory"),
    *((C, "excitatory", kind, "c_fiber_to_excitatory") for kind in ("ampa", "nmda", "nk1")),
    *((A_BETA, "projection", kind, "a_fiber_to_projection") for kind in ("ampa", "nmda")),
    *((A_DELTA, "projection", kind, "a_fiber_to_projection") for kind in ("ampa", "nmda")),
    (C, "projection", "nk1", "c_fiber_to_projection"),
)
"""Afferents: source, target, receptor, and what the weight is called but for the receptor."""

NEURONS = (
    ("inhibitory", "excitatory", "gaba_a", 1),
    ("inhibitory", "projection", "glycine", 1),
    ("inhibitory", "projection", "gaba_a", 1),
    ("excitatory", "projection", "ampa", 30),
    ("excitatory", "projection", "nmda", 30),
    ("surround_inhibitory", "excitatory", "gaba_a", 1),
    ("surround_inhibitory", "projection", "gaba_a", 2),
)
"""Neurons: source, target, receptor, how many synapses of the published weight."""


def zhang_2014(*, surround: bool = True) -> Network:
    """The circuit: "inhibitory", "surround_inhibitory", "excitatory" and "projection", one each.

    Afferents are "a_beta" and "a_delta" (15 fibers each), "c" (30) and "surround_a_beta" (15).

    **Arguments:** whether the `surround` contacts anything (it does not in the authors' wind-up
    protocol).
    """
    own = parameters("zhang_2014")
    delay = own["synaptic_delay"].value
    touch = int(own["a_beta_fibers"].value)
    sizes = {
        A_BETA: touch,
        A_DELTA: int(own["a_delta_fibers"].value),
        C: int(own["c_fibers"].value),
        SURROUND: touch,
    }
    synapses = [
        all_to_one(source, target, kind, sizes[source], own[f"{weight}_{kind}"].value, 0.0)
        for source, target, kind, weight in FIBERS
    ]
    for source, target, kind, times in NEURONS:
        if surround or source != "surround_inhibitory":
            weight = times * own[f"{source}_to_{target}_{kind}"].value
            synapses.append(all_to_one(source, target, kind, 1, weight, delay))
    return Network(_populations(), sizes, tuple(synapses))


def _populations() -> tuple[Population, ...]:
    own = parameters("zhang_2014")
    inhibitory = zhang_inhibitory()
    cells = {
        "inhibitory": (inhibitory, ("ampa",)),
        "surround_inhibitory": (inhibitory, ("ampa",)),
        "excitatory": (zhang_excitatory(), ("ampa", "nmda", "nk1", "gaba_a")),
        "projection": (zhang_projection(), ("ampa", "nmda", "nk1", "glycine", "gaba_a")),
    }
    return tuple(
        Population(name, cell, 1, receptors_of(own, kinds, nk1=name, calcium_share=CALCIUM_SHARE))
        for name, (cell, kinds) in cells.items()
    )
