"""The circuit as a map from afferent rates and mechanisms to projection discharge."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from causalgia.cord.simulate import simulate_cord

__all__ = ["CORD_QUANTITIES", "projection_rates"]

CORD_QUANTITIES = (
    "c_Hz",
    "a_delta_Hz",
    "a_beta_Hz",
    "alpha2delta",
    "ampa_gain",
    "nmda_gain",
    "kcc2",
    "interneuron_survival",
    "noradrenergic_inhibition",
    "serotonergic_facilitation",
)
"""Afferent rates (Hz a fiber), then mechanisms of cord and descending control."""


def projection_rates(
    points: Mapping[str, Float[np.ndarray, " point"]], seed: int = 0, duration_ms: float = 2500.0
) -> Float[np.ndarray, " point"]:
    """Mean discharge (Hz) of projection neurons under steady input, after 500 ms to settle."""
    rates = {name: points[f"{name}_Hz"] for name in ("c", "a_delta", "a_beta")}
    mechanisms = {q: points[q] for q in CORD_QUANTITIES if not q.endswith("_Hz")}
    recording = simulate_cord(rates, mechanisms, duration_ms=500.0 + duration_ms, seed=seed)
    return recording.rate_Hz("projection", after_ms=500.0)
