"""The first dorsal horn circuit: five populations of point neurons and their synapses, as data.

    touch (A-beta) ----> PV inhibitory ----|  PKC-gamma excitatory <---- touch
                             |             |            |
                             +----|  projection <--- SOM excitatory <---- C, A-delta
                                        ^                |
                     C, A-delta --------+     DYN inhibitory <---- C, A-delta
                                                 |----| projection, SOM

The populations and who contacts whom follow Medlock (2022) and Zhang (2014); neurons are single
compartments and the weights are assumed, set so that the healthy circuit answers noxious input
and ignores touch (a first approximation).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.dorsal_horn import spike_potassium, spike_sodium
from causalgia.channels.potassium import m_current
from causalgia.evidence import parameters

__all__ = ["AFFERENTS", "POPULATIONS", "Circuit", "circuit"]

POPULATIONS = ("pv", "dyn", "pkc", "som", "projection")
"""Kinds of neurons, by the marker that names them; the last one leads to the brain."""

INHIBITORY = ("pv", "dyn")

AFFERENTS = ("c", "a_delta", "a_beta", "background")
"""What drives the circuit; the background stands for all that is not simulated."""


@dataclass(frozen=True)
class Circuit:
    """Numbers of the circuit; rows are targets, columns sources.

    `copies` of each population; `membrane` and its `densities_S_per_cm2` [channel, population];
    `area_cm2`; `afferent_ampa_uS` and `afferent_nmda_uS` [population, afferent], `afferent_nk1_uS`
    [population]; `ampa_uS`, `nmda_uS` and `inhibition_uS` [population, population];
    `fibers` of each afferent class that reach one neuron.
    """

    copies: int
    membrane: Membrane
    densities_S_per_cm2: Float[np.ndarray, "channel population"]
    area_cm2: float
    afferent_ampa_uS: Float[np.ndarray, "population afferent"]
    afferent_nmda_uS: Float[np.ndarray, "population afferent"]
    afferent_nk1_uS: Float[np.ndarray, " population"]
    ampa_uS: Float[np.ndarray, "population population"]
    nmda_uS: Float[np.ndarray, "population population"]
    inhibition_uS: Float[np.ndarray, "population population"]
    fibers: Float[np.ndarray, " afferent"]


@cache
def circuit() -> Circuit:
    """The circuit with the numbers of `causalgia_cord` in the evidence store."""
    own, model = parameters("causalgia_cord"), parameters("aguiar_2010")
    membrane = Membrane.of(
        [
            spike_sodium(),
            spike_potassium(),
            m_current(36.0),
            open_channel("leak", "leak", "aguiar_2010"),
        ],
        {
            "sodium": model["sodium_reversal"].value,
            "potassium": own["potassium_reversal"].value,
            "leak": model["leak_reversal"].value,
        },
    )
    densities = np.zeros((4, len(POPULATIONS)))
    densities[0] = model["soma_sodium_conductance"].value
    densities[1] = model["soma_potassium_conductance"].value
    for index, name in enumerate(POPULATIONS):
        densities[2, index] = own[f"{name}_m_current"].value
    densities[3] = model["leak_conductance"].value

    def table(kind: str, sources: tuple[str, ...]) -> Float[np.ndarray, "population source"]:
        return np.array(
            [
                [_weight(f"{source}_to_{target}_{kind}") for source in sources]
                for target in POPULATIONS
            ]
        )

    return Circuit(
        copies=int(own["copies"].value),
        membrane=membrane,
        densities_S_per_cm2=densities,
        area_cm2=own["neuron_area"].value,
        afferent_ampa_uS=table("ampa", AFFERENTS),
        afferent_nmda_uS=table("nmda", AFFERENTS),
        afferent_nk1_uS=table("nk1", ("c",))[:, 0],
        ampa_uS=table("ampa", POPULATIONS),
        nmda_uS=table("nmda", POPULATIONS),
        inhibition_uS=table("inhibition", POPULATIONS),
        fibers=np.array([own[f"{name}_fibers"].value for name in AFFERENTS]),
    )


def _weight(name: str) -> float:
    """A synaptic weight (uS); a pair that is not listed has no synapse."""
    own = parameters("causalgia_cord")
    return own[name].value if name in own else 0.0
