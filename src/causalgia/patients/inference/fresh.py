"""More virtual patients like one person, where too few of the stored ones resemble them.

Patients of the leading cause are drawn anew, all of them with the covariates that are known and
since as long as the person may be ill, and take the place of the stored ones of that cause. How
many of the cause are like this at all is still told by the stored ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas.build import build_atlas
from causalgia.patients.atlas.histories import Wanted, seen_between
from causalgia.patients.atlas.seen import beside
from causalgia.patients.inference.clinic import referral
from causalgia.patients.inference.likelihood import circumstances
from causalgia.patients.inference.posterior import Posterior
from causalgia.patients.weights import weighted_quantiles

__all__ = ["Fresh", "simulate_alike"]

_ROWS, _STRATA, _MOST_BLOCKS = 384, 4, 3
_WIDER = 1.1

Rows = Float[np.ndarray, " row"]


@dataclass(frozen=True)
class Fresh:
    """An atlas in which the patients of one `cause` were drawn for one person.

    `is_fresh` [row]; `share`, how many of those with the cause are as these are.
    """

    atlas: Atlas
    cause: str
    is_fresh: Bool[np.ndarray, " row"]
    share: float


def simulate_alike(posterior: Posterior, *, seed: int, tell: Callable[[str], None]) -> Fresh:
    """Draw patients of the leading cause who are like the person, and follow every treatment."""
    stored, findings = posterior.atlas, posterior.findings
    cause = posterior.causes[0].name
    rows = stored.of_cause(cause)
    days = stored.patients.duration_days[rows]
    weights = posterior.weights[rows] / posterior.weights[rows].sum()
    low, high = (float(d) for d in weighted_quantiles(days, weights, (0.005, 0.995)))
    first, last = seen_between(cause)
    between = (max(low / _WIDER, min(first, low)), min(high * _WIDER, max(last, high)))
    tell(f"few virtual patients resemble this person: more with {posterior.causes[0].label}")
    wanted = Wanted(
        rows=_ROWS,
        seed=seed,
        known=tuple(sorted(findings.known.items())),
        duration_days=between,
        strata=_STRATA,
        most_blocks=_MOST_BLOCKS,
    )
    fresh = build_atlas(wanted, of=(cause,), with_treatments=bool(stored.treatments))
    usual = (stored.prior_weight * referral(stored))[rows]
    alike = np.exp(
        sum(
            (own for name, own in circumstances(findings, stored).items() if name != "duration"),
            start=np.zeros(stored.count),
        )
    )[rows]
    inside = (days >= between[0]) & (days <= between[1])
    share = float((usual * alike * inside).sum() / usual.sum())
    kept = np.flatnonzero(stored.patients.cause != stored.causes.index(cause))
    joined = _joined(stored, kept, fresh)
    is_fresh = np.arange(joined.count) >= len(kept)
    return Fresh(joined, cause, is_fresh, share)


def _joined(stored: Atlas, kept: np.ndarray, fresh: Atlas) -> Atlas:
    def both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.concatenate([first[..., kept], second], axis=-1)

    return Atlas(
        patients=beside([stored.patients.select(kept), fresh.patients]),
        hurting_days=both(stored.hurting_days, fresh.hurting_days),
        prior_weight=both(stored.prior_weight, fresh.prior_weight),
        weeks=stored.weeks,
        pain_untreated=both(stored.pain_untreated, fresh.pain_untreated),
        treatments=stored.treatments,
        pain_treated=both(stored.pain_treated, fresh.pain_treated),
        made_of=stored.made_of,
    )
