"""What a cause is: something that insults the pathway at places, over days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.mechanisms import PLACES

__all__ = ["KINDS", "Cause", "Insult", "Prior", "Traits", "stack_insult"]

KINDS = (
    "compression",
    "viral",
    "metabolic",
    "inflammation",
    "section",
    "gap",
    "toxic",
    "neuronopathic",
    "demyelinating",
    "channelopathy",
    "lesion",
)
"""Ways to harm the pathway.

Most wear down axons and myelin at rates of their own (`course.axons`): pressure, virus, sugar, a
cut, toxins of axons and of cell bodies, attacks on myelin. A `gap` keeps cut axons from growing
back; a `channelopathy` opens sodium channels; a `lesion` destroys tissue of cord or brain.
"""

Insult = Float[Array, "kind place batch"]
"""Strength of every kind of insult at every place; 1 is a severe case."""


class Traits(Protocol):
    """What a cause needs to know of the patients, each an array [batch]."""

    @property
    def age_years(self) -> Float[Array, " batch"]:
        """Age."""

    @property
    def severity(self) -> Float[Array, " batch"]:
        """How severe the cause is, 0-1."""

    @property
    def hba1c_percent(self) -> Float[Array, " batch"]:
        """Glycated hemoglobin."""

    @property
    def persistence(self) -> Float[Array, " batch"]:
        """Place among all with the cause in how long it lasts by itself, 0-1."""


@dataclass(frozen=True)
class Prior:
    """The range in which patients with this cause are found, for one covariate.

    `shape` is that of the beta distribution over the range (None: the population's own shape).
    """

    covariate: str
    low: float
    high: float
    shape: tuple[float, float] | None = None


@dataclass(frozen=True)
class Cause:
    """A cause of neuropathic pain.

    **Arguments:** `name` and `label`; a `description`; the kinds of insult it deals out
    (`kinds`) and the `places` it strikes; `onset`, what day 0 is; the `default_region` of the
    body; `removable_by`, the treatments that take the cause itself away; `factors`, the covariates
    that matter for what becomes of it; `priors` of covariates where they differ from the
    population's; `sources`; `insult(day, patients)`, the `Insult` on a day (a traced scalar will
    do) for patients with the covariates of `Traits`; and `longest_step_days`, the longest step
    that still sees all of it.
    """

    name: str
    label: str
    description: str
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    onset: str
    default_region: str
    removable_by: tuple[str, ...]
    priors: tuple[Prior, ...]
    sources: tuple[str, ...]
    insult: Callable[[Float[Array, ""], Traits], Insult]
    factors: tuple[str, ...] = ("severity", "age_years", "persistence", "distress", "sleep")
    longest_step_days: float = 1.0


def stack_insult(parts: dict[tuple[str, str], Float[Array, " batch"]], patients: Traits) -> Insult:
    """Build an `Insult` of its parts, given as `{(kind, place): strength [batch]}`; else none."""
    none = jnp.zeros_like(patients.severity)
    return jnp.stack(
        [jnp.stack([parts.get((kind, place), none) for place in PLACES]) for kind in KINDS]
    )
