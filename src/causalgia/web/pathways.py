"""What the pathway makes of mechanisms, at once: the fitted stand-ins, compiled for one state."""

from __future__ import annotations

from collections.abc import Mapping

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
from causalgia.web.messages import Covariates, PathwayAnswer, PathwayRequest, Point, PointAnswer
from causalgia.web.numbers import by_name, rounded
from causalgia.web.schedules import ROWS, prescriptions_of, schedule_of

__all__ = ["answer_pathway", "moved", "warm_pathway"]

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


def warm_pathway() -> None:
    """Compile what answers."""
    answer_pathway(PathwayRequest(points=[Point()]))


def _answer(point: Point, covariates: Covariates) -> PointAnswer:
    given, known = prescriptions_of(point.treatments), covariates.known
    patient = jax.tree.map(np.asarray, typical(1, **known))
    values = _values(point.mechanisms)
    found, treated, without = jax.device_get(
        _look(values, schedule_of(given, ROWS[-1]), np.float32(point.days), patient)
    )
    warnings = warnings_for(
        given,
        renal_clearance_mL_min=known.get("renal_clearance_mL_min"),
        age_years=known.get("age_years"),
        cyp2d6_activity=known.get("cyp2d6_activity"),
    )
    return PointAnswer(
        rating=by_name(TESTS, found.rating[:, 0]),
        projection_Hz=by_name(TESTS, found.projection_Hz[:, 0]),
        afferent_Hz={
            test: by_name(FIBERS, rates)
            for test, rates in zip(TESTS, found.afferent_Hz[..., 0], strict=True)
        },
        origin_Hz={
            place: by_name(FIBERS, rates)
            for place, rates in zip(PERIPHERAL_PLACES, found.origin_Hz[..., 0], strict=True)
        },
        qualities=by_name(QUALITIES, found.qualities[:, 0]),
        mechanisms=moved(treated[:, 0]),
        rating_without_input=rounded(without[_REST, 0]),
        warnings=[str(warning) for warning in warnings],
    )


def _values(mechanisms: Mapping[str, float]) -> Float[np.ndarray, "entry 1"]:
    """Mechanisms as the pathway takes them, those that are not named healthy."""
    values = np.array(healthy(1).values)
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


def moved(values: Float[np.ndarray, " entry"]) -> dict[str, float]:
    """Mechanisms that are not as in health, by name."""
    return {
        entry.name: rounded(value)
        for entry, value in zip(entries(), values, strict=True)
        if abs(value - entry.healthy) > 1e-6
    }


@jax.jit
def _look(
    values: Float[Array, "entry 1"], schedule: Schedule, day: Float[Array, ""], patient: Patients
) -> tuple[Response, Float[Array, "entry 1"], Float[Array, "test 1"]]:
    """The response under treatment, the mechanisms then, and the rating without any input."""
    treated = push(values, schedule, strengths(schedule, day, patient, on_site=True))
    closed = treated.at[np.array(rows("sodium_availability"))].set(0.0)
    both = respond(jnp.concatenate([treated, closed], axis=1))
    here = jax.tree.map(lambda leaf: leaf[..., :1], both)
    return here, treated, both.rating[:, 1:]
