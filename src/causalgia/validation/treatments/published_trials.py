"""The protocol of treatments: all published trials, whole or with fewer patients."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from causalgia.validation.protocol import measures
from causalgia.validation.treatments.computing import compute
from causalgia.validation.verdict import Outcome

__all__ = ["few_patients", "published_trials"]

QUICK_PATIENTS = 100


def few_patients(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The same with a quarter of the patients: wider intervals."""
    return compute(ids, patients=QUICK_PATIENTS, use=None)


@measures("*", slow=True, quick=few_patients)
def published_trials(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The numbers of virtual patients for the rows of published trials."""
    return compute(ids, use=None)
