r"""Long-term potentiation of a neuron's C-fiber synapses, from the calcium of its NMDA receptors.

A trace follows the unblocked NMDA conductance with $\tau_t$. Above a threshold synapses grow toward
$P_{max}$, the faster the more; growth fades slowly:
$\dot p = r\,[x - \theta]_+ (P_{max} - p) - p / \tau_p$ (a calcium threshold rule, after Shouval,
Bear and Cooper 2002, without its depression).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.errors import InputError

__all__ = ["Potentiation"]


@dataclass(frozen=True)
class Potentiation:
    r"""How synapses grow.

    **Arguments:** `trace_ms` $\tau_t$; `threshold_uS` $\theta$; `rate_per_uS_ms` $r$; `most`
    $P_{max}$, the largest growth as a share of the weight; `forgetting_ms` $\tau_p$.
    **Raises:** `InputError` for a number that is not positive.
    """

    trace_ms: float
    threshold_uS: float
    rate_per_uS_ms: float
    most: float
    forgetting_ms: float

    def __post_init__(self) -> None:
        for label, value in vars(self).items():
            if not value > 0:
                raise InputError(f"potentiation: {label} is {value}, must be positive")

    def advance(
        self,
        trace_uS: Float[Array, "..."],
        potentiated: Float[Array, "..."],
        open_uS: Float[Array, "..."],
        dt_ms: Float[Array, ""] | float,
    ) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
        """One step of the trace and of the growth, given the open NMDA conductance (uS)."""
        trace = trace_uS + (open_uS - trace_uS) * (1.0 - jnp.exp(-dt_ms / self.trace_ms))
        speed = self.rate_per_uS_ms * jnp.maximum(trace - self.threshold_uS, 0.0)
        total = speed + 1.0 / self.forgetting_ms
        steady = self.most * speed / total
        # Growth of a step may be less than single precision tells from 1.
        return trace, potentiated - (steady - potentiated) * jnp.expm1(-dt_ms * total)
