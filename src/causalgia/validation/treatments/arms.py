"""An arm of a simulated trial, its last observations carried forward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from causalgia.evidence import parameters

__all__ = ["Arm", "arm_of"]

_PERCENT_WEEKS = (2, 8)


@dataclass(frozen=True)
class Arm:
    """One arm: a row a `patients`, and the patient's `weeks` under its treatment.

    Periods of a crossover trial that nobody began are left out; `same_patients`, whether other
    arms hold the same people.
    """

    patients: pd.DataFrame
    weeks: pd.DataFrame
    same_patients: bool

    @property
    def change(self) -> Float[np.ndarray, " patient"]:
        """From baseline to the last diary week, in points."""
        return (self._last() - self.patients["baseline"]).to_numpy(float)

    @property
    def percent(self) -> Float[np.ndarray, " patient"]:
        """From baseline to the mean of weeks 2 to 8, in percent of baseline."""
        first, last = _PERCENT_WEEKS
        inside = self.weeks[self.weeks["week"].between(first, last)]
        mean = inside.groupby("patient")["diary"].mean()
        mean = mean.reindex(self.patients.index).fillna(self._last())
        return (100.0 * (mean / self.patients["baseline"] - 1.0)).to_numpy(float)

    def by_patient(self) -> pd.Series:
        """The change by patient."""
        return self._last() - self.patients["baseline"]

    def improved(self) -> Bool[np.ndarray, " patient"]:
        """Who would call themselves much or very much improved, as told from relief alone."""
        relief = parameters("causalgia_trials")["much_improved_relief"].value
        return self.responded(100.0 * relief)

    def responded(self, percent: float) -> Bool[np.ndarray, " patient"]:
        """Who has at least so much relief."""
        left = self._last() / self.patients["baseline"]
        return (left <= 1.0 - percent / 100.0).to_numpy(bool)

    def stopped(self, reason: str = "") -> Bool[np.ndarray, " patient"]:
        """Who stopped, for a reason or for any."""
        why = self.patients["stop_reason"].to_numpy(str)
        return why == reason if reason else why != ""

    def had(self, effect: str) -> Bool[np.ndarray, " patient"]:
        """Who ever had a side effect; nobody where no treatment of the trial has it."""
        column = f"adverse:{effect}"
        if column not in self.patients:
            return np.zeros(len(self.patients), dtype=bool)
        return self.patients[column].to_numpy(bool)

    def _last(self) -> pd.Series:
        written = self.weeks.dropna(subset=["diary"]).sort_values("week", kind="stable")
        last = written.groupby("patient")["diary"].last()
        return last.reindex(self.patients.index).fillna(self.patients["baseline"])


def arm_of(patients: pd.DataFrame, weeks: pd.DataFrame, name: str, crossover: bool) -> Arm:
    """One arm out of the tables of a trial."""
    own = weeks[weeks["treatment"] == name]
    who = own.loc[own["on_treatment"], "patient"].unique() if crossover else own["patient"].unique()
    table = patients.set_index("patient").loc[np.sort(who)]
    return Arm(table, own[own["patient"].isin(who)], crossover)
