"""Recordings of a patch clamp: what was commanded, and what was measured, sweep by sweep."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

__all__ = ["Sweeps", "read_sweeps"]

Kind = Literal["current clamp", "voltage clamp"]


@dataclass(frozen=True)
class Sweeps:
    """Sweeps on one even time axis.

    In current clamp `command` is the injected current (nA) and `measured` the voltage (mV); in
    voltage clamp `command` is the voltage (mV) and `measured` the current (nA). Both [sample,
    sweep]; a sample's command holds until the next.
    """

    kind: Kind
    time_ms: Float[np.ndarray, " sample"]
    command: Float[np.ndarray, "sample sweep"]
    measured: Float[np.ndarray, "sample sweep"]

    def __post_init__(self) -> None:
        steps = np.diff(self.time_ms)
        if self.time_ms.size < 2 or np.any(steps <= 0) or np.ptp(steps) > 1e-3 * steps.mean():
            raise InputError("sweeps: time_ms must rise in even steps, 2 samples or more")
        shape = (self.time_ms.size, self.measured.shape[-1])
        for name, values in (("command", self.command), ("measured", self.measured)):
            if values.shape != shape:
                raise InputError(f"sweeps: {name} has shape {values.shape}, must be {shape}")
            if not np.isfinite(values).all():
                raise InputError(f"sweeps: {name} holds values that are not finite")

    @property
    def dt_ms(self) -> float:
        """Time between samples."""
        return float(self.time_ms[1] - self.time_ms[0])


def read_sweeps(file: str | Path, kind: Kind) -> Sweeps:
    """Read a CSV table or an ABF file (Axon Binary Format).

    A table has the columns `time_ms`, then `command_1`, `measured_1`, `command_2`, `measured_2`
    and so on, in mV and nA. ABF files need the package pyabf; their units are converted.
    **Raises:** `InputError` for a missing file, column or unit, or what is not a number.
    """
    path = Path(file)
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix.lower() == ".abf":
        return _read_abf(path, kind)
    with path.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.reader(stream) if row and not row[0].startswith("#")]
    if not rows:
        raise InputError(f"{path}: the table is empty")
    header = [name.strip() for name in rows[0]]
    count = (len(header) - 1) // 2
    expected = ["time_ms"]
    for sweep in range(1, max(count, 1) + 1):
        expected += [f"command_{sweep}", f"measured_{sweep}"]
    if header != expected:
        raise InputError(f"{path}: columns are {', '.join(header)}; must be {', '.join(expected)}")
    values = np.empty((len(rows) - 1, len(header)))
    for line, row in enumerate(rows[1:]):
        try:
            values[line] = [float(cell) for cell in row]
        except ValueError as error:
            raise InputError(f"{path}, row {line + 2}: {error}") from None
    return Sweeps(kind, values[:, 0], values[:, 1::2], values[:, 2::2])


UNITS = {"nA": 1.0, "pA": 1e-3, "uA": 1e3, "mV": 1.0, "V": 1e3}
"""To nA and mV."""


def _read_abf(path: Path, kind: Kind) -> Sweeps:
    try:
        import pyabf
    except ImportError:
        raise InputError(f"{path}: reading ABF files needs pyabf: pip install pyabf") from None
    try:
        abf = pyabf.ABF(str(path))
    except Exception as error:  # the reader raises plain exceptions for whatever it cannot read
        raise InputError(f"{path}: not a readable ABF file ({error})") from None
    command, measured = [], []
    for sweep in abf.sweepList:
        abf.setSweep(sweep)
        factors = [_factor(path, unit) for unit in (abf.sweepUnitsC, abf.sweepUnitsY)]
        command.append(factors[0] * abf.sweepC)
        measured.append(factors[1] * abf.sweepY)
    return Sweeps(
        kind,
        1e3 * np.asarray(abf.sweepX, dtype=float),
        np.stack(command, axis=1).astype(float),
        np.stack(measured, axis=1).astype(float),
    )


def _factor(path: Path, unit: str) -> float:
    if unit not in UNITS:
        raise InputError(f"{path}: unit {unit!r}; known are {', '.join(UNITS)}")
    return UNITS[unit]
