r"""Side effects: how many people have one, at their exposure and after their time on it.

With a share $p_0$ of people on placebo and $p_0 + e$ at the exposure $x = 1$ of a typical patient
on the dose at which it was counted, odds grow with exposure to the power $h$,

$$\frac{p}{1-p} = \frac{p_0}{1-p_0} + x^h \left(\frac{p_0+e}{1-p_0-e} - \frac{p_0}{1-p_0}\right),$$

and what exceeds $p_0$ fades with a time constant where people get used to it: to each step of a
titrated dose from the day on which it is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

if TYPE_CHECKING:
    from causalgia.treatments.treatment import Treatment

__all__ = ["SideEffect", "relative_exposure"]

Values = Float[np.ndarray, "*shape"]


@dataclass(frozen=True)
class SideEffect:
    """One side effect of one treatment.

    **Arguments:** `name`; the share of people who have it `on_placebo`, and the `excess` over it
    at the dose `at_dose` (in the treatment's unit; 0 where it has no dose); the `hill` exponent of
    the odds; `tolerance_days`, the time constant with which people get used to it (infinite:
    never); the share of those affected who stop the treatment because of it.
    **Raises:** `InputError` for shares that are none.
    """

    name: str
    on_placebo: float
    excess: float
    at_dose: float = 0.0
    hill: float = 1.0
    tolerance_days: float = float("inf")
    stops: float = 0.0

    def __post_init__(self) -> None:
        shares = {"on_placebo": self.on_placebo, "excess": self.excess, "stops": self.stops}
        for field, share in shares.items():
            if not 0.0 <= share <= 1.0:
                raise InputError(f"side effect {self.name!r}: {field} is {share}, must be 0 to 1")
        if not self.on_placebo + self.excess < 1.0:
            raise InputError(f"side effect {self.name!r}: on_placebo + excess must be below 1")
        for field, number in (("hill", self.hill), ("tolerance_days", self.tolerance_days)):
            if not number > 0.0:
                raise InputError(f"side effect {self.name!r}: {field} is {number}, must be above 0")

    def unused(self, steps: Sequence[tuple[float, float]], since_days: Values | float) -> Values:
        """The share of the present dose that people have not got used to yet, 0 to 1.

        **Arguments:** `steps`, the day from which and the dose that is taken (in any unit);
        `since_days`, for how long the treatment has been taken.
        """
        days, doses = (np.array(column, dtype=float) for column in zip(*steps, strict=True))
        since = np.asarray(since_days, dtype=float)[..., None] - days
        begun = since >= 0.0
        added = np.where(begun, np.diff(doses, prepend=0.0), 0.0)
        fresh = (added * np.exp(-np.where(begun, since, 0.0) / self.tolerance_days)).sum(axis=-1)
        present = added.sum(axis=-1)
        return np.clip(fresh / np.where(present > 0.0, present, 1.0), 0.0, 1.0)

    def probability(
        self, relative_exposure: Values | float, unused: Values | float = 1.0
    ) -> Values:
        """The share of people who have it, at an exposure relative to that of `at_dose`.

        **Arguments:** the share of the exposure to which they are `unused`.
        """
        exposure = np.maximum(np.asarray(relative_exposure, dtype=float), 0.0)
        placebo, counted = _odds(self.on_placebo), _odds(self.on_placebo + self.excess)
        odds = placebo + exposure**self.hill * (counted - placebo)
        # Exposures beyond all measure leave everybody affected, not an infinity over another.
        reached = 1.0 - 1.0 / (1.0 + odds)
        return self.on_placebo + (reached - self.on_placebo) * unused


def _odds(share: float) -> float:
    return share / (1.0 - share)


def relative_exposure(treatment: Treatment, effect: SideEffect, dose: float) -> float:
    """Exposure at a dose relative to that at which the side effect was counted.

    Of one and the same patient; where a patient clears half of what a typical one does, that
    patient's exposure is twice as much. A treatment without a dose is given in full: 1.
    """
    if treatment.regimen is None or effect.at_dose <= 0.0:
        return 1.0
    return treatment.kinetics.level(dose) / treatment.kinetics.level(effect.at_dose)
