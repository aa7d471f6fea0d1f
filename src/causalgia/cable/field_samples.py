"""A potential along a fiber that another program computed, such as finite elements."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from causalgia.cable.geometry import Cable
from causalgia.errors import InputError

__all__ = ["FieldSamples", "read_field"]

_POSITION_um = {"position_um": 1.0, "position_mm": 1e3, "position_m": 1e6}
_POTENTIAL_mV_per_mA = {
    "potential_mV_per_mA": 1.0,
    "potential_V_per_A": 1.0,
    "potential_V_per_mA": 1e3,
    "potential_mV_per_A": 1e-3,
}


@dataclass(frozen=True, eq=False)
class FieldSamples:
    """Potential at positions along a fiber, for 1 mA through the electrodes.

    **Arguments:** `positions_um` [sample] along the fiber's path, rising;
    `potential_mV_per_mA` [sample].
    **Raises:** `InputError` for fewer than 4 samples, unequal lengths, numbers that are not finite
    or positions that do not rise.
    """

    positions_um: Float[np.ndarray, " sample"]
    potential_mV_per_mA: Float[np.ndarray, " sample"]

    def __post_init__(self) -> None:
        for name in ("positions_um", "potential_mV_per_mA"):
            values = np.asarray(getattr(self, name), dtype=float)
            if values.ndim != 1 or not np.isfinite(values).all():
                raise InputError(f"{name} must be finite numbers in a row")
            object.__setattr__(self, name, values)
        count = self.positions_um.size
        if count < 4 or count != self.potential_mV_per_mA.size:
            raise InputError(
                f"{count} positions and {self.potential_mV_per_mA.size} potentials:"
                " need as many of each, at least 4"
            )
        falling = np.flatnonzero(np.diff(self.positions_um) <= 0)
        if falling.size:
            place = int(falling[0])
            before, after = self.positions_um[place : place + 2]
            raise InputError(
                f"positions must rise: sample {place + 1} is at {before:g} um and"
                f" sample {place + 2} at {after:g} um"
            )

    def onto(
        self, positions: Cable | Float[np.ndarray, " compartment"]
    ) -> Float[np.ndarray, " compartment"]:
        """Potential (mV per mA) at compartments, from a cubic spline that does not overshoot.

        A fiber answers to the second difference of the potential, so that an interpolation needs a
        continuous second derivative: the natural cubic spline is the smoothest such curve. In runs
        of samples that rise or fall, its slopes are limited as by Hyman (1983), after which it
        stays between its samples: without effect on a smooth field, this removes the ringing at a
        sharp interface of tissues. Next to a peak or trough of the samples the slopes are left
        alone: a true peak lies between samples, not on one.

        **Arguments:** a `Cable`, or positions (um) along the path of the samples.
        **Raises:** `InputError` where compartments lie beyond the samples.
        """
        wanted = positions.position_um if isinstance(positions, Cable) else np.asarray(positions)
        first, last = float(self.positions_um[0]), float(self.positions_um[-1])
        if wanted.size and (wanted.min() < first or wanted.max() > last):
            raise InputError(
                f"field samples cover {first:g} to {last:g} um, the fiber's compartments need"
                f" {wanted.min():g} to {wanted.max():g} um"
            )
        slopes = _limited(self, _natural_slopes(self))
        return _hermite(self, slopes, np.asarray(wanted, dtype=float))


def read_field(file: str | Path) -> FieldSamples:
    """Read field samples from a CSV file with a heading.

    One column is the position (`position_um`, `position_mm` or `position_m`), one the potential
    for a unit of current (`potential_mV_per_mA`, `potential_V_per_A`, `potential_V_per_mA` or
    `potential_mV_per_A`): the unit is part of the name. Other columns are not read.

    **Raises:** `InputError` naming the file and what is wrong with it: a missing column or unit,
    a cell that is no number, with its line.
    """
    path = Path(file)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name}: cannot be read as CSV: {error}") from None
    if not rows:
        raise InputError(f"{path.name}: the file is empty")
    heading = [cell.strip() for cell in rows[0]]
    columns = []
    for kind, known in (("position", _POSITION_um), ("potential", _POTENTIAL_mV_per_mA)):
        index, factor = _column(path.name, heading, kind, known)
        cells = [
            _number(path.name, row, index, heading[index], i) for i, row in enumerate(rows[1:], 2)
        ]
        columns.append(factor * np.array(cells))
    try:
        return FieldSamples(*columns)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None


def _column(name: str, heading: list[str], kind: str, known: dict[str, float]) -> tuple[int, float]:
    """Where the column of a kind stands, and the factor from its unit to the house's."""
    found = [
        (heading.index(column), factor) for column, factor in known.items() if column in heading
    ]
    if len(found) == 1:
        return found[0]
    allowed = ", ".join(known)
    if found:
        raise InputError(f"{name}: more than one {kind} column; keep one of {allowed}")
    given = ", ".join(heading)
    raise InputError(f"{name}: no {kind} column with its unit among {given}; allowed: {allowed}")


def _number(name: str, row: list[str], index: int, column: str, line: int) -> float:
    text = row[index].strip() if index < len(row) else ""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{name}: row {line}: {column} is {text!r}, must be a number")
    return value


def _natural_slopes(field: FieldSamples) -> np.ndarray:
    """Slopes of the natural cubic spline at its samples, by elimination of its three diagonals."""
    step = np.diff(field.positions_um)
    secant = np.diff(field.potential_mV_per_mA) / step
    inverse = 1.0 / step
    outer = np.concatenate([[0.0], inverse, [0.0]])
    diagonal = 2.0 * (outer[:-1] + outer[1:])
    weighted = np.concatenate([[0.0], 3.0 * secant * inverse, [0.0]])
    right = weighted[:-1] + weighted[1:]
    for i in range(1, right.size):
        factor = inverse[i - 1] / diagonal[i - 1]
        diagonal[i] -= factor * inverse[i - 1]
        right[i] -= factor * right[i - 1]
    slopes = right / diagonal
    for i in range(right.size - 2, -1, -1):
        slopes[i] = (right[i] - inverse[i] * slopes[i + 1]) / diagonal[i]
    return slopes


def _limited(field: FieldSamples, slopes: np.ndarray) -> np.ndarray:
    """The slopes of a curve that is monotone where the samples around a place are.

    A sample counts as one of a monotone run where the two intervals on either side of it do not
    turn; next to a turn the true extreme may lie between samples, and a limit would flatten it.
    """
    secant = np.diff(field.potential_mV_per_mA) / np.diff(field.positions_um)
    around = np.pad(secant, 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, 4)
    lowest, highest = windows.min(axis=1), windows.max(axis=1)
    bound = 3.0 * np.minimum(np.abs(windows[:, 1]), np.abs(windows[:, 2]))
    rising = np.where(lowest >= 0, 1.0, -1.0)
    limited = rising * np.clip(rising * slopes, 0.0, bound)
    return np.where((lowest >= 0) | (highest <= 0), limited, slopes)


def _hermite(field: FieldSamples, slopes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The cubic pieces through the samples with the given slopes."""
    x, y = field.positions_um, field.potential_mV_per_mA
    left = np.clip(np.searchsorted(x, wanted, side="right") - 1, 0, x.size - 2)
    step = x[left + 1] - x[left]
    t = (wanted - x[left]) / step
    rest = 1.0 - t
    ends = y[left] * (1.0 + 2.0 * t) * rest**2 + y[left + 1] * (1.0 + 2.0 * rest) * t**2
    return np.asarray(ends + step * t * rest * (slopes[left] * rest - slopes[left + 1] * t))
