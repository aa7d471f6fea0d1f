"""What firing hangs on: shares of its variance over a population of models, and degeneracy.

Conductances are drawn over their ranges and every model is run, side by side. The first-order
index of a conductance is the share of an output's variance that it explains alone, the total index
that which it has a part in (Sobol 1993; Saltelli et al. 2010). Models that fire alike with unlike
conductances are degenerate (Prinz, Bucher and Marder 2004): a range that stays wide among them
says that this conductance is not what excitability fixes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, nearest
from causalgia.fitting.free import Free

__all__ = ["Degeneracy", "Sensitivity", "degeneracy", "sensitivity"]

Outputs = Callable[[Mapping[str, Float[np.ndarray, " model"]]], Mapping[str, np.ndarray]]
"""From parameters of a population to named outputs of each model, [model]."""


@dataclass(frozen=True)
class Sensitivity:
    """Indices [output, parameter] with the low and high end of their 90 % intervals.

    `drawn` and `outputs` hold the population, by name, [model].
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

    **Arguments:** `outputs`, which runs a population in one call; the `ranges` of its parameters,
    log-uniform where both bounds are positive; `samples`, a power of two: the population has
    `samples` times the number of parameters plus two; a `seed`.
    **Raises:** `InputError` for a sample size that is not a power of two, or an output that is not
    finite or the same in all models.
    """
    from scipy.stats import loguniform, sobol_indices, uniform

    if samples < 2 or samples & (samples - 1):
        raise InputError(f"samples is {samples}, must be a power of two")
    kept: list[tuple[np.ndarray, dict[str, np.ndarray]]] = []

    def run(drawn: np.ndarray) -> np.ndarray:
        found = _checked(outputs({item.name: drawn[row] for row, item in enumerate(ranges)}))
        kept.append((drawn, found))
        return np.stack(list(found.values()))

    distributions = [
        loguniform(item.low, item.high) if item.is_log else uniform(item.low, item.high - item.low)
        for item in ranges
    ]
    result = sobol_indices(
        func=run, n=samples, dists=distributions, random_state=np.random.default_rng(seed)
    )
    interval = result.bootstrap(confidence_level=0.9, n_resamples=200)
    population = {
        item.name: np.concatenate([drawn[row] for drawn, _ in kept])
        for row, item in enumerate(ranges)
    }
    names = tuple(kept[0][1])
    return Sensitivity(
        tuple(item.name for item in ranges),
        names,
        np.atleast_2d(result.first_order),
        _ends(interval.first_order),
        np.atleast_2d(result.total_order),
        _ends(interval.total_order),
        population,
        {name: np.concatenate([found[name] for _, found in kept]) for name in names},
    )


def degeneracy(found: Sensitivity, windows: Mapping[str, tuple[float, float]]) -> Degeneracy:
    """The models of a population whose outputs lie within windows, and how unlike they are.

    **Raises:** `InputError` for an unknown output or when fewer than 5 models are left.
    """
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


def _ends(interval: object) -> np.ndarray:
    ends = interval.confidence_interval  # type: ignore[attr-defined]
    return np.stack([np.atleast_2d(ends.low), np.atleast_2d(ends.high)])


def _fold(values: np.ndarray) -> float:
    low, high = np.percentile(values, [5.0, 95.0])
    return float(high / low)
