"""What is done to a fiber: a protocol as people write it, checked.

A file of tables (`[fiber]`, `[stimulus]`, ...) or the same as a nested mapping. Lengths are in um,
times in ms, temperatures in degC once read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from causalgia.errors import InputError
from causalgia.evidence.configuration import configuration_of
from causalgia.quantities import parse_quantity
from causalgia.tables import (
    Table,
    number_between,
    one_of,
    quantity_between,
    quantity_in,
    read_name,
    read_tables,
    shorten,
    validated,
    whole_between,
    yes_or_no,
)

__all__ = ["Amplitude", "Density", "Protocol", "read_protocol", "written_protocol"]

Electrode: TypeAlias = Literal["intracellular", "extracellular"]
Shape: TypeAlias = Literal["monophasic", "biphasic", "sine", "square"]


@dataclass(frozen=True)
class Amplitude:
    """A size of a stimulus: in `unit` "nA" or "mA", or "x", times the threshold."""

    value: float
    unit: Literal["nA", "mA", "x"]

    def __str__(self) -> str:
        return f"{self.value:g} {'x threshold' if self.unit == 'x' else self.unit}"


@dataclass(frozen=True)
class Density:
    """A density of a channel: "x", times what the fiber has, or in a `unit` of its own."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g} {'times' if self.unit == 'x' else self.unit}"


_THRESHOLD = re.compile(r"([+-]?[\d.]+(?:e[+-]?\d+)?)?\s*[x×*]?\s*threshold", re.IGNORECASE)
_DENSITY_UNITS = ("S/cm2", "cm/s", "mA/cm2")


def _amplitude(given: object) -> Amplitude:
    if isinstance(given, Amplitude):
        return given
    if isinstance(given, str) and (match := _THRESHOLD.fullmatch(given.strip())):
        try:
            times = float(match[1] or 1.0)
        except ValueError:
            times = -1.0
        if not 0 <= times <= 1000:
            raise InputError(f"{shorten(given)} is out of range; allowed: 0 to 1000 x threshold")
        return Amplitude(times, "x")
    allowed = "above 0, as '1.5 x threshold', '0.5 nA' inside or '1 mA' outside"
    for unit, most in (("nA", 1e4), ("mA", 1e3)):
        # an outer electrode's milliamperes are an inner one's too many nanoamperes
        try:
            value = quantity_in(given, unit, 0.0, most, allowed)
        except InputError:
            continue
        return Amplitude(value, unit)  # type: ignore[arg-type]
    raise InputError(f"{shorten(given)} is no amplitude; allowed: {allowed}")


def _density(given: object) -> Density:
    if isinstance(given, Density):
        return given
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        value, unit = float(given), "x"
    else:
        for unit in _DENSITY_UNITS:
            try:
                value = parse_quantity(given, unit)
                break
            except InputError:
                continue
        else:
            raise InputError(
                f"{shorten(given)} is no density; allowed: a factor such as 0.5, or a quantity"
                " such as '0.1 S/cm2'"
            )
    if not 0 <= value < 1e6:
        raise InputError(f"{shorten(given)} is out of range; a density must be 0 or more")
    return Density(value, unit)


Name = Annotated[str, BeforeValidator(read_name)]
Length = Annotated[float, quantity_between("um", 1e-3, 1e7, "above 0, up to 10 m")]
Place = Annotated[float, quantity_between("um", 0.0, 1e7, "0 to 10 m")]
Diameter = Annotated[float, quantity_between("um", 0.05, 1000.0, "0.05 to 1000 um")]
Time = Annotated[float, quantity_between("ms", 1e-4, 3.6e6, "above 0, up to 1 hour")]
Rate = Annotated[float, quantity_between("Hz", 1e-3, 2000.0, "0.001 to 2000 Hz")]
Conductivity = Annotated[float, quantity_between("S/m", 1e-4, 100.0, "0.0001 to 100 S/m")]
Densities = dict[str, Annotated[Density, BeforeValidator(_density), PlainSerializer(str)]]


class SectionTable(Table):
    """An unbranched piece of a geometry of one's own."""

    name: Name
    length: Length
    diameter: Diameter
    end_diameter: Diameter | None = None
    compartments: Annotated[int, whole_between(1, 5000, "number of compartments")] = 50
    parent: Name | None = None
    at: Annotated[Literal["end", "start"], one_of("end", "start")] = "end"


