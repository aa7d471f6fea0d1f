"""Fit the diameters and pumps of the C-fiber classes to velocity and slowing.

For each class two numbers are free, the diameter and the density of the sodium-potassium pump
(and HCN with it, where the class has a fixed ratio of the two), and two are asked for: the velocity
of conduction and the slowing by 3 min at 2 Hz. Newton's method on logarithms, all classes and their
finite differences side by side in one batch. Run: python scripts/fit_c_classes.py [--write]
"""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from causalgia.afferents.c_classes import C_CLASSES, CRecipe, c_lanes, c_recipe
from causalgia.afferents.slowing import regular_train_ms, respond_to_train
from causalgia.evidence import parameter, parameters

FILE = Path(__file__).resolve().parents[1] / "src/causalgia/evidence/data/causalgia_fibers.toml"
LENGTH_um, COMPARTMENTS = 5000.0, 50
TARGETS = {
    "c_polymodal": (
        "van_hees_1981/polymodal_velocity",
        "causalgia_fibers/c_polymodal_target_slowing",
    ),
    "c_silent": (
        "causalgia_fibers/c_silent_target_velocity",
        "weidner_1999/mechano_insensitive_slowing",
    ),
    "c_cold": ("causalgia_fibers/c_cold_target_velocity", "serra_1999/cold_slowing"),
    "c_touch": ("causalgia_fibers/c_touch_target_velocity", "serra_1999/touch_slowing"),
}
"""Velocity (m/s) and slowing by 3 min at 2 Hz (%) that each class is fitted to."""

STEP = 0.05
"""Difference of a logarithm."""


def moved(recipe: CRecipe, log_diameter: float, log_pump: float) -> CRecipe:
    """A recipe with another diameter and pump, and HCN in a fixed ratio to it where it has one."""
    own = parameters("causalgia_fibers")
    folds = dict(recipe.folds)
    folds["sodium_potassium_pump"] *= float(np.exp(log_pump))
    ratio = own.get(f"{recipe.name}_hcn_per_pump")
    if ratio is not None:
        folds["hcn"] = ratio.value * folds["sodium_potassium_pump"]
    return replace(
        recipe, diameter_um=recipe.diameter_um * float(np.exp(log_diameter)), folds=folds
    )


def answers(recipes: list[CRecipe]) -> np.ndarray:
    """Logarithms of velocity and of slowing (%) after 3 min at 2 Hz, [lane, 2]."""
    response = respond_to_train(c_lanes(recipes, LENGTH_um, COMPARTMENTS), regular_train_ms(2, 180))
    slowing = response.slowing_percent[-1]
    for recipe, first, last in zip(recipes, response.velocity_m_per_s[0], slowing, strict=True):
        print(
            f"  {recipe.name:12s} diameter {recipe.diameter_um:.3f} pump "
            f"{recipe.folds['sodium_potassium_pump']:.3f}: {first:.3f} m/s, slows by {last:.2f} %"
        )
    return np.log(np.stack([response.velocity_m_per_s[0], slowing], axis=1))


def fit(rounds: int) -> list[CRecipe]:
    """The recipes that answer as asked, after a number of rounds."""
    wanted = np.log([[parameter(path).value for path in TARGETS[name]] for name in C_CLASSES])
    recipes = [moved(c_recipe(name), 0.0, 0.0) for name in C_CLASSES]
    for number in range(rounds):
        print(f"round {number + 1}")
        tried = [
            moved(recipe, *shift)
            for recipe in recipes
            for shift in ((0.0, 0.0), (STEP, 0.0), (0.0, STEP))
        ]
        found = answers(tried).reshape(len(recipes), 3, 2)
        if not np.all(np.isfinite(found)):
            raise SystemExit("a fiber did not conduct, or got faster: start from other numbers")
        for index, recipe in enumerate(recipes):
            here, *aside = found[index]
            slopes = np.array([(beside - here) / STEP for beside in aside]).T
            change = np.clip(np.linalg.solve(slopes, wanted[index] - here), -0.3, 0.3)
            recipes[index] = moved(recipe, *change)
    return recipes


def write(recipes: list[CRecipe]) -> None:
    """Put what was fitted into the evidence."""
    text = FILE.read_text(encoding="utf-8")
    for recipe in recipes:
        values = {"diameter": recipe.diameter_um}
        values.update({k: recipe.folds[k] for k in ("hcn", "sodium_potassium_pump")})
        for name, value in values.items():
            pattern = rf"^({recipe.name}_{name} = {{ value = )[^,]+"
            text = re.sub(pattern, rf"\g<1>{value:.4g}", text, flags=re.MULTILINE)
    FILE.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="update causalgia_fibers.toml")
    given = parser.parse_args()
    recipes = fit(given.rounds)
    print("fitted")
    answers(recipes)
    if given.write:
        write(recipes)


if __name__ == "__main__":
    main()
