"""A case from file to result, in one call."""

from __future__ import annotations

import dataclasses

from causalgia import causes
from causalgia.patients.answers import answer_case
from causalgia.patients.case import Case
from causalgia.patients.rasters import record_rasters
from causalgia.patients.result import CaseResult
from causalgia.patients.simulate import Tell, run_arms

__all__ = ["simulate_case"]


def simulate_case(
    case: Case, *, patients: int = 400, seed: int = 1, tell: Tell = lambda text: None
) -> CaseResult:
    """Answer both questions for a case, by the fast pathway.

    **Arguments:** the `case`; how many virtual `patients`; the `seed`; `tell`, told what is being
    done.
    """
    # The fitted pathway loads its weights when imported.
    from causalgia.pathway.surrogate import respond

    cause = causes.find(case.cause)
    run = run_arms(case, cause, respond, patients=patients, seed=seed, tell=tell)
    result = answer_case(run, seed=seed)
    tell("spikes of the virtual patient who fits best")
    rasters = record_rasters(run, result.arms, result.site_names, seed=seed)
    return dataclasses.replace(result, rasters=rasters)
