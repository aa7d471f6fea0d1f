"""What the pathway makes of mechanisms, at once: the fitted stand-ins, compiled for one state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.course import Patients, typical
from causalgia.course.treating import push
from causalgia.errors import InputError, nearest
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES, entries
from causalgia.mechanisms.map import rows
from causalgia.mechanisms.state import healthy
from causalgia.pathway.response import QUALITIES, TESTS, Response
from causalgia.pathway.surrogate import respond
from causalgia.treatments import Schedule
from causalgia.treatments.schedule import strengths
from causalgia.treatments.warnings import warnings_for
from causalgia.web.messages import (
    Covariates,
    PathwayAnswer,
    PathwayRequest,
    Point,
    PointAnswer,
    States,
)
from causalgia.web.numbers import series
from causalgia.web.schedules import ROWS, prescriptions_of, schedule_of

__all__ = ["answer_pathway", "mechanism_values", "states_of", "warm_pathway"]

_REST = TESTS.index("rest")


def answer_pathway(request: PathwayRequest) -> PathwayAnswer:
    """Answer a request.

    **Raises:** `InputError` for a mechanism or a treatment that does not exist or is out of range.
    """
    points = []
    for number, point in enumerate(request.points, start=1):
        try:
            points.append(_answer(point, request.covariates))
        except InputError as error:
            raise InputError(f"points[{number}].{error}") from None
    return PathwayAnswer(points=points)


def states_of(
    values: Float[np.ndarray, "state entry"], respond: Callable[..., Response], most: int
) -> States:
    """What a pathway makes of states, at most so many of them, all at once.

    As `answer_pathway` without treatments; a program serves any number of states up to `most`.
    """
    count = len(values)
    table = np.repeat(_well(), most, axis=1)
    low, high = (np.array([getattr(one, name) for one in entries()]) for name in ("low", "high"))
    table[:, :count] = np.clip(values, low, high).T
    found = _seen(_look_at_all(table, respond)[:, :count])
    return States(
        rating=_series_of(found["rating"], TESTS),
        projection_Hz=_series_of(found["projection_Hz"], TESTS),
        afferent_Hz=_series_of(found["afferent_Hz"], TESTS, FIBERS),
        origin_Hz=_series_of(found["origin_Hz"], PERIPHERAL_PLACES, FIBERS),
        qualities=_series_of(found["qualities"], QUALITIES),
        rating_without_input=found["without_input"][_REST].tolist(),
    )


def warm_pathway() -> None:
    """Compile what answers."""
    answer_pathway(PathwayRequest(points=[Point()]))


def _answer(point: Point, covariates: Covariates) -> PointAnswer:
    given, known = prescriptions_of(point.treatments), covariates.known
    looked = _look(
        mechanism_values(point.mechanisms),
        schedule_of(given, ROWS[-1]),
        np.float32(point.days),
        _patient(tuple(sorted(known.items()))),
    )
    found = {name: part[..., 0] for name, part in _seen(looked).items()}
    warnings = warnings_for(
        given,
        renal_clearance_mL_min=known.get("renal_clearance_mL_min"),
        age_years=known.get("age_years"),
        cyp2d6_activity=known.get("cyp2d6_activity"),
    )
    return PointAnswer(
        rating=_named(TESTS, found["rating"]),
        projection_Hz=_named(TESTS, found["projection_Hz"]),
        afferent_Hz={
            test: _named(FIBERS, rates)
            for test, rates in zip(TESTS, found["afferent_Hz"], strict=True)
        },
        origin_Hz={
            place: _named(FIBERS, rates)
            for place, rates in zip(PERIPHERAL_PLACES, found["origin_Hz"], strict=True)
        },
        qualities=_named(QUALITIES, found["qualities"]),
        mechanisms=_moved(found["mechanisms"]),
        rating_without_input=float(found["without_input"][_REST]),
        warnings=[str(warning) for warning in warnings],
    )


@lru_cache(maxsize=256)
def _patient(known: tuple[tuple[str, float], ...]) -> Patients:
    return jax.tree.map(np.asarray, typical(1, **dict(known)))


@cache
def _well() -> Float[np.ndarray, "entry 1"]:
    return np.array(healthy(1).values)


def mechanism_values(mechanisms: Mapping[str, float]) -> Float[np.ndarray, "entry 1"]:
    """Mechanisms as the pathway takes them, those that are not named healthy.

    **Raises:** `InputError` for one that does not exist or is out of range.
    """
    values = _well().copy()
    index = {entry.name: row for row, entry in enumerate(entries())}
    for name, value in mechanisms.items():
        if name not in index:
            raise InputError(f"mechanisms: no mechanism {name!r}; {nearest(name, index)}")
        entry = entries()[index[name]]
        if not entry.low <= value <= entry.high:
            raise InputError(
                f"mechanisms.{name}: {value:g}; allowed: {entry.low:g} to {entry.high:g} "
                f"{entry.unit}"
            )
        values[index[name], 0] = value
    return values


def _named(names: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _series_of(table: np.ndarray, names: Sequence[str], *more: Sequence[str]) -> dict[str, Any]:
    """A table [name, ..., state] by name."""
    return {
        name: _series_of(own, *more) if more else own.tolist()
        for name, own in zip(names, table, strict=True)
    }


def _moved(values: Float[np.ndarray, " entry"]) -> dict[str, float]:
    """Mechanisms that are not as in health, by name."""
    return {
        entry.name: float(value)
        for entry, value in zip(entries(), values, strict=True)
        if abs(value - entry.healthy) > 1e-6
    }


_SHAPES = {
    "rating": (len(TESTS),),
    "projection_Hz": (len(TESTS),),
    "afferent_Hz": (len(TESTS), len(FIBERS)),
    "origin_Hz": (len(PERIPHERAL_PLACES), len(FIBERS)),
    "qualities": (len(QUALITIES),),
    "mechanisms": (len(entries()),),
    "without_input": (len(TESTS),),
}


@jax.jit
def _look(
    values: Float[Array, "entry 1"], schedule: Schedule, day: Float[Array, ""], patient: Patients
) -> Float[Array, "number 1"]:
    """`_looked` at mechanisms under treatment."""
    return _looked(push(values, schedule, strengths(schedule, day, patient, on_site=True)), respond)


@eqx.filter_jit
def _look_at_all(
    values: Float[np.ndarray, "entry state"], respond: Callable[..., Response]
) -> Float[Array, "number state"]:
    """`_looked` at mechanisms as they are."""
    return _looked(jnp.asarray(values), respond)


def _looked(
    values: Float[Array, "entry state"], respond: Callable[..., Response]
) -> Float[Array, "number state"]:
    """All of `_SHAPES` one after the other, as one array is handed over faster than seven: the
    response, the mechanisms it is of, and the rating without any input.
    """
    count = values.shape[1]
    closed = values.at[np.array(rows("sodium_availability"))].set(0.0)
    both = respond(jnp.concatenate([values, closed], axis=1))
    parts = {name: getattr(both, name)[..., :count] for name in list(_SHAPES)[:-2]}
    parts |= {"mechanisms": values, "without_input": both.rating[:, count:]}
    return jnp.concatenate([parts[name].reshape(-1, count) for name in _SHAPES])


def _seen(numbers: Float[Array, "number state"]) -> dict[str, np.ndarray]:
    """The parts of what was `_looked` at, [..., state], rounded all at once."""
    given = np.asarray(numbers)
    table = np.array(series(given.ravel())).reshape(given.shape)
    ends = np.cumsum([math.prod(shape) for shape in _SHAPES.values()])
    parts = np.split(table, ends[:-1])
    return {
        name: part.reshape(*shape, -1)
        for part, (name, shape) in zip(parts, _SHAPES.items(), strict=True)
    }
