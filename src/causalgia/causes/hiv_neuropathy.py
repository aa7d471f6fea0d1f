"""Neuropathy of HIV: the virus inflames the ganglion, and old drugs poison endings.

Both wear down the longest fibers. Dideoxynucleosides can be stopped; the virus stays, quieter under
treatment.
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun

__all__ = ["HIV_NEUROPATHY"]

_number = numbers_of("hiv")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    ill = patients.severity * begun(day, _number("rise_time"))
    poison = _number("drug") * ill
    return stack_insult(
        {
            ("toxic", "terminal"): poison,
            ("toxic", "distal_nerve"): _number("share_in_distal_nerve") * poison,
            ("inflammation", "root"): _number("virus") * ill,
            ("inflammation", "terminal"): _number("share_in_skin") * _number("virus") * ill,
        },
        patients,
    )


HIV_NEUROPATHY = Cause(
    name="hiv_neuropathy",
    label="HIV neuropathy",
    description="virus and its drugs wear down the longest fibers",
    kinds=("toxic", "inflammation"),
    places=("terminal", "distal_nerve", "root"),
    onset="day on which virus or drug began to harm the nerves",
    default_region="foot",
    removable_by=("toxin_stop",),
    priors=(Prior("age_years", 30.0, 65.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes",),
    insult=_insult,
    longest_step_days=7.0,
)
"""Virus and drug at the longest fibers, from the first harm on."""
