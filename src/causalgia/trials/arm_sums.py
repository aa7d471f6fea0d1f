"""Arms of a trial in numbers, added up from part to part: counts, means and variances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from causalgia.trials.by_period import STOPPING
from causalgia.trials.design import Design
from causalgia.trials.endpoints import Outcomes, fill_gaps, final_change, responds
from causalgia.trials.estimate import Estimate, moments_estimate, wilson_estimate
from causalgia.trials.primary import RESPONDER_SHARES
from causalgia.trials.responders import (
    NumberNeeded,
    mantel_haenszel_counts,
    newcombe_difference,
    number_needed,
    risk_ratio,
)
from causalgia.trials.result import ArmSummary
from causalgia.trials.summaries import (
    MEASURE_UNITS,
    adverse_names,
    patient_points,
    patient_relief,
)
from causalgia.trials.utility import welch

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ArmSums"]

_STOPPED, _ALL = "stopped: ", "all"


class ArmSums:
    """Of every arm: who met what by stratum, and moments of what is measured."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.names = design.arm_names
        self.met: Counter[tuple[str, str, str]] = Counter()
        self.moments: dict[str, _Moments] = {}
        self.week = np.zeros(0)
        self.effects: tuple[str, ...] = ()

    def add(
        self, patients: pd.DataFrame, outcomes: Outcomes, measures: Mapping[str, Outcomes]
    ) -> None:
        """Some more patients, with their `outcomes` and those of other `measures`."""
        self.week, self.effects = outcomes.week, adverse_names(patients)
        arm = _codes(outcomes.arm, self.names)
        values = {
            "baseline": outcomes.baseline,
            "relief": patient_relief(outcomes),
            "utility": patient_points(self.design, patients, outcomes),
            "rescue_days": patients["rescue_days"].to_numpy(dtype=float),
            **{n: final_change(fill_gaps(other, "locf")) for n, other in measures.items()},
            **{f"week {w}": v for w, v in zip(self.week, outcomes.values.T, strict=True)},
        }
        for name, column in values.items():
            self.moments.setdefault(name, _Moments(len(self.names))).add(arm, column)
        strata, place = np.unique(outcomes.stratum, return_inverse=True)
        cell = arm * len(strata) + place.ravel()
        for name, met in self._flags(patients, outcomes).items():
            counted = np.bincount(cell[met], minlength=len(self.names) * len(strata))
            for i in np.flatnonzero(counted):
                here = (self.names[i // len(strata)], str(strata[i % len(strata)]))
                self.met[name, *here] += int(counted[i])

    def _flags(self, patients: pd.DataFrame, outcomes: Outcomes) -> dict[str, np.ndarray]:
        reasons = patients["stop_reason"].astype(str).to_numpy()
        stopped = patients["stop_day"].notna().to_numpy()
        flags = {label: responds(outcomes, share) for label, share in RESPONDER_SHARES.items()}
        flags |= {n: patients[f"adverse:{n}"].to_numpy(dtype=bool) for n in self.effects}
        flags[STOPPING] = reasons == "adverse event"
        for reason in np.unique(reasons[stopped]):
            flags[f"{_STOPPED}{reason}"] = stopped & (reasons == reason)
        return {**flags, _ALL: np.ones(len(reasons), dtype=bool)}

    def count(self, name: str, arm: str) -> int:
        """How many of an arm met something; "all": were randomized to it."""
        return sum(n for (what, a, _), n in self.met.items() if (what, a) == (name, arm))

    def _pair(self, name: str, arm: str) -> tuple[int, int]:
        return self.count(name, arm), self.count(_ALL, arm)

    def summary(self, name: str, change: Estimate) -> ArmSummary:
        """One arm; `change` is its adjusted mean."""
        stopped = {
            what.removeprefix(_STOPPED): self.count(what, name)
            for what in sorted({w for w, a, _ in self.met if a == name and w.startswith(_STOPPED)})
        }
        randomized = self.count(_ALL, name)
        return ArmSummary(
            name=name,
            is_control=name == self.design.control.name,
            randomized=randomized,
            completed=randomized - sum(stopped.values()),
            stopped=stopped,
            baseline=self._mean("baseline", name),
            change=change,
            relief=self._mean("relief", name, "%"),
            responders={label: self._share(label, name) for label in RESPONDER_SHARES},
            adverse={effect: self._share(effect, name) for effect in self.effects},
            rescue_days=self._mean("rescue_days", name, "days"),
            sleep=self._measure("sleep", name),
            npsi=self._measure("npsi", name),
            utility=self._mean("utility", name),
            week=self.week,
            curve=tuple(self._mean(f"week {week}", name) for week in self.week),
        )

    def _measure(self, measure: str, arm: str) -> Estimate | None:
        return self._mean(measure, arm, MEASURE_UNITS[measure]) if measure in self.moments else None

    def _mean(self, name: str, arm: str, unit: str = "points") -> Estimate:
        found = self.moments[name].of(self.names.index(arm))
        return moments_estimate(*found, unit=unit, alpha=self.design.alpha)

    def _share(self, name: str, arm: str) -> Estimate:
        return wilson_estimate(*self._pair(name, arm), alpha=self.design.alpha)

    def difference(self, name: str, arm: str, *, stratified: bool = False) -> Estimate:
        """Difference of the shares that met something, arm less control."""
        control, alpha = self.design.control.name, self.design.alpha
        if not (stratified and self.design.stratify):
            return newcombe_difference(
                *self._pair(name, arm), *self._pair(name, control), alpha=alpha
            )
        strata = sorted({s for what, a, s in self.met if what == _ALL and a in (arm, control)})
        counts = [
            tuple(self.met[w, a, s] for a in (arm, control) for w in (name, _ALL)) for s in strata
        ]
        return mantel_haenszel_counts(counts, alpha=alpha)  # type: ignore[arg-type]

    def ratio(self, name: str, arm: str) -> Estimate:
        """Ratio of the shares that met something."""
        pairs = (*self._pair(name, arm), *self._pair(name, self.design.control.name))
        return risk_ratio(*pairs, alpha=self.design.alpha)

    def utility(self, arm: str) -> Estimate:
        """Difference of mean points, arm less control."""
        arms = (arm, self.design.control.name)
        found = [self.moments["utility"].of(self.names.index(name)) for name in arms]
        counts, means, variances = zip(*found, strict=True)
        return welch(counts, means, variances, alpha=self.design.alpha)

    def treat(self, arm: str) -> dict[str, NumberNeeded]:
        """Numbers needed to treat."""
        return {label: number_needed(self.difference(label, arm)) for label in RESPONDER_SHARES}

    def harm(self, arm: str) -> dict[str, NumberNeeded]:
        """Numbers needed to harm: each side effect, and stopping because of any."""
        return {
            name: number_needed(self.difference(name, arm), benefit=False)
            for name in (*self.effects, STOPPING)
        }


class _Moments:
    """Count, mean and sum of squares about it, by arm; what is not finite is left out."""

    def __init__(self, arms: int) -> None:
        self.count, self.mean, self.squares = np.zeros((3, arms))

    def add(self, arm: Int[np.ndarray, " patient"], values: Float[np.ndarray, " patient"]) -> None:
        """Some more, put together as Chan, Golub and LeVeque (1979) do."""
        arms, kept = len(self.count), np.isfinite(values)
        arm, values = arm[kept], np.asarray(values, dtype=float)[kept]
        count = np.bincount(arm, minlength=arms).astype(float)
        mean = np.bincount(arm, values, arms) / np.maximum(count, 1.0)
        squares = np.bincount(arm, (values - mean[arm]) ** 2, arms)
        total = np.maximum(self.count + count, 1.0)
        apart = mean - self.mean
        self.squares += squares + apart**2 * self.count * count / total
        self.mean += apart * count / total
        self.count += count

    def of(self, arm: int) -> tuple[int, float, float]:
        """Count, mean and variance of an arm."""
        count = int(self.count[arm])
        mean = float(self.mean[arm]) if count else float("nan")
        return count, mean, float(self.squares[arm] / (count - 1)) if count > 1 else float("nan")


def _codes(names: np.ndarray, known: tuple[str, ...]) -> Int[np.ndarray, " patient"]:
    order = np.argsort(known)
    return np.asarray(order[np.searchsorted(np.array(known)[order], names)])
