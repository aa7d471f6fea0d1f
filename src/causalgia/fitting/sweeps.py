"""Recordings of a patch clamp: what was commanded, and what was measured, sweep by sweep."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

__all__ = ["Kind", "Sweeps", "read_sweeps"]

Kind = Literal["current clamp", "voltage clamp"]
"""What was commanded."""

CURRENTS_nA = {"nA": 1.0, "pA": 1e-3, "uA": 1e3, "A": 1e9}
VOLTAGES_mV = {"mV": 1.0, "V": 1e3}
TIMES_ms = {"ms": 1.0, "s": 1e3}
_UNITS = {
    "current clamp": (CURRENTS_nA, VOLTAGES_mV),
    "voltage clamp": (VOLTAGES_mV, CURRENTS_nA),
}
"""To the units of `Sweeps`: of the command and of what is measured."""

_COLUMN = re.compile(r"(time|(?:command|measured)_[1-9]\d*)(?:_(\w+))?")
UNEVEN = 1e-3
"""Largest difference between steps of time, as a share of their mean."""


@dataclass(frozen=True)
class Sweeps:
    """Sweeps on one even time axis.

    In current clamp `command` is the injected current (nA) and `measured` the voltage (mV); in
    voltage clamp `command` is the voltage (mV) and `measured` the current (nA). Both [sample,
    sweep]; a sample's command is that of the time since the sample before it.
    **Raises:** `InputError` for times that are not even, and shapes or numbers that do not fit.
    """

    kind: Kind
    time_ms: Float[np.ndarray, " sample"]
    command: Float[np.ndarray, "sample sweep"]
    measured: Float[np.ndarray, "sample sweep"]

    def __post_init__(self) -> None:
        if self.kind not in _UNITS:
            raise InputError(f"kind is {self.kind!r}; allowed: {', '.join(_UNITS)}")
        if self.time_ms.ndim != 1 or self.time_ms.size < 2:
            raise InputError("time_ms holds fewer than 2 samples")
        steps = np.diff(self.time_ms)
        uneven = ~(np.abs(steps - np.median(steps)) <= UNEVEN * np.median(steps))
        if uneven.any() or not np.median(steps) > 0:
            at = int(np.argmax(uneven))
            raise InputError(
                f"time_ms must rise in even steps: from {self.time_ms[at]:g} to "
                f"{self.time_ms[at + 1]:g} where most are {np.median(steps):g}"
            )
        if self.measured.ndim != 2:
            raise InputError(f"measured has {self.measured.ndim} axes, must be [sample, sweep]")
        shape = (self.time_ms.size, self.measured.shape[1])
        for name, values in (("command", self.command), ("measured", self.measured)):
            if values.shape != shape:
                raise InputError(f"{name} has shape {values.shape}, must be {shape}")
            if not np.isfinite(values).all():
                raise InputError(f"{name} holds values that are not finite")

    @property
    def dt_ms(self) -> float:
        """Time between samples."""
        return float(self.time_ms[-1] - self.time_ms[0]) / (self.time_ms.size - 1)


def read_sweeps(
    file: str | Path, kind: Kind, *, command: Float[np.ndarray, "#sample sweep"] | None = None
) -> Sweeps:
    """Read a CSV table or an ABF file (Axon Binary Format).

    The columns of a table are `time_ms`, then `command_1_pA`, `measured_1_mV`, `command_2_pA` and
    so on, each with its unit at the end: ms or s; nA, pA, uA or A; mV or V. Lines that begin with
    `#` are comments. ABF files need the package pyabf.
    **Arguments:** the `file`; what `kind` of recording it is; the `command` (nA or mV) for an ABF
    file that does not say it.
    **Raises:** `InputError` for a missing file, column or unit, what is not a number, and uneven
    times.
    """
    path = Path(file)
    if kind not in _UNITS:
        raise InputError(f"kind is {kind!r}; allowed: {', '.join(_UNITS)}")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        if path.suffix.lower() == ".abf":
            return _read_abf(path, kind, command)
        return _read_table(path, kind)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _read_table(path: Path, kind: Kind) -> Sweeps:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            lines = list(enumerate(csv.reader(stream), start=1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"not a table of text ({error})") from None
    rows = [(at, row) for at, row in lines if row and not row[0].startswith("#")]
    if len(rows) < 2:
        raise InputError("the table is empty")
    header = [name.strip() for name in rows[0][1]]
    factors = np.array(_column_factors(header, kind))
    values = np.empty((len(rows) - 1, len(header)))
    for place, (at, row) in enumerate(rows[1:]):
        if len(row) != len(header):
            raise InputError(f"line {at} has {len(row)} cells, must have {len(header)}")
        for column, (name, cell) in enumerate(zip(header, row, strict=True)):
            try:
                values[place, column] = float(cell)
            except ValueError:
                raise InputError(f"line {at}, column {name!r}: {cell!r} is no number") from None
    values *= factors
    return Sweeps(kind, values[:, 0], values[:, 1::2], values[:, 2::2])


def _column_factors(header: list[str], kind: Kind) -> list[float]:
    """What turns each column into house units; raises where one is missing."""
    command, measured = _UNITS[kind]
    expected = [("time", TIMES_ms)]
    for sweep in range(1, max(len(header) // 2, 1) + 1):
        expected += [(f"command_{sweep}", command), (f"measured_{sweep}", measured)]
    factors = []
    for place, (name, units) in enumerate(expected):
        given = header[place] if place < len(header) else None
        parts = _COLUMN.fullmatch(given) if given is not None else None
        if parts is None or parts[1] != name:
            found = "the table ends" if given is None else f"it is {given!r}"
            raise InputError(
                f"column {place + 1} must be '{name}_{next(iter(units))}', but {found}"
            )
        if parts[2] is None:
            raise InputError(f"column {given!r} has no unit; allowed: {_listed(name, units)}")
        if parts[2] not in units:
            raise InputError(f"column {given!r}: in {kind} allowed are {_listed(name, units)}")
        factors.append(units[parts[2]])
    return factors


def _listed(name: str, units: dict[str, float]) -> str:
    return ", ".join(f"{name}_{unit}" for unit in units)


def _read_abf(path: Path, kind: Kind, command: np.ndarray | None) -> Sweeps:
    try:
        import pyabf
    except ImportError:
        raise InputError("reading ABF files needs pyabf: pip install pyabf") from None
    try:
        abf = pyabf.ABF(str(path))
    except Exception as error:  # the reader raises whatever its parsing stumbles on
        raise InputError(f"not a readable ABF file ({error})") from None
    given, measured = [], []
    for sweep in abf.sweepList:
        abf.setSweep(sweep)
        measured.append(abf.sweepY * _factor("measured", abf.sweepUnitsY, _UNITS[kind][1], kind))
        if command is None:
            given.append(_stored_command(abf, kind))
    values = np.stack(measured, axis=1).astype(float)
    if command is None:
        commands = np.stack(given, axis=1)
    else:
        commands = np.asarray(command, dtype=float)
        if commands.ndim != 2 or commands.shape[0] not in (1, len(values)):
            raise InputError(f"command has shape {commands.shape}, must be {values.shape}")
        commands = np.broadcast_to(commands, (len(values), commands.shape[1]))
    return Sweeps(kind, 1e3 * np.asarray(abf.sweepX, dtype=float), commands, values)


def _stored_command(abf: Any, kind: Kind) -> Float[np.ndarray, " sample"]:
    waveform = np.asarray(abf.sweepC, dtype=float)
    if not np.isfinite(waveform).all():
        raise InputError("the file does not say what was commanded: give command=")
    unit = abf.sweepUnitsC
    return waveform * _factor("command", unit, _UNITS[kind][0], kind)


def _factor(what: str, unit: str, units: dict[str, float], kind: Kind) -> float:
    # Headers are padded to a fixed width.
    name = unit.strip("\x00 ")
    if name not in units:
        raise InputError(
            f"unit of the {what} is {name!r}; in {kind} allowed are {', '.join(units)}"
        )
    return units[name]
