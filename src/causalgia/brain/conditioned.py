r"""Conditioned pain modulation: a painful stimulus elsewhere makes a test stimulus hurt less.

What ascends from the other place drives the same diffuse loops (`causalgia.brain.descending`);
the noradrenaline that they set free holds back the dorsal horn that the test stimulus reaches.

Sources contradict each other on disease. Conditioned modulation is pooled at 10-15 % in chronic
pain against 20-30 % in health (recalled); here too ongoing discharge takes part of it, since it
uses up the drive and the locus coeruleus gets used to it. Weak modulation went with relief by
duloxetine (Yarnitsky 2012, recalled). But in 271 people with diabetic neuropathy it was stronger
in those in pain, -7.4 of 100 points against -2.3 (2022); in another study it went with how long
pain had lasted and was as in health after two years (Granovsky 2017); and duloxetine did not change
it in osteoarthritis. Nothing here says which patient is which: `noradrenergic_inhibition` may be
set either way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.brain.descending import (
    DescendingSettings,
    DescendingState,
    advance,
    equilibrium,
    release,
)
from causalgia.brain.felt import FeltSettings, pain
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["ConditionedModulation", "Cord", "condition", "gated"]

Lanes = Float[Array, " batch"]

SETTLING_ms = 600e3

Cord = Callable[[Lanes, dict[str, Lanes]], Lanes]
"""Projection discharge (Hz) for an input (Hz, what it would be in health at rest) and the tones."""


def _own(name: str) -> float:
    return parameters("causalgia_brain_descending")[name].value


def gated(input_Hz: Lanes, tones: dict[str, Lanes]) -> Lanes:
    r"""A dorsal horn in one line, for tones that are 1 in health.

    $$R = I\,\frac{1 + w_s s}{1 + w_s}\,\frac{1 + w_n + w_o}{1 + w_n n + w_o o}$$

    **Arguments:** the discharge `input_Hz` [batch] at healthy tones; the `tones`, fold of healthy,
    as `release` gives them. Give the circuit itself to `condition` where it is at hand.
    """
    n, s, o = (_own(f"{name}_weight") for name in ("noradrenaline", "serotonin", "opioid"))
    eased = (1.0 + s * tones["serotonin"]) / (1.0 + s)
    held = (1.0 + n * tones["noradrenaline"] + o * tones["opioid"]) / (1.0 + n + o)
    return input_Hz * eased / held


@dataclass(frozen=True)
class ConditionedModulation:
    """What a test stimulus did before, during and after a conditioning one.

    `rating` and `projection_Hz` [phase, batch] for the phases before, during, after.
    """

    rating: Float[np.ndarray, "phase batch"]
    projection_Hz: Float[np.ndarray, "phase batch"]

    @property
    def percent_during(self) -> Float[np.ndarray, " batch"]:
        """How much less the test stimulus is rated while the other one lasts (percent)."""
        return 100.0 * (1.0 - self.rating[1] / np.maximum(self.rating[0], 1e-9))

    @property
    def percent_after(self) -> Float[np.ndarray, " batch"]:
        """The same, once the other stimulus has been gone for a while."""
        return 100.0 * (1.0 - self.rating[2] / np.maximum(self.rating[0], 1e-9))


def condition(
    test_Hz: Float[np.ndarray, " batch"],
    conditioning_Hz: Float[np.ndarray, " batch"],
    settings: DescendingSettings | None = None,
    *,
    ongoing_Hz: float = 0.0,
    test_ms: float = 5e3,
    conditioning_ms: float = 60e3,
    pause_ms: float = 30e3,
    dt_ms: float = 50.0,
    test_share: float | None = None,
    cord: Cord = gated,
    felt: FeltSettings | None = None,
) -> ConditionedModulation:
    """Test alone; test at the end of a conditioning stimulus; test a pause after it.

    **Arguments:** the discharge (Hz) that the `test` and the `conditioning` stimulus would each
    give at healthy tones, [batch]; the `settings` of the loops; an `ongoing_Hz` that was there all
    along; how long each stimulus lasts and the pause; how many neurons the test stimulus reaches
    (`test_share`) as a share of the conditioning one; the `cord` that they go through.
    **Raises:** `InputError` for a negative discharge or a time that is not positive.
    """
    settings, felt = settings or DescendingSettings(), felt or FeltSettings()
    times = {"test_ms": test_ms, "conditioning_ms": conditioning_ms, "dt_ms": dt_ms}
    for name, value in {**times, "pause_ms": pause_ms}.items():
        if not 0.0 < value < np.inf:
            raise InputError(f"{name} is {value}, must be positive")
    inputs = {"test_Hz": test_Hz, "conditioning_Hz": conditioning_Hz, "ongoing_Hz": ongoing_Hz}
    for name, rate in inputs.items():
        if not np.all(np.asarray(rate) >= 0.0):
            raise InputError(f"{name} is {rate}, must be 0 or more")
    test, other, ongoing, _ = jnp.broadcast_arrays(
        *(jnp.asarray(rate, dtype=float) for rate in inputs.values()), jnp.zeros(settings.batch)
    )
    share = _own("test_share") if test_share is None else test_share
    loop = _Loop(settings, cord, share)
    none, both = jnp.zeros_like(test), other + ongoing
    state = equilibrium(ongoing, settings)
    _, state = _last(none, ongoing, state, SETTLING_ms, SETTLING_ms / 600, loop)
    before, state = _last(test, ongoing, state, test_ms, dt_ms, loop)
    _, state = _last(none, ongoing, state, pause_ms, dt_ms, loop)
    _, state = _last(none, both, state, conditioning_ms, dt_ms, loop)
    during, state = _last(test, both, state, test_ms, dt_ms, loop)
    _, state = _last(none, ongoing, state, pause_ms, dt_ms, loop)
    after, _ = _last(test, ongoing, state, test_ms, dt_ms, loop)
    discharge = jnp.stack([before, during, after])
    return ConditionedModulation(np.asarray(pain(discharge, felt)), np.asarray(discharge))


@dataclass(frozen=True)
class _Loop:
    """What the discharge goes through on its way up and down."""

    settings: DescendingSettings
    cord: Cord
    test_share: float


def _last(
    test: Lanes,
    elsewhere: Lanes,
    state: DescendingState,
    duration_ms: float,
    dt_ms: float,
    loop: _Loop,
) -> tuple[Lanes, DescendingState]:
    """Mean discharge that a test stimulus gives over a stretch of time, and the state it leaves."""

    def step(state: DescendingState, _: None) -> tuple[DescendingState, Lanes]:
        tones = release(state)
        mine = loop.cord(test, tones)
        ascending = loop.test_share * mine + loop.cord(elsewhere, tones)
        return advance(state, ascending, dt_ms, loop.settings), mine

    steps = max(1, round(duration_ms / dt_ms))
    state, discharge = jax.lax.scan(step, state, None, length=steps)
    return discharge.mean(axis=0), state
