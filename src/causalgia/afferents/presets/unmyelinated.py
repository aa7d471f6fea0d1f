"""A uniform unmyelinated fiber cut as the published thresholds were computed with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causalgia.afferents.model import FiberModel
from causalgia.cable import Cable, Electrics, Section, cable_of
from causalgia.channels import Membrane
from causalgia.errors import InputError

__all__ = ["UniformAxon", "check_temperature", "uniform_model"]

END_CONDUCTANCE_S_per_cm2 = 1e-4
END_RESISTIVITY_OHM_CM = 1e10
END_CAPACITANCE_uF_per_cm2 = 1.0
COLDEST_degC, WARMEST_degC = 0.0, 45.0


@dataclass(frozen=True)
class UniformAxon:
    """The geometry of a uniform fiber.

    **Arguments:** `diameter_um`; `length_um`, of which as many whole compartments of
    `compartment_um` as fit, plus one, are made, less one where that is an even number, so that
    one lies in the middle; `passive_ends` for a leak instead of channels in the first and last
    compartment, which hardly touch their neighbors (the ends of the published thresholds).
    **Raises:** `InputError` for what is not positive or leaves fewer than 3 compartments.
    """

    diameter_um: float = 1.0
    length_um: float = 5000.0
    compartment_um: float = 8.333
    passive_ends: bool = False

    def __post_init__(self) -> None:
        for label in ("diameter_um", "length_um", "compartment_um"):
            value = getattr(self, label)
            if not 0 < value < math.inf:
                raise InputError(f"{label} is {value}, must be positive")
        if self.compartments < 3:
            raise InputError(
                f"length_um is {self.length_um}, must be at least two compartments of "
                f"{self.compartment_um} um"
            )

    @property
    def compartments(self) -> int:
        """How many, an odd number."""
        count = math.floor(self.length_um / self.compartment_um) + 1
        return count - 1 if count % 2 == 0 else count

    def cable(self, axial_resistivity_ohm_cm: float, capacitance_uF_per_cm2: float) -> Cable:
        """The cable, for an axoplasm and a membrane."""
        ends = 1 if self.passive_ends else 0
        parts = [("start", ends), ("axon", self.compartments - 2 * ends), ("end", ends)]
        sections: list[Section] = []
        for name, count in parts:
            if count == 0:
                continue
            inner = name == "axon"
            sections.append(
                Section(
                    name,
                    count * self.compartment_um,
                    self.diameter_um,
                    count,
                    parent=sections[-1].name if sections else None,
                    axial_resistivity_ohm_cm=(
                        axial_resistivity_ohm_cm if inner else END_RESISTIVITY_OHM_CM
                    ),
                    capacitance_uF_per_cm2=(
                        capacitance_uF_per_cm2 if inner else END_CAPACITANCE_uF_per_cm2
                    ),
                )
            )
        return cable_of(sections)


def check_temperature(temperature_degC: float) -> None:
    """Refuse a temperature that the factors of published models were not made for.

    **Raises:** `InputError` below 0 or above 45 degC.
    """
    if not COLDEST_degC <= temperature_degC <= WARMEST_degC:
        raise InputError(
            f"temperature_degC is {temperature_degC}, must be {COLDEST_degC:g} to {WARMEST_degC:g}"
        )


def uniform_model(
    axon: UniformAxon,
    membrane: Membrane,
    densities: Mapping[str, float],
    *,
    name: str,
    axial_resistivity_ohm_cm: float,
    capacitance_uF_per_cm2: float,
    rest_mV: float,
    crossing_mV: float,
    source: str,
    description: str,
) -> FiberModel:
    """A fiber with the same densities (by channel and pump) in all of its active compartments."""
    cable = axon.cable(axial_resistivity_ohm_cm, capacitance_uF_per_cm2)
    active = cable.section["axon"]
    given = np.array([densities[current] for current in membrane.names])[:, None, None]
    passive = np.full((cable.size, 1), END_CONDUCTANCE_S_per_cm2)
    passive[active] = 0.0
    return FiberModel(
        name=name,
        cable=cable,
        membrane=membrane,
        electrics=Electrics(
            np.broadcast_to(given, (given.shape[0], active.size, 1)),
            passive if axon.passive_ends else None,
            rest_mV,
        ),
        initial_mV=rest_mV,
        dt_ms=0.005,
        crossing_mV=crossing_mV,
        source=source,
        description=description,
        active=tuple(int(index) for index in active) if axon.passive_ends else None,
    )
