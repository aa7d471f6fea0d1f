"""Sensory profiles: the three clusters of peripheral neuropathic pain, the irritable nociceptor.

A profile is put to the cluster whose published mean it is nearest to; what was not measured is
left out of the distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from numbers import Real
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float, Int

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.observations.sensory import SENSORY_TESTS

__all__ = [
    "CLUSTERS",
    "CLUSTER_TESTS",
    "Profile",
    "clusters_of",
    "irritable_nociceptor",
    "profile",
]

CLUSTERS = ("sensory_loss", "thermal_hyperalgesia", "mechanical_hyperalgesia")
"""Loss of small and large fibers; function kept, heat and cold hurt; pinprick and pressure hurt."""

CLUSTER_TESTS = tuple(test for test in SENSORY_TESTS if test not in ("PHS", "DMA"))
"""The tests whose z-scores made the clusters; counts and zeros in health are no z-scores."""

_LEAST_TESTS = 4
_THERMAL_LOSS = ("CDT", "WDT")
_GAIN = ("HPT", "CPT", "MPT", "MPS", "PPT", "DMA")

Scores = Float[np.ndarray, " patient"]


@dataclass(frozen=True)
class Profile:
    """What a sensory profile looks like.

    **Arguments:** the nearest `cluster` (None: too few tests); `distance` to each, root mean square
    in standard deviations; whether it is that of an `irritable` nociceptor (None: not told);
    `abnormal` tests with their z; tests that are `missing` of those that made the clusters.
    """

    cluster: str | None
    distance: Mapping[str, float]
    irritable: bool | None
    abnormal: Mapping[str, float]
    missing: tuple[str, ...]


@cache
def _centroids() -> Float[np.ndarray, "cluster test"]:
    return np.array(
        [
            [parameter(f"baron_2017/{own}_{test}").value for test in CLUSTER_TESTS]
            for own in CLUSTERS
        ]
    )


def _limit() -> float:
    return parameter("causalgia_observations/abnormal_z").value


def clusters_of(scores: Mapping[str, Scores]) -> Int[np.ndarray, " patient"]:
    """The nearest cluster of many patients, as rows of `CLUSTERS`.

    **Raises:** `InputError` where a test is missing.
    """
    for test in CLUSTER_TESTS:
        if test not in scores:
            raise InputError(f"the z-score of {test} is missing; {', '.join(CLUSTER_TESTS)} tell")
    z = np.stack([scores[test] for test in CLUSTER_TESTS])
    squares = np.square(z[None] - _centroids()[:, :, None]).sum(axis=1)
    return np.argmin(squares, axis=0)


def irritable_nociceptor(scores: Mapping[str, Scores]) -> Bool[np.ndarray, " patient"]:
    """Cold and warmth felt as in health, and hyperalgesia in a test (Demant 2014, recalled).

    **Raises:** `InputError` where a test is missing.
    """
    for test in (*_THERMAL_LOSS, *_GAIN):
        if test not in scores:
            raise InputError(f"the z-score of {test} is missing; {', '.join(SENSORY_TESTS)} tell")
    kept = np.all([scores[test] > -_limit() for test in _THERMAL_LOSS], axis=0)
    gained = np.any([scores[test] > _limit() for test in _GAIN], axis=0)
    return np.asarray(kept & gained)


def profile(scores: Mapping[str, float]) -> Profile:
    """The profile of one person from any of the thirteen z-scores.

    **Raises:** `InputError` for an unknown test or a value that is no number.
    """
    for test, z in scores.items():
        if test not in SENSORY_TESTS:
            raise InputError(f"no sensory test {test!r}; {nearest(test, SENSORY_TESTS)}")
        if not isinstance(z, Real) or not np.isfinite(float(z)):
            raise InputError(f"{test} is {z!r}, must be a z-score")
    told = [test for test in CLUSTER_TESTS if test in scores]
    missing = tuple(test for test in CLUSTER_TESTS if test not in scores)
    abnormal = {test: float(z) for test, z in scores.items() if abs(z) > _limit()}
    if len(told) < _LEAST_TESTS:
        cluster, distance = None, {}
    else:
        columns = [CLUSTER_TESTS.index(test) for test in told]
        own = np.array([scores[test] for test in told])
        far = np.sqrt(np.square(own - _centroids()[:, columns]).mean(axis=1))
        distance = dict(zip(CLUSTERS, far.tolist(), strict=True))
        cluster = CLUSTERS[int(np.argmin(far))]
    return Profile(
        cluster=cluster,
        distance=MappingProxyType(distance),
        irritable=_irritable(scores),
        abnormal=MappingProxyType(abnormal),
        missing=missing,
    )


def _irritable(scores: Mapping[str, float]) -> bool | None:
    """Whether it is an irritable nociceptor, as far as the tests done can tell."""
    limit = _limit()
    if any(test in scores and scores[test] <= -limit for test in _THERMAL_LOSS):
        return False
    gained = any(test in scores and scores[test] > limit for test in _GAIN)
    if not gained and all(test in scores for test in _GAIN):
        return False
    if gained and all(test in scores for test in _THERMAL_LOSS):
        return True
    return None
