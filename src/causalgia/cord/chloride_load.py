r"""Chloride inside a neuron: what inhibition brings in, KCC2 carries out.

$$\dot c = \frac{(1 - b)\, g\, (V - E_{Cl})}{F v} + \ell - k\,(c - c_K),$$

with $c$ the chloride inside (mM), $g$ the open conductance of GABA-A and glycine receptors, of
which bicarbonate carries the share $b$, $v$ the volume it fills, $\ell$ a resting leak (mM/ms),
and $k$ the speed of KCC2, which stops at $c_K$, in balance with potassium. Inhibition reverses at
$(1 - b) E_{Cl} + b E_{HCO_3}$, so that a load makes it weaker and in the end turns it around.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.ions import FARADAY, thermal_mV
from causalgia.errors import InputError

__all__ = ["ChlorideLoad"]


@dataclass(frozen=True)
class ChlorideLoad:
    """What sets the chloride inside a neuron.

    **Arguments:** `outside_mM`; `resting_mM`, inside, at full KCC2; `kcc2_floor_mM`, where KCC2
    stops; `kcc2_per_ms`, its speed; `volume_pL`, what an influx fills; `bicarbonate_share` of the
    conductance and `bicarbonate_reversal_mV`; the `temperature_degC`.
    **Raises:** `InputError` for numbers that make no sense.
    """

    outside_mM: float
    resting_mM: float
    kcc2_floor_mM: float
    kcc2_per_ms: float
    volume_pL: float
    bicarbonate_share: float
    bicarbonate_reversal_mV: float
    temperature_degC: float

    def __post_init__(self) -> None:
        if not 0 < self.kcc2_floor_mM < self.resting_mM < self.outside_mM:
            raise InputError(
                f"chloride: kcc2_floor_mM is {self.kcc2_floor_mM}, resting_mM {self.resting_mM} "
                f"and outside_mM {self.outside_mM}, must rise in this order from above 0"
            )
        for label in ("kcc2_per_ms", "volume_pL"):
            if not getattr(self, label) > 0:
                raise InputError(f"chloride: {label} is {getattr(self, label)}, must be positive")
        if not 0 <= self.bicarbonate_share < 1:
            raise InputError(
                f"chloride: bicarbonate_share is {self.bicarbonate_share}, must be 0 to below 1"
            )

    @property
    def leak_mM_per_ms(self) -> float:
        """What leaks in at rest: what KCC2 then carries out."""
        return self.kcc2_per_ms * (self.resting_mM - self.kcc2_floor_mM)

    def balance_mM(self, kcc2: Float[Array, "..."]) -> Float[Array, "..."]:
        """Chloride inside (mM) without inhibition, for a fold of KCC2."""
        return self.kcc2_floor_mM + self.leak_mM_per_ms / (self.kcc2_per_ms * kcc2)

    def chloride_reversal_mV(self, inside_mM: Float[Array, "..."]) -> Float[Array, "..."]:
        """Nernst potential (mV) of chloride."""
        kT = thermal_mV(self.temperature_degC)
        return kT * (jnp.log(inside_mM) - math.log(self.outside_mM))

    def reversal_mV(self, inside_mM: Float[Array, "..."]) -> Float[Array, "..."]:
        """Potential (mV) at which GABA-A and glycine currents turn."""
        share = self.bicarbonate_share
        return (1 - share) * self.chloride_reversal_mV(
            inside_mM
        ) + share * self.bicarbonate_reversal_mV

    def advance(
        self,
        inside_mM: Float[Array, "..."],
        brought_pC: Float[Array, "..."],
        kcc2: Float[Array, "..."],
        dt_ms: Float[Array, ""] | float,
    ) -> Float[Array, "..."]:
        """One step, given the charge (pC, outward) that chloride carried during it.

        Outward current is chloride coming in. The chloride of a cell never falls below a tenth
        of where KCC2 stops.
        """
        brought = 1e3 * brought_pC / (FARADAY * self.volume_pL)  # pmol/pL is M
        speed = self.kcc2_per_ms * kcc2
        moved = inside_mM + brought + dt_ms * (self.leak_mM_per_ms + speed * self.kcc2_floor_mM)
        return jnp.maximum(moved / (1.0 + dt_ms * speed), 0.1 * self.kcc2_floor_mM)
