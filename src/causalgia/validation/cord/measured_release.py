"""What opioids take from afferents' synapses, and injury from those of inhibition."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.cord.assays import evoked_potential_mV, inhibitory_potential_mV
from causalgia.cord.handles import CordHandles
from causalgia.cord.horn import dorsal_horn
from causalgia.validation.cord.windows import sign_of_change
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["inhibition_after_injury", "release_under_opioid"]

LEFT = 0.78
"""Share of inhibitory interneurons that still inhibit: 22 % of neurons lost (CB0004)."""


@measures("CB0045.*", "CB0107.*")
def release_under_opioid(_: Collection[str]) -> Mapping[str, Outcome]:
    """How much smaller (percent) a fiber's potential in lamina I is with all receptors occupied."""
    handles = CordHandles(occupied={"mu_opioid": np.array([0.0, 1.0])})
    found: dict[str, Outcome] = {}
    for afferent in ("c", "a_delta"):
        before, after = map(
            float, evoked_potential_mV(dorsal_horn(1), afferent, "lamina_i", handles, 2)
        )
        found[f"CB0107.{afferent}"] = 100.0 * (1.0 - after / before)
        found[f"CB0045.{afferent}"] = sign_of_change(before, after)
    return found


@measures("CB0003.*")
def inhibition_after_injury(_: Collection[str]) -> Mapping[str, Outcome]:
    """Sign of what becomes of inhibition that touch evokes, and of what a C fiber excites."""
    handles = CordHandles(interneuron_survival=np.array([1.0, LEFT]))
    network = dorsal_horn(1)
    inhibited = np.abs(inhibitory_potential_mV(network, handles, 2))
    excited = evoked_potential_mV(network, "c", "lamina_i", handles, 2)
    return {
        "CB0003.inhibition": sign_of_change(*map(float, inhibited)),
        "CB0003.excitation": sign_of_change(*map(float, excited)),
    }
