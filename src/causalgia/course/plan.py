"""One day of a population as a plan held as data: what is done, in which order, from what.

The board holds everything by name; every step reads some names of it and writes others. The
compiled course executes this very plan; `describe` prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from causalgia.causes import Cause, Insult
from causalgia.course.constants import Constants
from causalgia.course.dynamics import progress
from causalgia.course.observation import diary_entry, pain_of_the_day
from causalgia.course.patients import Patients
from causalgia.course.treating import relieve, treat_for_a_day
from causalgia.mechanisms import FIBERS
from causalgia.mechanisms.map import index_of
from causalgia.pathway import TESTS, Response
from causalgia.treatments.schedule import Schedule

__all__ = ["DAY", "GIVEN", "Respond", "Step", "describe", "run_day"]

Respond = Callable[[Float[Array, "entry batch"]], Response]
"""A pathway: mechanisms to response."""

Values = Float[Array, "entry batch"]
Scalar = Float[Array, ""]

_GAINED = np.array([index_of("sleep_quality", "brain"), index_of("activity", "brain")])

GIVEN = (
    *("day", "span_days", "patients", "cause", "schedule", "constants", "respond", "diary_key"),
    *("mechanisms", "scars", "signals"),
)
"""What is on the board before the first step."""


@dataclass(frozen=True)
class Step:
    """One step: its `name`, the `floor` whose work it is, what it `reads` and `writes` on the
    board, and the `function` of what it reads that returns what it writes, in that order.
    """

    name: str
    floor: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    function: Callable[..., tuple[Any, ...]]


def _strike(
    cause: Cause, day: Scalar, span_days: Scalar, patients: Patients, schedule: Schedule
) -> tuple[Insult]:
    """The cause insults the nerve, less what treatments of the cause take away."""
    midday = day + 0.5 * span_days
    return (relieve(cause.insult(midday, patients), schedule, midday, patients),)


def _progress(
    constants: Constants,
    mechanisms: Values,
    scars: Float[Array, "scar batch"],
    signals: Float[Array, "signal batch"],
    insult: Insult,
    patients: Patients,
    span_days: Scalar,
) -> tuple[Values, Float[Array, "scar batch"]]:
    """Disease, repair and plasticity move the mechanisms, driven by yesterday's activity."""
    return progress(constants, mechanisms, scars, signals, insult, patients, span_days)


def _treat(
    mechanisms: Values, schedule: Schedule, day: Scalar, span_days: Scalar, patients: Patients
) -> tuple[Values, Values, Scalar]:
    """Treatments push mechanisms, for all of the day or part of it."""
    return treat_for_a_day(mechanisms, schedule, day, span_days, patients)


def _respond(
    respond: Respond, treated: Values, between: Values, treated_share: Scalar
) -> tuple[Response]:
    """The pathway turns mechanisms into activity and pain, at rest and to four tests."""
    # A loop over the parts of the day, so that the pathway is compiled once, and computed once
    # on days that are all of a piece; on these both parts are alike, or only the first counts.
    split = (treated_share > 0.0) & (treated_share < 1.0)
    parts = jnp.stack([treated, between])
    shares = jnp.where(split, jnp.stack([treated_share, 1.0 - treated_share]), 1.0)

    def add(part: Array, sum_so_far: Response) -> Response:
        return jax.tree.map(
            lambda so_far, own: so_far + shares[part] * own, sum_so_far, respond(parts[part])
        )

    nothing = jax.tree.map(
        lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), jax.eval_shape(respond, treated)
    )
    return (jax.lax.fori_loop(0, jnp.where(split, 2, 1), add, nothing),)


def _feel(
    constants: Constants, response: Response, mechanisms: Values, treated: Values
) -> tuple[Float[Array, "signal batch"], Float[Array, " batch"]]:
    """What rest is like, and sleep and activity gained, is kept for tomorrow; pain is felt."""
    rest = TESTS.index("rest")
    signals = jnp.concatenate(
        [
            response.afferent_Hz[rest, : len(FIBERS)],
            response.projection_Hz[rest][None],
            response.rating[rest][None],
            (treated - mechanisms)[_GAINED],
        ]
    )
    return signals, pain_of_the_day(constants, response.rating)


def _note(
    constants: Constants,
    pain: Float[Array, " batch"],
    day: Scalar,
    patients: Patients,
    diary_key: Key[Array, ""],
) -> tuple[Float[Array, " batch"]]:
    """The patient writes the diary."""
    return (diary_entry(constants, pain, day, patients, diary_key),)


DAY: tuple[Step, ...] = (
    Step(
        "cause",
        "causes",
        ("cause", "day", "span_days", "patients", "schedule"),
        ("insult",),
        _strike,
    ),
    Step(
        "course",
        "course",
        ("constants", "mechanisms", "scars", "signals", "insult", "patients", "span_days"),
        ("mechanisms", "scars"),
        _progress,
    ),
    Step(
        "treatment",
        "treatments",
        ("mechanisms", "schedule", "day", "span_days", "patients"),
        ("treated", "between", "treated_share"),
        _treat,
    ),
    Step(
        "pathway",
        "pathway",
        ("respond", "treated", "between", "treated_share"),
        ("response",),
        _respond,
    ),
    Step(
        "percept",
        "brain",
        ("constants", "response", "mechanisms", "treated"),
        ("signals", "pain"),
        _feel,
    ),
    Step(
        "observation",
        "patients",
        ("constants", "pain", "day", "patients", "diary_key"),
        ("diary",),
        _note,
    ),
)
"""One day, in order. The next day starts from the mechanisms, scars and signals it leaves."""


def run_day(board: Mapping[str, Any], plan: tuple[Step, ...] = DAY) -> dict[str, Any]:
    """Execute a plan on a board and return the board that it leaves.

    **Raises:** `ValueError` where a step does not write what it says.
    """
    after = dict(board)
    for step in plan:
        written = step.function(*(after[name] for name in step.reads))
        after.update(zip(step.writes, written, strict=True))
    return after


def describe(plan: tuple[Step, ...] = DAY) -> list[dict[str, str]]:
    """The plan as rows to print: number, step, floor, what it does, reads and writes."""
    return [
        {
            "order": str(number),
            "step": step.name,
            "floor": step.floor,
            "does": (step.function.__doc__ or "").strip().split("\n")[0],
            "reads": ", ".join(step.reads),
            "writes": ", ".join(step.writes),
        }
        for number, step in enumerate(plan, start=1)
    ]
