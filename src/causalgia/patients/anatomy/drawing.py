r"""How likely a drawing is from each origin, and drawings of virtual patients.

An area $a$ is drawn by a person whose pain has origin $o$ with probability

$$P = \operatorname{logit}^{-1}\left(m_{oa} + \sigma z + \tau z_{b(a)}\right)$$

where $z$ says how far this person draws and $z_b$ how far in this block of touching areas, both
standard normal, and $m_{oa}$ is such that the mean over people is what `origins.toml` has. So
neighbors are not counted as independent findings. Pain of a root follows its dermatome in a third
only (Murphy 2009): the others draw the same parts of the body without borders. A few drawings say
nothing at all, which bounds what any drawing can prove.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError
from causalgia.evidence import parameters
from causalgia.patients.anatomy.areas import Area, find_area, skin
from causalgia.patients.anatomy.origins import Origin, origins

__all__ = ["area_chance", "draw_areas", "drawing_log_likelihood"]

_NODES = 5
_SIDES_UNKNOWN = ("left", "right")


def _number(name: str) -> float:
    return float(parameters("causalgia_anatomy")[name].value)


@dataclass(frozen=True)
class _Table:
    """Probabilities of areas for every origin, the last row being drawings that say nothing.

    `means` [origin, way, area] over people; their logarithm if `drawn` and if left `blank`
    [origin, way, extent, block extent, area]; `blocks` are the columns of areas that touch;
    `log_ways` [origin, way] and `log_weights` [node] weigh; `rows` and `columns` find origins and
    areas by name.
    """

    means: Float[np.ndarray, "origin way area"]
    drawn: Float[np.ndarray, "origin way extent node area"]
    blank: Float[np.ndarray, "origin way extent node area"]
    blocks: tuple[slice, ...]
    log_ways: Float[np.ndarray, "origin way"]
    log_weights: Float[np.ndarray, " node"]
    rows: dict[str, int]
    columns: dict[str, int]


def _sorted_areas() -> list[str]:
    body = skin()
    order = {block: number for number, block in enumerate(dict.fromkeys(body.block.values()))}
    return sorted(body.names, key=lambda name: order[body.block[name]])


def _means(felt: Iterable[Origin], areas: Sequence[str]) -> Float[np.ndarray, "origin way area"]:
    """Probability of each area: in drawings that keep to the borders, and in the others.

    The others stray to the areas of neighboring origins, and over the part of the body.
    """
    stray, smear = _number("stray"), _number("smear")
    body = skin()
    kept = np.array([[max(o.felt.get(area, 0.0), stray) for area in areas] for o in felt])
    strayed = np.array(
        [[max((o.near or o.felt).get(area, 0.0), stray) for area in areas] for o in felt]
    )
    side_and_part = [f"{body.block[area].split(' ', 1)[0]} {body.part[area]}" for area in areas]
    groups = [np.flatnonzero([own == other for other in side_and_part]) for own in side_and_part]
    of_part = np.stack([strayed[:, group].mean(axis=1) for group in groups], axis=1)
    loose = (1.0 - smear) * strayed + smear * of_part
    return np.stack([kept, loose], axis=1)


@cache
def _table() -> _Table:
    """Everything that does not depend on the drawing; a fraction of a second, once."""
    areas = _sorted_areas()
    body = skin()
    felt = origins()
    means = _means(felt, areas)
    unrelated = np.full((1, *means.shape[1:]), _number("unrelated_area"))
    means = np.concatenate([means, unrelated])
    extent, block = _number("extent_sd"), _number("block_sd")
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    shift = extent * nodes[:, None] + block * nodes[None, :]
    logit = _centered(means)[:, :, None, None, :] + shift[None, None, :, :, None]
    blocks = [body.block[area] for area in areas]
    starts = [i for i, name in enumerate(blocks) if i == 0 or name != blocks[i - 1]]
    books = np.array([*(origin.books for origin in felt), 0.5])
    return _Table(
        means=means,
        drawn=(-np.logaddexp(0.0, -logit)).astype(float),
        blank=(-np.logaddexp(0.0, logit)).astype(float),
        blocks=tuple(slice(a, b) for a, b in pairwise([*starts, len(areas)])),
        log_ways=np.log(np.stack([books, 1.0 - books], axis=1)),
        log_weights=np.log(weights / weights.sum()),
        rows={origin.name: row for row, origin in enumerate(felt)},
        columns={area: column for column, area in enumerate(areas)},
    )


def _centered(mean: np.ndarray) -> np.ndarray:
    """The logit whose mean over people is the probability given (MacKay's approximation)."""
    variance = _number("extent_sd") ** 2 + _number("block_sd") ** 2
    logit: np.ndarray = np.log(mean / (1.0 - mean)) * np.sqrt(1.0 + np.pi * variance / 8.0)
    return logit


def drawing_log_likelihood(
    areas: Sequence[str | Area], candidates: Sequence[Origin] | None = None
) -> Float[np.ndarray, " origin"]:
    """How likely a drawing of just these areas is from each origin.

    **Arguments:** `areas` as `find_area` reads them; what is named without a side lies on one
    side, the same for all of them, what is on any side on one or both; `candidates` (None: all
    of `origins()`).
    **Returns:** the log probability of the drawing, given that something was drawn.
    **Raises:** `InputError` for an unknown area, and for a drawing of nothing.
    """
    read = [area if isinstance(area, Area) else find_area(area) for area in areas]
    if not read:
        raise InputError("the drawing is empty; allowed: at least one area, or no drawing at all")
    sides: tuple[str, ...] = ("left",)
    if any(area.side in ("unknown", "any") for area in read):
        sides = _SIDES_UNKNOWN
    if any(area.side == "any" for area in read):
        sides = (*_SIDES_UNKNOWN, "both")
    each = [_log_probability(*_claims(read, side)) for side in sides]
    log_likelihood = np.logaddexp.reduce(each, axis=0) - _log_something()
    return _with_unrelated(log_likelihood, candidates)


def _with_unrelated(
    log_likelihood: Float[np.ndarray, " row"], candidates: Sequence[Origin] | None
) -> Float[np.ndarray, " origin"]:
    unrelated = _number("unrelated")
    mixed = np.logaddexp(
        np.log1p(-unrelated) + log_likelihood[:-1], np.log(unrelated) + log_likelihood[-1]
    )
    if candidates is None:
        return mixed
    rows = _table().rows
    return mixed[[rows[origin.name] for origin in candidates]]


def _claims(
    read: Sequence[Area], side: str
) -> tuple[Bool[np.ndarray, " area"], list[Bool[np.ndarray, " area"]]]:
    """Areas drawn, and sets of which some area is drawn, though not known which."""
    columns = _table().columns
    drawn = np.zeros(len(columns), dtype=bool)
    vague: list[np.ndarray] = []
    for area in read:
        for clause in area.clauses(side):
            mask = np.zeros(len(columns), dtype=bool)
            mask[[columns[name] for name in clause]] = True
            if len(clause) == 1:
                drawn |= mask
            else:
                vague.append(mask)
    return drawn, vague


def _log_probability(
    drawn: Bool[np.ndarray, " area"], vague: Sequence[Bool[np.ndarray, " area"]]
) -> Float[np.ndarray, " row"]:
    """Log probability of what is drawn and what is left blank, for every row of the table.

    Within what is named vaguely nothing is known beyond that some of it is drawn; given how far a
    person draws, vague sets are taken as independent of each other and of the rest.
    """
    table = _table()
    unknown = np.any([*vague, np.zeros_like(drawn)], axis=0) & ~drawn
    total = _all_blank() + _change(drawn, unknown)
    for group in vague:
        if not np.any(group & drawn):
            none = _none_of(group)
            total = total + np.log(-np.expm1(np.minimum(none, -1e-12)))
    by_way = np.logaddexp.reduce(total + table.log_weights, axis=2)
    result: np.ndarray = np.logaddexp.reduce(by_way + table.log_ways, axis=1)
    return result


def _own_extent_averaged(
    log: Float[np.ndarray, "row way extent node"],
) -> Float[np.ndarray, "row way extent"]:
    averaged: np.ndarray = np.logaddexp.reduce(log + _table().log_weights, axis=3)
    return averaged


@cache
def _blank_blocks() -> Float[np.ndarray, "block row way extent"]:
    """Log probability that nothing is drawn in a block."""
    return np.stack(
        [_own_extent_averaged(_table().blank[..., own].sum(axis=4)) for own in _table().blocks]
    )


@cache
def _all_blank() -> Float[np.ndarray, "row way extent"]:
    blank: np.ndarray = _blank_blocks().sum(axis=0)
    return blank


def _change(
    drawn: Bool[np.ndarray, " area"], unknown: Bool[np.ndarray, " area"]
) -> Float[np.ndarray, "row way extent"]:
    """What blocks change in which something is drawn, or not known, against blank ones."""
    table = _table()
    change = np.zeros_like(_all_blank())
    for own, blank in zip(table.blocks, _blank_blocks(), strict=True):
        if np.any((drawn | unknown)[own]):
            known = ~unknown[own]
            log = np.where(drawn[own], table.drawn[..., own], table.blank[..., own])
            change += _own_extent_averaged(log[..., known].sum(axis=4)) - blank
    return change


def _none_of(group: Bool[np.ndarray, " area"]) -> Float[np.ndarray, "row way extent"]:
    """Log probability that none of these areas is drawn."""
    table = _table()
    none = np.zeros_like(_all_blank())
    for own in table.blocks:
        if np.any(group[own]):
            none += _own_extent_averaged(table.blank[..., own][..., group[own]].sum(axis=4))
    return none


@cache
def _log_something() -> Float[np.ndarray, " row"]:
    """Log probability that anything is drawn at all."""
    nothing = _log_probability(np.zeros(len(_table().columns), dtype=bool), ())
    return np.log(-np.expm1(nothing))


def area_chance(candidates: Sequence[Origin]) -> Float[np.ndarray, "origin area"]:
    """Probability that each area of the `Skin`, in its order, is drawn from each origin."""
    table = _table()
    rows = [table.rows[origin.name] for origin in candidates]
    columns = [table.columns[area] for area in skin().names]
    means = table.means[rows][:, :, columns]
    books = np.array([origin.books for origin in candidates])[:, None]
    unrelated = _number("unrelated")
    chance = books * means[:, 0] + (1.0 - books) * means[:, 1]
    return (1.0 - unrelated) * chance + unrelated * _number("unrelated_area")


def draw_areas(origin: Origin, generator: np.random.Generator) -> tuple[str, ...]:
    """A drawing by a virtual patient with that origin: names of areas, never none."""
    table, body = _table(), skin()
    areas = tuple(table.columns)
    while True:
        if generator.random() < _number("unrelated"):
            mean = table.means[-1, 0]
        else:
            way = 0 if generator.random() < origin.books else 1
            mean = table.means[table.rows[origin.name], way]
        extent = _number("extent_sd") * generator.standard_normal()
        of_block = {block: generator.standard_normal() for block in sorted({*body.block.values()})}
        own = _number("block_sd") * np.array([of_block[body.block[area]] for area in areas])
        chance = 1.0 / (1.0 + np.exp(-(_centered(mean) + extent + own)))
        drawn = generator.random(len(areas)) < chance
        if drawn.any():
            return tuple(area for area, is_drawn in zip(areas, drawn, strict=True) if is_drawn)
