"""A prognosis as JSON and as lines of text: same question, same numbers."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np

from causalgia import __version__
from causalgia.patients.chances import odds_text
from causalgia.patients.factors import Influence
from causalgia.patients.prognosis import LEVELS, Outlook, Prognosis
from causalgia.reports.columns import aligned
from causalgia.reports.fiber_data import cited
from causalgia.reports.prognosis_figures import NAMES

__all__ = [
    "SHOWN_MONTHS",
    "at_months",
    "cell",
    "prognosis_json",
    "prognosis_keys",
    "prognosis_sources",
    "prognosis_text",
]

SHOWN_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240)
"""At which a prognosis is told in numbers."""

_MONTH_DAYS = 30.4375


def prognosis_keys(prognosis: Prognosis) -> tuple[str, ...]:
    """The keys of the sources of the cause and of the slow dynamics."""
    return tuple(
        dict.fromkeys([*prognosis.cause.sources, "causalgia_course", "causalgia_patients"])
    )


def prognosis_sources(prognosis: Prognosis) -> tuple[str, ...]:
    """The sources of the cause and of the slow dynamics, as text."""
    return cited(prognosis_keys(prognosis))


def at_months(prognosis: Prognosis, outlook: Outlook) -> dict[int, np.ndarray]:
    """Resolution [level] at the months shown that lie within the horizon."""
    found = {}
    for month in SHOWN_MONTHS:
        if month * _MONTH_DAYS <= prognosis.day[-1] + 15.0:
            nearest = int(np.argmin(np.abs(prognosis.day - month * _MONTH_DAYS)))
            found[month] = outlook.resolved[:, nearest]
    return found


def _plain(values: np.ndarray) -> list[float | None]:
    return [round(float(v), 4) if np.isfinite(v) else None for v in values]


def prognosis_json(prognosis: Prognosis) -> str:
    """All that was found, as JSON."""
    outlooks: list[dict[str, Any]] = [
        {
            "label": outlook.label,
            "treatment": outlook.treatment,
            "delay_days": outlook.delay_days,
            "resolved": {
                f"p{level:g}": _plain(row)
                for level, row in zip(LEVELS, outlook.resolved, strict=True)
            },
            "at_months": {str(m): _plain(v) for m, v in at_months(prognosis, outlook).items()},
        }
        for outlook in prognosis.outlooks
    ]
    question = dataclasses.asdict(prognosis.question)
    return json.dumps(
        {
            "version": __version__,
            "question": question,
            "day": _plain(prognosis.day),
            "ever_in_pain": _plain(prognosis.ever),
            "outlooks": outlooks,
            "influences": [dataclasses.asdict(i) for i in prognosis.influences],
            "removable_by": list(prognosis.cause.removable_by),
            "sources": list(prognosis_sources(prognosis)),
        },
        indent=2,
        ensure_ascii=False,
    )


def prognosis_text(prognosis: Prognosis) -> str:
    """What was found, in lines for a terminal."""
    months = list(at_months(prognosis, prognosis.outlooks[0]))
    rows = [["free of pain", *[f"{month} mo" for month in months]]]
    for outlook in prognosis.outlooks:
        cells = [cell(values) for values in at_months(prognosis, outlook).values()]
        rows.append([outlook.label, *cells])
    lines = [
        f"{prognosis.cause.label}: {cell(prognosis.ever)} have pain at some time.",
        "Of those who have had pain by then, free of it (median, 5th to 95th percentile):",
        *aligned(rows),
    ]
    for influence in prognosis.influences[:5]:
        lines.append(
            f"{NAMES[influence.covariate]}: {_explains(influence)} of the variance; free in "
            f"{influence.lowest} of the lowest third and {influence.highest} of the highest"
        )
    return "\n".join(lines)


def cell(values: np.ndarray) -> str:
    """A share with its interval."""
    if not np.isfinite(values).all():
        return "none in pain yet"
    low, middle, high = map(float, values)
    return odds_text(middle, low, high)


def _explains(influence: Influence) -> str:
    return odds_text(influence.share, influence.share_low, influence.share_high)
