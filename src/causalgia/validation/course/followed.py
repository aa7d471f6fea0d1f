"""Following a stratum, and what is read from its patients week by week."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float

from causalgia import causes
from causalgia.causes import KINDS, Cause, Prior
from causalgia.course import Constants, Course, Patients, follow
from causalgia.course.plan import Respond
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES
from causalgia.mechanisms.map import index_of
from causalgia.pathway.response import QUALITIES, TESTS
from causalgia.patients.anatomy import find_region
from causalgia.patients.case import Case
from causalgia.patients.population import draw_population
from causalgia.patients.simulate import covariates
from causalgia.treatments import Prescription, find
from causalgia.validation.course.recorded import MOST_STEPS, RECORDED, Recorded, record
from causalgia.validation.course.strata import MONTH_days, Stratum, strata, with_ranges

__all__ = ["Followed", "Follower"]

_EARLY_days = 14.0
_QUIET_PAIN = 0.1
_SURVIVAL = np.array(
    [[index_of("fiber_survival", place, fiber) for fiber in FIBERS] for place in PERIPHERAL_PLACES]
)


@dataclass(frozen=True)
class Followed:
    """What became of the patients of a stratum.

    `day` [time] ends each step, counted from enrollment; `signals` [time, patient] by name;
    `mechanisms` [time, entry, patient]; `traits` [patient] by name; `enrolled` [patient], who is
    counted.
    """

    stratum: Stratum
    day: Float[np.ndarray, " time"]
    signals: Mapping[str, Float[np.ndarray, "time patient"]]
    mechanisms: Float[np.ndarray, "time entry patient"]
    traits: Mapping[str, Float[np.ndarray, " patient"]]
    enrolled: Bool[np.ndarray, " patient"]


@dataclass(frozen=True)
class Follower:
    """Follows strata under given numbers of the course.

    **Arguments:** how many `patients` a stratum; the `seed`; `respond`, the pathway; `constants`
    and `efficacies` where they differ from the evidence; the `most_steps` to take; `changed` causes
    by name, that stand in for those of the package.
    """

    patients: int
    seed: int
    respond: Respond
    constants: Constants | None
    efficacies: Mapping[str, float] | None
    most_steps: int = MOST_STEPS
    changed: Mapping[str, Cause] = field(default_factory=dict)

    def follow(self, stratum: Stratum) -> Followed:
        """Follow one stratum, and the arm that it crosses to."""
        own = self._arm(stratum)
        if stratum.crossing is None:
            return own
        crossing = stratum.crossing
        other = self._arm(dataclasses.replace(strata()[crossing.to], months=stratum.months))
        at = int(np.searchsorted(own.day, crossing.month * MONTH_days))
        pain = np.where(own.enrolled, own.signals["pain"][at], -1.0)
        count = round(crossing.share * own.enrolled.sum())
        crossed = np.zeros(len(pain), dtype=bool)
        crossed[np.argsort(-pain, kind="stable")[:count]] = True
        signals = {
            name: np.where(crossed, other.signals[name], values)
            for name, values in own.signals.items()
        }
        signals["crossed"] = np.broadcast_to(crossed.astype(float), own.signals["pain"].shape)
        return dataclasses.replace(own, signals=signals)

    def _arm(self, stratum: Stratum) -> Followed:
        people = _people(
            self.changed.get(stratum.cause) or causes.find(stratum.cause),
            stratum.ranges,
            stratum.follow_days,
            self.patients,
            self.seed,
            self.most_steps,
        )
        enrolled_day = stratum.enrolled_month * MONTH_days
        given = [
            Prescription(
                find(one.name),
                enrolled_day + one.day,
                None if one.days is None else enrolled_day + one.day + one.days,
                one.dose,
            )
            for one in stratum.treatments
        ]
        span = float(people.span_days)
        course = follow(
            RECORDED,
            people,
            given,
            respond=self.respond,
            days=stratum.follow_days,
            seed=self.seed,
            record_every_days=span,
            step_days=span,
            record_mechanisms=True,
            constants=self.constants,
            efficacies=self.efficacies,
        )
        return _read(stratum, course, people, enrolled_day)


# The insults of many strata are kept, since a fit follows the same people again and again.
@lru_cache(maxsize=64)
def _people(
    own_cause: Cause,
    ranges: tuple[Prior, ...],
    days: float,
    count: int,
    seed: int,
    most_steps: int,
) -> Recorded:
    cause = with_ranges(own_cause, ranges)
    case = Case(
        name=cause.name,
        cause=cause.name,
        onset_days=0.0,
        severity=None,
        root=None,
        region=find_region(cause.default_region),
        rating_now=0.0,
        symptoms=(),
        blocks=(),
        requests=(),
        horizon_days=days,
        age_years=None,
        weight_kg=None,
        renal_clearance_mL_min=None,
        hba1c_percent=None,
    )
    people = covariates(draw_population(case, cause, count=count, seed=seed))
    return record(own_cause, people, days, most_steps)


def _read(stratum: Stratum, course: Course, people: Recorded, enrolled_day: float) -> Followed:
    assert course.mechanisms is not None
    signals = _signals(course, course.mechanisms, people)
    traits = {
        own.name: np.asarray(getattr(people, own.name)) for own in dataclasses.fields(Patients)
    }
    early = course.day <= _EARLY_days + 1e-6
    traits["early_pain"] = signals["worst"][: max(1, int(early.sum()))].mean(axis=0)
    first = int(np.searchsorted(course.day, enrolled_day + 1e-6)) if enrolled_day else 0
    at_enrollment = signals["pain"][max(first - 1, 0)]
    signals["left"] = signals["pain"] / np.maximum(at_enrollment, _QUIET_PAIN)
    return Followed(
        stratum=stratum,
        day=course.day[first:] - enrolled_day,
        signals={name: values[first:] for name, values in signals.items()},
        mechanisms=course.mechanisms[first:],
        traits=traits,
        enrolled=(at_enrollment >= stratum.least_pain) | (enrolled_day == 0.0),
    )


def _signals(
    course: Course, mechanisms: Float[np.ndarray, "time entry patient"], people: Recorded
) -> dict[str, Float[np.ndarray, "time patient"]]:
    """What is read of the patients at every time; see `outcomes.toml` for what each is."""
    rest, brush = (course.rating[:, TESTS.index(test)] for test in ("rest", "brush"))
    alive = mechanisms[:, _SURVIVAL.ravel()].astype(np.float32)
    alive = alive.reshape(len(alive), *_SURVIVAL.shape, -1).min(axis=1)
    signals = {
        "pain": course.pain,
        "rest": rest,
        "worst": np.maximum(rest, brush),
        "fiber_loss": 1.0 - alive.mean(axis=1),
        "lesion": _lesion(people)[: len(course.day)],
    }
    signals.update({name: course.qualities[:, i] for i, name in enumerate(QUALITIES)})
    signals["sensory"] = np.maximum.reduce(
        [signals["tingling"], signals["numbness"], signals["pain"] / 10.0]
    )
    return signals


def _lesion(people: Recorded) -> Float[np.ndarray, "step patient"]:
    """How much of cord and brain the cause has destroyed, by step of the table."""
    own = np.asarray(people.part[:, 0]) // people.places == KINDS.index("lesion")
    return np.asarray(people.table)[:, own].sum(axis=1)
