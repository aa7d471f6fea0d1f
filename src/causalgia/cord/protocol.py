"""What is done to a circuit of the cord: a protocol as people write it, checked.

A file of tables (`[circuit]`, `[run]`, ...) or the same as a nested mapping. Times are in ms, rates
in Hz once read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from causalgia.cord.catalog import names
from causalgia.errors import InputError
from causalgia.evidence.configuration import configuration_of
from causalgia.tables import (
    Table,
    number_between,
    one_of,
    quantity_between,
    read_name,
    read_tables,
    shorten,
    validated,
    whole_between,
    yes_or_no,
)

__all__ = ["EXPERIMENTS", "CordProtocol", "PatientTable", "read_protocol", "written_protocol"]

Experiment: TypeAlias = Literal["raster", "windup", "stimulation", "gate"]
EXPERIMENTS: tuple[Experiment, ...] = ("raster", "windup", "stimulation", "gate")
"""What can be done to a circuit."""

INTACT = "as built"
"""The name of the circuit to which nothing was done."""

Name = Annotated[str, BeforeValidator(read_name)]
Time = Annotated[float, quantity_between("ms", 0.0, 6e5, "0 to 10 minutes")]
Duration = Annotated[float, quantity_between("ms", 10.0, 6e5, "10 ms to 10 minutes")]
Step = Annotated[float, quantity_between("ms", 1e-3, 0.1, "1 to 100 us")]
Rate = Annotated[float, quantity_between("Hz", 0.0, 1000.0, "0 to 1000 Hz")]
Frequency = Annotated[float, quantity_between("Hz", 0.01, 50.0, "0.01 to 50 Hz")]
Pulses = Annotated[float, quantity_between("Hz", 0.0, 2000.0, "0 to 2000 Hz")]
Fraction = Annotated[float, number_between(0, 1, "fraction")]
Fold = Annotated[float, number_between(0, 100, "fold of what is there")]


def _several(most: int, example: str) -> BeforeValidator:
    def read(given: object) -> object:
        if isinstance(given, (list, tuple)) and 1 <= len(given) <= most:
            return list(given)
        raise InputError(f"{shorten(given)} is no list of 1 to {most}; write it as {example}")

    return BeforeValidator(read)


def _by_name(given: object) -> object:
    if isinstance(given, Mapping):
        return given
    raise InputError(f"{shorten(given)} is no table; allowed: a table with a line for each name")


Names = Annotated[list[Name], _several(32, "['a_beta']")]
Folds = Annotated[dict[str, Fold], BeforeValidator(_by_name)]


class CircuitTable(Table):
    """Which circuit."""

    name: Annotated[str, BeforeValidator(read_name), one_of(*names())]
    coarse: Annotated[bool, BeforeValidator(yes_or_no)] = False


class RunTable(Table):
    """What is done, for how long, how finely; whether the brain answers and synapses grow."""

    experiment: Annotated[Experiment, one_of(*EXPERIMENTS)] = "raster"
    duration: Duration | None = None
    settle: Time | None = None
    dt: Step = 0.025
    feedback: Annotated[bool, BeforeValidator(yes_or_no)] = False
    potentiation: Annotated[bool, BeforeValidator(yes_or_no)] = False


class AfferentTable(Table):
    """How a class of afferents fires: by itself, and in a volley."""

    rate: Rate | None = None
    latency: Time | None = None
    scatter: Time | None = None
    fraction: Fraction = 1.0


class VolleyTable(Table):
    """Volleys of a C-strength stimulus: how often, how many, in which classes."""

    classes: Names | None = None
    frequencies: Annotated[list[Frequency] | None, _several(16, "['0.5 Hz', '1 Hz']")] = None
    stimuli: Annotated[int, whole_between(1, 200, "number of stimuli")] = 8


class StimulationTable(Table):
    """Stimulation of the dorsal columns: frequencies of its pulses, and who is recruited."""

    classes: Names | None = None
    frequencies: Annotated[list[Pulses] | None, _several(24, "['20 Hz', '50 Hz']")] = None
    fraction: Fraction = 1.0


class TouchTable(Table):
    """A brush: which classes it drives, and how fast each fiber fires."""

    classes: Names | None = None
    rate: Rate | None = None


class PatientTable(Table):
    """What drugs and disease have made of the circuit, as folds of what is there."""

    name: Name
    inhibition: Fold = 1.0
    kcc2: Fold = 1.0
    receptors: Folds = Field(default_factory=dict)
    release: Folds = Field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether anything differs from the circuit as built."""
        folds = (self.inhibition, self.kcc2, *self.receptors.values(), *self.release.values())
        return any(fold != 1.0 for fold in folds)


