"""Figures of a prognosis: resolution over time with its interval, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from causalgia.patients.chances import odds_text
from causalgia.patients.factors import Influence
from causalgia.patients.prognosis import Outlook, Prognosis
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["NAMES", "UNITS", "draw_influences", "draw_resolution"]

_WIDTH, _HEIGHT = 320.0, 228.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 312.0, 28.0, 192.0
_MONTH_DAYS = 30.4375
_MOST_BARS = 8

NAMES = {
    "age_years": "age",
    "severity": "extent",
    "persistence": "persistence of the cause",
    "hba1c_percent": "HbA1c",
    "renal_clearance_mL_min": "renal clearance",
    "weight_kg": "weight",
    "cyp2d6_activity": "CYP2D6",
    "channel_plasticity": "plasticity of channels",
    "microglial_reactivity": "reactivity of microglia",
    "descending_capacity": "descending inhibition",
    "regeneration": "regeneration",
    "pain_sensitivity": "sensitivity to pain",
    "distress": "distress",
    "sleep": "sleep",
}
"""Covariates as a reader calls them."""

UNITS = {
    "age_years": "years",
    "hba1c_percent": "%",
    "renal_clearance_mL_min": "mL/min",
    "weight_kg": "kg",
}
"""Units of covariates; all others are relative, without one."""


def draw_resolution(prognosis: Prognosis, outlook: Outlook) -> str:
    """Probability of being free of pain over time, with that without treatment beside it."""
    untreated = prognosis.outlooks[0]
    canvas = Canvas(_WIDTH, _HEIGHT, _describe(prognosis, outlook), "resolution")
    time = Scale(0.0, float(prognosis.day[-1]), _LEFT, _RIGHT)
    share = Scale(0.0, 1.0, _BOTTOM, _TOP)
    _draw_axes(canvas, time, share)
    kind = "untreated" if outlook is untreated else "treated"
    known = np.isfinite(outlook.resolved[0])
    day, found = prognosis.day[known], outlook.resolved[:, known]
    if day.size:
        band = _places(day, found[-1], time, share) + _places(day, found[0], time, share)[::-1]
        canvas.path(points(band) + "Z", f"fan {kind}")
    if outlook is not untreated:
        _draw_median(canvas, prognosis.day, untreated, time, share, "untreated")
    _draw_median(canvas, prognosis.day, outlook, time, share, kind)
    if outlook.delay_days:
        x = time(outlook.delay_days)
        canvas.line((x, _TOP), (x, _BOTTOM), "level")
    return canvas.render("figure")


def _places(
    day: Float[np.ndarray, " time"], values: Float[np.ndarray, " time"], time: Scale, share: Scale
) -> list[tuple[float, float]]:
    return [(time(float(d)), share(float(v))) for d, v in zip(day, values, strict=True)]


def _draw_median(
    canvas: Canvas, day: np.ndarray, outlook: Outlook, time: Scale, share: Scale, kind: str
) -> None:
    known = np.isfinite(outlook.resolved[1])
    if known.any():
        places = _places(day[known], outlook.resolved[1, known], time, share)
        canvas.path(points(places), f"median {kind}")


def _draw_axes(canvas: Canvas, time: Scale, share: Scale) -> None:
    canvas.text(2, 12, "patients free of pain", "tick")
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = share(value)
        canvas.path(f"M{_LEFT:.0f} {y:.1f}H{_RIGHT:.0f}", "grid")
        canvas.text(_LEFT - 6, y + 4, f"{100 * value:.0f} %", "tick", anchor="end")
    months = time.high / _MONTH_DAYS
    step = next(s for s in (1, 2, 3, 6, 12, 24, 48, 96) if months / s <= 4.5)
    for month in range(0, int(months + 0.2) + 1, step):
        x, anchor = time(month * _MONTH_DAYS), "middle"
        if x > _RIGHT - 12:
            x, anchor = _RIGHT, "end"
        text = "onset" if month == 0 else f"{month} mo"
        canvas.text(x, _BOTTOM + 20, text, "tick", anchor=anchor)


def _describe(prognosis: Prognosis, outlook: Outlook) -> str:
    low, middle, high = outlook.resolved[:, -1]
    return (
        f"Probability of being free of pain of {prognosis.cause.label} over time, {outlook.label}: "
        f"at the end {100 * middle:.0f} %, between {100 * low:.0f} and {100 * high:.0f} %."
    )


def draw_influences(found: Sequence[Influence]) -> str:
    """Bars of the share of the variance of resolution that each covariate explains alone."""
    shown = list(found[:_MOST_BARS])
    height = 30.0 + 26.0 * len(shown)
    said = ", ".join(
        f"{NAMES[i.covariate]} {odds_text(i.share, i.share_low, i.share_high)}" for i in shown
    )
    canvas = Canvas(420.0, height, f"Share of the variance explained: {said}.", "influences")
    most = max([0.1, *(i.share_high for i in shown)])
    across = Scale(0.0, most, 190.0, 330.0)
    canvas.text(8.0, 14.0, "share of the variance that each explains alone", "tick")
    for row, influence in enumerate(shown):
        y = 26.0 + 26.0 * row
        canvas.text(182.0, y + 13.0, NAMES[influence.covariate], "tick", anchor="end")
        width = across(influence.share) - across.start
        tone = 1 if influence.highest.value < influence.lowest.value else 2
        canvas.add(
            "rect", x=190.0, y=y, width=max(width, 0.5), height=17.0, class_=f"bar tone-{tone}"
        )
        ends = across(influence.share_low), across(influence.share_high)
        canvas.line((ends[0], y + 8.5), (ends[1], y + 8.5), "whisker")
        text = odds_text(influence.share, influence.share_low, influence.share_high)
        canvas.text(6.0 + max(190.0 + width, ends[1]), y + 13.0, text, "tick")
    return canvas.render("figure")
