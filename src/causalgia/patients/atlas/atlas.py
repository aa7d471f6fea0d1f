"""The atlas: virtual patients of all causes as they are seen, and what every treatment does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.virtual import VirtualPatients

__all__ = ["MOMENTS", "Arm", "Atlas"]

MOMENTS = ("rest", "brush")
"""When pain is told with and without treatment."""

_REST = MOMENTS.index("rest")


@dataclass(frozen=True)
class Arm:
    """A treatment at its usual full dose.

    **Arguments:** its `name`; the `place` where it is put (None: it needs none); `week`, the row
    of `Atlas.weeks` at which it is judged.
    """

    name: str
    place: str | None
    week: int

    @property
    def key(self) -> str:
        """`name`, or `name@place`."""
        return self.name if self.place is None else f"{self.name}@{self.place}"


@dataclass(frozen=True)
class Atlas:
    """Virtual patients of all causes, each seen once at a time of their own.

    `patients`; `hurting_days` [patient] since pain at rest first came (since the onset of the cause
    where it never did); `prior_weight` [patient], how much each counts among all with the same
    cause: it sums to 1 over each cause; `weeks` [week] counted from the day on which they are seen;
    `pain_untreated` [week, moment, patient] (0-10) if nothing new is done; `treatments`, and
    `pain_treated` [treatment, moment, patient] at the week at which each is judged; `made_of`, a
    hash of the model that made it.
    """

    patients: VirtualPatients
    hurting_days: Float[np.ndarray, " patient"]
    prior_weight: Float[np.ndarray, " patient"]
    weeks: Int[np.ndarray, " week"]
    pain_untreated: Float[np.ndarray, "week moment patient"]
    treatments: tuple[Arm, ...]
    pain_treated: Float[np.ndarray, "treatment moment patient"]
    made_of: str

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes, in the order that `patients.cause` counts."""
        return self.patients.causes

    @property
    def count(self) -> int:
        """How many virtual patients."""
        return self.patients.count

    def of_cause(self, cause: str) -> Int[np.ndarray, " row"]:
        """Rows of the patients with a cause.

        **Raises:** `InputError` for a cause that the atlas does not hold.
        """
        if cause not in self.causes:
            raise InputError(f"no cause {cause!r} in the atlas; {nearest(cause, self.causes)}")
        return np.flatnonzero(self.patients.cause == self.causes.index(cause))

    def arm(self, name: str, place: str | None = None) -> int:
        """Row of a treatment.

        **Raises:** `InputError` for one that the atlas does not hold.
        """
        for row, arm in enumerate(self.treatments):
            if arm.name == name and arm.place == place:
                return row
        wanted = Arm(name, place, 0).key
        raise InputError(
            f"no treatment {wanted!r} in the atlas; "
            f"{nearest(wanted, [arm.key for arm in self.treatments])}"
        )

    def untreated(self, arm: int, moment: str = "rest") -> Float[np.ndarray, " patient"]:
        """Pain (0-10) without a treatment, at the time at which it is judged."""
        return self.pain_untreated[self.treatments[arm].week, MOMENTS.index(moment)]

    def relief(self, arm: int) -> Float[np.ndarray, " patient"]:
        """The share of pain at rest that a treatment takes away, from -1 (it adds as much) to 1;
        0 where there is no pain to take away.
        """
        least = parameter("causalgia_patients/ongoing_pain_threshold").value
        without = self.untreated(arm)
        share = 1.0 - self.pain_treated[arm, _REST] / np.maximum(without, least)
        return np.where(without >= least, np.clip(share, -1.0, 1.0), 0.0)
