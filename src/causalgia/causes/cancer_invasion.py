"""Cancer that grows into a plexus: pressure and inflammation that double until treated."""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun, growing

__all__ = ["CANCER_INVASION"]

_number = numbers_of("cancer")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    doubling_days = _number("doubling_time") * (1.5 - patients.persistence)
    # From nothing on the first day, since the first part of its growth is not felt.
    tumor = patients.severity * growing(day, doubling_days, _number("largest")) * begun(day, 7.0)
    return stack_insult(
        {
            ("compression", "proximal_nerve"): tumor,
            ("inflammation", "proximal_nerve"): _number("irritation") * tumor,
        },
        patients,
    )


CANCER_INVASION = Cause(
    name="cancer_invasion",
    label="Cancer in a plexus",
    description="a tumor presses on a plexus and grows into it",
    kinds=("compression", "inflammation"),
    places=("proximal_nerve",),
    onset="day on which the tumor reached the plexus",
    default_region="hand",
    removable_by=("tumor_control",),
    priors=(Prior("age_years", 40.0, 85.0), Prior("severity", 0.2, 1.0)),
    sources=("causalgia_causes",),
    insult=_insult,
    longest_step_days=7.0,
)
"""A tumor in a plexus, from its arrival on."""
