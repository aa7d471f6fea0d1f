"""What firing hangs on: shares of its variance over a population of models, and degeneracy.

Conductances are drawn over their ranges and every model is run, side by side. The first-order
index of a conductance is the share of an output's variance that it explains alone, the total index
that which it has a part in (Sobol 1993; Saltelli et al. 2010). Models that fire alike with unlike
conductances are degenerate (Prinz, Bucher and Marder 2004): a range that stays wide among them
says that this conductance is not what excitability fixes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, nearest
from causalgia.fitting.excitability import Outputs
from causalgia.fitting.free import Free

__all__ = ["Degeneracy", "Sensitivity", "degeneracy", "sensitivity"]

RESAMPLES = 200


@dataclass(frozen=True)
class Sensitivity:
    """Indices [output, parameter] with the low and high end of their 90 % bootstrap intervals.

    `drawn` and `outputs` hold the models that were drawn independently, by name, [model].
    """

    parameters: tuple[str, ...]
    names: tuple[str, ...]
    first_order: Float[np.ndarray, "output parameter"]
    first_order_range: Float[np.ndarray, "2 output parameter"]
    total_order: Float[np.ndarray, "output parameter"]
    total_order_range: Float[np.ndarray, "2 output parameter"]
    drawn: Mapping[str, Float[np.ndarray, " model"]]
    outputs: Mapping[str, Float[np.ndarray, " model"]]


@dataclass(frozen=True)
class Degeneracy:
    """Models whose outputs lie in given windows.

    `accepted` [model]; `folds` by parameter, the ratio of the 95th to the 5th percentile among
    them, beside `drawn_folds`, the same among all; `correlations` [parameter, parameter] of their
    logarithms.
    """

    accepted: Bool[np.ndarray, " model"]
    folds: Mapping[str, float]
    drawn_folds: Mapping[str, float]
    correlations: Float[np.ndarray, "parameter parameter"]


def sensitivity(
    outputs: Outputs, ranges: Sequence[Free], *, samples: int = 256, seed: int = 0
) -> Sensitivity:
    """Sobol indices of each output for each parameter.

    **Arguments:** `outputs`, which runs a population in one call (`excitability` makes one); the
    `ranges` of its parameters, log-uniform where both bounds are positive; `samples`, a power of
    two: the population has `samples` times the number of parameters plus two; a `seed`.
    **Raises:** `InputError` for a sample size that is not a power of two, a parameter named twice,
    or an output that is not finite or the same in all models.
    """
    if samples < 2 or samples & (samples - 1):
        raise InputError(f"samples is {samples}, must be a power of two, 2 or more")
    _check_ranges(ranges)
    shares = _saltelli(len(ranges), samples, seed)
    population = {item.name: _within(item, shares[row]) for row, item in enumerate(ranges)}
    found = _checked(outputs(population))
    blocks = np.stack(list(found.values())).reshape(len(found), -1, samples)
    first, total = _indices(blocks)
    random = np.random.default_rng(seed)
    again = [_indices(blocks[..., random.integers(0, samples, samples)]) for _ in range(RESAMPLES)]
    ends = np.percentile(np.array(again), [5.0, 95.0], axis=0)  # [end, order, output, parameter]
    # Only the first two blocks are independent draws.
    kept = slice(0, 2 * samples)
    return Sensitivity(
        tuple(item.name for item in ranges),
        tuple(found),
        first,
        ends[:, 0],
        total,
        ends[:, 1],
        {name: values[kept] for name, values in population.items()},
        {name: values[kept] for name, values in found.items()},
    )


def degeneracy(found: Sensitivity, windows: Mapping[str, tuple[float, float]]) -> Degeneracy:
    """The models of a population whose outputs lie within windows, and how unlike they are.

    **Raises:** `InputError` for an unknown output, parameters that are not all positive, or when
    fewer than 5 models are left.
    """
    for name, values in found.drawn.items():
        if not (values > 0).all():
            raise InputError(f"{name!r} is not positive throughout: it has no fold")
    accepted = np.ones(len(next(iter(found.drawn.values()))), dtype=bool)
    for name, (low, high) in windows.items():
        if name not in found.outputs:
            raise InputError(f"no output {name!r}; {nearest(name, found.outputs)}")
        accepted &= (found.outputs[name] >= low) & (found.outputs[name] <= high)
    count = int(accepted.sum())
    if count < 5:
        raise InputError(f"only {count} of {accepted.size} models lie in the windows; widen them")
    logs = np.log([values[accepted] for values in found.drawn.values()])
    return Degeneracy(
        accepted,
        {name: _fold(values[accepted]) for name, values in found.drawn.items()},
        {name: _fold(values) for name, values in found.drawn.items()},
        np.atleast_2d(np.corrcoef(logs)),
    )


def _saltelli(count: int, samples: int, seed: int) -> Float[np.ndarray, "parameter model"]:
    """Shares of the ranges: two independent blocks A and B, then A with each row of B in turn."""
    from scipy.stats import qmc

    drawn = qmc.Sobol(2 * count, rng=np.random.default_rng(seed)).random(samples).T
    first, second = drawn[:count], drawn[count:]
    mixed = []
    for row in range(count):
        one = first.copy()
        one[row] = second[row]
        mixed.append(one)
    return np.concatenate([first, second, *mixed], axis=1)


def _within(item: Free, share: Float[np.ndarray, " model"]) -> Float[np.ndarray, " model"]:
    if item.is_log:
        return item.low * (item.high / item.low) ** share
    return item.low + (item.high - item.low) * share


def _check_ranges(ranges: Sequence[Free]) -> None:
    names = [item.name for item in ranges]
    if not names:
        raise InputError("no ranges to draw from")
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{name!r} is named twice")


def _checked(found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    for name, values in found.items():
        if not np.isfinite(values).all():
            bad = int((~np.isfinite(values)).sum())
            raise InputError(f"output {name!r} is not finite in {bad} of {values.size} models")
        if np.ptp(values) == 0:
            raise InputError(
                f"output {name!r} is {values.flat[0]:g} in all models: it has no variance"
            )
    return dict(found)


def _indices(
    blocks: Float[np.ndarray, "output block sample"],
) -> tuple[Float[np.ndarray, "output parameter"], Float[np.ndarray, "output parameter"]]:
    r"""First order $\langle f_B (f_{AB} - f_A) \rangle / V$ and total
    $\langle (f_A - f_{AB})^2 \rangle / 2V$ (Saltelli et al. 2010; Jansen 1999).
    """
    both = blocks[:, :2].reshape(len(blocks), -1)
    centered = blocks - both.mean(axis=1)[:, None, None]
    first, second, mixed = centered[:, :1], centered[:, 1:2], centered[:, 2:]
    # A resample in which an output never varies has no variance to explain.
    variance = np.where(np.ptp(both, axis=1) > 0, both.var(axis=1), np.inf)[:, None]
    explained = np.mean(second * (mixed - first), axis=2) / variance
    return explained, 0.5 * np.mean((first - mixed) ** 2, axis=2) / variance


def _fold(values: np.ndarray) -> float:
    low, high = np.percentile(values, [5.0, 95.0])
    return float(high / low)
