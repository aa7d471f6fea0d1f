r"""Signs at the bedside that tell origins apart: strength, reflexes, feeling, provocation.

A sign that hangs on large fibers is found with probability

$$P(\ell) = e + (1 - m - e) \frac{\ell^2}{\ell^2 + h^2}$$

where $\ell$ is the share of large fibers lost, $e$ how often the sign is seen in other patients,
$m$ the share missed however much is lost; $h$ is such that the published frequency is met at the
usual loss. Signs of one kind share how readily they are found in a patient, so that two weak
muscles are not counted as two independent findings.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters
from causalgia.patients.anatomy.origins import Origin

__all__ = [
    "KINDS",
    "Sign",
    "draw_signs",
    "find_sign",
    "sign_chance",
    "sign_log_likelihood",
    "signs",
]

KINDS = ("weakness", "reflex", "sensation", "provocation", "central", "seen")
"""What is looked for; the first three hang on large fibers."""

_GROWING = ("weakness", "reflex", "sensation")
_NODES = 7
_GRID = np.linspace(0.0, 1.0, 41) ** 2


@dataclass(frozen=True)
class Sign:
    """Something to look for.

    **Arguments:** `name`; `label`, what is seen; `kind` (`KINDS`); `how` it is looked for, or what
    it tests; `found`, from the kind of an origin to the share of its patients who have it;
    `ganglion`, that share in shingles of any ganglion (None: as `found` says); `elsewhere`, the
    share of all other patients with pain.
    """

    name: str
    label: str
    kind: str
    how: str
    found: Mapping[str, float]
    ganglion: float | None
    elsewhere: float

    @property
    def grows_with_loss(self) -> bool:
        """Whether it is found more often the more large fibers are lost."""
        return self.kind in _GROWING

    def share(self, origin: Origin) -> float:
        """Share of an origin's patients who have it, at the usual loss of large fibers."""
        if origin.kind in self.found:
            return self.found[origin.kind]
        if origin.level == "ganglion":
            if self.ganglion is not None:
                return self.ganglion
            if self.kind == "sensation":
                root = origin.kind.replace("ganglion", "root").replace("ganglia", "roots")
                return self.found.get(root, self.elsewhere)
        return self.elsewhere


@cache
def signs() -> Mapping[str, Sign]:
    """All signs by name."""
    text = resources.files(__package__).joinpath("signs.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: Sign(
                name=name,
                label=row["label"],
                kind=row["kind"],
                how=row["how"],
                found=MappingProxyType(row.get("found", {})),
                ganglion=row.get("ganglion"),
                elsewhere=row["elsewhere"],
            )
            for name, row in tomllib.loads(text).items()
        }
    )


def find_sign(name: str) -> Sign:
    """The sign of that name or label.

    **Raises:** `InputError` with the nearest names.
    """
    plain = "_".join(name.replace("_", " ").lower().split())
    for sign in signs().values():
        if plain == sign.name or name.lower() == sign.label.lower():
            return sign
    hint = nearest(plain, signs())
    allowed = hint if hint.startswith("did you") else "allowed: signs such as 'spurling'"
    raise InputError(f"unknown sign {name!r}; {allowed}")


def _number(name: str) -> float:
    return float(parameters("causalgia_anatomy")[name].value)


def sign_chance(
    sign: Sign, candidates: Sequence[Origin], large_fiber_loss: Float[np.ndarray, " patient"]
) -> Float[np.ndarray, "origin patient"]:
    """Probability of finding a sign, from each origin in each patient.

    **Arguments:** `large_fiber_loss`, share of the A-beta fibers lost (0-1).
    """
    at_usual = np.array([sign.share(origin) for origin in candidates])[:, None]
    loss = np.asarray(large_fiber_loss, dtype=float)[None, :]
    if not sign.grows_with_loss:
        return np.broadcast_to(at_usual, (len(candidates), loss.shape[1]))
    usual, elsewhere = _number("usual_loss"), sign.elsewhere
    grows = at_usual > elsewhere
    most = np.maximum(_number("surest_sign"), at_usual + 0.01)
    # The half-way loss at which the usual loss gives the usual share.
    excess = np.where(grows, at_usual - elsewhere, most - elsewhere)
    half_squared = usual**2 * ((most - elsewhere) / excess - 1.0)
    reached = loss**2 / (loss**2 + half_squared + 1e-12)
    chance: np.ndarray = np.where(grows, elsewhere + (most - elsewhere) * reached, at_usual)
    return chance


def sign_log_likelihood(
    found: Mapping[str, bool],
    candidates: Sequence[Origin],
    large_fiber_loss: Float[np.ndarray, " patient"],
) -> Float[np.ndarray, "origin patient"]:
    """How likely these signs, present or not, are from each origin in each patient.

    **Raises:** `InputError` for an unknown sign.
    """
    looked_for = [(find_sign(name), present) for name, present in found.items()]
    # Everything is smooth in the loss: a few values of it serve any number of patients.
    table = np.zeros((len(candidates), len(_GRID)))
    for kind in KINDS:
        of_kind = [(sign, present) for sign, present in looked_for if sign.kind == kind]
        if of_kind:
            table += _log_together(of_kind, candidates)
    loss = np.clip(np.asarray(large_fiber_loss, dtype=float), 0.0, 1.0)
    low = np.minimum((np.sqrt(loss) * (len(_GRID) - 1)).astype(int), len(_GRID) - 2)
    part = (loss - _GRID[low]) / (_GRID[low + 1] - _GRID[low])
    result: np.ndarray = table[:, low] + part * (table[:, low + 1] - table[:, low])
    return result


def _log_together(
    of_kind: Sequence[tuple[Sign, bool]], candidates: Sequence[Origin]
) -> Float[np.ndarray, "origin grid"]:
    """Log probability of signs of one kind, their common readiness averaged out."""
    spread = _number("sign_sd")
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    total = np.log(weights / weights.sum())[:, None, None]
    for sign, present in of_kind:
        logit = _logit(sign_chance(sign, candidates, _GRID), spread)
        shifted = logit + spread * nodes[:, None, None]
        total = total - np.logaddexp(0.0, -shifted if present else shifted)
    result: np.ndarray = np.logaddexp.reduce(total, axis=0)
    return result


def _logit(chance: np.ndarray, spread: float) -> np.ndarray:
    """The logit whose mean over patients is the chance given (MacKay's approximation)."""
    logit: np.ndarray = np.log(chance / (1.0 - chance)) * np.sqrt(1.0 + np.pi * spread**2 / 8.0)
    return logit


def draw_signs(
    names: Sequence[str], origin: Origin, large_fiber_loss: float, generator: np.random.Generator
) -> dict[str, bool]:
    """What is found of these signs in a virtual patient."""
    spread = _number("sign_sd")
    readiness = {kind: spread * generator.standard_normal() for kind in KINDS}
    found: dict[str, bool] = {}
    for sign in map(find_sign, names):
        chance = sign_chance(sign, [origin], np.array([large_fiber_loss]))
        logit = float(_logit(chance, spread)[0, 0]) + readiness[sign.kind]
        found[sign.name] = bool(generator.random() < 1.0 / (1.0 + np.exp(-logit)))
    return found
