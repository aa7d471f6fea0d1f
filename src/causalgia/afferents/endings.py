"""Nerve endings: heat, cold, pressure and inflammation become a receptor current and spikes.

C endings are simulated. What mechanoreceptors of A fibers send is prescribed from measured
rates (a first approximation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from causalgia.afferents.c_fiber import c_fiber
from causalgia.afferents.zones import SETTLING_ms, fiber_spread, simulate_fibers
from causalgia.evidence import parameters

__all__ = [
    "ENDING_QUANTITIES",
    "a_fiber_drive_Hz",
    "c_ending_rates",
    "receptor_conductance",
    "sensitized",
]

Values = Any
"""A number, or an array of NumPy or JAX."""

ENDING_QUANTITIES = ("nav1_7", "nav1_8", "potassium", "sodium_availability", "receptor")
"""What a C ending listens to: channel folds, and the receptor conductance (S/cm2)."""


def receptor_conductance(
    test: str, trpv1: Values, prostaglandin: Values, exp: Callable[[Values], Values] = np.exp
) -> Values:
    """Receptor conductance (S/cm2) of a C ending during a test.

    TRPV1 opens with temperature along a sigmoid that inflammation moves to lower temperatures;
    pinprick and cold add their own. Works on NumPy and JAX arrays (`exp` of either).
    """
    own = parameters("causalgia_afferents")
    heat, cold = own["heat_test_temperature"].value, own["cold_test_temperature"].value
    temperature = {"heat": heat, "cold": cold}.get(test, own["skin_temperature"].value)
    half = own["trpv1_half_temperature"].value
    shift = own["trpv1_prostaglandin_shift"].value * prostaglandin
    slope = own["trpv1_temperature_slope"].value
    open_fraction = 1.0 / (1.0 + exp(-(temperature - half + shift) / slope))
    extra = {
        "pinprick": own["pinprick_conductance"].value,
        "cold": own["cold_conductance"].value,
    }.get(test, 0.0)
    return own["trpv1_maximum"].value * trpv1 * open_fraction + extra


def sensitized(nav1_8: Values, prostaglandin: Values) -> tuple[Values, Values]:
    """Folds of Nav1.8 and of potassium channels in an inflamed ending."""
    own = parameters("causalgia_afferents")
    gain = own["prostaglandin_nav1_8_gain"].value
    loss = own["prostaglandin_potassium_loss"].value
    return nav1_8 * (1.0 + gain * prostaglandin), 1.0 - loss * prostaglandin


def a_fiber_drive_Hz(test: str) -> dict[str, float]:
    """What a healthy receptor of each A class sends during a test."""
    own = parameters("causalgia_afferents")
    names = {name: f"{test}_{name}_rate" for name in ("a_delta", "a_beta")}
    return {fiber: own[key].value if key in own else 0.0 for fiber, key in names.items()}


def c_ending_rates(
    mechanisms: Mapping[str, Float[np.ndarray, " point"]],
    *,
    fibers: int = 8,
    duration_ms: float = 3000.0,
    seed: int = 0,
) -> Float[np.ndarray, " point"]:
    """Mean rate (Hz) of C endings, over `fibers` unlike fibers a point.

    **Arguments:** one array for each of `ENDING_QUANTITIES`.
    """
    points = np.asarray(mechanisms["receptor"]).size
    spread = fiber_spread("c", fibers, seed)
    lanes = {
        quantity: np.repeat(np.asarray(values, dtype=float), fibers)
        * np.tile(spread.get(quantity, np.ones(fibers)), points)
        for quantity, values in mechanisms.items()
    }
    receptor = lanes.pop("receptor")
    recording = simulate_fibers(
        c_fiber(1, True),
        [lanes],
        batch=points * fibers,
        duration_ms=duration_ms,
        receptor_S_per_cm2=receptor,
        seed=seed,
    )
    count = recording.spike_count(after_ms=SETTLING_ms)[-1]
    return np.asarray(1e3 * count.reshape(points, fibers).mean(axis=1) / duration_ms)
