"""Possible origins of a pain, ranked, with what speaks for each and what tells two apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters
from causalgia.patients.anatomy.areas import SIDES, Area, find_area, skin
from causalgia.patients.anatomy.drawing import area_chance, drawing_log_likelihood
from causalgia.patients.anatomy.origins import Origin, origins
from causalgia.patients.anatomy.signs import find_sign, sign_chance, sign_log_likelihood, signs
from causalgia.patients.numerals import percent

__all__ = ["Difference", "RankedOrigin", "rank_origins", "telling_apart"]

_SMALLEST_RATIO = 1.5
_MOST_REASONS = 5


@dataclass(frozen=True)
class RankedOrigin:
    """A possible origin of the pain.

    **Arguments:** the `origin`; its `probability`; what speaks for it (`supports`) and `against`
    it, in words with numbers, the weightiest first: how often it is so with this origin, and with
    the other candidates as they now stand.
    """

    origin: Origin
    probability: float
    supports: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What would tell two origins apart.

    **Arguments:** `what` to look for or to ask, and whether that is an area or a sign (`kind`);
    how often it is so with the first (`chance`) and with the second (`other_chance`); the `bits`
    it is expected to tell of which it is, if both are equally likely before; all of it in `words`.
    """

    what: str
    kind: str
    chance: float
    other_chance: float
    bits: float
    words: str


def rank_origins(
    areas: Sequence[str | Area] | None = None,
    found: Mapping[str, bool] | None = None,
    causes: Mapping[str, float] | None = None,
    *,
    large_fiber_loss: float | None = None,
    at_least: float = 0.01,
) -> tuple[RankedOrigin, ...]:
    """Rank where the pain may come from.

    **Arguments:** `areas` of the drawing (None: no drawing) and the signs `found`, present or not;
    weights of the `causes` that are possible (None: all, equally likely); `large_fiber_loss`, the
    share of large fibers lost (None: the usual one); the least probability to list (`at_least`).
    **Returns:** the most probable first.
    **Raises:** `InputError` for an unknown area, sign or cause, and for weights that say nothing.
    """
    prior = _prior(causes)
    candidates = tuple(origin for origin, p in zip(origins(), prior, strict=True) if p > 0.0)
    log = np.log(prior[prior > 0.0])
    loss = float(parameters("causalgia_anatomy")["usual_loss"].value)
    loss_now = np.array([loss if large_fiber_loss is None else large_fiber_loss])
    if areas is not None:
        log = log + drawing_log_likelihood(areas, candidates)
    if found:
        log = log + sign_log_likelihood(found, candidates, loss_now)[:, 0]
    weight = np.exp(log - np.logaddexp.reduce(log))
    facts = _facts(areas, found or {}, candidates, loss_now)
    order = [int(row) for row in np.argsort(-weight, kind="stable") if weight[row] >= at_least]
    return tuple(_ranked(candidates, weight, row, facts) for row in order)


def _prior(causes: Mapping[str, float] | None) -> Float[np.ndarray, " origin"]:
    """How often each origin is met where causes are met this often."""
    known = sorted({cause for origin in origins() for cause in origin.causes})
    weights = dict.fromkeys(known, 1.0) if causes is None else dict(causes)
    for cause, weight in weights.items():
        if cause not in known:
            raise InputError(f"no origin is known of cause {cause!r}; {nearest(cause, known)}")
        if not weight >= 0.0 or not np.isfinite(weight):
            raise InputError(f"the weight of {cause} is {weight}; allowed: 0 or more")
    total = sum(weights.values())
    if total <= 0.0:
        raise InputError("the weights of the causes are all 0; allowed: at least one above 0")
    return np.array(
        [
            sum(share * weights.get(cause, 0.0) for cause, share in origin.causes.items()) / total
            for origin in origins()
        ]
    )


@dataclass(frozen=True)
class _Fact:
    """Something known, in `words`, and how likely it is from each candidate."""

    words: str
    chance: Float[np.ndarray, " origin"]


def _facts(
    areas: Sequence[str | Area] | None,
    found: Mapping[str, bool],
    candidates: Sequence[Origin],
    loss: Float[np.ndarray, " one"],
) -> list[_Fact]:
    """What is known, one by one: areas drawn, areas left blank, signs present and absent."""
    facts: list[_Fact] = []
    if areas is not None:
        facts += _drawn_facts(
            [a if isinstance(a, Area) else find_area(a) for a in areas], candidates
        )
    for name, present in found.items():
        sign = find_sign(name)
        chance = sign_chance(sign, candidates, loss)[:, 0]
        words = sign.label if present else f"not found: {sign.label}"
        facts.append(_Fact(words, chance if present else 1.0 - chance))
    return facts


