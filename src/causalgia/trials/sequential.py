r"""Group-sequential designs: looks at a trial before its end, without more false claims.

Boundaries of the statistic are symmetric. Pocock (1977): the same at all looks. O'Brien and Fleming
(1979): $c/\sqrt{t_k}$. Lan and DeMets (1983): the error spent up to a share $t$ of the information
is $\alpha^*(t)$: like O'Brien and Fleming $4(1 - \Phi(z_{1-\alpha/4}/\sqrt t))$, like Pocock
$\alpha\log(1 + (e-1)t)$.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.trials.crossing import crossing

__all__ = [
    "BOUNDARIES",
    "Boundary",
    "Decision",
    "Operating",
    "boundary_of",
    "conditional_power",
    "decide",
    "inflation",
    "operating",
]

BOUNDARIES = ("obrien_fleming", "pocock", "spending_obrien_fleming", "spending_pocock")
"""Kinds of boundaries."""

_FARTHEST = 12.0


@dataclass(frozen=True)
class Boundary:
    """When to look and how far the statistic must be from 0 to stop.

    `information` at each look, as a share of all; `critical` values of the statistic; `spent`,
    the two-sided error used up to each look; `kind`, two-sided `alpha`.
    """

    kind: str
    information: tuple[float, ...]
    critical: tuple[float, ...]
    spent: tuple[float, ...]
    alpha: float

    @property
    def constant(self) -> float:
        """The constant of the tables: the critical value at the last look."""
        return self.critical[-1]


@dataclass(frozen=True)
class Decision:
    """How a trial with looks went.

    It stopped at `look` (from 1) with `information`, for "efficacy", "futility" or at the "end";
    `statistic` by look up to there; whether the null hypothesis is `rejected`; the `p_value` and
    the interval of the drift (`low`, `middle`, `high`) ordered by stage: stopping earlier is more
    extreme (Tsiatis, Rosner and Mehta 1984).
    """

    look: int
    information: float
    reason: str
    statistic: tuple[float, ...]
    rejected: bool
    p_value: float
    low: float
    middle: float
    high: float


def boundary_of(kind: str, looks: Sequence[float] | int, alpha: float = 0.05) -> Boundary:
    """The boundary of a kind.

    **Arguments:** one of `BOUNDARIES`; `looks`, how many (evenly spaced) or their shares of the
    information, rising to 1; two-sided `alpha`.
    **Raises:** `InputError` for an unknown kind or looks that do not rise to 1.
    """
    if kind not in BOUNDARIES:
        raise InputError(f"unknown boundary {kind!r}; {nearest(kind, BOUNDARIES)}")
    shares = [(i + 1) / looks for i in range(looks)] if isinstance(looks, int) else list(looks)
    if not shares or shares[0] <= 0.0 or abs(shares[-1] - 1.0) > 1e-9:
        raise InputError(f"looks {shares}: allowed: shares of the information that rise to 1")
    if any(b <= a for a, b in pairwise(shares)):
        raise InputError(f"looks {shares}: each must come after the one before")
    return _boundary(kind, tuple(float(share) for share in shares), float(alpha))


@lru_cache(maxsize=256)
def _boundary(kind: str, information: tuple[float, ...], alpha: float) -> Boundary:
    if kind.startswith("spending"):
        critical = _spending(kind, information, alpha)
    else:
        critical = _shaped(kind, information, alpha)
    spent = np.cumsum(crossing(information, critical, [-c for c in critical]).stop)
    return Boundary(kind, information, tuple(critical), tuple(map(float, spent)), alpha)


def _shaped(kind: str, information: tuple[float, ...], alpha: float) -> list[float]:
    from scipy.optimize import brentq

    power = 0.0 if kind == "pocock" else 0.5
    shape = np.array(information) ** -power

    def excess(constant: float) -> float:
        return crossing(information, constant * shape, -constant * shape).total - alpha

    constant = float(brentq(excess, 0.1, _FARTHEST, xtol=1e-10))
    return [float(constant * factor) for factor in shape]


def _spending(kind: str, information: tuple[float, ...], alpha: float) -> list[float]:
    """Critical values, look by look, that spend just what may be spent."""
    from scipy.optimize import brentq

    critical: list[float] = []
    spent = [0.0, *(_may_spend(kind, share, alpha) for share in information)]
    for look in range(len(information)):
        more = spent[look + 1] - spent[look]

        def excess(value: float, look: int = look, more: float = more) -> float:
            upper = [*critical, value]
            lower = [-c for c in upper]
            return float(crossing(information[: look + 1], upper, lower).stop[look]) - more

        far = excess(_FARTHEST) < 0.0
        critical.append(float(brentq(excess, 0.0, _FARTHEST, xtol=1e-10)) if far else _FARTHEST)
    return critical


def _may_spend(kind: str, share: float, alpha: float) -> float:
    from scipy.special import ndtr, ndtri

    if kind == "spending_pocock":
        return alpha * math.log(1.0 + (math.e - 1.0) * share)
    return float(4.0 * ndtr(ndtri(alpha / 4.0) / math.sqrt(share)))


@dataclass(frozen=True)
class Operating:
    """What a boundary does at a drift.

    The chance to `stop` at each look; the `power` to claim an effect in its true direction (without
    one: in either); the `mean_information` used.
    """

    stop: Float[np.ndarray, " look"]
    power: float
    mean_information: float


def operating(boundary: Boundary, drift: float) -> Operating:
    """Stopping chances, power and mean information used, at a drift."""
    critical = boundary.critical
    found = crossing(boundary.information, critical, [-c for c in critical], drift)
    stop = found.stop.copy()
    stop[-1] = 1.0 - stop[:-1].sum()
    mean = float(stop @ np.array(boundary.information))
    sides = {1.0: found.upper.sum(), -1.0: found.lower.sum(), 0.0: found.total}
    return Operating(stop, float(sides[float(np.sign(drift))]), mean)


def inflation(boundary: Boundary, power: float = 0.9) -> float:
    """How many times more patients than without looks, for the same power."""
    from scipy.optimize import brentq
    from scipy.special import ndtri

    fixed = float(ndtri(1.0 - boundary.alpha / 2.0) + ndtri(power))
    drift = brentq(lambda d: operating(boundary, d).power - power, 0.1, 3.0 * fixed, xtol=1e-10)
    return float((drift / fixed) ** 2)


def conditional_power(statistic: float, information: float, boundary: Boundary) -> float:
    """Chance to end beyond the last critical value if the trend so far goes on."""
    from scipy.special import ndtr

    if information >= 1.0:
        return float(abs(statistic) >= boundary.constant)
    so_far = statistic * math.sqrt(information)
    drift = so_far / information
    rest = math.sqrt(1.0 - information)
    ahead = so_far + drift * (1.0 - information)
    up = ndtr((ahead - boundary.constant) / rest)
    down = ndtr((-ahead - boundary.constant) / rest)
    return float(up + down)


def decide(boundary: Boundary, statistics: Sequence[float], futility: float = 0.0) -> Decision:
    """Go through the looks and stop where the boundary, or futility, says so.

    **Arguments:** the `boundary`; the statistic at each look; `futility`, the conditional power
    below which to give up (not binding: the boundary holds without it).
    """
    look, reason = len(boundary.information) - 1, "end"
    for at, (share, value) in enumerate(zip(boundary.information, statistics, strict=True)):
        if abs(value) >= boundary.critical[at]:
            look, reason = at, "efficacy" if share < 1.0 else "end"
            break
        if share < 1.0 and conditional_power(value, share, boundary) < futility:
            look, reason = at, "futility"
            break
    value = float(statistics[look])
    tail = boundary.alpha / 2.0
    p = _beyond(boundary, look, value, 0.0)
    return Decision(
        look=look + 1,
        information=boundary.information[look],
        reason=reason,
        statistic=tuple(float(v) for v in statistics[: look + 1]),
        rejected=abs(value) >= boundary.critical[look],
        p_value=float(min(1.0, 2.0 * min(p, 1.0 - p))),
        low=_drift_at(boundary, look, value, tail),
        middle=_drift_at(boundary, look, value, 0.5),
        high=_drift_at(boundary, look, value, 1.0 - tail),
    )


def _beyond(boundary: Boundary, look: int, value: float, drift: float) -> float:
    """Chance of a result at least as far up, ordered by stage."""
    upper = [*boundary.critical[:look], value]
    lower = [*(-c for c in boundary.critical[:look]), -math.inf]
    return float(crossing(boundary.information[: look + 1], upper, lower, drift).upper.sum())


def _drift_at(boundary: Boundary, look: int, value: float, chance: float) -> float:
    """The drift at which a result as far up has this chance."""
    from scipy.optimize import brentq

    center = value / math.sqrt(boundary.information[look])
    reach = 8.0 / math.sqrt(boundary.information[look])
    return float(
        brentq(
            lambda drift: _beyond(boundary, look, value, drift) - chance,
            center - reach,
            center + reach,
            xtol=1e-8,
        )
    )
