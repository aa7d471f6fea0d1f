r"""Which patients respond: effects by subgroup, and which columns tell responders apart.

For each column $g$ (standardized, or one value against the others) the change is
$\beta_0 + \beta_1 arm + \beta_2 g + \beta_3\,arm\cdot g + \beta_4 baseline$; $\beta_3$ is tested.
With many columns some look good by chance: p values are adjusted by permuting all columns together
between the patients of each arm, and counting how often the best column of a permutation beats the
one observed (Westfall and Young 1993, maximum of |t|).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, nearest
from causalgia.trials.ancova import ancova
from causalgia.trials.estimate import Estimate
from causalgia.trials.prognostic import prognostic_columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Predictor", "Subgroup", "phenotype_columns", "predictors", "subgroups"]

_FEWEST = 10
_MOST_WORDS = 12
_OUTCOMES = ("arm", "stop_reason")


@dataclass(frozen=True)
class Subgroup:
    """The effect of the treatment in a part of the patients: whose `label`, how many, `effect`."""

    column: str
    label: str
    patients: int
    effect: Estimate


@dataclass(frozen=True)
class Predictor:
    """How well a column tells responders apart.

    `t` of the interaction, negative where more of it means more relief; `interaction`, how much
    the effect changes from one standard deviation to the next (or from without to with);
    `p_value`, and `adjusted_p` for having looked at all columns.
    """

    label: str
    interaction: float
    t: float
    p_value: float
    adjusted_p: float


def phenotype_columns(patients: pd.DataFrame) -> tuple[str, ...]:
    """Columns known before randomization: numbers, and words that differ between patients."""
    words = [
        str(name)
        for name in patients.columns
        if patients[name].dtype.kind not in "biuf"
        and name not in _OUTCOMES
        and 1 < patients[name].nunique() <= _MOST_WORDS
    ]
    return (*prognostic_columns(patients), *words)


def predictors(
    patients: pd.DataFrame,
    change: Float[np.ndarray, " patient"],
    active: Bool[np.ndarray, " patient"],
    columns: Sequence[str] | None = None,
    *,
    permutations: int = 500,
    seed: int = 1,
) -> tuple[Predictor, ...]:
    """Rank columns by how they change the effect, the strongest first.

    **Arguments:** patients of two arms; their `change`, NaN where missing; who is on the `active`
    arm; the `columns` to look at (None: all known before).
    **Raises:** `InputError` for a column that is not there.
    """
    from scipy import stats

    chosen = phenotype_columns(patients) if columns is None else tuple(columns)
    kept = np.isfinite(change)
    labels, table = _features(patients[kept], chosen, np.asarray(active, dtype=bool)[kept])
    if not labels:
        return ()
    change, arm = np.asarray(change)[kept], np.asarray(active, dtype=float)[kept]
    others = np.stack([np.ones(len(arm)), arm, _standard(patients["baseline"][kept])], axis=1)
    basis = np.linalg.qr(others)[0]
    residual = change - basis @ (basis.T @ change)
    effect, t = _interactions(table, arm, basis, residual)
    random = np.random.default_rng(seed)
    best = np.empty(permutations)
    for i in range(permutations):
        best[i] = np.abs(_interactions(table[_within(arm, random)], arm, basis, residual)[1]).max()
    degrees = len(arm) - 5
    found = [
        Predictor(
            label=label,
            interaction=float(effect[i]),
            t=float(t[i]),
            p_value=float(2.0 * stats.t.sf(abs(t[i]), degrees)),
            adjusted_p=float((1 + (best >= abs(t[i])).sum()) / (permutations + 1)),
        )
        for i, label in enumerate(labels)
    ]
    return tuple(sorted(found, key=lambda p: -abs(p.t)))


def subgroups(
    patients: pd.DataFrame,
    change: Float[np.ndarray, " patient"],
    name: str,
    control: str,
    columns: Sequence[str],
    *,
    alpha: float = 0.05,
) -> tuple[Subgroup, ...]:
    """The effect in each value of columns; numbers of many values are cut at their median.

    Parts with fewer than ten patients in an arm are left out.
    """
    arm = patients["arm"].to_numpy(dtype=str)
    baseline = patients["baseline"].to_numpy(dtype=float)
    found = []
    for column in columns:
        if column not in patients.columns:
            raise InputError(f"no column {column!r}; {nearest(column, map(str, patients.columns))}")
        for label, rows in _parts(patients, column):
            rows = rows & np.isfinite(change) & np.isin(arm, [name, control])
            if min((rows & (arm == name)).sum(), (rows & (arm == control)).sum()) < _FEWEST:
                continue
            fit = ancova(change[rows], arm[rows], control, baseline=baseline[rows], alpha=alpha)
            found.append(Subgroup(column, label, int(rows.sum()), fit.differences[name]))
    return tuple(found)


def _parts(patients: pd.DataFrame, column: str) -> list[tuple[str, np.ndarray]]:
    values = patients[column]
    if values.dtype.kind in "iuf" and values.nunique() > 5:
        numbers = values.to_numpy(dtype=float)
        middle = float(np.median(numbers))
        return [
            (f"{column} up to {middle:.3g}", numbers <= middle),
            (f"{column} above {middle:.3g}", numbers > middle),
        ]
    levels = sorted(values.unique(), key=str)
    return [(f"{column}: {_word(level)}", (values == level).to_numpy()) for level in levels]


def _word(level: object) -> str:
    return (
        {True: "yes", False: "no"}[bool(level)]
        if isinstance(level, (bool, np.bool_))
        else str(level)
    )


def _features(
    patients: pd.DataFrame, columns: Sequence[str], active: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """Labels and standardized columns; words become one column a value, yes or no 0 and 1.

    What hardly anybody in an arm has, or hardly anybody lacks, tells nothing and is left out.
    """
    labels: list[str] = []
    parts: list[np.ndarray] = []
    for name in columns:
        if name not in patients.columns:
            raise InputError(f"no column {name!r}; {nearest(name, map(str, patients.columns))}")
        values = patients[name]
        if values.dtype.kind in "fiu":
            labels.append(name)
            parts.append(_standard(values))
        elif values.dtype.kind == "b":
            labels.append(name)
            parts.append(values.to_numpy(dtype=float))
        else:
            levels = sorted(values.unique(), key=str)
            # Of two values the second says what the first does.
            for level in levels[1:] if len(levels) == 2 else levels:
                labels.append(f"{name}: {level}")
                parts.append((values == level).to_numpy(dtype=float))
    varied = [i for i, part in enumerate(parts) if _varies(part, active)]
    table = np.stack([parts[i] for i in varied], axis=1) if varied else np.zeros((len(patients), 0))
    return [labels[i] for i in varied], table


def _varies(part: np.ndarray, active: np.ndarray) -> bool:
    values = np.unique(part)
    if len(values) > 2:
        return True
    sides = [int((part[group] == v).sum()) for group in (active, ~active) for v in values]
    return len(values) == 2 and min(sides) >= _FEWEST


def _standard(values: pd.Series) -> np.ndarray:
    numbers = values.to_numpy(dtype=float)
    spread = numbers.std()
    return (numbers - numbers.mean()) / (spread if spread > 0.0 else 1.0)


def _within(arm: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A permutation of patients within each arm."""
    order = np.arange(len(arm))
    for side in (0.0, 1.0):
        rows = np.flatnonzero(arm == side)
        order[rows] = random.permutation(rows)
    return order


def _interactions(
    table: np.ndarray, arm: np.ndarray, basis: np.ndarray, residual: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Effect and t of the product of each column with the arm, the column itself allowed for."""
    product = table * arm[:, None]
    own = table - basis @ (basis.T @ table)
    both = product - basis @ (basis.T @ product)
    square = np.einsum("ij,ij->j", own, own)
    cross = np.einsum("ij,ij->j", own, both)
    square = np.where(square > 1e-9, square, 1.0)
    rest = both - own * (cross / square)
    size = np.einsum("ij,ij->j", rest, rest)
    told = size > 1e-9
    size = np.where(told, size, 1.0)
    along = residual @ rest
    effect = np.where(told, along / size, 0.0)
    left = residual @ residual - (residual @ own) ** 2 / square - along**2 / size
    variance = left / (len(arm) - basis.shape[1] - 2)
    return effect, np.where(told, effect * np.sqrt(size / np.maximum(variance, 1e-300)), 0.0)
