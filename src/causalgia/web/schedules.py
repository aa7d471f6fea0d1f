"""Treatments of a request as arrays of one shape, so that one compiled program serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import get_type_hints

import numpy as np

from causalgia import treatments
from causalgia.causes import KINDS
from causalgia.errors import InputError, nearest
from causalgia.treatments import Prescription, Schedule, build_schedule
from causalgia.web.messages import Given, GivenFrom

__all__ = ["ROWS", "prescriptions_of", "schedule_of"]

ROWS = (8, 16, 32)
"""How many rows a schedule may have: a program each, and few of them."""


def prescriptions_of(given: Sequence[Given]) -> tuple[Prescription, ...]:
    """Treatments as asked for.

    **Raises:** `InputError` that names the field: an unknown treatment, a dose or a place that it
    does not allow, times that cannot be.
    """
    found = []
    for number, one in enumerate(given, start=1):
        start, stop = (one.start_day, one.stop_day) if isinstance(one, GivenFrom) else (0.0, None)
        known = treatments.names()
        # By name only: where it looked like one, a path would be read.
        if one.name not in known:
            hint = nearest(one.name, known)
            raise InputError(f"treatments[{number}].name: unknown treatment {one.name!r}; {hint}")
        try:
            found.append(Prescription(treatments.find(one.name), start, stop, one.dose, one.place))
        except InputError as error:
            raise InputError(f"treatments[{number}]: {error}") from None
    return tuple(found)


@lru_cache(maxsize=512)
def schedule_of(prescriptions: tuple[Prescription, ...], least: int = ROWS[0]) -> Schedule:
    """Prescriptions as a schedule of one of the numbers of `ROWS`, `least` or more.

    **Raises:** `InputError` where together they push more mechanisms than there are rows.
    """
    own, nothing = _plain(build_schedule(prescriptions, KINDS)), _plain(build_schedule((), KINDS))
    rows, spare = len(own["step_day"]), len(nothing["step_day"])
    if rows > ROWS[-1]:
        raise InputError(
            f"treatments: together they push mechanisms in some {rows} ways; "
            f"allowed: {ROWS[-1]}; leave some out"
        )
    wanted = next(size for size in ROWS if size >= max(rows, least))
    for _ in range(0, wanted - rows, spare):
        own = {name: _beside(own[name], nothing[name], axes) for name, axes in _row_axes().items()}
    return Schedule(**own)  # type: ignore[arg-type]


def _plain(schedule: Schedule) -> dict[str, np.ndarray]:
    return {name: np.asarray(getattr(schedule, name)) for name in _row_axes()}


@cache
def _row_axes() -> dict[str, tuple[int, ...]]:
    """Along which axes of each array of a schedule its rows lie, as its declaration says."""
    shapes = {name: kind.dim_str.split() for name, kind in get_type_hints(Schedule).items()}
    return {
        name: tuple(i for i, axis in enumerate(shape) if axis == "row")
        for name, shape in shapes.items()
    }


def _beside(own: np.ndarray, nothing: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Both, one after the other along one axis or, along two, as blocks of a diagonal."""
    if len(axes) == 1:
        return np.concatenate([own, nothing], axis=axes[0])
    first, second = len(own), len(nothing)
    whole = np.zeros((first + second, first + second), own.dtype)
    whole[:first, :first], whole[first:, first:] = own, nothing
    return whole
