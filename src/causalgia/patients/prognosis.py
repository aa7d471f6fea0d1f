"""Prognosis: whether pain of a cause goes, when, in whom, and what taking the cause away changes.

Virtual patients with the cause are followed untreated and under each treatment, begun at each
delay. Resolution at a time is the share free of pain among those who would have had pain by then if
nothing were done. Its interval holds both that patients are few and that the numbers of the slow
dynamics are known within a margin: everything is repeated with numbers drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from causalgia import causes, treatments
from causalgia.causes import Cause
from causalgia.course import Constants, follow, load_constants
from causalgia.course.plan import Respond
from causalgia.errors import InputError
from causalgia.evidence import parameter, parameters
from causalgia.patients.factors import Influence, influences
from causalgia.patients.population import COVARIATES, Population, draw_patients
from causalgia.patients.simulate import covariates
from causalgia.patients.streams import stream
from causalgia.treatments import Prescription, prescribe

__all__ = ["LEVELS", "Outlook", "Prognosis", "Question", "drawn_constants", "foresee"]

LEVELS = (5.0, 50.0, 95.0)
"""Percentiles of what is uncertain."""

_FEWEST = 5
_SAMPLES = 40
_LONGEST_days = 20 * 365.25
_REST = 0


@dataclass(frozen=True)
class Question:
    """What is asked.

    **Arguments:** the `cause`; covariates that are `known` of the patient; `treated` by which
    treatments, each at each of `delays_days` since onset; how far ahead (`horizon_days`); how many
    `patients`; how many `draws` of the numbers; the `seed`.
    **Raises:** `InputError` for a name, a number or a combination that cannot be.
    """

    cause: str
    known: Mapping[str, float]
    treated: tuple[str, ...] = ()
    delays_days: tuple[float, ...] = ()
    horizon_days: float = 730.0
    patients: int = 256
    draws: int = 8
    seed: int = 1

    def __post_init__(self) -> None:
        causes.find(self.cause)
        _check_known(self.known)
        for name in self.treated:
            if treatments.find(name).needs_place:
                raise InputError(f"--treat: {name!r} needs a place; give it in a case file")
        if not 28.0 <= self.horizon_days <= _LONGEST_days:
            raise InputError(
                f"--horizon: {self.horizon_days:g} days, must be between 28 days and 20 years"
            )
        for delay in self.delays_days:
            if not 0.0 <= delay < self.horizon_days:
                raise InputError(
                    f"--delay: {delay:g} days, must be at least 0 and less than the horizon, "
                    f"{self.horizon_days:g} days"
                )
        for name, value, most in (("patients", self.patients, 20_000), ("draws", self.draws, 64)):
            if not 1 <= value <= most:
                raise InputError(f"--{name}: {value}, must be between 1 and {most}")


_ALLOWED = {
    "age_years": (18.0, 110.0),
    "severity": (0.0, 1.0),
    "hba1c_percent": (4.0, 16.0),
    "persistence": (0.0, 1.0),
    "distress": (0.2, 5.0),
    "sleep": (0.05, 1.0),
}


def _check_known(known: Mapping[str, float]) -> None:
    for name, value in known.items():
        low, high = _ALLOWED.get(name, (0.0, np.inf))
        if not (np.isfinite(value) and low <= value <= high):
            raise InputError(f"{name} is {value:g}, must be between {low:g} and {high:g}")


@dataclass(frozen=True)
class Outlook:
    """One way to go on: probability of being free of pain, [level, time], by `LEVELS`.

    `treatment` and `delay_days` are None where nothing is done; NaN at times at which hardly
    anybody has had pain.
    """

    label: str
    treatment: str | None
    delay_days: float | None
    resolved: Float[np.ndarray, "level time"]


@dataclass(frozen=True)
class Prognosis:
    """What was found.

    `day` [time]; `outlooks`, without treatment first; `ever`, the share [level] who have pain at
    some time; `influences`, by covariate, on resolution at the end, without treatment.
    """

    question: Question
    cause: Cause
    day: Float[np.ndarray, " time"]
    outlooks: tuple[Outlook, ...]
    ever: Float[np.ndarray, " level"]
    influences: tuple[Influence, ...]


@dataclass(frozen=True)
class _Run:
    """Free of pain, and ever in pain by then without treatment, [time, patient]."""

    free: Bool[np.ndarray, "time patient"]
    had: Bool[np.ndarray, "time patient"]


def drawn_constants(seed: int, count: int) -> list[Constants]:
    """Numbers of the slow dynamics as well as they are known: the usual ones, then draws.

    Assumed numbers are multiplied by a factor around 1; shares stay below 1.
    """
    spread = parameter("causalgia_patients/constants_log_sd").value
    assumed = {n: p for n, p in parameters("causalgia_course").items() if p.status == "assumed"}
    found = [load_constants()]
    for draw in range(1, count):
        changes = {}
        for name, entry in assumed.items():
            factor = np.exp(spread * stream(seed, "constants", str(draw), name).standard_normal())
            is_share = entry.unit == "1" and entry.value <= 1.0
            most = 1.0 if is_share else np.inf
            changes[name] = float(min(entry.value * factor, most))
        found.append(load_constants(changes))
    return found


def foresee(
    question: Question, respond: Respond, tell: Callable[[str], None] = lambda text: None
) -> Prognosis:
    """Follow virtual patients to a question's horizon, in every arm and under every draw.

    **Arguments:** the `question`; `respond`, the pathway; `tell`, told what is being done.
    """
    cause = causes.find(question.cause)
    population = draw_patients(cause, question.known, count=question.patients, seed=question.seed)
    arms = _arms(question)
    constants = drawn_constants(question.seed, question.draws)
    day = np.zeros(0)
    runs: list[list[_Run]] = [[] for _ in arms]
    for number, numbers in enumerate(constants, start=1):
        tell(f"{question.patients} patients, numbers {number} of {len(constants)}")
        had = None
        for found, given in zip(runs, arms, strict=True):
            day, pain = _followed(question, cause, population, given, numbers, respond)
            hurts = pain >= parameter("causalgia_patients/ongoing_pain_threshold").value
            had = np.maximum.accumulate(hurts, axis=0) if had is None else had
            found.append(_Run(~hurts, had))
    ever = [(run.had[-1].sum(), run.had[-1].size) for run in runs[0]]
    return Prognosis(
        question=question,
        cause=cause,
        day=day,
        outlooks=tuple(
            Outlook(*_label(given), resolved=_resolved(found, question.seed))
            for given, found in zip(arms, runs, strict=True)
        ),
        ever=_levels(ever, question.seed),
        influences=_influences(cause, population, question.known, runs[0]),
    )


def _arms(question: Question) -> list[tuple[Prescription, ...]]:
    delays = question.delays_days or ((0.0,) if question.treated else ())
    given = [(prescribe(name, delay),) for name in question.treated for delay in delays]
    return [(), *given]


def _label(given: Sequence[Prescription]) -> tuple[str, str | None, float | None]:
    if not given:
        return "Untreated", None, None
    (rx,) = given
    return f"{rx.treatment.label}, day {rx.start_day:.0f}", rx.treatment.name, rx.start_day


def _followed(
    question: Question,
    cause: Cause,
    population: Population,
    given: Sequence[Prescription],
    constants: Constants,
    respond: Respond,
) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, "time patient"]]:
    """Days and pain at rest, week by week or month by month."""
    is_long = question.horizon_days > 3 * 365.25
    course = follow(
        cause,
        covariates(population),
        given,
        respond=respond,
        days=question.horizon_days,
        step_days=7.0 if is_long and cause.longest_step_days >= 7.0 else 1.0,
        record_every_days=28.0 if is_long else 7.0,
        constants=constants,
        seed=question.seed,
    )
    return course.day, course.rating[:, _REST]


def _resolved(runs: Sequence[_Run], seed: int) -> Float[np.ndarray, "level time"]:
    times = len(runs[0].free)
    pairs = [
        [((run.free[t] & run.had[t]).sum(), run.had[t].sum()) for run in runs] for t in range(times)
    ]
    return np.stack([_levels(pair, seed) for pair in pairs], axis=-1)


def _levels(counts: Sequence[tuple[int, int]], seed: int) -> Float[np.ndarray, " level"]:
    """Percentiles of a share over draws of the numbers, each known as well as its count allows."""
    random = stream(seed, "prognosis", "interval")
    samples = [
        random.beta(met + 0.5, total - met + 0.5, _SAMPLES)
        for met, total in counts
        if total >= _FEWEST
    ]
    if len(samples) <= len(counts) // 2:
        return np.full(len(LEVELS), np.nan)
    return np.percentile(np.concatenate(samples), LEVELS)


def _influences(
    cause: Cause, population: Population, known: Mapping[str, float], runs: Sequence[_Run]
) -> tuple[Influence, ...]:
    """What resolution at the end hangs on: its probability over the draws, patient by patient."""
    had = np.stack([run.had[-1] for run in runs]).astype(float)
    free = np.stack([run.free[-1] for run in runs]) * had
    counted = had.sum(axis=0) > 0.0
    probability = free.sum(axis=0)[counted] / had.sum(axis=0)[counted]
    columns = {name: getattr(population, name) for name in COVARIATES}
    table = {
        name: values[counted]
        for name, values in columns.items()
        if name not in known and np.ptp(values) > 0.0
    }
    return influences(probability, table, stated=cause.factors)
