"""Following a population through days, months and years."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from causalgia.cable.parallel import map_blocks
from causalgia.causes import KINDS, Cause
from causalgia.course.constants import Constants, load_constants
from causalgia.course.observation import diary_key
from causalgia.course.patients import Patients
from causalgia.course.plan import Respond, run_day
from causalgia.course.state import CourseState, healthy_state
from causalgia.course.treating import treat
from causalgia.errors import InputError, SimulationDiverged
from causalgia.mechanisms import entries
from causalgia.mechanisms.map import rows
from causalgia.mechanisms.state import bounds
from causalgia.pathway import Response
from causalgia.treatments import Prescription, Schedule, build_schedule

__all__ = ["Course", "central_sensitization", "follow", "respond_under"]

BLOCK_PATIENTS = 256
"""The most patients computed together: full vectors, and few enough to stay in cache."""

Record = dict[str, Float[Array, "..."]]
Table = dict[str, np.ndarray]
Tree = TypeVar("Tree")


@dataclass(frozen=True)
class Course:
    """What happened to a population, one row an interval of recording (a week).

    `day` [week] ends the interval. Means over it: `rating` [week, test, batch] (0-10), `pain`
    [week, batch] felt over the day, `diary` [week, batch] as noted, `projection_Hz` [week, test,
    batch], `afferent_Hz` [week, test, fiber, batch], `origin_Hz` [week, place, fiber, batch],
    `qualities` [week, quality, batch]. At its end: `central` [week, batch], how far cord and
    brain are from health (0-1), and `mechanisms` [week, entry, batch] before treatment (None
    where not asked for). `state` is where everybody stands at the end.
    """

    day: Float[np.ndarray, " week"]
    rating: Float[np.ndarray, "week test batch"]
    pain: Float[np.ndarray, "week batch"]
    diary: Float[np.ndarray, "week batch"]
    projection_Hz: Float[np.ndarray, "week test batch"]
    afferent_Hz: Float[np.ndarray, "week test fiber batch"]
    origin_Hz: Float[np.ndarray, "week place fiber batch"]
    qualities: Float[np.ndarray, "week quality batch"]
    central: Float[np.ndarray, "week batch"]
    mechanisms: Float[np.ndarray, "week entry batch"] | None
    state: CourseState


def follow(
    cause: Cause,
    patients: Patients,
    prescriptions: Sequence[Prescription] = (),
    *,
    respond: Respond,
    days: float,
    start: CourseState | None = None,
    seed: int = 0,
    record_every_days: float = 7.0,
    step_days: float = 1.0,
    record_mechanisms: bool = False,
    constants: Constants | None = None,
    efficacies: Mapping[str, float] | None = None,
    progress: Callable[[float], None] | None = None,
    workers: int | None = None,
) -> Course:
    """Follow patients with a cause under prescriptions, day by day.

    All that differs between arms is data of one compiled program, which runs one interval of
    recording for a block of patients. Blocks are the same whatever the number of `workers`, and
    so is the outcome; a population of another size may need a program of its own.

    **Arguments:** `respond`, the pathway (mechanisms [entry, batch] to `Response`); `days` to
    follow, rounded up to whole intervals; `start`, where they stand (None: in health on day 0);
    `seed` of the diary's noise; `step_days`, a longer step for slow illnesses; `constants` and
    `efficacies` by target where they differ from the evidence; `progress`, called with the mean
    day reached, from any thread; `workers`, threads to use (None: all cores).
    **Raises:** `InputError` where times do not fit; `SimulationDiverged` where a value is lost.
    """
    steps = _steps(days, record_every_days, step_days)
    if step_days > cause.longest_step_days:
        raise InputError(
            f"step_days is {step_days:g}, must be at most {cause.longest_step_days:g} "
            f"to see all of {cause.name}"
        )
    constants = load_constants() if constants is None else constants
    state = healthy_state(patients, constants=constants) if start is None else start
    if state.mechanisms.shape[-1] != patients.count:
        raise InputError(
            f"start holds {state.mechanisms.shape[-1]} patients, but {patients.count} are given"
        )
    schedule = build_schedule(prescriptions, KINDS, efficacies)
    key, span = diary_key(seed), jnp.asarray(step_days, dtype=jnp.float32)
    intervals = math.ceil(days / record_every_days)
    blocks = _blocks(patients.count)
    tell = _teller(
        progress, float(state.day), intervals * record_every_days, intervals * len(blocks)
    )

    def interval(here: CourseState, who: Patients) -> tuple[CourseState, Record]:
        return _interval(here, cause, respond, who, schedule, constants, key, span, steps)

    def follow_block(lanes: np.ndarray) -> tuple[Table, CourseState]:
        here, who, records = _select(state, lanes), _select(patients, lanes), []
        for _ in range(intervals):
            here, record = interval(here, who)
            if not record_mechanisms:
                del record["mechanisms"]
            records.append({name: np.asarray(value) for name, value in record.items()})
            tell()
        return {name: np.stack([r[name] for r in records]) for name in records[0]}, here

    if len(blocks) > 1:
        # Compiled here once, or every thread would compile it.
        interval(_select(state, blocks[0]), _select(patients, blocks[0]))
    return _join(map_blocks(follow_block, blocks, workers), patients.count)


def _blocks(count: int) -> list[np.ndarray]:
    """Lanes of each block, all equally wide; the last may be filled up with its last patient."""
    width = math.ceil(count / math.ceil(count / BLOCK_PATIENTS))
    return [np.minimum(np.arange(i, i + width), count - 1) for i in range(0, count, width)]


def _select(tree: Tree, lanes: np.ndarray) -> Tree:
    """Some patients of every array whose last axis is the batch."""
    return jax.tree.map(lambda leaf: leaf[..., lanes] if leaf.ndim else leaf, tree)


def _teller(
    progress: Callable[[float], None] | None, start_day: float, days: float, parts: int
) -> Callable[[], None]:
    """Count parts of the work, done by several threads, and tell the mean day reached."""
    lock, done = threading.Lock(), 0

    def tell() -> None:
        nonlocal done
        with lock:
            done += 1
            if progress is not None:
                progress(start_day + days * done / parts)

    return tell


def _steps(days: float, record_every_days: float, step_days: float) -> int:
    """How many steps make an interval of recording."""
    for name, value in (("days", days), ("step_days", step_days)):
        if not (math.isfinite(value) and value > 0.0):
            raise InputError(f"{name} is {value!r}, must be above 0")
    steps = record_every_days / step_days
    if steps < 1.0 or abs(steps - round(steps)) > 1e-6:
        raise InputError(
            f"record_every_days is {record_every_days:g}, "
            f"must be a whole number of steps of {step_days:g} days"
        )
    return round(steps)


@eqx.filter_jit
def _interval(
    state: CourseState,
    cause: Cause,
    respond: Respond,
    patients: Patients,
    schedule: Schedule,
    constants: Constants,
    key: Key[Array, ""],
    span_days: Float[Array, ""],
    steps: int,
) -> tuple[CourseState, Record]:
    """One interval of recording: a scan over its days, and the means over them."""
    given = {
        "patients": patients,
        "cause": cause,
        "schedule": schedule,
        "constants": constants,
        "respond": respond,
        "diary_key": key,
        "span_days": span_days,
    }

    def one_day(carry: CourseState, _: None) -> tuple[CourseState, Record]:
        moving = {"mechanisms": carry.mechanisms, "scars": carry.scars, "signals": carry.signals}
        board = run_day({**given, **moving, "day": carry.day})
        after = CourseState(
            carry.day + span_days, board["mechanisms"], board["scars"], board["signals"]
        )
        return after, _record(board)

    end, days = jax.lax.scan(one_day, state, None, length=steps)
    record = {name: jnp.mean(value, axis=0) for name, value in days.items()}
    record["day"] = end.day
    record["central"] = central_sensitization(end.mechanisms)
    record["mechanisms"] = end.mechanisms.astype(jnp.float16)
    return end, record


def _record(board: Mapping[str, Any]) -> Record:
    response: Response = board["response"]
    return {
        "rating": response.rating,
        "pain": board["pain"],
        "diary": board["diary"],
        "projection_Hz": response.projection_Hz,
        "afferent_Hz": response.afferent_Hz,
        "origin_Hz": response.origin_Hz,
        "qualities": response.qualities,
    }


def central_sensitization(mechanisms: Float[Array, "entry batch"]) -> Float[Array, " batch"]:
    """How far cord and brain are from health, 0-1: the mean over their mechanisms of the way
    gone from the healthy value toward the limit on the side of more pain.
    """
    low, high = bounds()
    more = ("microglia", "ampa_gain", "nmda_gain", "serotonergic_facilitation")
    less = ("kcc2", "interneuron_survival", "noradrenergic_inhibition")
    ways = []
    for limit, names in ((high, more), (low, less)):
        for row in (rows(name)[0] for name in names):
            healthy = entries()[row].healthy
            ways.append((mechanisms[row] - healthy) / (limit[row] - healthy))
    return jnp.mean(jnp.clip(jnp.stack(ways), 0.0, 1.0), axis=0)


@eqx.filter_jit
def respond_under(
    state: CourseState,
    patients: Patients,
    schedule: Schedule,
    day: float | Float[Array, ""],
    respond: Respond,
) -> Response:
    """The pathway's answer at one time with the disease as it stands: during a block, say."""
    return respond(treat(state.mechanisms, schedule, jnp.asarray(day, jnp.float32), patients))


