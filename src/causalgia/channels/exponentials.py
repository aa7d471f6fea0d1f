r"""Exponentials for gates: quick, and keeping their digits near zero.

Gates spend most of a simulation in exponentials. These do with half of the instructions of XLA's
on a CPU, and give $e^x - 1$ from the same polynomial, where XLA's `expm1` is slow and `exp(x) - 1`
cancels. That matters: at a step of 5 us the slow gates of C-fibers move by 1e-7 of their way, all
of which cancels in float32.

With $x = n \ln 2 + r$ and $|r| \le \ln 2 / 2$, $e^x = 2^n + 2^n (e^r - 1)$; the polynomial is
$(e^r - 1 - r) / r^2$ interpolated at Chebyshev nodes, good to the last digit of its precision.
Arguments are held within a range whose exponentials are finite, even in products.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

__all__ = ["exp", "one_minus_exp", "over_one_minus_exp"]


class _Format(NamedTuple):
    """How a floating point number is made, and how far its polynomial goes."""

    integer: type
    digits: int
    bias: int
    largest: float
    ln2: tuple[float, float]
    coefficients: tuple[float, ...]


_FORMATS = {
    np.dtype("float32"): _Format(
        np.int32,
        23,
        127,
        80.0,
        (0.693359375, -2.12194440e-4),
        (
            0.5,
            0.16666576989698764,
            0.04166655461720473,
            0.008363179052723683,
            0.0013926183587684797,
        ),
    ),
    np.dtype("float64"): _Format(
        np.int64,
        52,
        1023,
        300.0,
        (0.693147180369123816490, 1.90821492927058770002e-10),
        (
            0.5000000000000003,
            0.16666666666666588,
            0.041666666666622505,
            0.008333333333395159,
            0.0013888888917858663,
            0.0001984126967973655,
            2.4801520422345445e-05,
            2.75574665577448e-06,
            2.762045874041338e-07,
            2.5028040030641447e-08,
        ),
    ),
}

Values = Float[Array, "..."]


def _parts(x: Values) -> tuple[Values, Values]:
    """$2^n$ and $e^r - 1$."""
    form = _FORMATS[np.dtype(x.dtype)]
    x = jnp.clip(x, -form.largest, form.largest)
    n = jnp.round(x * (1.0 / math.log(2.0)))
    r = (x - n * form.ln2[0]) - n * form.ln2[1]
    series = jnp.full_like(r, form.coefficients[-1])
    for coefficient in form.coefficients[-2::-1]:
        series = series * r + coefficient
    # Added to so large a number, n and the bias are its last digits as they stand; a conversion to
    # integers would first ask of each number whether it fits.
    marked = n + (1.5 * 2.0**form.digits + form.bias)
    exponent = jax.lax.bitcast_convert_type(marked, form.integer) << form.digits
    return jax.lax.bitcast_convert_type(exponent, x.dtype), r + r * r * series


# One program where values are asked for outside any, and as before within one.
_as_one = partial(jax.jit, inline=True)


def _as_real(x: Values | float) -> Values:
    x = jnp.asarray(x)
    return x if jnp.issubdtype(x.dtype, jnp.floating) else x.astype(jnp.result_type(float))


@jax.custom_jvp
@_as_one
def _exp(x: Values) -> Values:
    power, rest = _parts(x)
    return power + power * rest


@jax.custom_jvp
@_as_one
def _expm1(x: Values) -> Values:
    power, rest = _parts(x)
    return (power - 1.0) + power * rest


_exp.defjvps(lambda tangent, answer, x: tangent * answer)
_expm1.defjvps(lambda tangent, answer, x: tangent * (answer + 1.0))


def exp(x: Values | float) -> Values:
    r"""$e^x$ in the precision of `x`, which is held within $\pm 80$ (float64: $\pm 300$)."""
    return _exp(_as_real(x))


def one_minus_exp(x: Values | float) -> Values:
    r"""$1 - e^{-x}$, however small."""
    return -_expm1(-_as_real(x))


def over_one_minus_exp(x: Values | float) -> Values:
    r"""$x / (1 - e^{-x})$, which is 1 at zero."""
    return _linoid(_as_real(x))


@jax.custom_jvp
@_as_one
def _linoid(x: Values) -> Values:
    # Added to anything but zero, this is lost; at zero it leaves a ratio of one.
    x = x + 1.7e-30
    return x / -_expm1(-x)


def _linoid_slope(tangent: Values, answer: Values, x: Values) -> Values:
    near = jnp.abs(x) < 1e-3
    safe = jnp.where(near, 1.0, x)
    # With f for the answer, e^-x is 1 - x / f.
    return tangent * jnp.where(near, 0.5 + x / 6.0, answer * (1.0 + (1.0 - answer) / safe))


_linoid.defjvps(_linoid_slope)
