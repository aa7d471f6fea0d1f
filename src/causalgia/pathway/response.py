"""What the pathway gives back: activity, projection and percept in five tests where it hurts."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

__all__ = ["QUALITIES", "TESTS", "Response"]

TESTS = ("rest", "brush", "pinprick", "heat", "cold")
"""No stimulus; soft brush; 256 mN pinprick; 47 degC; 10 degC; at the site that hurts."""

QUALITIES = ("burning", "electric", "tingling", "numbness", "touch_evoked", "cold_evoked")
"""What the pain feels like; each is a strength from 0 to 1."""


class Response(eqx.Module):
    """The pathway's answer for a population.

    `afferent_Hz` [test, fiber, batch]: spikes that reach the cord, per fiber of a healthy
    nerve (lost fibers count as silent). `origin_Hz` [place, fiber, batch]: at rest, where the
    spikes that reach the cord were born. `projection_Hz` [test, batch]: discharge of a
    projection neuron. `rating` [test, batch]: pain on a scale of 0-10. `qualities`
    [quality, batch]: 0-1.
    """

    afferent_Hz: Float[Array, "test fiber batch"]
    origin_Hz: Float[Array, "place fiber batch"]
    projection_Hz: Float[Array, "test batch"]
    rating: Float[Array, "test batch"]
    qualities: Float[Array, "quality batch"]
