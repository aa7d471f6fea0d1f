"""Amputation: every nerve of the limb ends in a stump, for good.

No axon can grow back to its target. In patients of high `persistence` the stump stays irritated as
far as the amputation was large; the cord loses its input, and what remains of it acts on a
deafferented pathway (phantom pain). Two in three have phantom pain (Limakatso 2020).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cut, held_share, resorbing

__all__ = ["AMPUTATION"]

_number = numbers_of("amputation")
# What is cut has no target left, whatever the size; none is cut at a severity of 0.
_NO_TARGET_SLOPE = 20.0


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    # The share of the fibers of what hurts that the amputation cuts; nearly all of a large one.
    share = 1.0 - jnp.exp(-_number("completeness_slope") * patients.severity)
    lasting = held_share(patients.persistence, _number("quiet_stumps"), _number("stump_spread"))
    stump = resorbing(day, _number("stump_healing_time"), _number("lasting_stump") * lasting)
    return stack_insult(
        {
            ("section", "distal_nerve"): cut(day, share),
            ("gap", "distal_nerve"): 1.0 - jnp.exp(-_NO_TARGET_SLOPE * patients.severity),
            ("inflammation", "distal_nerve"): patients.severity * stump,
        },
        patients,
    )


AMPUTATION = Cause(
    name="amputation",
    label="Amputation (phantom and stump pain)",
    description="all nerves of a limb are cut and end in a stump",
    kinds=("section", "gap", "inflammation"),
    places=("distal_nerve",),
    onset="day of the amputation",
    default_region="foot",
    removable_by=(),
    priors=(Prior("age_years", 35.0, 80.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "limakatso_2020"),
    insult=_insult,
)
"""A limb lost, from the day of the amputation on."""