class FiberTable(Table):
    """Which fiber; what is left out is as its publication has it."""

    type: Name
    length: Length | None = None
    diameter: Diameter | None = None
    compartments: Annotated[int | None, whole_between(3, 20000, "number of compartments")] = None
    compartment: Length | None = None
    nodes: Annotated[int | None, whole_between(3, 2000, "number of nodes")] = None
    temperature: Annotated[float | None, quantity_between("degC", 0, 50, "0 to 50 degC")] = None
    sections: list[SectionTable] = Field(default_factory=list)


class MutationTable(Table):
    """A mutation of one of its channels, in one copy or two."""

    name: Name
    copies: Annotated[int, whole_between(1, 2, "number of copies")] = 1


class DrugTable(Table):
    """A drug, at its free concentration."""

    name: Name
    concentration: Annotated[float, quantity_between("uM", 0.0, 1e6, "0 to 1 M")]


class LesionTable(Table):
    """A stretch that differs: its myelin, its channels."""

    start: Place
    end: Place
    myelin: Annotated[float | None, number_between(0, 10, "factor of the myelin")] = None
    densities: Densities = Field(default_factory=dict)


class StimulusTable(Table):
    """Pulses, one or a train of them."""

    electrode: Annotated[Electrode, one_of("intracellular", "extracellular")] = "intracellular"
    position: Place | None = None
    distance: Length = 500.0
    conductivity_along: Conductivity | None = None
    conductivity_across: Conductivity | None = None
    waveform: Annotated[Shape, one_of("monophasic", "biphasic", "sine", "square")] = "monophasic"
    polarity: Annotated[Literal["cathodic", "anodic"], one_of("cathodic", "anodic")] = "cathodic"
    width: Time | None = None
    gap: Annotated[float, quantity_between("ms", 0.0, 1e3, "0 to 1 s")] = 0.0
    frequency: Annotated[float | None, quantity_between("kHz", 1e-3, 100, "1 Hz to 100 kHz")] = None
    amplitude: Annotated[Amplitude, BeforeValidator(_amplitude), PlainSerializer(str)] = Amplitude(
        1.5, "x"
    )
    rate: Rate | None = None
    count: Annotated[int | None, whole_between(1, 10000, "number of pulses")] = None

    @model_validator(mode="after")
    def _fits_together(self) -> StimulusTable:
        unit = "nA" if self.electrode == "intracellular" else "mA"
        if self.amplitude.unit not in ("x", unit):
            raise InputError(
                f"amplitude is in {self.amplitude.unit}; an {self.electrode} electrode takes {unit}"
                " or 'x threshold'"
            )
        alternates = self.waveform in ("sine", "square")
        if alternates != (self.frequency is not None):
            needs = "needs a" if alternates else "has no"
            raise InputError(f"waveform {self.waveform!r} {needs} frequency")
        return self


class RecordTable(Table):
    """How long, how finely, where, and whether with the recovery cycle and the rates followed."""

    duration: Time | None = None
    dt: Annotated[float | None, quantity_between("ms", 1e-4, 0.1, "0.1 to 100 us")] = None
    positions: list[Place] = Field(default_factory=list)
    recovery: Annotated[bool, BeforeValidator(yes_or_no)] = True


class Protocol(Table):
    """The whole file."""

    fiber: FiberTable
    mutation: MutationTable | None = None
    drugs: list[DrugTable] = Field(default_factory=list)
    densities: Densities = Field(default_factory=dict)
    lesion: LesionTable | None = None
    stimulus: StimulusTable = StimulusTable()
    record: RecordTable = RecordTable()

    @property
    def changes(self) -> bool:
        """Whether the fiber differs from what it is built as."""
        return bool(self.mutation or self.drugs or self.densities or self.lesion)

    @property
    def configuration(self) -> str:
        """A hash of all that decides the result; nothing is drawn, so that no seed does."""
        return configuration_of(repr(self), 0)


def read_protocol(file: Path | str, changes: Mapping[str, Any] | None = None) -> Protocol:
    """Read a protocol from a file and check it.

    **Arguments:** the `file`; `changes`, tables that go before what the file says.
    **Raises:** `InputError`, one line that names the file, the field, what was given and what is
    allowed.
    """
    return read_tables(Protocol, file, "a protocol", "a protocol needs at least [fiber]", changes)


def written_protocol(document: Mapping[str, Any]) -> Protocol:
    """Check a protocol given as nested mappings.

    **Raises:** `InputError` that names the field, what was given and what is allowed.
    """
    return validated(Protocol, dict(document))
