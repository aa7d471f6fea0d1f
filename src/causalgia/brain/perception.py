r"""What is felt: a rating of 0-10 from projection discharge, and the quality of the pain.

$P = a\,g\,(R - R_0)^{k}$ above the threshold $R_0$: the compressive law measured between C-fiber
discharge and pain (Yarnitsky 1992), with the affective gain $g$. Because the law is compressive,
halving a strong pain needs most of the discharge gone.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.evidence import parameters

__all__ = ["qualities", "rating"]


def rating(
    projection_Hz: Float[Array, "*shape"], affective_gain: Float[Array, "*shape"]
) -> Float[Array, "*shape"]:
    """Pain from 0 to 10 for a projection discharge (Hz) and an affective gain (fold)."""
    own = parameters("causalgia_brain")
    above = jnp.maximum(projection_Hz - own["pain_threshold"].value, 0.0)
    strength = own["pain_scale"].value * (above + 1e-9) ** own["pain_exponent"].value
    felt = jnp.where(above > 0, affective_gain * strength, 0.0)
    return jnp.clip(felt, 0.0, 10.0)


def qualities(
    resting_Hz: Float[Array, "fiber batch"],
    touch_lost: Float[Array, " batch"],
    brush_added: Float[Array, " batch"],
    cold_added: Float[Array, " batch"],
) -> Float[Array, "quality batch"]:
    """Strength (0-1) of burning, electric, tingling, numbness, touch- and cold-evoked pain.

    **Arguments:** what reaches the cord at rest from C, A-delta and A-beta fibers (Hz); the share
    (0-1) of touch input that is lost; the rating points that brush and cold add.
    """
    own = parameters("causalgia_brain")

    def saturating(value: Array, half: str) -> Array:
        positive = jnp.maximum(value, 0.0)
        return positive / (positive + own[half].value)

    return jnp.stack(
        [
            saturating(resting_Hz[0], "burning_half"),
            saturating(resting_Hz[1], "electric_half"),
            saturating(resting_Hz[2], "tingling_half"),
            saturating(touch_lost, "numbness_half"),
            saturating(brush_added, "touch_half"),
            saturating(cold_added, "cold_half"),
        ]
    )
