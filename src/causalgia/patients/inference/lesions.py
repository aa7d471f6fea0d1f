"""Where the lesion may sit in each virtual patient: origins by cause, weighed by drawing and signs.

A virtual patient has a cause but no side and no root: these are added here. The weight of an origin
in a patient is its share among patients with the cause, times how probable the drawing and the
signs are from it; what a sign tells depends on how many large fibers the patient has lost there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.patients.anatomy import (
    Origin,
    drawing_log_likelihood,
    origins_of,
    sign_chance,
    sign_log_likelihood,
    signs,
)
from causalgia.patients.atlas import Atlas
from causalgia.patients.findings import Findings
from causalgia.patients.observations.drives import central_lesion

__all__ = ["Lesions", "large_fiber_loss", "lesions_of", "sign_chances"]


@dataclass(frozen=True)
class Lesions:
    """The origins of one cause in its virtual patients.

    `rows` [row] of the atlas; `origins`; `log_weight` [origin, row] of each, whose log-sum over
    origins is the log-likelihood of drawing and signs in the patient.
    """

    cause: str
    rows: Int[np.ndarray, " row"]
    origins: tuple[Origin, ...]
    log_weight: Float[np.ndarray, "origin row"]

    @cached_property
    def log_likelihood(self) -> Float[np.ndarray, " row"]:
        """Of drawing and signs in each patient."""
        most = self.log_weight.max(axis=0)
        return most + np.log(np.exp(self.log_weight - most).sum(axis=0))

    @cached_property
    def given_row(self) -> Float[np.ndarray, "origin row"]:
        """The probability of each origin in each patient."""
        return np.exp(self.log_weight - self.log_likelihood)


def large_fiber_loss(atlas: Atlas, place: str) -> Float[np.ndarray, " patient"]:
    """Share of A-beta fibers lost at a place; of the tract where it is in cord or brain."""
    if place in PERIPHERAL_PLACES:
        return 1.0 - atlas.patients.mechanism("fiber_survival", place, "a_beta")
    return central_lesion(atlas.patients)


def lesions_of(findings: Findings, atlas: Atlas) -> tuple[Lesions, ...]:
    """Every cause with its origins, as drawing and signs weigh them.

    **Raises:** `InputError` for an unknown area or sign.
    """
    drawn: Mapping[str, float] = {}
    if findings.areas is not None:
        every = tuple({o.name: o for c in atlas.causes for o, _ in origins_of(c)}.values())
        drawn = dict(
            zip((o.name for o in every), drawing_log_likelihood(findings.areas, every), strict=True)
        )
    losses = _losses(atlas) if findings.signs else {}
    return tuple(_of_cause(cause, findings, atlas, drawn, losses) for cause in atlas.causes)


def _losses(atlas: Atlas) -> dict[str, Float[np.ndarray, " patient"]]:
    places = {origin.place for cause in atlas.causes for origin, _ in origins_of(cause)}
    return {place: large_fiber_loss(atlas, place) for place in sorted(places)}


def _of_cause(
    cause: str,
    findings: Findings,
    atlas: Atlas,
    drawn: Mapping[str, float],
    losses: Mapping[str, Float[np.ndarray, " patient"]],
) -> Lesions:
    rows = atlas.of_cause(cause)
    found = origins_of(cause)
    share = np.log([share for _, share in found])
    share = share + np.array([drawn.get(origin.name, 0.0) for origin, _ in found])
    weight = np.repeat(share[:, None], len(rows), axis=1)
    for lanes, origins, loss in _by_place(found, losses):
        weight[lanes] += sign_log_likelihood(findings.signs, origins, loss[rows])
    return Lesions(cause, rows, tuple(origin for origin, _ in found), weight)


def _by_place(
    found: tuple[tuple[Origin, float], ...], losses: Mapping[str, np.ndarray]
) -> Iterator[tuple[list[int], tuple[Origin, ...], np.ndarray]]:
    """Origins of one place together: they share what is lost there."""
    for place, loss in losses.items():
        lanes = [i for i, (origin, _) in enumerate(found) if origin.place == place]
        if lanes:
            yield lanes, tuple(found[i][0] for i in lanes), loss


def sign_chances(
    sign: str,
    origins: tuple[Origin, ...],
    losses: Mapping[str, Float[np.ndarray, " row"]],
) -> Float[np.ndarray, "origin row"]:
    """The probability that a sign is there, for each origin in each patient.

    Signs of one kind that are known already do not change it, though they are found together.

    **Arguments:** the name of the `sign`; the `origins`; the share of large fibers lost in each
    patient by place.
    """
    rows = len(next(iter(losses.values())))
    chance = np.zeros((len(origins), rows))
    for lanes, own, loss in _by_place(tuple((origin, 1.0) for origin in origins), losses):
        chance[lanes] = sign_chance(signs()[sign], own, loss)
    return chance
