r"""Courses in time that causes share: how an insult comes, stays, recurs and goes.

Each gives a strength around 1 for a day since the onset (a traced scalar will do), an array where
its times differ between patients.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = [
    "begun",
    "cut",
    "cycles",
    "cycles_kept",
    "fading",
    "growing",
    "held_share",
    "resorbing",
    "spread_by_rank",
]

_EXTREME_RANK = 0.01

Day = Float[Array, ""]
Strength = Float[Array, "*batch"]


def begun(day: Day, time_days: Strength | float) -> Strength:
    r"""Coming up with a time constant: $1 - e^{-t/\tau}$."""
    return 1.0 - jnp.exp(-jnp.maximum(day, 0.0) / time_days)


def fading(day: Day, time_days: Strength | float) -> Strength:
    r"""Going with a time constant from full strength on the first day: $e^{-t/\tau}$."""
    return jnp.exp(-jnp.maximum(day, 0.0) / time_days)


def resorbing(day: Day, time_days: Strength | float, held: Strength | float) -> Strength:
    r"""Going but for a share $h$ that is held: $h + (1-h)\,e^{-t/\tau}$."""
    return held + (1.0 - held) * fading(day, time_days)


def growing(day: Day, doubling_days: Strength | float, limit: float) -> Strength:
    r"""Doubling again and again up to a limit $L$: $L / (1 + (L/s_0 - 1) 2^{-t/T})$ with
    $s_0 = 0.05 L$.
    """
    return limit / (1.0 + 19.0 * jnp.exp2(-jnp.maximum(day, 0.0) / doubling_days))


def cut(day: Day, share: Strength) -> Strength:
    r"""The hazard a day, $-\ln(1 - s)$ on the first day alone, that cuts a share $s$ of axons."""
    return jnp.where(day < 1.0, -jnp.log1p(-0.99 * jnp.clip(share, 0.0, 1.0)), 0.0)


def cycles(day: Day, every_days: float, count: int, time_days: float) -> Strength:
    r"""Doses every so many days that are gone with a time constant: $\sum_i e^{-(t-t_i)/\tau}$."""
    since = day - every_days * jnp.arange(count)
    return jnp.sum(jnp.where(since >= 0.0, jnp.exp(-jnp.maximum(since, 0.0) / time_days), 0.0))


def cycles_kept(day: Day, every_days: float, count: int, time_days: float) -> Strength:
    """Doses that tissue keeps, as `cycles`, relative to all of them kept for good."""
    return cycles(day, every_days, count, time_days) / count


def held_share(rank: Strength, resolving: float, spread: float) -> Strength:
    """The share of an insult that never goes by itself, by a patient's rank of persistence (0-1).

    Next to nothing below the share of `resolving` patients and nearly all above; `spread` says how
    sharply patients divide.
    """
    return jax.nn.sigmoid((rank - resolving) / spread)


def spread_by_rank(rank: Strength, middle: float, log_sd: float) -> Strength:
    r"""A quantity that is lognormal between patients, by a rank from 0 to 1.

    $m\,e^{\sigma\Phi^{-1}(r)}$ with the median $m$ and the standard deviation $\sigma$ of the
    logarithm; the outermost hundredths of patients are taken as one.
    """
    inner = jnp.clip(rank, _EXTREME_RANK, 1.0 - _EXTREME_RANK)
    return middle * jnp.exp(log_sd * jax.scipy.special.ndtri(inner))
