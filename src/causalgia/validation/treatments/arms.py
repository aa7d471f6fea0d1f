"""An arm of a simulated trial, its last observations carried forward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from causalgia.evidence import parameters

__all__ = ["Arm", "arm_of"]

_PERCENT_WEEKS = (2, 8)


@dataclass(frozen=True)
class Arm:
    """One arm: a row a `patients`, and the patient's `weeks` under its treatment.

    What is computed is a value a patient, by the patient's number. Arms hold the same people, but
    that periods of a crossover trial that nobody began are left out.
    """

    patients: pd.DataFrame
    weeks: pd.DataFrame

    @property
    def change(self) -> pd.Series:
        """From baseline to the last diary week, in points."""
        return self._last() - self.patients["baseline"].astype(float)

    @property
    def percent(self) -> pd.Series:
        """From baseline to the mean of weeks 2 to 8, in percent of baseline."""
        first, last = _PERCENT_WEEKS
        inside = self.weeks[self.weeks["week"].between(first, last)]
        mean = inside.groupby("patient")["diary"].mean()
        mean = mean.reindex(self.patients.index).fillna(self._last())
        return 100.0 * (mean / self.patients["baseline"].astype(float) - 1.0)

    def improved(self) -> pd.Series:
        """Who would call themselves much or very much improved, as told from relief alone."""
        relief = parameters("causalgia_trials")["much_improved_relief"].value
        return self.responded(100.0 * relief)

    def responded(self, percent: float) -> pd.Series:
        """Who has at least so much relief."""
        return self._last() / self.patients["baseline"] <= 1.0 - percent / 100.0

    def stopped(self, reason: str = "") -> pd.Series:
        """Who stopped, for a reason or for any."""
        why = self.patients["stop_reason"]
        return why == reason if reason else why != ""

    def had(self, effect: str) -> pd.Series:
        """Who ever had a side effect; nobody where no treatment of the trial has it."""
        column = f"adverse:{effect}"
        if column not in self.patients:
            return pd.Series(False, index=self.patients.index)
        return self.patients[column].astype(bool)

    def _last(self) -> pd.Series:
        written = self.weeks.dropna(subset=["diary"]).sort_values("week", kind="stable")
        last = written.groupby("patient")["diary"].last()
        return last.reindex(self.patients.index).fillna(self.patients["baseline"])


def arm_of(patients: pd.DataFrame, weeks: pd.DataFrame, name: str, crossover: bool) -> Arm:
    """One arm out of the tables of a trial."""
    own = weeks[weeks["treatment"] == name]
    if not crossover:
        return Arm(patients[patients["arm"] == name].set_index("patient").sort_index(), own)
    began = np.sort(own.loc[own["on_treatment"], "patient"].unique())
    table = patients.set_index("patient").loc[began]
    return Arm(table, own[own["patient"].isin(began)])
