r"""Multiple sclerosis: plaques in the cord come in relapses and heal in part.

Each relapse adds a plaque of which a share $h$ stays, more in patients of high `persistence`; the
rest gets its myelin back in about three months, as central axons do in the cat (Smith 1981). A
quarter have neuropathic pain of the extremities (Foley 2013).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import fading

__all__ = ["MULTIPLE_SCLEROSIS"]

_number = numbers_of("multiple_sclerosis")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    held = _number("lasting_share") * (0.5 + patients.persistence)
    since = day - _number("relapse_interval") * jnp.arange(int(_number("relapses")))
    since = since[:, None]
    plaque = held + (1.0 - held) * fading(since, _number("remyelination_time"))
    burden = jnp.sum(jnp.where(since >= 0.0, plaque, 0.0), axis=0) * _number("share_a_relapse")
    lesion = patients.severity * jnp.minimum(burden, 1.0)
    return stack_insult({("lesion", "cord"): lesion}, patients)


MULTIPLE_SCLEROSIS = Cause(
    name="multiple_sclerosis",
    label="Multiple sclerosis",
    description="plaques in the cord come in relapses and heal in part",
    kinds=("lesion",),
    places=("cord",),
    onset="first relapse",
    default_region="foot",
    removable_by=(),
    priors=(Prior("age_years", 25.0, 60.0), Prior("severity", 0.0, 1.0)),
    sources=("causalgia_causes", "foley_2013", "smith_1981"),
    insult=_insult,
    longest_step_days=7.0,
)
"""Plaques in the cord, from the first relapse on."""