def _drawn_facts(read: Sequence[Area], candidates: Sequence[Origin]) -> list[_Fact]:
    chance = dict(zip(skin().names, area_chance(candidates).T, strict=True))
    facts: list[_Fact] = []
    mentioned: set[str] = set()
    for area in read:
        sides = SIDES if area.side in ("unknown", "any") else ("left",)
        each = []
        for side in sides:
            mentioned |= area.areas(side)
            missed = [
                np.prod([1.0 - chance[name] for name in clause], axis=0)
                for clause in area.clauses(side)
            ]
            each.append(np.prod([1.0 - none for none in missed], axis=0))
        facts.append(_Fact(f"{area.name} hurts", np.minimum(sum(each), 1.0)))
    for name, p in chance.items():
        if name not in mentioned:
            facts.append(_Fact(f"{name} does not hurt", 1.0 - p))
    return facts


def _ranked(
    candidates: Sequence[Origin],
    weight: Float[np.ndarray, " origin"],
    row: int,
    facts: Sequence[_Fact],
) -> RankedOrigin:
    """One candidate with what speaks for and against it, beside the others as they now stand."""
    others = weight.copy()
    # The same lesion on the other side is no rival explanation.
    others[[candidate.kind == candidates[row].kind for candidate in candidates]] = 0.0
    supports: list[tuple[float, str]] = []
    against: list[tuple[float, str]] = []
    for fact in facts:
        own = float(fact.chance[row])
        other = float(others @ fact.chance / others.sum()) if others.sum() > 1e-12 else own
        ratio = np.log(max(own, 1e-6) / max(other, 1e-6))
        if abs(ratio) >= np.log(_SMALLEST_RATIO):
            words = f"{fact.words}: {percent(own)} with it, {percent(other)} with the others"
            (supports if ratio > 0 else against).append((abs(ratio), words))
    return RankedOrigin(
        origin=candidates[row],
        probability=float(weight[row]),
        supports=_weightiest(supports),
        against=_weightiest(against),
    )


def _weightiest(reasons: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    ordered = sorted(reasons, key=lambda reason: -reason[0])
    return tuple(words for _, words in ordered[:_MOST_REASONS])


def telling_apart(
    one: Origin, other: Origin, *, large_fiber_loss: float | None = None, most: int = 6
) -> tuple[Difference, ...]:
    """What differs most between two origins: signs to look for and areas to ask about.

    **Returns:** the `most` telling, first the one that is expected to tell most.
    """
    loss = float(parameters("causalgia_anatomy")["usual_loss"].value)
    loss_now = np.array([loss if large_fiber_loss is None else large_fiber_loss])
    pair = (one, other)
    found = [
        _difference(sign.label, "sign", pair, *sign_chance(sign, pair, loss_now)[:, 0])
        for sign in signs().values()
    ]
    found += _areas_apart(pair)
    ordered = sorted(found, key=lambda difference: -difference.bits)
    return tuple(difference for difference in ordered[:most] if difference.bits > 0.005)


def _areas_apart(pair: tuple[Origin, Origin]) -> list[Difference]:
    """What each area tells; where left and right tell the same, they are one question."""
    body = skin()
    chance = dict(zip(body.names, area_chance(pair).T, strict=True))
    found = []
    for name, (first, second) in chance.items():
        area = name.removeprefix("left ").removeprefix("right ")
        mirrored = [chance[body.on(side, area)] for side in SIDES]
        if area in body.midline or not np.allclose(*mirrored):
            found.append(_difference(name, "area", pair, first, second))
        elif name.startswith("left"):
            found.append(_difference(f"{area}, both sides", "area", pair, first, second))
    return found


def _difference(
    what: str, kind: str, pair: tuple[Origin, Origin], chance: float, other_chance: float
) -> Difference:
    chance, other_chance = float(chance), float(other_chance)
    middle = 0.5 * (chance + other_chance)
    bits = _entropy(middle) - 0.5 * (_entropy(chance) + _entropy(other_chance))
    hurts = f"pain in the {what}" if kind == "area" else what
    words = (
        f"{hurts}: {percent(chance)} with the {pair[0].label}, "
        f"{percent(other_chance)} with the {pair[1].label}"
    ).replace("the the ", "the ")
    return Difference(what, kind, chance, other_chance, bits, words)


def _entropy(chance: float) -> float:
    """Bits of a yes or no."""
    inside = min(max(chance, 1e-12), 1.0 - 1e-12)
    return float(-inside * np.log2(inside) - (1.0 - inside) * np.log2(1.0 - inside))
