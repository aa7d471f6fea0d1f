r"""A generator above the nerve: discharge of its own in a pathway that has lost tissue or input.

A lesion of thalamus or tract, of the cord, or the loss of all input leaves neurons that fire by
themselves. With the lesions $l$, the lost input $d$ and the patient's plasticity $p$,

$$\dot G = (G^* - G)/\tau, \qquad
G^* = G_{max}\,\frac{x^4}{x^4 + h^4}, \qquad x = p\,(l_{brain} + w_c l_{cord} + w_d d^2),$$

so that small lesions make next to none. It comes over months and goes when what it stands on heals.
How deafferentation makes phantom pain is contested: remapping of the cortex goes with it in some
studies, a kept map in others; here the ganglion drives most of it, and this the rest.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes import KINDS, Insult
from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull, hill, toward
from causalgia.mechanisms import PLACES

__all__ = ["generator_pull", "lesion_at", "lost_input"]


def lesion_at(insult: Insult, place: str) -> Float[Array, " batch"]:
    """The lesion of cord or brain, 0-1."""
    return jnp.clip(insult[KINDS.index("lesion"), PLACES.index(place)], 0.0, 1.0)


def lost_input(survival: Float[Array, "place fiber batch"]) -> Float[Array, " batch"]:
    """The share of fibers, mean over their classes, that no longer join skin and cord."""
    return 1.0 - jnp.mean(jnp.prod(survival, axis=0), axis=0)


def generator_pull(
    constants: Constants,
    generator_Hz: Float[Array, "row batch"],
    survival: Float[Array, "place fiber batch"],
    insult: Insult,
    patients: Patients,
) -> Pull:
    """Where the generator is drawn, in Hz."""
    standing_on = (
        lesion_at(insult, "brain")
        + constants["generator_by_cord_lesion"] * lesion_at(insult, "cord")
        + constants["generator_by_lost_input"] * jnp.square(lost_input(survival))
    )
    size = standing_on * patients.channel_plasticity
    share = hill(jnp.square(size), jnp.square(constants["half_lesion"]))
    return toward(
        (constants["generator_largest"] * share)[None],
        generator_Hz,
        constants["generator_rise_time"],
        constants["generator_fall_time"],
    )
