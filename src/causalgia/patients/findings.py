"""What is known of one person: any subset of complaints, signs, tests and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """What is known; what is left out is unknown, not absent.

    **Arguments:** `observed`, from the name of an observation
    (`causalgia.patients.observations.OBSERVATIONS`) to its value: 1 or 0 for yes or no, else the
    rating or z-score; `areas` of skin drawn as painful (None: no drawing); `signs` that tell
    origins apart (weakness, reflexes, provocation), present or not; `known` covariates;
    `duration_days`, the range since the onset (None: unknown); `causes` that are possible (None:
    all).
    """

    observed: Mapping[str, float] = field(default_factory=dict)
    areas: tuple[str, ...] | None = None
    signs: Mapping[str, bool] = field(default_factory=dict)
    known: Mapping[str, float] = field(default_factory=dict)
    duration_days: tuple[float, float] | None = None
    causes: tuple[str, ...] | None = None
