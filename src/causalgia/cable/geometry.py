"""Geometry: sections joined into a tree, cut into compartments.

A compartment is a truncated cone. Compartments are numbered so that a parent comes before its
children, which is the order the solver needs. Where sections meet, a junction of no area keeps
the axial resistances exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from causalgia.errors import InputError

__all__ = ["Cable", "Section", "cable_of", "unbranched"]


_POSITIVE = (
    "length_um",
    "diameter_um",
    "end_diameter_um",
    "axial_resistivity_ohm_cm",
    "capacitance_uF_per_cm2",
)


@dataclass(frozen=True)
class Section:
    """An unbranched stretch of cable.

    **Arguments:** a `name`; `length_um`; `diameter_um` at its start and, for a taper,
    `end_diameter_um`; the number of `compartments`; the name of the `parent` section, whose
    end (`at_end`) or start it joins; `axial_resistivity_ohm_cm`; `capacitance_uF_per_cm2`.
    """

    name: str
    length_um: float
    diameter_um: float
    compartments: int
    parent: str | None = None
    at_end: bool = True
    end_diameter_um: float | None = None
    axial_resistivity_ohm_cm: float = 100.0
    capacitance_uF_per_cm2: float = 1.0

    def __post_init__(self) -> None:
        for label, value in vars(self).items():
            if label in _POSITIVE and value is not None and not 0 < value < np.inf:
                raise InputError(f"section {self.name!r}: {label} is {value}, must be positive")
        if self.compartments < 1:
            raise InputError(
                f"section {self.name!r}: compartments is {self.compartments}, must be 1 or more"
            )


@dataclass(frozen=True)
class Cable:
    """A tree of compartments, parents first.

    **Arguments:** `parent` index of each compartment (-1 for the first); membrane `area_cm2`
    (0 at a junction); `axial_mS`, the conductance to the parent; `capacitance_uF`;
    `position_um`, the distance from the tree's start along the path; `length_um`;
    `diameter_um`; `section`, the compartments of each section in order.
    """

    parent: Int[np.ndarray, " compartment"]
    area_cm2: Float[np.ndarray, " compartment"]
    axial_mS: Float[np.ndarray, " compartment"]
    capacitance_uF: Float[np.ndarray, " compartment"]
    position_um: Float[np.ndarray, " compartment"]
    length_um: Float[np.ndarray, " compartment"]
    diameter_um: Float[np.ndarray, " compartment"]
    section: dict[str, Int[np.ndarray, " part"]] = field(hash=False)

    @property
    def size(self) -> int:
        """How many compartments, junctions included."""
        return int(self.parent.size)

    def nearest(self, position_um: float) -> int:
        """Index of the compartment whose center lies nearest to `position_um` along the path."""
        real = np.flatnonzero(self.area_cm2 > 0)
        return int(real[np.argmin(np.abs(self.position_um[real] - position_um))])


def unbranched(
    length_um: float,
    diameter_um: float,
    compartments: int,
    *,
    axial_resistivity_ohm_cm: float = 100.0,
    capacitance_uF_per_cm2: float = 1.0,
) -> Cable:
    """A single uniform cable."""
    return cable_of(
        [
            Section(
                "cable",
                length_um,
                diameter_um,
                compartments,
                axial_resistivity_ohm_cm=axial_resistivity_ohm_cm,
                capacitance_uF_per_cm2=capacitance_uF_per_cm2,
            )
        ]
    )


@dataclass
class _Half:
    """Axial resistances (MOhm) of a compartment, center to each end."""

    to_start: float
    to_end: float


def cable_of(sections: Sequence[Section]) -> Cable:
    """Join sections into a tree and cut them into compartments.

    **Raises:** `InputError` for no section, a name used twice, an unknown parent, a second
    root or a parent that comes after its child (which includes every loop).
    """
    _check(sections)
    builder = _Builder()
    branching = _branching_ends(sections)
    for section in sections:
        builder.add(section, branching)
    return builder.finish()


def _check(sections: Sequence[Section]) -> None:
    if not sections:
        raise InputError("a cable needs at least one section")
    seen: set[str] = set()
    for index, section in enumerate(sections):
        if section.name in seen:
            raise InputError(f"section name {section.name!r} is used twice")
        if (section.parent is None) != (index == 0):
            raise InputError(
                f"section {section.name!r}: the first section, and only it, has no parent"
            )
        if section.parent is not None and section.parent not in seen:
            raise InputError(
                f"section {section.name!r}: parent {section.parent!r} is not an earlier section"
                " (a tree has no loops and lists parents first)"
            )
        seen.add(section.name)


def _branching_ends(sections: Sequence[Section]) -> set[tuple[str, bool]]:
    """The section ends at which three or more cables meet, as (section, at its end)."""
    meeting: dict[tuple[str, bool], int] = {}
    for section in sections:
        if section.parent is not None:
            key = (section.parent, section.at_end)
            meeting[key] = meeting.get(key, 0) + 1
    return {key for key, count in meeting.items() if count > 1}


class _Builder:
    """Collects compartments section by section."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, float, float, float, float, float, float]] = []
        self.halves: list[_Half] = []
        self.members: dict[str, list[int]] = {}
        self.junctions: dict[tuple[str, bool], int] = {}

    def add(self, section: Section, branching: set[tuple[str, bool]]) -> None:
        parent, resistance, start = self._attachment(section)
        members = []
        length = section.length_um / section.compartments
        last = section.end_diameter_um or section.diameter_um
        edges = np.linspace(section.diameter_um, last, section.compartments + 1)
        for index in range(section.compartments):
            d0, d1 = float(edges[index]), float(edges[index + 1])
            half = _halves(length, d0, d1, section.axial_resistivity_ohm_cm)
            area = _cone_area_cm2(length, d0, d1)
            axial = 1e-3 / (resistance + half.to_start) if parent >= 0 else 0.0
            self._append(
                parent,
                area,
                axial,
                section.capacitance_uF_per_cm2 * area,
                start + (index + 0.5) * length,
                length,
                0.5 * (d0 + d1),
                half,
            )
            parent, resistance = len(self.rows) - 1, half.to_end
            members.append(parent)
        self.members[section.name] = members
        if (section.name, True) in branching:
            axial = 1e-3 / resistance
            end = start + section.length_um
            self._append(parent, 0.0, axial, 0.0, end, 0.0, last, _Half(0.0, 0.0))
            self.junctions[section.name, True] = len(self.rows) - 1

    def _attachment(self, section: Section) -> tuple[int, float, float]:
        """Parent compartment, resistance from its center to the joint (MOhm), path position."""
        if section.parent is None:
            return -1, 0.0, 0.0
        key = (section.parent, section.at_end)
        if key in self.junctions:
            junction = self.junctions[key]
            return junction, 0.0, self.rows[junction][4]
        index = self.members[section.parent][-1 if section.at_end else 0]
        half = self.halves[index]
        resistance = half.to_end if section.at_end else half.to_start
        sign = 0.5 if section.at_end else -0.5
        return index, resistance, self.rows[index][4] + sign * self.rows[index][5]

    def _append(
        self,
        parent: int,
        area: float,
        axial: float,
        capacitance: float,
        position: float,
        length: float,
        diameter: float,
        half: _Half,
    ) -> None:
        self.rows.append((parent, area, axial, capacitance, position, length, diameter))
        self.halves.append(half)

    def finish(self) -> Cable:
        columns = [np.asarray(column, dtype=np.float64) for column in zip(*self.rows, strict=True)]
        parent, area, axial, capacitance, position, length, diameter = columns
        return Cable(
            parent=parent.astype(np.int64),
            area_cm2=area,
            axial_mS=axial,
            capacitance_uF=capacitance,
            position_um=position,
            length_um=length,
            diameter_um=diameter,
            section={name: np.asarray(items) for name, items in self.members.items()},
        )


def _halves(length_um: float, d0_um: float, d1_um: float, resistivity_ohm_cm: float) -> _Half:
    """Axial resistance of each half of a truncated cone, MOhm."""
    middle = 0.5 * (d0_um + d1_um)

    def half(d_from: float, d_to: float) -> float:
        # ohm cm * um / um^2 = 1e4 ohm; a cone's resistance is 4 rho L / (pi d0 d1)
        return 1e-2 * 4.0 * resistivity_ohm_cm * (0.5 * length_um) / (np.pi * d_from * d_to)

    return _Half(half(d0_um, middle), half(middle, d1_um))


def _cone_area_cm2(length_um: float, d0_um: float, d1_um: float) -> float:
    """Lateral area of a truncated cone."""
    slant = np.hypot(length_um, 0.5 * (d1_um - d0_um))
    return float(1e-8 * np.pi * 0.5 * (d0_um + d1_um) * slant)
