r"""Repeated measures with an unstructured covariance, by restricted maximum likelihood.

Patient $s$ has measurements $y_s$ at up to $K$ visits and covariates $x_s$, whose effects differ
from visit to visit: $y_s = B^T x_s + e_s$, $e_s \sim N(0, \Sigma)$ over the visits there are. With
$V$ the covariance of all measurements and $X$ their design,

$$-2\ell(\Sigma) = \sum_s \log|\Sigma_s| + \log|X^T V^{-1} X| + r^T V^{-1} r$$

(without the middle term: maximum likelihood). Patients with the same visits are one pattern, whose
sums of squares are all that is needed, so that the time hardly grows with the number of patients.
Small-sample errors and degrees of freedom follow Kenward and Roger (1997).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from causalgia.errors import CausalgiaError, InputError

__all__ = ["Pattern", "UnstructuredFit", "fit_patterns", "fit_unstructured", "patterns_of"]

_MOST_STEPS = 200
_CLOSE = 1e-12
_EM_STEPS = 4
_INDEPENDENT = 1e-9  # least eigenvalue of covariates scaled to 1, by which they are told apart


@dataclass(frozen=True)
class Pattern:
    """Patients seen at the same visits: which were `seen`, their number (`count`), and sums over
    them: of squares and products of `covariates`, of these with the values (`cross`), and of the
    values (`squares`; 0 where they were not seen).
    """

    seen: np.ndarray
    count: int
    covariates: Float[np.ndarray, "covariate covariate"]
    cross: Float[np.ndarray, "covariate visit"]
    squares: Float[np.ndarray, "visit visit"]


@dataclass(frozen=True)
class UnstructuredFit:
    """A fitted model.

    `effects` [covariate, visit]; `covariance` [visit, visit] of the residuals; `errors`
    [visit * covariate, visit * covariate], covariance of the effects, visit by visit;
    `deviance`, -2 log likelihood (restricted or not); `patients` used.
    """

    effects: Float[np.ndarray, "covariate visit"]
    covariance: Float[np.ndarray, "visit visit"]
    errors: Float[np.ndarray, "effect effect"]
    deviance: float
    patients: int
    restricted: bool
    patterns: tuple[Pattern, ...]

    def contrast(
        self, weights: Float[np.ndarray, "covariate visit"], *, small_sample: bool = True
    ) -> tuple[float, float, float]:
        """A sum of effects: its value, standard error and degrees of freedom.

        With `small_sample` by Kenward and Roger, otherwise as in large samples (infinite).
        """
        flat = np.asarray(weights, dtype=float).T.ravel()
        value = float(flat @ self.effects.T.ravel())
        if not small_sample:
            return value, math.sqrt(flat @ self.errors @ flat), math.inf
        adjusted, information, slopes = self._kenward_roger
        reached = flat @ self.errors
        variance = float(reached @ flat)
        gradient = np.einsum("a,iab,b->i", reached, slopes, reached)
        degrees = 2.0 * variance**2 / float(gradient @ np.linalg.solve(information, gradient))
        return value, math.sqrt(flat @ adjusted @ flat), degrees

    @cached_property
    def _kenward_roger(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Adjusted covariance of effects, information on the covariance, and slopes."""
        visits = len(self.covariance)
        basis = _symmetric_basis(visits)
        flat = basis.reshape(len(basis), -1)
        size = len(self.errors)
        information = np.zeros((len(basis), len(basis)))
        slopes = np.zeros((len(basis), size, size))
        for pattern in self.patterns:
            inverse = _inverse(self.covariance, pattern.seen)
            spread = inverse @ _leverage(self.errors, pattern) @ inverse
            direct = pattern.count * np.kron(inverse, inverse) - 2.0 * np.kron(inverse, spread)
            information += 0.5 * flat @ direct @ flat.T
            inner = inverse @ basis @ inverse
            slopes += np.einsum("ijk,ab->ijakb", inner, pattern.covariates).reshape(slopes.shape)
        turned = slopes @ self.errors
        rows = turned.reshape(len(basis), -1)
        information += 0.5 * rows @ turned.transpose(0, 2, 1).reshape(len(basis), -1).T
        spread = np.linalg.inv(information)
        pairs = np.einsum("ij,ibc,jde->bcde", spread, basis, basis, optimize=True)
        excess = -np.einsum("ij,iab,jbc->ac", spread, turned, slopes, optimize=True)
        for pattern in self.patterns:
            inverse = _inverse(self.covariance, pattern.seen)
            inner = inverse @ np.einsum("bcde,cd->be", pairs, inverse) @ inverse
            excess += np.kron(inner, pattern.covariates)
        return self.errors + 2.0 * self.errors @ excess @ self.errors, information, slopes


