"""Numbers of a simulated trial as publications give them, with how sure they are."""

from __future__ import annotations

import math

import pandas as pd

from causalgia.patients.chances import chance
from causalgia.validation.treatments.arms import Arm
from causalgia.validation.verdict import Computed

__all__ = ["measure", "needs_control"]

_Z = 1.959964


def measure(name: str, arm: Arm, control: Arm) -> Computed:
    """One number of an arm, or of its difference from the control arm.

    **Arguments:** the `name` of the measure: change, percent, difference, difference50,
    responder30, responder50, improved (much or very much, as people call it), nnt30, nnt50,
    nnt_improved, nnh:EFFECT, nnh_stops, stops or stops:REASON.
    """
    kind, _, detail = name.partition(":")
    if kind in ("change", "percent"):
        return _mean(arm.change if kind == "change" else arm.percent)
    if kind == "difference":
        return _difference(arm.change, control.change)
    if kind == "stops":
        return _share(arm.stopped(detail))
    if kind.startswith("responder"):
        return _share(arm.responded(int(kind[-2:])))
    if kind == "improved":
        return _share(arm.improved())
    pair = {
        "difference50": lambda a: a.responded(50),
        "nnt30": lambda a: a.responded(30),
        "nnt50": lambda a: a.responded(50),
        "nnt_improved": lambda a: a.improved(),
        "nnh": lambda a: a.had(detail),
        "nnh_stops": lambda a: a.stopped("adverse event"),
    }[kind]
    mine, others = (100.0 * pair(a).astype(float) for a in (arm, control))
    gained = _difference(mine, others)
    return gained if kind == "difference50" else _number_needed(gained)


def needs_control(name: str) -> bool:
    """Whether a measure is of an arm and its control, not of the arm alone."""
    return name.startswith(("difference", "nn"))


def _mean(values: pd.Series) -> Computed:
    half = _Z * float(values.std()) / math.sqrt(len(values))
    center = float(values.mean())
    return Computed(center, center - half, center + half, f"{len(values)} virtual patients")


def _difference(mine: pd.Series, others: pd.Series) -> Computed:
    """The mean difference within the patients that both arms hold."""
    mine, others = mine.align(others, join="inner")
    found = _mean(mine - others)
    how = f"{mine.mean():.3g} against {others.mean():.3g} in the same {len(mine)} virtual patients"
    return Computed(found.value, found.low, found.high, how)


def _share(yes: pd.Series) -> Computed:
    found = chance(float(yes.mean()), len(yes))
    value, low, high = (100.0 * share for share in (found.value, found.low, found.high))
    return Computed(value, low, high, f"{len(yes)} virtual patients")


def _number_needed(gained: Computed) -> Computed:
    """The inverse of a difference in percent; infinite where there is none or it is harm."""

    def inverse(percent: float) -> float:
        return 100.0 / percent if percent > 0.0 else math.inf

    how = gained.how.replace(" in the same", " % of the same")
    return Computed(inverse(gained.value), inverse(gained.high), inverse(gained.low), how)
