"""The protocol of the course: all rows of the natural history, whole or with fewer patients."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from causalgia.validation.course.computing import compute
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["few_patients", "natural_history"]

QUICK_PATIENTS = 96


def few_patients(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The same with a quarter of the patients: wider intervals, less than a minute."""
    return compute(ids, patients=QUICK_PATIENTS, use=None)


@measures("NH*", "TC*", slow=True, quick=few_patients)
def natural_history(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The numbers of virtual patients for the rows of the natural history."""
    return compute(ids, use=None)