def fit_unstructured(
    values: Float[np.ndarray, "patient visit"],
    covariates: Float[np.ndarray, "patient covariate"],
    *,
    restricted: bool = True,
) -> UnstructuredFit:
    """Fit effects that differ from visit to visit and an unstructured covariance.

    **Arguments:** `values`, NaN where missing; `covariates`, a column of ones among them;
    `restricted` maximum likelihood, or maximum likelihood.
    **Raises:** `InputError` where there are too few measurements, or covariates that follow from
    each other; `CausalgiaError` where no maximum is found.
    """
    return fit_patterns(patterns_of(values, covariates), restricted=restricted)


def fit_patterns(patterns: tuple[Pattern, ...], *, restricted: bool = True) -> UnstructuredFit:
    """The same from the sums of patterns alone, however many patients stand behind them."""
    _check(patterns)
    covariance = _start(patterns)
    state = _state(covariance, patterns, restricted)
    for step in range(_MOST_STEPS):
        proposal = (_em_step if step < _EM_STEPS else _scoring_step)(state, patterns, restricted)
        after = _best(state, proposal, patterns, restricted)
        gain, state = state.deviance - after.deviance, after
        if step >= _EM_STEPS and gain < _CLOSE * max(1.0, abs(state.deviance)):
            break
    else:
        raise CausalgiaError("repeated measures: no maximum of the likelihood was found")
    return UnstructuredFit(
        effects=state.effects,
        covariance=state.covariance,
        errors=state.errors,
        deviance=state.deviance,
        patients=sum(pattern.count for pattern in patterns),
        restricted=restricted,
        patterns=patterns,
    )


@dataclass(frozen=True)
class _State:
    covariance: np.ndarray
    effects: np.ndarray
    errors: np.ndarray
    deviance: float


def _check(patterns: tuple[Pattern, ...]) -> None:
    """Refuse what cannot be fitted."""
    if not patterns:
        raise InputError("repeated measures: there is no measurement")
    seen, count = _seen(patterns), np.array([pattern.count for pattern in patterns])
    visits, parameters = seen.shape[1], len(patterns[0].covariates)
    fewest = int((count @ seen).min())
    if fewest < parameters + 2:
        raise InputError(
            f"repeated measures: a visit has {fewest} measurements; "
            f"allowed: at least {parameters + 2} at each of {visits} visits"
        )
    for visit in range(visits):
        squares = _at(patterns, visit)[0]
        scale = np.sqrt(np.diag(squares))
        # A column of zeros alone follows from any other.
        scaled = squares / np.outer(scale, scale) if scale.min() > 0.0 else np.zeros((1, 1))
        if np.linalg.eigvalsh(scaled)[0] < _INDEPENDENT:
            raise InputError("repeated measures: covariates follow from each other; leave one out")


def patterns_of(
    values: Float[np.ndarray, "patient visit"], covariates: Float[np.ndarray, "patient covariate"]
) -> tuple[Pattern, ...]:
    """Patients summed up by the visits at which they were seen; those never seen are left out."""
    values, covariates = np.asarray(values, float), np.asarray(covariates, float)
    seen = np.isfinite(values)
    found = []
    kinds, member = np.unique(seen, axis=0, return_inverse=True)
    for kind, mask in enumerate(kinds):
        if not mask.any():
            continue
        rows = member.ravel() == kind
        own, filled = covariates[rows], np.where(mask, values[rows], 0.0)
        found.append(Pattern(mask, int(rows.sum()), own.T @ own, own.T @ filled, filled.T @ filled))
    return tuple(found)


def _seen(patterns: tuple[Pattern, ...]) -> np.ndarray:
    return np.array([pattern.seen for pattern in patterns], dtype=float)


