"""Trigeminal neuralgia: an artery beats on the root and strips it of myelin where it enters.

Hardly an axon is lost, which is why taking the artery away stops the pain on the day in most, even
after years (Barker 1996, recalled).
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun

__all__ = ["TRIGEMINAL_NEURALGIA"]

_number = numbers_of("trigeminal")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    contact = patients.severity * begun(day, _number("rise_time"))
    return stack_insult({("demyelinating", "root"): contact}, patients)


TRIGEMINAL_NEURALGIA = Cause(
    name="trigeminal_neuralgia",
    label="Trigeminal neuralgia",
    description="a vessel strips the trigeminal root of myelin",
    kinds=("demyelinating",),
    places=("root",),
    onset="first attack",
    default_region="face",
    removable_by=("microvascular_decompression",),
    priors=(Prior("age_years", 45.0, 85.0), Prior("severity", 0.3, 1.0)),
    sources=("causalgia_causes",),
    insult=_insult,
    longest_step_days=7.0,
)
"""A vessel on the root, from the first attack on."""
