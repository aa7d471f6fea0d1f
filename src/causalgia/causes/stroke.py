"""Stroke: a hole in the tract or in the thalamus, from one day to the next.

Severity is the share of the sensory pathway that it takes: none in half of all strokes. Eight in a
hundred get central pain, eighteen of those with sensory loss (Andersen 1995), and more than half
where thalamus or medulla are struck (Liampas 2020); it often comes after weeks or months.
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import resorbing

__all__ = ["STROKE"]

_number = numbers_of("stroke")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    left = resorbing(day, _number("recovery_time"), _number("lasting_lesion"))
    return stack_insult({("lesion", "brain"): patients.severity * left}, patients)


STROKE = Cause(
    name="stroke",
    label="Stroke",
    description="a part of the sensory tract or of the thalamus is destroyed",
    kinds=("lesion",),
    places=("brain",),
    onset="day of the stroke",
    default_region="hand",
    removable_by=(),
    priors=(
        Prior("age_years", 50.0, 90.0),
        Prior("severity", 0.0, 1.0, shape=(_number("severity_low"), _number("severity_high"))),
    ),
    sources=("causalgia_causes", "andersen_1995", "liampas_2020"),
    insult=_insult,
)
"""A stroke of any place and size, from its day on."""
