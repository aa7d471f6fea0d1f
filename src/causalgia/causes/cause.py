"""What a cause is: something that insults the peripheral pathway at places, over days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.mechanisms import PERIPHERAL_PLACES

__all__ = ["KINDS", "Cause", "Insult", "Prior", "Traits", "stack_insult"]

KINDS = ("compression", "viral", "metabolic", "inflammation")
"""Ways to harm a nerve: each wears down axons and myelin at rates of its own."""

Insult = Float[Array, "kind place batch"]
"""Strength of every kind of insult at the four peripheral places; 1 is a severe case."""


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
    """The range in which patients with this cause are found, for one covariate."""

    covariate: str
    low: float
    high: float


@dataclass(frozen=True)
class Cause:
    """A cause of neuropathic pain.

    **Arguments:** `name` and `label`; a `description`; the kinds of insult it deals out
    (`kinds`) and the `places` it strikes; `onset`, what day 0 is; the `default_region` of the
    body; `removable_by`, the treatments that take the cause itself away; `priors` of covariates
    where they differ from the population's; `sources`; and `insult(day, patients)`, the `Insult`
    on a day (a traced scalar will do) for patients with the covariates of `Traits`.
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


def stack_insult(parts: dict[tuple[str, str], Float[Array, " batch"]], patients: Traits) -> Insult:
    """Build an `Insult` of its parts, given as `{(kind, place): strength [batch]}`; else none."""
    none = jnp.zeros_like(patients.severity)
    return jnp.stack(
        [jnp.stack([parts.get((kind, p), none) for p in PERIPHERAL_PLACES]) for kind in KINDS]
    )
