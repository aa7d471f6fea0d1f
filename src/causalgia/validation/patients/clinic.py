"""The protocol of patients: all rows, from the stored atlas."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from causalgia.validation.patients.computing import compute, in_atlas
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["complaints_and_questionnaires"]


@measures("SY*", "BU.*", "DN4*", "*LANSS.*", "painDETECT.*", "ID_Pain.*", "NPQ.*")
def complaints_and_questionnaires(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The numbers of virtual patients for complaints, signs, sensory tests and questionnaires."""
    return compute(ids, in_atlas(), use=None)
