"""Reasoning back from findings to causes, origins and mechanisms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from causalgia import causes as all_causes
from causalgia.errors import InputError, nearest
from causalgia.patients.anatomy import origins_of
from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas import atlas as stored_atlas
from causalgia.patients.findings import Findings
from causalgia.patients.inference.clinic import clinic_mix, referral
from causalgia.patients.inference.criticism import predictive_p, surprises, verdict_of
from causalgia.patients.inference.lesions import Lesions, lesions_of
from causalgia.patients.inference.likelihood import circumstances, observed_log_likelihood
from causalgia.patients.inference.posterior import (
    CauseOdds,
    Posterior,
    mechanism_odds,
    origin_odds,
)
from causalgia.patients.inference.weighing import Weighed, normalized, weigh

__all__ = ["infer"]

Rows = Float[np.ndarray, " row"]
_IMPOSSIBLE, _LEAST_SHARE = -1e9, 1e-12


def infer(
    findings: Findings,
    *,
    atlas: Atlas | None = None,
    prior: Mapping[str, float] | None = None,
    told: Mapping[str, float] | None = None,
    blocks: Mapping[str, float] | None = None,
    simulate: bool = False,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Posterior:
    """What is probably wrong with a person, given any subset of findings.

    **Arguments:** the `findings`; the `atlas` of virtual patients (None: the stored one); `prior`,
    a clinic's own mix of causes (`clinic_mix`); `told`, the log-likelihood by cause of what else is
    known (the history, say; 0 where left out); `blocks`, relief (0-1) by the place blocked;
    whether to `simulate` more patients like this person where too few of the atlas are, which takes
    seconds, from which `seed`; `tell`, told so.
    **Raises:** `InputError` for a name or a value that cannot be.
    """
    atlas = stored_atlas(tell) if atlas is None else atlas
    log_before, log_prior = _log_prior(findings, atlas, prior, told or {})
    posterior = _weighed(findings, atlas, log_before, log_prior, blocks or {})
    if not simulate or posterior.weighed.tempering == 1.0:
        return posterior
    # It brings JAX, which the stored atlas does without.
    from causalgia.patients.inference.fresh import simulate_alike

    fresh = simulate_alike(posterior, seed=seed, tell=tell)
    log_before, log_prior = _log_prior(findings, fresh.atlas, prior, told or {})
    more = np.where(fresh.is_fresh, np.log(max(fresh.share, _LEAST_SHARE)), 0.0)
    closer = _weighed(
        findings, fresh.atlas, log_before, log_prior + more, blocks or {}, fresh.is_fresh
    )
    # Nothing was known before: what is usual is told by the stored patients.
    before = {own.name: own.before for own in posterior.mechanisms}
    mechanisms = tuple(replace(own, before=before[own.name]) for own in closer.mechanisms)
    return replace(closer, mechanisms=mechanisms, simulated=(fresh.cause,))


def _weighed(
    findings: Findings,
    atlas: Atlas,
    log_before: Rows,
    log_prior: Rows,
    blocks: Mapping[str, float],
    is_fresh: Bool[np.ndarray, " row"] | None = None,
) -> Posterior:
    """Rows weighed by all that is known; those drawn for this person have what is known of it."""
    lesions = lesions_of(findings, atlas)
    likelihoods = dict(circumstances(findings, atlas))
    if is_fresh is not None:
        for name in findings.known:
            likelihoods[name] = np.where(is_fresh, 0.0, likelihoods[name])
    likelihoods |= observed_log_likelihood(findings.observed, blocks, atlas)
    total = np.sum([np.zeros(atlas.count), *likelihoods.values()], axis=0)
    for lesion in lesions:
        total[lesion.rows] += lesion.log_likelihood
    weighed = weigh(log_prior, total, atlas.patients.cause, len(atlas.causes))
    return _posterior(findings, atlas, weighed, log_before, lesions, likelihoods)


def _log_prior(
    findings: Findings,
    atlas: Atlas,
    prior: Mapping[str, float] | None,
    told: Mapping[str, float],
) -> tuple[Rows, Rows]:
    """Log weights of the rows before anything is known, and with what tells of causes alone."""
    names, cause = atlas.causes, atlas.patients.cause
    for name in (*(findings.causes or ()), *told):
        if name not in names:
            raise InputError(f"unknown cause {name!r}; {nearest(name, names)}")
    mix = clinic_mix(prior)
    row = atlas.prior_weight * referral(atlas)
    row = row / np.bincount(cause, row, minlength=len(names))[cause]
    shares = np.array([mix.get(name, 0.0) for name in names])
    before = np.log(np.maximum(shares[cause] * row, 1e-300))
    own = np.array([told.get(name, 0.0) for name in names])
    if findings.causes is not None:
        own = own + np.array([0.0 if name in findings.causes else _IMPOSSIBLE for name in names])
    return before, before + own[cause]


def _posterior(
    findings: Findings,
    atlas: Atlas,
    weighed: Weighed,
    log_before: Rows,
    lesions: tuple[Lesions, ...],
    likelihoods: Mapping[str, Rows],
) -> Posterior:
    before = normalized(log_before)
    odds = _cause_odds(atlas, before, weighed)
    odd = surprises(findings.observed, likelihoods, weighed, atlas)
    p = predictive_p(findings.observed, likelihoods, weighed, atlas)
    shares = {c: {o.name: share for o, share in origins_of(c)} for c in atlas.causes}
    return Posterior(
        findings=findings,
        atlas=atlas,
        weighed=weighed,
        before=before,
        lesions=lesions,
        log_likelihoods=likelihoods,
        causes=odds,
        origins=origin_odds(lesions, before, weighed.weights, shares),
        mechanisms=mechanism_odds(atlas, before, weighed),
        surprises=odd,
        verdict=verdict_of(odds, odd, p, weighed),
        simulated=(),
    )


def _cause_odds(atlas: Atlas, before: Rows, weighed: Weighed) -> tuple[CauseOdds, ...]:
    first = np.bincount(atlas.patients.cause, before, minlength=len(atlas.causes))
    found = [
        CauseOdds(
            name=name,
            label=all_causes.find(name).label,
            before=float(first[i]),
            probability=float(weighed.odds[i]),
            low=float(weighed.low[i]),
            high=float(weighed.high[i]),
        )
        for i, name in enumerate(atlas.causes)
    ]
    return tuple(sorted(found, key=lambda own: -own.probability))
