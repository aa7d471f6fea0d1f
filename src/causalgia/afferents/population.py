"""Populations: fibers of a class that differ as fibers of one nerve do.

Diameters and densities are log-normal around those of the class. Each quantity has a random stream
of its own, so that a fiber keeps its diameter whatever else is drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.afferents.a_classes import a_beta_touch, a_delta_nociceptor
from causalgia.afferents.c_classes import C_CLASSES, CRecipe, c_recipe
from causalgia.afferents.model import FiberModel
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = ["CPopulation", "a_population", "draw_c_class", "draw_c_population", "drop_out"]

LINKED = {"hcn": "sodium_potassium_pump", "m_current": "sodium_potassium_pump"}
"""Densities that vary together: what HCN and M let through at rest is the pump's load."""

A_BUILDERS = {"a_delta_nociceptor": a_delta_nociceptor, "a_beta_touch": a_beta_touch}


@dataclass(frozen=True)
class CPopulation:
    """C-fibers of a nerve: one recipe each, whose `name` is its class, and its length (mm)."""

    recipes: tuple[CRecipe, ...]
    length_mm: Float[np.ndarray, " fiber"]

    def of_class(self, name: str) -> tuple[CRecipe, ...]:
        """The recipes of one class."""
        return tuple(recipe for recipe in self.recipes if recipe.name == name)

    @property
    def shares(self) -> dict[str, float]:
        """Share of each class."""
        found = Counter(recipe.name for recipe in self.recipes)
        return {name: found[name] / len(self.recipes) for name in C_CLASSES}


def draw_c_class(name: str, count: int, seed: int) -> tuple[CRecipe, ...]:
    """Fibers of one class that differ in diameter and densities.

    **Raises:** `InputError` for an unknown class or a count below 1.
    """
    _check_count(count)
    own, recipe = parameters("causalgia_fibers"), c_recipe(name)
    wide, dense = own["diameter_spread"].value, own["density_spread"].value
    diameters = recipe.diameter_um * _lognormal(seed, f"{name} diameter", count, wide)
    folds = {
        fold: value * _lognormal(seed, f"{name} {LINKED.get(fold, fold)}", count, dense)
        for fold, value in recipe.folds.items()
    }
    return tuple(
        replace(
            recipe,
            diameter_um=float(diameter),
            folds={fold: float(values[index]) for fold, values in folds.items()},
        )
        for index, diameter in enumerate(diameters)
    )


def draw_c_population(count: int, seed: int) -> CPopulation:
    """C-fibers of a cutaneous nerve of the leg, classes in their published shares.

    **Raises:** `InputError` for a count below 1.
    """
    _check_count(count)
    own = parameters("causalgia_fibers")
    weights = np.array([own[f"{name}_share"].value for name in C_CLASSES])
    chosen = _stream(seed, "class").choice(len(C_CLASSES), size=count, p=weights / weights.sum())
    drawn = {name: draw_c_class(name, count, seed) for name in C_CLASSES}
    middle, spread = own["nerve_length"].value, own["nerve_length_spread"].value
    length = middle * _lognormal(seed, "length", count, spread)
    recipes = tuple(drawn[C_CLASSES[kind]][index] for index, kind in enumerate(chosen))
    return CPopulation(recipes, length)


def a_population(name: str, count: int, seed: int, nodes: int = 21) -> tuple[FiberModel, ...]:
    """Myelinated fibers of one class, each with its own diameter and so its own internodes.

    **Raises:** `InputError` for an unknown class or a count below 1.
    """
    _check_count(count)
    if name not in A_BUILDERS:
        raise InputError(f"no myelinated class {name!r}; {nearest(name, A_BUILDERS)}")
    own = parameters("causalgia_fibers")
    spread = own["myelinated_diameter_spread"].value
    diameters = own[f"{name}_diameter"].value * _lognormal(seed, f"{name} diameter", count, spread)
    return tuple(A_BUILDERS[name](nodes, float(np.clip(d, 2.0, 16.0))) for d in diameters)


def drop_out(recipes: tuple[CRecipe, ...], lost_share: float, seed: int) -> tuple[CRecipe, ...]:
    """The fibers that are left when a share of them has died, each at the same risk.

    **Raises:** `InputError` for a share outside 0 to 1.
    """
    if not 0.0 <= lost_share <= 1.0:
        raise InputError(f"lost_share is {lost_share:g}, allowed 0 to 1")
    # One number a fiber: who is lost early is also lost late.
    risk = _stream(seed, "dropout").random(len(recipes))
    return tuple(r for r, u in zip(recipes, risk, strict=True) if u >= lost_share)


def _check_count(count: int) -> None:
    if count < 1:
        raise InputError(f"count is {count}, must be 1 or more")


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, *name.encode()])


def _lognormal(seed: int, name: str, count: int, spread: float) -> Float[np.ndarray, " fiber"]:
    """Factors with mean 1 and `spread` as the standard deviation of their logarithm."""
    return np.exp(spread * _stream(seed, name).standard_normal(count) - 0.5 * spread**2)
