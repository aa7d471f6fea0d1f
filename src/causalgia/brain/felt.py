r"""What is felt of spike trains: how much it hurts, at rest and in tests, and what it is like.

The law is that between the discharge $c$ of C fibers and heat pain (Yarnitsky 1992), with a
threshold at a rate rather than at the first spike (Tillman 1995):
$$P = s\,c^{k}\,\frac{c^{\eta}}{c^{\eta} + c_0^{\eta}}, \qquad k = 0.36,\ c_0 = 0.5\ \mathrm{Hz}.$$
A discharge $R$ of projection neurons is read as the C discharge that would give it in a healthy
cord, $c = c_0 (R/R_0)^{1/p}$; `transfer_of` finds $R_0$ and $p$ of a cord.

The qualities come from what arrives at rest. Sources: C fibers ache and burn, A-delta fibers prick
(intraneural stimulation, Ochoa and Torebjork 1983 and 1989, recalled); bursts of 100-200 Hz in
A-beta fibers, each fiber in its own time, are pins and needles (Ochoa and Torebjork 1980; Nordin
1984, recalled); what many A fibers fire together is a shock (assumed, from what demyelinated roots
and struck neuromas do). How much of each makes how strong a quality is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.brain.features import Pattern, Train, patterns
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = [
    "CLASSES",
    "QUALITIES",
    "FeltSettings",
    "Percept",
    "pain",
    "pain_of_c_fibers",
    "percept",
    "transfer_of",
    "unpleasantness",
]

CLASSES = ("c", "a_delta", "a_beta")
"""Classes of afferents."""

QUALITIES = (
    "burning",
    "electric_shock",
    "stabbing",
    "pins_and_needles",
    "numbness",
    "touch_hypersensitivity",
    "temperature_hypersensitivity",
)
"""What pain can be like, as questionnaires ask for it."""

TOUCH, TEMPERATURE = ("brush",), ("cold", "warm", "heat")
HIGHEST = 10.0
WORDS = ((0.15, "a trace of"), (0.4, "some"), (0.7, "clear"), (1.01, "strong"))

Values = Float[Array, "*shape"]


def _own(name: str) -> float:
    return parameters("causalgia_brain_felt")[name].value


def _default(name: str, source: str = "causalgia_brain_felt") -> float:
    return field(default_factory=lambda: parameters(source)[name].value)


@dataclass(frozen=True)
class FeltSettings:
    """Numbers of the law (`causalgia_brain_felt` in the evidence store).

    `exponent`, `threshold_Hz` and `sharpness` of C fibers; `scale`, points at 1 Hz;
    `projection_at_threshold_Hz` and `transfer_exponent` of the cord; `affective_gain`, fold of
    healthy, which multiplies the rating; `unpleasantness_exponent`.
    """

    exponent: float = _default("pain_exponent")
    threshold_Hz: float = _default("pain_threshold", "tillman_1995")
    sharpness: float = _default("threshold_sharpness")
    scale: float = _default("pain_scale")
    projection_at_threshold_Hz: float = _default("projection_at_threshold")
    transfer_exponent: float = _default("transfer_exponent")
    affective_gain: Float[np.ndarray, "*shape"] | Values | float = 1.0
    unpleasantness_exponent: float = _default("unpleasantness_exponent")

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name != "affective_gain" and not 0.0 < value < np.inf:
                raise InputError(f"{name} is {value}, must be positive")


def pain_of_c_fibers(c_Hz: Values, settings: FeltSettings | None = None) -> Values:
    """Pain, 0 to 10, of a mean discharge of C nociceptors (Hz a fiber)."""
    own = settings or FeltSettings()
    # Far below the threshold there is nothing to differentiate.
    rate = jnp.maximum(jnp.asarray(c_Hz, dtype=float), 1e-6)
    passed = 1.0 / (1.0 + (own.threshold_Hz / rate) ** own.sharpness)
    rated = own.affective_gain * own.scale * rate**own.exponent * passed
    return jnp.clip(rated, 0.0, HIGHEST)


def pain(projection_Hz: Values, settings: FeltSettings | None = None) -> Values:
    """Pain, 0 to 10, of a mean discharge of projection neurons (Hz a neuron), any shape."""
    own = settings or FeltSettings()
    fold = jnp.maximum(jnp.asarray(projection_Hz, dtype=float), 1e-6)
    fold = fold / own.projection_at_threshold_Hz
    return pain_of_c_fibers(own.threshold_Hz * fold ** (1.0 / own.transfer_exponent), own)


def unpleasantness(rating: Values, settings: FeltSettings | None = None) -> Values:
    r"""How much it bothers, 0 to 10: $10 (P/10)^{u}$, steeper than how much it hurts."""
    own = settings or FeltSettings()
    return HIGHEST * (jnp.asarray(rating) / HIGHEST) ** own.unpleasantness_exponent


def transfer_of(
    c_Hz: Float[np.ndarray, " point"],
    projection_Hz: Float[np.ndarray, " point"],
    settings: FeltSettings | None = None,
) -> FeltSettings:
    """Settings for a cord, from what its projection neurons do at some discharges of C fibers.

    Fits $R = R_0 (c/c_0)^p$ in logarithms, in health.
    **Raises:** `InputError` for fewer than two points, or a discharge that is not positive.
    """
    own = settings or FeltSettings()
    c, projection = np.asarray(c_Hz, dtype=float), np.asarray(projection_Hz, dtype=float)
    if c.size < 2 or c.shape != projection.shape or not ((c > 0) & (projection > 0)).all():
        raise InputError(
            f"c_Hz {c.tolist()} and projection_Hz {projection.tolist()}: need two or more points "
            "above 0"
        )
    slope, level = np.polyfit(np.log(c / own.threshold_Hz), np.log(projection), 1)
    if not slope > 0.0:
        raise InputError(f"projection_Hz {projection.tolist()} does not grow with c_Hz")
    return replace(
        own, transfer_exponent=float(slope), projection_at_threshold_Hz=float(np.exp(level))
    )


@dataclass(frozen=True)
class Percept:
    """What one person feels.

    `ongoing` pain and that in each test (`evoked`), 0 to 10; `unpleasant`, 0 to 10, of the ongoing
    pain; the strength of each of the `QUALITIES`, 0 to 1; the `patterns` that they come from.
    """

    ongoing: float
    evoked: Mapping[str, float]
    unpleasant: float
    qualities: Mapping[str, float]
    patterns: Mapping[str, Pattern]

    def describe(self) -> str:
        """The percept in words."""
        lines = [f"Ongoing pain {self.ongoing:.1f} of 10 (unpleasant {self.unpleasant:.1f})."]
        lines += [f"{test}: {rating:.1f} of 10." for test, rating in self.evoked.items()]
        felt = sorted(self.qualities.items(), key=lambda item: -item[1])
        said = [f"{_word(value)} {name.replace('_', ' ')}" for name, value in felt if value >= 0.05]
        lines.append(f"It is felt as {', '.join(said)}." if said else "No quality stands out.")
        return "\n".join(lines)


def percept(
    afferent_trains_ms: Mapping[str, Sequence[Train]],
    projection_Hz: Mapping[str, float],
    settings: FeltSettings | None = None,
    *,
    duration_ms: float,
    healthy_Hz: Mapping[str, float] | None = None,
    touch_lost: float = 0.0,
) -> Percept:
    """What spike trains at rest, and projection neurons at rest and in tests, feel like.

    **Arguments:** spike times (ms) of each fiber at rest, by class (`CLASSES`; a class left out is
    silent), over a `duration_ms` from 0; mean discharge of projection neurons at "rest" and in any
    tests ("brush", "cold", "warm", "heat", ...); what the same tests give in health, for those that
    hurt then too (others: nothing); the share of touch fibers that no longer report.
    **Raises:** `InputError` for an unknown class, no rest, or numbers out of range.
    """
    own = settings or FeltSettings()
    for name in afferent_trains_ms:
        if name not in CLASSES:
            raise InputError(f"afferents: no class {name!r}; {nearest(name, CLASSES)}")
    if "rest" not in projection_Hz:
        raise InputError(f"projection_Hz has {sorted(projection_Hz)}, must have 'rest'")
    if not 0.0 <= touch_lost <= 1.0:
        raise InputError(f"touch_lost is {touch_lost}, allowed 0 to 1")
    rated = {test: float(pain(jnp.asarray(rate), own)) for test, rate in projection_Hz.items()}
    usual = {test: float(pain(jnp.asarray(rate), own)) for test, rate in (healthy_Hz or {}).items()}
    ongoing = rated.pop("rest")
    added = {test: value - ongoing - usual.get(test, 0.0) for test, value in rated.items()}
    found = {name: Pattern() for name in CLASSES} | patterns(afferent_trains_ms, duration_ms)
    return Percept(
        ongoing,
        rated,
        float(unpleasantness(jnp.asarray(ongoing), own)),
        _qualities(found, added, touch_lost),
        found,
    )


def _qualities(
    found: Mapping[str, Pattern], added: Mapping[str, float], touch_lost: float
) -> dict[str, float]:
    """Strengths, 0 to 1, in the order of `QUALITIES`."""
    c, a_delta, a_beta = (found[name] for name in CLASSES)
    shock = max(_together(p) * _saturating(p.rate_Hz, "shock_half") for p in (a_delta, a_beta))

    def most(tests: tuple[str, ...]) -> float:
        return max((added[test] for test in tests if test in added), default=0.0)

    strengths = (
        _saturating(c.rate_Hz, "burning_half"),
        shock,
        _apart(a_delta) * _saturating(_bunched(a_delta), "stabbing_half"),
        _apart(a_beta) * _saturating(_bunched(a_beta), "tingling_half"),
        _saturating(touch_lost, "numbness_half"),
        _saturating(most(TOUCH), "evoked_half"),
        _saturating(most(TEMPERATURE), "evoked_half"),
    )
    return dict(zip(QUALITIES, strengths, strict=True))


def _saturating(value: float, half: str) -> float:
    positive = max(value, 0.0)
    return positive / (positive + _own(half))


def _together(p: Pattern) -> float:
    """Share of the discharge that is a volley."""
    return min(max(p.synchrony, 0.0), 1.0) * p.active


def _apart(p: Pattern) -> float:
    return 1.0 - _together(p)


def _bunched(p: Pattern) -> float:
    """Discharge (Hz), in which spikes of bursts count more."""
    return p.rate_Hz * (1.0 + _own("burst_weight") * p.burst_fraction)


def _word(value: float) -> str:
    return next(word for limit, word in WORDS if value < limit)