def _join(parts: Sequence[tuple[Table, CourseState]], count: int) -> Course:
    """Put blocks of patients side by side again, without those who filled the last one up."""

    def beside(*leaves: Any) -> Any:
        if np.ndim(leaves[0]) == 0:
            return leaves[0]
        return np.concatenate([np.asarray(leaf) for leaf in leaves], axis=-1)[..., :count]

    tables, states = zip(*parts, strict=True)
    state = jax.tree.map(lambda *leaves: jnp.asarray(beside(*leaves)), *states)
    table: dict[str, Any] = {n: beside(*(t[n] for t in tables)) for n in tables[0] if n != "day"}
    day = tables[0]["day"]
    _check_finite(table["rating"], "rating", day)
    _check_state(state)
    return Course(**{"mechanisms": None, **table}, day=day, state=state)


def _check_state(state: CourseState) -> None:
    final = np.asarray(state.mechanisms)
    if not np.isfinite(final).all():
        row, patient = np.argwhere(~np.isfinite(final))[0]
        raise SimulationDiverged(
            f"{entries()[row].name} of patient {patient} is lost by day {float(state.day):g}"
        )


def _check_finite(
    values: Float[np.ndarray, "week test batch"], name: str, days: Float[np.ndarray, " week"]
) -> None:
    if not np.isfinite(values).all():
        week, _, patient = np.argwhere(~np.isfinite(values))[0]
        raise SimulationDiverged(
            f"{name} of patient {patient} is not a number by day {days[week]:g}: "
            "the pathway's answer to this patient's mechanisms is lost"
        )
