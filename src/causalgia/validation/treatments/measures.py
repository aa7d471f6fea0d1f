"""Numbers of a simulated trial as publications give them, with how sure they are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from jaxtyping import Float

from causalgia.validation.treatments.arms import Arm
from causalgia.validation.verdict import Computed

__all__ = ["measure"]

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
        return _difference(arm, control)
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
    mine, others = pair(arm), pair(control)
    if kind == "difference50":
        return _share_difference(mine, others)
    return _number_needed(mine, others)


def _mean(values: Float[np.ndarray, " patient"]) -> Computed:
    half = _Z * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    center = float(np.mean(values))
    return Computed(center, center - half, center + half, f"{len(values)} virtual patients")


def _difference(arm: Arm, control: Arm) -> Computed:
    center = float(arm.change.mean() - control.change.mean())
    if arm.same_patients:
        both = pd.concat([arm.by_patient(), control.by_patient()], axis=1, join="inner")
        center = float((both.iloc[:, 0] - both.iloc[:, 1]).mean())
        error = float((both.iloc[:, 0] - both.iloc[:, 1]).std()) / math.sqrt(len(both))
    else:
        error = math.sqrt(sum(float(np.var(a.change)) / len(a.change) for a in (arm, control)))
    how = f"{len(arm.change)} against {len(control.change)} virtual patients"
    return Computed(center, center - _Z * error, center + _Z * error, how)


def _share(yes: np.ndarray) -> Computed:
    count, share = len(yes), float(np.mean(yes))
    scale = 1.0 + _Z**2 / count
    middle = (share + _Z**2 / (2 * count)) / scale
    half = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / scale
    low, high = 100.0 * (middle - half), 100.0 * (middle + half)
    return Computed(100.0 * share, max(low, 0.0), min(high, 100.0), f"{count} virtual patients")


def _risk(mine: np.ndarray, others: np.ndarray) -> tuple[float, float, float]:
    gain = float(mine.mean() - others.mean())
    error = math.sqrt(sum(float(y.mean() * (1 - y.mean())) / len(y) for y in (mine, others)))
    return gain, gain - _Z * error, gain + _Z * error


def _share_difference(mine: np.ndarray, others: np.ndarray) -> Computed:
    gain, low, high = (100.0 * value for value in _risk(mine, others))
    return Computed(gain, low, high, f"{len(mine)} against {len(others)} virtual patients")


def _number_needed(mine: np.ndarray, others: np.ndarray) -> Computed:
    """The inverse of the difference of shares; infinite where there is none or it is harm."""
    gain, low, high = _risk(mine, others)

    def inverse(difference: float) -> float:
        return 1.0 / difference if difference > 0.0 else math.inf

    how = (
        f"{100 * mine.mean():.0f} against {100 * others.mean():.0f} % of "
        f"{len(mine)} and {len(others)} virtual patients"
    )
    return Computed(inverse(gain), inverse(high), inverse(low), how)
