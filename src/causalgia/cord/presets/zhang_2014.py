"""A wide-dynamic-range neuron under dorsal column stimulation (Zhang, Janik and Grill 2014).

Touch excites the projection neuron and, through an inhibitory interneuron, silences it and the
excitatory interneuron of C fibers. A second inhibitory interneuron stands for the surround, whose
touch fibers fire only when the dorsal columns are stimulated.
"""

from __future__ import annotations

from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.presets.parts import all_to_one, receptors_of
from causalgia.cord.published_cells import zhang_excitatory, zhang_inhibitory, zhang_projection
from causalgia.evidence import parameters

__all__ = ["zhang_2014"]

CALCIUM_SHARE = 0.1
"""Of the NMDA and NK1 currents, as in Aguiar (2010), whose receptors these are."""

A_BETA, A_DELTA, C = "a_beta", "a_delta", "c"
SURROUND = "surround_a_beta"


def zhang_2014(*, surround: bool = True) -> Network:
    """The circuit: "inhibitory", "surround_inhibitory", "excitatory" and "projection", one each.

    Afferents are "a_beta" and "a_delta" (15 fibers each), "c" (30) and "surround_a_beta" (15).

    **Arguments:** whether the `surround` contacts anything (it does not in the authors' wind-up
    protocol).
    """
    own = parameters("zhang_2014")
    delay = own["synaptic_delay"].value
    inhibitory = zhang_inhibitory()
    cells = {
        "inhibitory": (inhibitory, ("ampa",), "excitatory"),
        "surround_inhibitory": (inhibitory, ("ampa",), "excitatory"),
        "excitatory": (zhang_excitatory(), ("ampa", "nmda", "nk1", "gaba_a"), "excitatory"),
        "projection": (
            zhang_projection(),
            ("ampa", "nmda", "nk1", "glycine", "gaba_a"),
            "projection",
        ),
    }
    populations = tuple(
        Population(name, cell, 1, receptors_of(own, kinds, nk1=nk1, calcium_share=CALCIUM_SHARE))
        for name, (cell, kinds, nk1) in cells.items()
    )
    sizes = {
        A_BETA: int(own["a_beta_fibers"].value),
        A_DELTA: int(own["a_delta_fibers"].value),
        C: int(own["c_fibers"].value),
        SURROUND: int(own["a_beta_fibers"].value),
    }

    def fibers(source: str, target: str, receptor: str, name: str) -> Synapses:
        return all_to_one(source, target, receptor, sizes[source], own[name].value, 0.0)

    def contact(source: str, target: str, receptor: str, name: str, times: float = 1.0) -> Synapses:
        return all_to_one(source, target, receptor, 1, times * own[name].value, delay)

    synapses = [
        fibers(A_BETA, "inhibitory", "ampa", "a_beta_to_inhibitory_ampa"),
        fibers(
            SURROUND,
            "surround_inhibitory",
            "ampa",
            "stimulated_fiber_to_surround_inhibitory_ampa",
        ),
        *(
            fibers(C, "excitatory", receptor, f"c_fiber_to_excitatory_{receptor}")
            for receptor in ("ampa", "nmda", "nk1")
        ),
        *(
            fibers(source, "projection", receptor, f"a_fiber_to_projection_{receptor}")
            for source in (A_BETA, A_DELTA)
            for receptor in ("ampa", "nmda")
        ),
        fibers(C, "projection", "nk1", "c_fiber_to_projection_nk1"),
        contact("inhibitory", "excitatory", "gaba_a", "inhibitory_to_excitatory_gaba_a"),
        contact("inhibitory", "projection", "glycine", "inhibitory_to_projection_glycine"),
        contact("inhibitory", "projection", "gaba_a", "inhibitory_to_projection_gaba_a"),
        *(
            contact(
                "excitatory",
                "projection",
                receptor,
                f"excitatory_to_projection_{receptor}",
                own["excitatory_to_projection_synapses"].value,
            )
            for receptor in ("ampa", "nmda")
        ),
    ]
    if surround:
        name = "surround_inhibitory_to_{}_gaba_a"
        synapses += [
            contact("surround_inhibitory", "excitatory", "gaba_a", name.format("excitatory")),
            contact("surround_inhibitory", "projection", "gaba_a", name.format("projection"), 2.0),
        ]
    return Network(populations, sizes, tuple(synapses))
