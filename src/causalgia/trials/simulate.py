"""A shard of a trial: its participants enrolled, randomized, and followed week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from jaxtyping import Float, Int

from causalgia.cable.parallel import map_blocks
from causalgia.course.plan import Respond
from causalgia.errors import InputError, nearest
from causalgia.trials.allocation import allocate
from causalgia.trials.baseline import Profile
from causalgia.trials.decisions import begin, decide, end_courses
from causalgia.trials.design import Design
from causalgia.trials.enrollment import Batch, Flow, batches, enroll
from causalgia.trials.group import Group, chosen
from causalgia.trials.outcome import Followed, ShardResult, WeekOf, shard_tables
from causalgia.trials.participants import Numbers
from causalgia.trials.protocol import Protocol, protocol_of
from causalgia.trials.reach import push_alone
from causalgia.trials.week import DAYS_A_WEEK

__all__ = ["ShardResult", "simulate_shard"]


def simulate_shard(
    design: Design,
    shard: int,
    *,
    respond: Respond | None = None,
    efficacies: Mapping[str, float] | None = None,
    numbers: Numbers | None = None,
    workers: int | None = None,
    replayed: Sequence[str] = (),
) -> ShardResult:
    """Simulate one shard of a trial.

    A pure function of the design, the number of the shard, and the version of model and data.

    **Arguments:** `respond`, the pathway (None: the fitted one); `efficacies` by target and
    `numbers` of taking part, where they differ from those of the evidence; `workers`, threads to
    use (None: all cores), which changes nothing else; `replayed`, arms (or sequences of them) that
    every participant goes through, each time from the day of randomization, so that each patient
    has a row (and weeks) in each: what no trial can do. They then differ by what is given and by
    no chance. Nobody is in another arm.
    **Raises:** `InputError` where hardly anybody may be enrolled, and for an arm that is not there.
    """
    names = [sequence.name for sequence in design.sequences]
    for arm in replayed:
        if arm not in names:
            raise InputError(f"replayed: unknown arm {arm!r}; {nearest(arm, names)}")
    answer = fitted_pathway() if respond is None else respond
    protocol = protocol_of(design, efficacies, numbers)

    def one(batch: Batch) -> list[Followed]:
        if not replayed:
            return [_randomize(protocol, batch, answer)]
        return _replay(protocol, batch, answer, replayed)

    first, *others = batches(design, shard)
    # The first alone compiles what all use.
    followed = [one(first), *map_blocks(one, others, workers)]
    return shard_tables(shard, list(chain.from_iterable(followed)))


def fitted_pathway() -> Respond:
    """The stand-in of the pathway; loaded when it is needed."""
    from causalgia.pathway.surrogate import respond

    return respond


def _randomize(protocol: Protocol, batch: Batch, respond: Respond) -> Followed:
    """One batch from screening to the end, each in the arm that was drawn."""
    group, profile, flow = enroll(protocol, batch, respond)
    stratum = _strata(protocol, group, profile, batch)
    drawn = allocate(protocol.design, stratum, batch.names)
    return _follow(_Entered(group, profile, flow, stratum), batch, drawn)


def _replay(
    protocol: Protocol, batch: Batch, respond: Respond, arms: Sequence[str]
) -> list[Followed]:
    """One batch from screening to the end of each arm; only the first counts who was screened."""
    group, profile, flow = enroll(protocol, batch, respond)
    stratum, everybody = _strata(protocol, group, profile, batch), np.arange(group.count)
    names = [sequence.name for sequence in protocol.design.sequences]
    followed: list[Followed] = []
    for arm in arms:
        entered = _Entered(chosen(group, everybody), profile, {} if followed else flow, stratum)
        drawn = np.full(group.count, names.index(arm))
        followed.append(_follow(entered, batch, drawn))
    return followed


@dataclass(frozen=True)
class _Entered:
    """Participants on the day of randomization."""

    group: Group
    profile: Profile
    flow: Flow
    stratum: np.ndarray


def _follow(entered: _Entered, batch: Batch, drawn: Int[np.ndarray, " batch"]) -> Followed:
    """Participants from randomization to the end, in the sequences `drawn` by index."""
    group = entered.group
    protocol, design = group.protocol, group.protocol.design
    arms = np.array([sequence.arms for sequence in design.sequences])[drawn]
    names = np.array([sequence.name for sequence in design.sequences])
    for course in protocol.of_role("rescue"):
        begin(group.attendance, course, _everybody(group), group.day)
    rescue_days = np.zeros(group.count)
    weeks: list[WeekOf] = []
    noted: list[np.ndarray] = []
    for number in range(design.week_count):
        period, week = divmod(number, design.period_weeks + design.washout_weeks)
        arm = arms[:, period]
        relief = _relief(group, weeks)
        if week == design.period_weeks:
            end_courses(protocol, group.attendance, protocol.of_role("arm"), _everybody(group))
        if week == 0:
            before = group.attendance.ever.copy()
            group.attendance.ever[:] = False
        if week < design.period_weeks:
            _start_and_stop(group, arm, week, relief)
        seen, rescued = _one_week(group, arm, period, week, number)
        rescue_days += DAYS_A_WEEK * rescued
        if week < design.period_weeks:
            weeks.append(seen)
        if week == design.period_weeks - 1:
            noted.append(group.attendance.ever.copy())
            group.attendance.ever |= before
    return Followed(
        group=group,
        profile=entered.profile,
        flow=entered.flow,
        ranks=batch.ranks,
        arm=names[drawn],
        stratum=entered.stratum,
        push=push_alone(protocol, group.patients, group.extra["entry_mechanisms"], group.respond),
        rescue_days=rescue_days,
        weeks=tuple(weeks),
        adverse=tuple(noted),
    )


def _everybody(group: Group) -> np.ndarray:
    return np.ones(group.count, dtype=bool)


def _strata(protocol: Protocol, group: Group, profile: Profile, batch: Batch) -> np.ndarray:
    """Labels by which randomization is stratified."""
    design = protocol.design
    low, high = design.eligibility.baseline
    columns = {
        "condition": np.full(group.count, design.condition[batch.condition].cause),
        "baseline": np.where(group.extra["baseline"] < 0.5 * (low + high), "milder", "worse"),
        "phenotype": np.where(profile.irritable_nociceptor, "irritable", "not irritable"),
        "renal": np.where(
            np.asarray(group.patients.renal_clearance_mL_min) < 60.0, "below 60 mL/min", "60 mL/min"
        ),
        "age": np.where(np.asarray(group.patients.age_years) < 65.0, "under 65", "65 and over"),
    }
    if not design.stratify:
        return np.full(group.count, "all")
    parts = [columns[name].astype(object) for name in design.stratify]
    return np.array([" | ".join(labels) for labels in zip(*parts, strict=True)])


def _relief(group: Group, weeks: list[WeekOf]) -> Float[np.ndarray, " batch"]:
    """Relief from baseline in the last week, as a share."""
    baseline = np.maximum(group.extra["baseline"], 1e-6)
    return 1.0 - weeks[-1].pain / baseline if weeks else np.zeros(group.count)


def _start_and_stop(
    group: Group, arm: np.ndarray, week: int, relief: Float[np.ndarray, " batch"]
) -> None:
    """Begin and end what the arms ask for in a week of a period."""
    protocol, here = group.protocol, group.attendance
    going_on = protocol.of_role("run_in") if week == 0 else ()
    for name in protocol.design.arm_names:
        mine = (arm == name) & here.is_in
        own = protocol.of_arm(name)
        if week == 0:
            others = tuple(i for i in protocol.of_role("arm") if i not in own)
            end_courses(protocol, here, others, mine)
        for course in own:
            given = protocol.courses[course].given
            kept = [i for i in going_on if protocol.courses[i].given.name == given.name]
            if week == given.start_week and not kept:
                helped = given.start_if_relief_below
                who = mine if helped is None else mine & (relief < helped)
                begin(here, course, who, group.day)
            if week == given.stop_week:
                least = given.stop_if_relief_below
                end_courses(
                    protocol, here, (course,), mine if least is None else mine & (relief < least)
                )
        names = {protocol.courses[i].given.name for i in own}
        # Open treatment of the run-in goes on, unaware, in the arms that keep it.
        gone = tuple(i for i in going_on if protocol.courses[i].given.name not in names)
        end_courses(protocol, here, gone, mine)


def _one_week(
    group: Group, arm: np.ndarray, period: int, week: int, number: int
) -> tuple[WeekOf, Float[np.ndarray, " batch"]]:
    """Live through a week, and decide at its end."""
    protocol, design = group.protocol, group.protocol.design
    was_in = group.attendance.is_in.copy()
    factors = {name: protocol.belief_factor(name) for name in design.arm_names}
    in_period = week < design.period_weeks
    believed = np.array([factors[name] for name in arm]) * (was_in & in_period)
    means = group.run_week(believed)
    decide(
        protocol,
        group.attendance,
        group.traits,
        day=group.day,
        trial_day=DAYS_A_WEEK * (number + 1),
        relief=1.0 - means.diary / np.maximum(group.extra["baseline"], 1e-6),
    )
    seen = WeekOf(
        period=period + 1,
        week=week + 1,
        treatment=arm,
        diary=np.where(was_in, means.diary, np.nan),
        pain=means.pain,
        sleep=means.sleep,
        symptoms=means.symptoms,
        on_treatment=was_in,
    )
    return seen, means.rescue