def _at(patterns: tuple[Pattern, ...], visit: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums over those seen at a visit: of covariates, and of these with the value there."""
    here = [pattern for pattern in patterns if pattern.seen[visit]]
    squares = np.sum([pattern.covariates for pattern in here], axis=0)
    return squares, np.sum([pattern.cross[:, visit] for pattern in here], axis=0)


def _start(patterns: tuple[Pattern, ...]) -> np.ndarray:
    """Variances and covariances of residuals visit by visit, drawn towards independence."""
    visits = len(patterns[0].seen)
    effects = np.stack(
        [np.linalg.lstsq(*_at(patterns, visit), rcond=None)[0] for visit in range(visits)], axis=1
    )
    total, both = np.zeros((visits, visits)), np.zeros((visits, visits))
    for pattern in patterns:
        cross = effects.T @ pattern.cross
        squares = pattern.squares - cross - cross.T + effects.T @ pattern.covariates @ effects
        together = np.outer(pattern.seen, pattern.seen)
        total += np.where(together, squares, 0.0)
        both += pattern.count * together
    moments = total / np.maximum(both, 1.0)
    diagonal = np.diag(np.maximum(np.diag(moments), 1e-8))
    for share in (1.0, 0.9, 0.5, 0.1, 0.0):
        trial = share * moments + (1.0 - share) * diagonal
        if np.linalg.eigvalsh(trial).min() > 1e-6 * np.trace(trial) / len(trial):
            return trial
    return diagonal


def _inverse(covariance: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Inverse over the visits seen, zero elsewhere."""
    place = np.ix_(seen, seen)
    found = np.zeros_like(covariance)
    found[place] = np.linalg.inv(covariance[place])
    return found


def _leverage(errors: np.ndarray, pattern: Pattern) -> np.ndarray:
    """Variance of the fitted values of a pattern's patients, summed, [visit, visit]."""
    width = len(pattern.covariates)
    visits = len(errors) // width
    blocks = errors.reshape(visits, width, visits, width)
    return np.einsum("iajb,ba->ij", blocks, pattern.covariates)


def _state(covariance: np.ndarray, patterns: tuple[Pattern, ...], restricted: bool) -> _State:
    """Effects and deviance at a covariance; infinite where it is none."""
    visits, width = len(covariance), len(patterns[0].covariates)
    information = np.zeros((visits * width, visits * width))
    weighted = np.zeros((width, visits))
    deviance, measured = 0.0, 0
    for pattern in patterns:
        part = covariance[np.ix_(pattern.seen, pattern.seen)]
        sign, log_size = np.linalg.slogdet(part)
        if sign <= 0 or np.linalg.eigvalsh(part)[0] <= 0.0:
            nothing = np.zeros(0)
            return _State(covariance, nothing, nothing, math.inf)
        inverse = _inverse(covariance, pattern.seen)
        information += np.kron(inverse, pattern.covariates)
        weighted += pattern.cross @ inverse
        deviance += pattern.count * log_size + float(np.sum(inverse * pattern.squares))
        measured += pattern.count * int(pattern.seen.sum())
    errors = np.linalg.inv(information)
    flat = weighted.T.ravel()
    effects = errors @ flat
    deviance -= float(flat @ effects)
    if restricted:
        deviance += float(np.linalg.slogdet(information)[1])
        measured -= visits * width
    deviance += measured * math.log(2.0 * math.pi)
    return _State(covariance, effects.reshape(visits, width).T, errors, deviance)


def _squares(state: _State, pattern: Pattern, restricted: bool) -> np.ndarray:
    """Sum of squared residuals of a pattern; restricted: with the uncertainty of the effects."""
    seen = pattern.seen
    cross = state.effects.T @ pattern.cross
    fitted = state.effects.T @ pattern.covariates @ state.effects
    squares = pattern.squares - cross - cross.T + fitted
    if restricted:
        squares = squares + _leverage(state.errors, pattern)
    return np.where(np.outer(seen, seen), squares, 0.0)


def _em_step(state: _State, patterns: tuple[Pattern, ...], restricted: bool) -> np.ndarray:
    """Expected squares, the missing ones filled in from those seen, over the patients."""
    total, patients = np.zeros_like(state.covariance), 0
    for pattern in patterns:
        inverse = _inverse(state.covariance, pattern.seen)
        filled = state.covariance @ inverse
        rest = state.covariance - filled @ state.covariance
        squares = _squares(state, pattern, restricted)
        total += filled @ squares @ filled.T + pattern.count * rest
        patients += pattern.count
    return total / patients


def _scoring_step(state: _State, patterns: tuple[Pattern, ...], restricted: bool) -> np.ndarray:
    """Fisher's scoring: a Newton step with the expected information."""
    visits = len(state.covariance)
    basis = _symmetric_basis(visits).reshape(-1, visits * visits)
    slope = np.zeros((visits, visits))
    information = np.zeros((visits * visits, visits * visits))
    for pattern in patterns:
        inverse = _inverse(state.covariance, pattern.seen)
        squares = _squares(state, pattern, restricted)
        slope += inverse @ squares @ inverse - pattern.count * inverse
        information += pattern.count * np.kron(inverse, inverse)
    step = np.linalg.lstsq(basis @ information @ basis.T, basis @ slope.ravel(), rcond=None)[0]
    return state.covariance + np.tensordot(step, basis, 1).reshape(visits, visits)


def _best(
    state: _State, proposal: np.ndarray, patterns: tuple[Pattern, ...], restricted: bool
) -> _State:
    """The step, halved until it does not lose."""
    for halvings in range(30):
        share = 0.5**halvings
        trial = state.covariance + share * (proposal - state.covariance)
        after = _state((trial + trial.T) / 2.0, patterns, restricted)
        if after.deviance <= state.deviance:
            return after
    return state


def _symmetric_basis(size: int) -> np.ndarray:
    """Symmetric matrices with one free entry each, [entry, size, size]."""
    rows, columns = np.tril_indices(size)
    basis = np.zeros((len(rows), size, size))
    entry = np.arange(len(rows))
    basis[entry, rows, columns] = 1.0
    basis[entry, columns, rows] = 1.0
    return basis
