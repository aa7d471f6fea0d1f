"""One thing that can be asked, seen or measured, and how probable each answer is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Literal, Protocol, TypeAlias

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.patients.virtual import VirtualPatients

__all__ = ["How", "Kind", "Model", "Observation"]

Kind: TypeAlias = Literal["yes_no", "rating", "z_score"]
"""1 or 0; a number on a scale; standard deviations of healthy people from their mean."""

How: TypeAlias = Literal["told", "examined", "measured"]
"""By the person; by a hand, a brush and a pin; by a device."""


class Model(Protocol):
    """How answers come about in virtual patients."""

    @property
    def outcomes(self) -> tuple[float, ...]:
        """A few values that stand for all answers."""

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest answer that makes sense."""

    def log_likelihood(
        self, value: float, patients: VirtualPatients
    ) -> Float[np.ndarray, " patient"]:
        """The log of how probable (a z-score: how dense) an answer is in each patient."""

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """How probable each outcome is in each patient; sums to 1 over outcomes."""

    def draw(
        self, patients: VirtualPatients, generator: np.random.Generator
    ) -> Float[np.ndarray, " patient"]:
        """An answer of each patient."""


@dataclass(frozen=True)
class Observation:
    """Something that can be observed in a person who hurts.

    **Arguments:** its `name`; a `label` for tables; the `question` or task in words; the `kind` of
    answer; `how` one gets it; `explained`, what in a virtual patient it hangs on; the `model` of
    the answer.
    """

    name: str
    label: str
    question: str
    kind: Kind
    how: How
    explained: str
    model: Model

    @property
    def outcomes(self) -> tuple[float, ...]:
        """A few values that stand for all answers: 1 and 0, grades, or middles of z-scores."""
        return self.model.outcomes

    def checked(self, value: float) -> float:
        """The value, if it is an answer at all.

        **Raises:** `InputError` for what is no number, not 0 or 1 where yes or no is asked, or
        off the scale.
        """
        if not isinstance(value, Real) or not math.isfinite(value):
            raise InputError(f"{self.name} is {value!r}, must be {self.allowed}")
        low, high = self.model.limits
        if not low <= value <= high or (self.kind == "yes_no" and value not in (0, 1)):
            raise InputError(f"{self.name} is {value:g}, must be {self.allowed}")
        return float(value)

    @property
    def allowed(self) -> str:
        """What may be answered, in words."""
        if self.kind == "yes_no":
            return "1 (yes) or 0 (no)"
        low, high = self.model.limits
        what = "a z-score" if self.kind == "z_score" else "a number"
        return f"{what} from {low:g} to {high:g}"

    def log_likelihood(
        self, value: float, patients: VirtualPatients
    ) -> Float[np.ndarray, " patient"]:
        """The log of how probable this answer is in each virtual patient.

        **Raises:** `InputError` for a value that is no answer.
        """
        return self.model.log_likelihood(self.checked(value), patients)

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """How probable each of `outcomes` is in each virtual patient; sums to 1 over outcomes."""
        return self.model.chance(patients)

    def draw(
        self, patients: VirtualPatients, generator: np.random.Generator
    ) -> Float[np.ndarray, " patient"]:
        """An answer of each virtual patient, drawn at random."""
        return self.model.draw(patients, generator)
