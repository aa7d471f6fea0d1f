"""Virtual patients as they are on the day they are seen: what observation models read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from causalgia.mechanisms.map import index_of
from causalgia.pathway.response import QUALITIES, TESTS

__all__ = ["VirtualPatients"]


@dataclass(frozen=True)
class VirtualPatients:
    """Who they are, what is wrong with them, and what they feel; arrays end in [patient].

    `causes` names them, `cause` [patient] points into it; `duration_days` since its onset;
    `covariates` by name as in `causalgia.patients.population.COVARIATES`; `mechanisms` [entry,
    patient] without treatment; `insult` [kind, place, patient] of that day; the pathway's
    `afferent_Hz` [test, fiber, patient], `origin_Hz` [place, fiber, patient], `projection_Hz` and
    `rating` [test, patient], `qualities` [quality, patient]; `rating_without_input` [patient],
    pain at rest when no spike reaches the cord.
    """

    causes: tuple[str, ...]
    cause: Int[np.ndarray, " patient"]
    duration_days: Float[np.ndarray, " patient"]
    covariates: Mapping[str, Float[np.ndarray, " patient"]]
    mechanisms: Float[np.ndarray, "entry patient"]
    insult: Float[np.ndarray, "kind place patient"]
    afferent_Hz: Float[np.ndarray, "test fiber patient"]
    origin_Hz: Float[np.ndarray, "place fiber patient"]
    projection_Hz: Float[np.ndarray, "test patient"]
    rating: Float[np.ndarray, "test patient"]
    qualities: Float[np.ndarray, "quality patient"]
    rating_without_input: Float[np.ndarray, " patient"]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.cause)

    def mechanism(
        self, quantity: str, place: str, fiber: str | None = None
    ) -> Float[np.ndarray, " patient"]:
        """One mechanism of all patients, in the unit of the map."""
        return self.mechanisms[index_of(quantity, place, fiber)]

    def rated(self, test: str) -> Float[np.ndarray, " patient"]:
        """Pain (0-10) at rest or in a test."""
        return self.rating[TESTS.index(test)]

    def quality(self, name: str) -> Float[np.ndarray, " patient"]:
        """Strength (0-1) of what the pain is like."""
        return self.qualities[QUALITIES.index(name)]

    def select(self, lanes: Any) -> VirtualPatients:
        """Some of them: indices or a mask along the patients."""
        own: dict[str, Any] = {
            field.name: getattr(self, field.name)[..., lanes]
            for field in fields(self)
            if field.name not in ("causes", "covariates")
        }
        covariates = {name: values[lanes] for name, values in self.covariates.items()}
        return replace(self, covariates=covariates, **own)
