r"""A plan in steps: what to try, when to judge, what to do then, and how far that gets.

In each virtual patient a step leaves a share $1-r$ of the pain. From 30 % relief on it is kept and
the next is added, below it is stopped, from 50 % in all nothing is added; who has a side effect
that makes people stop, stops. Kept treatments are taken to act apart from each other, so that what
they leave multiplies (assumed: no pair was simulated together). No chance is drawn: each way
through the steps carries its probability in each virtual patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.evidence import parameter
from causalgia.patients.chances import Chance, chance
from causalgia.patients.planning.guidelines import LAST_LINE
from causalgia.patients.planning.options import Option, harm_points, is_drug
from causalgia.patients.planning.outcomes import Outcomes
from causalgia.treatments import find

__all__ = ["MOST_STEPS", "Step", "Ways", "take_steps"]

_FEW = 12.0
"""So many virtual patients at a step count as much as all together."""

MOST_STEPS = 4
"""How many steps a plan has at most."""

Row = Float[np.ndarray, " row"]


@dataclass(frozen=True)
class Step:
    """One step: what is tried, how many come to it, and how many have got how far after it.

    `reached` is the share who come to it; `relief_30` and `relief_50` the shares who have reached
    that much relief by its end, this step and those before it together.
    """

    option: Option
    reached: float
    relief_30: Chance
    relief_50: Chance
    judged_by_days: float


@dataclass(frozen=True)
class Ways:
    """Ways through the steps so far: their probability and the share of pain left, [way, row]."""

    probability: Float[np.ndarray, "way row"]
    left: Float[np.ndarray, "way row"]

    @staticmethod
    def begin(rows: int) -> Ways:
        """Everybody, with all of the pain."""
        return Ways(np.ones((1, rows)), np.ones((1, rows)))

    def reach(self, relief: float, weights: Row) -> float:
        """The share with at least so much relief."""
        return float(np.sum(self.probability * (self.left <= 1.0 - relief + 1e-9) @ weights))

    def needing_more(self) -> Float[np.ndarray, "way row"]:
        """The probability of each way, where it has not brought enough relief."""
        return self.probability * (self.left > 1.0 - _number("good_relief") + 1e-9)

    def gain(self, relief: Row, stops: float, weights: Row) -> float:
        """Expected relief that a further treatment adds, as a share of the first pain."""
        return float(np.sum(self.needing_more() * self.left * relief @ weights)) * (1.0 - stops)

    def _kept(self, relief: Row) -> np.ndarray:
        """Where a treatment is kept: it helps enough by itself, or enough with the rest."""
        enough = self.left * (1.0 - relief) <= 1.0 - _number("good_relief") + 1e-9
        return (relief >= _number("partial_relief")) | (enough & (relief > 0.0))

    def after(self, relief: Row, stops: float) -> Ways:
        """The ways after a further treatment: kept where it helps, else stopped."""
        needs = self.left > 1.0 - _number("good_relief") + 1e-9
        stays = needs & self._kept(relief)
        kept_p = self.probability * np.where(stays, 1.0 - stops, 0.0)
        other_p = self.probability - kept_p
        kept_left = self.left * (1.0 - np.where(stays, relief, 0.0))
        return Ways(np.concatenate([kept_p, other_p]), np.concatenate([kept_left, self.left]))


def _number(name: str) -> float:
    return parameter(f"causalgia_planning/{name}").value


def take_steps(
    outcomes: Outcomes,
    first: Sequence[tuple[int, Option]],
    candidates: Sequence[tuple[int, Option]],
    excluded_pairs: frozenset[frozenset[str]],
    tried: int = 0,
) -> tuple[Step, ...]:
    """Choose steps one after the other: each is what adds most, less its harm, to those before.

    **Arguments:** the `outcomes`; options that come `first` whatever else; `candidates` with
    their index in the outcomes; pairs of treatments that are not given together; how many
    treatments were `tried` before, which count as steps already taken.
    """
    ways, day = Ways.begin(len(outcomes.weights)), 0.0
    steps: list[Step] = []
    waiting, left = list(first), list(candidates)
    while len(steps) < MOST_STEPS:
        # Ending a cause is no trial of a treatment of pain.
        done = tried + sum(not step.option.is_cause_control for step in steps)
        chosen = (
            waiting.pop(0)
            if waiting
            else _best(
                outcomes,
                ways,
                steps,
                [c for c in left if _first_step(c[1]) <= done + 1],
                excluded_pairs,
            )
        )
        if chosen is None:
            break
        index, option = chosen
        left = [c for c in left if c[1].name != option.name]
        reached = float(np.sum(ways.needing_more() @ outcomes.weights))
        ways = ways.after(outcomes.relief[index], option.stops)
        day += option.judged_after_days
        steps.append(
            Step(
                option=option,
                reached=reached,
                relief_30=_reached(ways, "partial_relief", outcomes),
                relief_50=_reached(ways, "good_relief", outcomes),
                judged_by_days=day,
            )
        )
    return tuple(steps)


def _reached(ways: Ways, part: str, outcomes: Outcomes) -> Chance:
    return chance(ways.reach(_number(part), outcomes.weights), outcomes.size)


def _targets(name: str) -> frozenset[str]:
    """The targets through which a treatment pushes."""
    return frozenset(action.target for action in find(name).actions)


def _first_step(option: Option) -> int:
    """The step of a plan from which on an option may come: habit, implants and third lines wait."""
    best = min((placement.rank for placement in option.guidelines), default=1)
    waits = is_drug(option.name) and best == LAST_LINE
    return max(option.burden.first_step, LAST_LINE if waits else 1)


def _best(
    outcomes: Outcomes,
    ways: Ways,
    steps: Sequence[Step],
    candidates: Sequence[tuple[int, Option]],
    excluded_pairs: frozenset[frozenset[str]],
) -> tuple[int, Option] | None:
    """What adds most to what there is, less its harm to those who come to it.

    Where few virtual patients come to a step, what a treatment does in all of them counts beside
    what it does in those few.
    """
    reached = float(np.sum(ways.needing_more() @ outcomes.weights))
    few = _FEW / (_FEW + outcomes.size * reached)
    given = [step.option.name for step in steps]
    targets = [_targets(name) for name in given]
    best, most = None, _number("worth_a_step") * reached
    for index, option in candidates:
        if any(frozenset((option.name, name)) in excluded_pairs for name in given):
            continue
        # Another of the same kind would add to what is kept only what a higher dose does.
        if _targets(option.name) and _targets(option.name) in targets:
            continue
        own = ways.gain(outcomes.relief[index], option.stops, outcomes.weights)
        overall = reached * (1.0 - option.stops) * float(outcomes.relief[index] @ outcomes.weights)
        gain = 100.0 * ((1.0 - few) * own + few * overall)
        worth = gain - reached * harm_points(find(option.name))
        # What adds nothing in those who come to it is no step, whatever it does in others.
        if worth > most and own > 0.0:
            best, most = (index, option), worth
    return best
