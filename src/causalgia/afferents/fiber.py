"""A fiber of one class, laid out as a row of zones where it can be ill or treated.

Real nerves are most of a meter long; here each zone is a few length constants and healthy
stretches of a few length constants lie between, so that zones influence each other only by the
spikes that pass. Conduction and ectopy do not depend on the length of what is healthy; delays do,
and are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.cable import Cable, Electrics
from causalgia.channels import Membrane

__all__ = ["Fiber", "Layout", "zone_electrics"]

Zone = Mapping[str, Float[np.ndarray, " batch"]]
"""The mechanisms of one zone: quantity to one value a lane."""


@dataclass(frozen=True)
class Layout:
    """Which compartments are what.

    **Arguments:** `zones`, the active-compartment rows of each zone in order; `sheaths`, the
    compartments of each zone whose myelin can be lost; `active`, the compartments that carry
    channels; `input_site` and `output_site`, where spikes are put in and counted;
    `zone_sites`, the compartments of each zone where noise acts.
    """

    zones: tuple[tuple[int, ...], ...]
    sheaths: tuple[tuple[int, ...], ...]
    active: tuple[int, ...]
    input_site: int
    output_site: int
    zone_sites: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Fiber:
    """Everything that a simulation of one fiber class needs.

    **Arguments:** the class `name`; its `cable`, `layout` and `membrane`; healthy `densities`
    (S/cm2) by channel; `scaled_by`, which channels each mechanism multiplies; `passive`, a
    function from the myelin of each compartment [compartment, batch] to its passive conductance
    (S/cm2) and capacitance (uF/cm2), or None for an unmyelinated fiber; the `rest_mV` potential;
    `pulse_nA` and `pulse_ms` that put one spike in; `noise_nA_sqrt_ms`; the step `dt_ms`;
    the `threshold_mV` at which spikes are counted.
    """

    name: str
    cable: Cable
    layout: Layout
    membrane: Membrane
    densities: Mapping[str, float]
    scaled_by: Mapping[str, tuple[str, ...]]
    passive: (
        Callable[
            [Float[np.ndarray, "compartment batch"]],
            tuple[Float[np.ndarray, "compartment batch"], Float[np.ndarray, "compartment batch"]],
        ]
        | None
    )
    passive_reversal_mV: float
    rest_mV: float
    pulse_nA: float
    pulse_ms: float
    noise_nA_sqrt_ms: float
    dt_ms: float
    threshold_mV: float


def zone_electrics(
    fiber: Fiber,
    zones: Sequence[Zone],
    batch: int,
    receptor_S_per_cm2: Float[np.ndarray, " batch"] | None = None,
) -> Electrics:
    """What each lane's membrane is made of when its zones have the given mechanisms.

    **Arguments:** the `fiber`; one mapping per zone of its layout (a missing quantity is
    healthy); the number of lanes; for a fiber whose first zone is a nerve ending, the receptor
    conductance there.
    """
    names = fiber.membrane.names
    healthy = np.array([fiber.densities[name] for name in names])
    active = len(fiber.layout.active)
    densities = np.broadcast_to(healthy[:, None, None], (len(names), active, batch)).copy()
    myelin = np.ones((fiber.cable.size, batch))
    for rows, sheath, zone in zip(fiber.layout.zones, fiber.layout.sheaths, zones, strict=True):
        for quantity, value in zone.items():
            if quantity == "myelin":
                myelin[list(sheath)] = value
            elif quantity == "nav1_3":
                reference = fiber.densities["nav1_7"]
                densities[names.index("nav1_3"), list(rows)] = reference * value
        for quantity, channels in fiber.scaled_by.items():
            if quantity in zone:
                for channel in channels:
                    densities[names.index(channel), list(rows)] *= zone[quantity]
    if receptor_S_per_cm2 is not None:
        densities[names.index("receptor"), list(fiber.layout.zones[0])] = receptor_S_per_cm2
    if fiber.passive is None:
        return Electrics(densities)
    passive, capacitance = fiber.passive(myelin)
    return Electrics(densities, passive, fiber.passive_reversal_mV, capacitance)
