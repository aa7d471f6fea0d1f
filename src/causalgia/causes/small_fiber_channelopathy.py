"""A sodium channel that opens too easily: Nav1.7 variants of small-fiber neuropathy.

The channel is ill along the whole small fiber, from birth; symptoms begin when the endings, which
pay for it with sodium and calcium, start to wither. Severity says how much easier it opens, which
is the patient's variant; it counts here as more Nav1.7.
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun
from causalgia.mechanisms import PERIPHERAL_PLACES

__all__ = ["SMALL_FIBER_CHANNELOPATHY"]

_number = numbers_of("channelopathy")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    open_too_easily = patients.severity * begun(day, _number("rise_time"))
    return stack_insult(
        {("channelopathy", place): open_too_easily for place in PERIPHERAL_PLACES}, patients
    )


SMALL_FIBER_CHANNELOPATHY = Cause(
    name="small_fiber_channelopathy",
    label="Small-fiber neuropathy by a sodium channel variant",
    description="a variant of Nav1.7 opens too easily, and small fibers wither",
    kinds=("channelopathy",),
    places=PERIPHERAL_PLACES,
    onset="first symptoms",
    default_region="foot",
    removable_by=(),
    priors=(Prior("age_years", 20.0, 60.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "nav1_7_variants_2020"),
    insult=_insult,
    factors=("severity", "age_years", "distress", "sleep"),
    longest_step_days=7.0,
)
"""A channel that opens too easily, from the first symptoms on."""
