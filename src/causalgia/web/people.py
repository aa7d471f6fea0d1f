"""Who is followed: one in the middle of every covariate, and others drawn beside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from causalgia import causes
from causalgia.course import Patients
from causalgia.patients.population import COVARIATES, draw_patients

__all__ = ["PEOPLE", "middle", "people_with"]

PEOPLE = 8
"""How many are followed, all of them in one compiled program."""

_DRAWN = 255  # odd, so that a median is somebody's


@lru_cache(maxsize=256)
def middle(cause: str) -> Mapping[str, float]:
    """The median of each covariate in people who have a cause."""
    drawn = draw_patients(causes.find(cause), count=_DRAWN, seed=1)
    return {name: float(np.median(getattr(drawn, name))) for name in COVARIATES}


def people_with(cause: str, known: Mapping[str, float], seed: int) -> Patients:
    """People who have a cause and share what is known; the first has the middle of all else."""
    drawn = draw_patients(causes.find(cause), known, count=PEOPLE - 1, seed=seed)
    usual = {**middle(cause), **known}

    def column(name: str) -> Float[np.ndarray, " person"]:
        return np.concatenate([[usual[name]], getattr(drawn, name)]).astype(np.float32)

    return Patients(
        identity=np.arange(PEOPLE, dtype=np.uint32),  # type: ignore[arg-type]
        **{name: column(name) for name in COVARIATES},  # type: ignore[arg-type]
    )
