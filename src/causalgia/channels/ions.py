r"""Ions whose concentrations change: inside the fiber and in the narrow space around it.

A current empties or fills a volume: with the current density $I$ (mA/cm$^2$) and the depth $w$
(um) of the volume under the membrane, $\dot c = \mp\, 10^4 I / (z F w)$ mM/ms, minus inside and
plus outside. A shell outside washes out toward the bath. Concentrations are kept as what they
differ from their start by, since float32 would lose the slow part of a change against the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.buffers import Buffer
from causalgia.channels.exponentials import over_one_minus_exp

__all__ = ["FARADAY", "GAS", "Ion", "Pool", "ghk", "nernst_mV", "sides", "thermal_mV"]

FARADAY = 96485.33212
"""Charge of a mole (C/mol)."""

GAS = 8.31446261815324
"""Gas constant (J/(mol K))."""

ZERO_DEGC = 273.15


class Pool(eqx.Module):
    """A volume of an ion on one side of the membrane.

    `initial_mM` at the start; it relaxes toward `rest_mM` at `relaxation_per_ms` (one rate, or
    [active compartment, 1] where it differs from place to place); `depth_um` is the thickness of
    the shell, None for the whole cross-section (a fourth of the diameter); of what enters only
    `free_fraction` stays free (the rest is bound at once); a `buffer` binds some of it in its own
    time.
    """

    initial_mM: float
    rest_mM: float
    relaxation_per_ms: float | Float[np.ndarray, "active 1"] = 0.0
    depth_um: float | None = None
    free_fraction: float = 1.0
    buffer: Buffer | None = None


class Ion(eqx.Module):
    """An ion with its concentrations inside and outside, each fixed (mM) or a `Pool`.

    `offset_mV` is added to the Nernst potential, for models fitted to apparent reversals.
    """

    name: str = eqx.field(static=True)
    valence: int = eqx.field(static=True)
    inside: Pool | float
    outside: Pool | float
    offset_mV: float = 0.0

    @property
    def pools(self) -> tuple[tuple[bool, Pool], ...]:
        """The sides that change, as (inside, pool)."""
        sides = ((True, self.inside), (False, self.outside))
        return tuple((inside, pool) for inside, pool in sides if isinstance(pool, Pool))

    def reversal_mV(self, temperature_degC: float) -> float:
        """Reversal potential (mV) at the start."""
        inside, outside = (
            side.initial_mM if isinstance(side, Pool) else side
            for side in (self.inside, self.outside)
        )
        nernst = thermal_mV(temperature_degC) / self.valence * math.log(outside / inside)
        return nernst + self.offset_mV

    def fills_mM_per_ms(
        self, inside: bool, pool: Pool, diameter_um: Float[np.ndarray, "..."]
    ) -> Float[np.ndarray, "..."]:
        """Rise of the concentration (mM/ms) for an outward current of 1 mA/cm2."""
        depth = 0.25 * diameter_um if pool.depth_um is None else pool.depth_um
        sign = -1.0 if inside else 1.0
        fills = sign * 1e4 * pool.free_fraction / (self.valence * FARADAY * depth)
        return np.asarray(np.broadcast_to(fills, np.shape(diameter_um)))


def thermal_mV(temperature_degC: float) -> float:
    """$RT/F$ in mV."""
    return 1e3 * GAS * (temperature_degC + ZERO_DEGC) / FARADAY


def nernst_mV(
    valence: int,
    inside_mM: Float[Array, "..."] | float,
    outside_mM: Float[Array, "..."] | float,
    temperature_degC: float,
) -> Float[Array, "..."]:
    r"""Reversal potential $\frac{RT}{zF} \ln \frac{c_o}{c_i}$ (mV)."""
    return thermal_mV(temperature_degC) / valence * jnp.log(outside_mM / jnp.asarray(inside_mM))


def ghk(
    valence: int,
    voltage: Float[Array, "..."],
    inside_mM: Float[Array, "..."] | float,
    outside_mM: Float[Array, "..."] | float,
    temperature_degC: float,
) -> Float[Array, "..."]:
    r"""Current (mA/cm2) of Goldman, Hodgkin and Katz for a permeability of 1 cm/s.

    $I = 10^{-3} z F x\,(c_i - c_o e^{-x}) / (1 - e^{-x})$ with $x = z F V / RT$, concentrations in
    mM (umol/cm3).
    """
    x = voltage * (valence / thermal_mV(temperature_degC))
    inward = over_one_minus_exp(x)
    # x e^-x / (1 - e^-x) is the same function less x
    return 1e-3 * valence * FARADAY * (inside_mM * inward - outside_mM * (inward - x))


def sides(
    ions: tuple[Ion, ...], shifts: Float[Array, "pool compartment batch"]
) -> tuple[Mapping[str, Array], Mapping[str, Array]]:
    """Concentrations (mM) inside and outside, ion by ion, from what pools differ from start by."""
    found: tuple[dict[str, Array], dict[str, Array]] = ({}, {})
    row = 0
    for ion in ions:
        for side, given in zip(found, (ion.inside, ion.outside), strict=True):
            if isinstance(given, Pool):
                side[ion.name] = given.initial_mM + shifts[row]
                row += 1
            else:
                side[ion.name] = jnp.asarray(given).reshape(1, 1)
    return found
