"""A kind of neuron: its shape, what its membrane is made of, where it is contacted and watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Cable
from causalgia.channels.membrane import Membrane
from causalgia.errors import InputError, nearest

__all__ = ["CellType", "densities_of", "middle", "per_section"]


@dataclass(frozen=True)
class CellType:
    """A neuron ready to be put into a network.

    `cable`, unbranched, from the tip of the dendrite to the end of the axon; `membrane`, active
    everywhere; `electrics`, of one lane; `initial_mV`; `input_site`, the compartment that synapses
    contact; `spike_site` and `threshold_mV`: an upward crossing there is a spike.
    """

    name: str
    cable: Cable
    membrane: Membrane
    electrics: Electrics
    initial_mV: float
    input_site: int
    spike_site: int
    threshold_mV: float

    def __post_init__(self) -> None:
        for label in ("input_site", "spike_site"):
            site = getattr(self, label)
            if not 0 <= site < self.cable.size:
                raise InputError(
                    f"cell {self.name!r}: {label} is {site}, must be 0 to {self.cable.size - 1}"
                )


def per_section(
    cable: Cable, values: Mapping[str, float], default: float = 0.0
) -> Float[np.ndarray, " compartment"]:
    """A number for each compartment from one for each section (`default` elsewhere).

    **Raises:** `InputError` for a section that is not there.
    """
    spread = np.full(cable.size, default)
    for name, value in values.items():
        if name not in cable.section:
            raise InputError(f"section {name!r} is not one; {nearest(name, cable.section)}")
        spread[cable.section[name]] = value
    return spread


def densities_of(
    cable: Cable, membrane: Membrane, densities: Mapping[str, Mapping[str, float]]
) -> Float[np.ndarray, "current compartment 1"]:
    """Densities (S/cm2; cm/s for a permeability) of each current from current and section.

    **Raises:** `InputError` for a current or a section that is not there.
    """
    for name in densities:
        if name not in membrane.names:
            raise InputError(f"current {name!r} is not one; {nearest(name, membrane.names)}")
    rows = [per_section(cable, densities.get(name, {})) for name in membrane.names]
    return np.stack(rows)[:, :, None]


def middle(cable: Cable, section: str) -> int:
    """The compartment in the middle of a section."""
    members = cable.section[section]
    return int(members[len(members) // 2])
