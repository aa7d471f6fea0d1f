r"""How probable what is known is in each virtual patient, finding by finding.

Answers, signs and thresholds have observation models of their own. A covariate that is known (the
age, say) counts by a kernel around each virtual patient's, and so does the duration (of the cause
or the pain: people tell either) by the log of how far it lies outside the range told:

$$k(d) = \Big(1 + \frac{d^2}{\nu}\Big)^{-(\nu+1)/2}$$

Diagnostic blocks count as they do for a case: the relief told is normal around the simulated one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.atlas import Atlas
from causalgia.patients.findings import Findings
from causalgia.patients.observations import OBSERVATIONS, find_observation
from causalgia.patients.population import COVARIATES

__all__ = [
    "BLOCK",
    "block_reliefs",
    "circumstances",
    "kernel",
    "observed_log_likelihood",
    "single_questions",
]

BLOCK = "local_anesthetic_block"
"""The treatment that a diagnostic block is."""

Rows = Float[np.ndarray, " row"]


def _number(name: str) -> float:
    return parameter(f"causalgia_inference/{name}").value


def kernel(distance: Rows) -> Rows:
    """Log of how much patients so many widths away count."""
    degrees = _number("kernel_degrees")
    return -0.5 * (degrees + 1.0) * np.log1p(np.square(distance) / degrees)


def circumstances(findings: Findings, atlas: Atlas) -> Mapping[str, Rows]:
    """Log-likelihood [row] of each known covariate and of the duration, by name.

    **Raises:** `InputError` for an unknown covariate or a range of durations that is none.
    """
    patients, found = atlas.patients, {}
    for name, value in findings.known.items():
        if name not in COVARIATES:
            raise InputError(f"unknown covariate {name!r}; {nearest(name, COVARIATES)}")
        own = patients.covariates[name]
        width = max(_number("kernel_share") * float(own.std()), 1e-6)
        found[name] = kernel((own - value) / width)
    if findings.duration_days is not None:
        low, high = findings.duration_days
        if not 0.0 <= low <= high:
            raise InputError(
                f"duration_days is {low:g} to {high:g}, must be a range from 0 days on"
            )
        # People tell since when they are ill, or since when it hurts.
        either = [_since(own, low, high) for own in (patients.duration_days, atlas.hurting_days)]
        found["duration"] = np.logaddexp(*either) - np.log(2.0)
    return found


def _since(days: Rows, low: float, high: float) -> Rows:
    known = np.maximum(days, 1.0)
    short, long = np.log(max(low, 1.0) / known), np.log(known / max(high, 1.0))
    outside = np.maximum(np.maximum(short, long), 0.0)
    return kernel(outside / _number("duration_log_sd"))


def observed_log_likelihood(
    observed: Mapping[str, float], blocks: Mapping[str, float], atlas: Atlas
) -> Mapping[str, Rows]:
    """Log-likelihood [row] of each answer, sign, threshold and block, by name.

    **Arguments:** values by name of the observation; relief (0-1) of pain at rest by the place
    blocked; the `atlas`.
    **Raises:** `InputError` for an unknown name or a value that is no answer.
    """
    found: dict[str, Rows] = {}
    for name, value in observed.items():
        found[name] = find_observation(name).log_likelihood(value, atlas.patients)
    for place, relief in blocks.items():
        if not 0.0 <= relief <= 1.0:
            raise InputError(f"block at {place}: relief is {relief!r}, must be from 0 to 1")
        spread = parameter("causalgia_patients/block_relief_sd").value
        simulated = block_reliefs(atlas, place)
        found[f"{BLOCK}@{place}"] = -0.5 * ((relief - simulated) / spread) ** 2
    return found


def block_reliefs(atlas: Atlas, place: str) -> Rows:
    """The share of pain at rest that a block takes away in each virtual patient (0-1)."""
    return np.clip(atlas.relief(atlas.arm(BLOCK, place)), 0.0, 1.0)


def single_questions() -> tuple[str, ...]:
    """Observations that belong to no questionnaire."""
    instruments = {name.partition(".")[0] for name in OBSERVATIONS if "." in name}
    return tuple(n for n in OBSERVATIONS if "." not in n and n not in instruments)