class DrawTable(Table):
    """What is shown: which populations, whose voltage, and from when to when."""

    populations: Names | None = None
    traces: Annotated[list[Name] | None, _several(12, "['lamina_i', 'lamina_i:2']")] = None
    start: Time = 0.0
    end: Duration | None = None


class CordProtocol(Table):
    """The whole file."""

    circuit: CircuitTable
    run: RunTable = RunTable()
    afferents: Annotated[dict[str, AfferentTable], BeforeValidator(_by_name)] = Field(
        default_factory=dict
    )
    volley: VolleyTable | None = None
    stimulation: StimulationTable | None = None
    touch: TouchTable | None = None
    patients: list[PatientTable] = Field(default_factory=list, max_length=16)
    draw: DrawTable = DrawTable()

    @model_validator(mode="after")
    def _fits_together(self) -> CordProtocol:
        called = Counter([INTACT, *(patient.name for patient in self.patients)])
        for index, patient in enumerate(self.patients):
            if called[patient.name] > 1:
                taken = "is the circuit's own" if patient.name == INTACT else "is taken twice"
                raise InputError(f"patients[{index + 1}].name: {patient.name!r} {taken}")
            if not patient.changes:
                raise InputError(f"patients[{index + 1}]: {patient.name!r} changes nothing")
        self._check_tables()
        self._check_frequencies()
        return self

    def _check_tables(self) -> None:
        """Raise `InputError` for a table that the experiment does not read."""
        unused = {
            "raster": ("touch",),
            "windup": ("touch", "stimulation"),
            "stimulation": ("touch", "volley"),
            "gate": (),
        }[self.run.experiment]
        for table in unused:
            if getattr(self, table) is not None:
                raise InputError(f"{table}: is of no use in the experiment {self.run.experiment!r}")

    def _check_frequencies(self) -> None:
        """Raise `InputError` for frequencies that the experiment cannot show."""
        experiment = self.run.experiment
        volleys = (self.volley and self.volley.frequencies) or []
        pulses = (self.stimulation and self.stimulation.frequencies) or []
        if experiment == "gate" and volleys:
            raise InputError("volley.frequencies: is of no use in the experiment 'gate'")
        if experiment in ("raster", "gate"):
            for table, given in (("volley", volleys), ("stimulation", pulses)):
                if len(given) > 1:
                    raise InputError(
                        f"{table}.frequencies: {experiment!r} takes one, not {len(given)}"
                    )
        if pulses and not any(pulses) and experiment in ("stimulation", "gate"):
            raise InputError(f"stimulation.frequencies: {experiment!r} needs one above 0 Hz")

    def configuration(self, seed: int) -> str:
        """A hash of all that decides the result."""
        return configuration_of(repr(self), seed)


def read_protocol(file: Path | str, changes: Mapping[str, Any] | None = None) -> CordProtocol:
    """Read a protocol from a file and check it.

    **Arguments:** the `file`; `changes`, tables that go before what the file says.
    **Raises:** `InputError`, one line that names the file, the field, what was given and what is
    allowed.
    """
    needs = "a protocol needs at least [circuit]"
    return read_tables(CordProtocol, file, "a protocol", needs, changes)


def written_protocol(document: Mapping[str, Any]) -> CordProtocol:
    """Check a protocol given as nested mappings.

    **Raises:** `InputError` that names the field, what was given and what is allowed.
    """
    return validated(CordProtocol, dict(document))
