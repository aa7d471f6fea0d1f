"""What a plan is made of: pain with and without every treatment, in weighted virtual patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from causalgia import causes
from causalgia.evidence import parameter

__all__ = ["Outcomes"]


@dataclass(frozen=True)
class Outcomes:
    """Virtual patients weighted by how well they fit, and what each treatment does in them.

    `names` and `places` (None: not put anywhere) of the treatments; pain at rest `untreated` and
    `treated` [treatment, row] when each is judged; `weights` [row], which sum to 1, worth `size`
    of them; `causes`, and `cause` [row] that points into it.
    """

    names: tuple[str, ...]
    places: tuple[str | None, ...]
    untreated: Float[np.ndarray, "treatment row"]
    treated: Float[np.ndarray, "treatment row"]
    weights: Float[np.ndarray, " row"]
    size: float
    causes: tuple[str, ...]
    cause: Int[np.ndarray, " row"]

    @cached_property
    def relief(self) -> Float[np.ndarray, "treatment row"]:
        """Relief as a share of the pain without the treatment; 0 where that pain has gone."""
        least = parameter("causalgia_patients/ongoing_pain_threshold").value
        untreated, treated = self.untreated.astype(float), self.treated.astype(float)
        share = (untreated - treated) / np.maximum(untreated, least)
        return np.where(untreated >= least, np.clip(share, -1.0, 1.0), 0.0)

    @cached_property
    def odds(self) -> Mapping[str, float]:
        """The weight of each cause."""
        totals = np.bincount(self.cause, weights=self.weights, minlength=len(self.causes))
        return {name: float(totals[i]) for i, name in enumerate(self.causes)}

    def with_cause_removable_by(self, treatment: str) -> Bool[np.ndarray, " row"]:
        """The rows whose cause the treatment takes away."""
        removable = np.array([treatment in causes.find(c).removable_by for c in self.causes], bool)
        return removable[self.cause]
