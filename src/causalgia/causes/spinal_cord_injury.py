"""Spinal cord injury: tracts and inhibitory cells of some segments are destroyed, roots torn.

Half have neuropathic pain in acute care (Clinical J Pain 2018), 36 % at the level of the injury
after six months (Siddall 1999) and 41 % after five years (Siddall 2003). Felt at the level. About
half of all injuries are complete, so that patients lie toward both ends of severity.
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cut, resorbing

__all__ = ["SPINAL_CORD_INJURY"]

_number = numbers_of("spinal_cord_injury")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    left = resorbing(day, _number("recovery_time"), _number("lasting_lesion"))
    torn = _number("share_of_roots") * patients.severity
    return stack_insult(
        {
            ("lesion", "cord"): patients.severity * left,
            ("section", "root"): cut(day, torn),
            ("gap", "root"): torn,
        },
        patients,
    )


SPINAL_CORD_INJURY = Cause(
    name="spinal_cord_injury",
    label="Spinal cord injury",
    description="some segments of the cord and their roots are destroyed",
    kinds=("lesion", "section", "gap"),
    places=("cord", "root"),
    onset="day of the injury",
    default_region="chest",
    removable_by=(),
    priors=(
        Prior("age_years", 18.0, 70.0),
        Prior("severity", 0.0, 1.0, shape=(_number("severity_low"), _number("severity_high"))),
    ),
    sources=("causalgia_causes", "siddall_1999", "siddall_2003"),
    insult=_insult,
)
"""A cord that lost some segments, from the day of the injury on."""
