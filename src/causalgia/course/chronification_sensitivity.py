"""What chronification hangs on: Sobol indices of each mechanism and of each trait of patients.

Every mechanism is made stronger or weaker by a factor on its numbers; virtual patients carry a
lasting cause for half a year, it is taken away, and a year later their pain is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from causalgia.causes import Cause
from causalgia.course.constants import load_constants
from causalgia.course.patients import Patients, typical
from causalgia.course.plan import Respond
from causalgia.course.run import follow
from causalgia.fitting.free import Free
from causalgia.fitting.sensitivity import Sensitivity, sensitivity
from causalgia.pathway import TESTS
from causalgia.treatments import prescribe

__all__ = ["MECHANISMS", "TRAITS", "sensitivity_to_mechanisms", "sensitivity_to_traits"]

MECHANISMS: Mapping[str, tuple[str, ...]] = {
    "loss of axons": tuple(f"axon_loss_compression_{f}" for f in ("c", "a_delta", "a_beta")),
    "speed of regrowth": tuple(
        f"growth_speed_{p}" for p in ("distal_nerve", "proximal_nerve", "root")
    ),
    "window of regrowth": ("regrowth_window",),
    "signal of cut axons": ("injury_by_cut_axon",),
    "signal of pressed axons": ("injury_by_compression",),
    "return of channels": ("channel_return_time",),
    "loss of potassium channels": ("potassium_lost",),
    "gathering of sodium channels": ("nav1_7_gathered", "nav1_8_gathered", "nav1_3_made"),
    "microglia": ("microglia_by_injury", "microglia_by_input"),
    "fall of KCC2": ("kcc2_fall",),
    "potentiation": ("ampa_potentiation", "nmda_potentiation"),
    "loss of inhibition": ("gaba_fall", "most_interneurons_lost"),
    "consolidation in the cord": ("consolidation_fall_time",),
    "descending inhibition": ("noradrenergic_fall", "noradrenergic_lost_to_sleep"),
    "descending facilitation": ("facilitation_gain", "facilitation_by_sleep"),
    "cortex and affect": ("facilitation_by_cortex", "affect_by_cortex", "affect_by_pain"),
}
"""Numbers of the slow dynamics by the mechanism that they belong to."""

TRAITS = (
    Free("severity", 0.3, 1.0, log=False),
    Free("age_years", 30.0, 80.0, log=False),
    Free("persistence", 0.75, 1.0, log=False),
    Free("channel_plasticity", 0.6, 1.7),
    Free("microglial_reactivity", 0.5, 2.0),
    Free("descending_capacity", 0.5, 2.0),
    Free("regeneration", 0.6, 1.7),
    Free("pain_sensitivity", 0.7, 1.5),
    Free("distress", 0.5, 2.0),
    Free("sleep", 0.5, 1.0, log=False),
)
"""Traits of patients and the ranges over which they are drawn; the cause lasts in all of them."""

_REST = TESTS.index("rest")
_FACTOR = 1.3
_ILL_days, _AFTER_days = 182.0, 364.0
Population = Mapping[str, Float[np.ndarray, " model"]]


def _pain_after(
    cause: Cause, treatment: str, patients: Patients, respond: Respond, **given: object
) -> Float[np.ndarray, " patient"]:
    """Pain at rest, a year after half a year of the cause."""
    rx = prescribe(treatment, _ILL_days)
    days = _ILL_days + _AFTER_days
    course = follow(cause, patients, (rx,), respond=respond, days=days, **given)  # type: ignore[arg-type]
    return course.rating[-1, _REST]


def sensitivity_to_traits(
    cause: Cause, treatment: str, *, respond: Respond, samples: int = 128, seed: int = 0
) -> Sensitivity:
    """Sobol indices of pain that is left for each trait, all models side by side."""

    def outputs(population: Population) -> dict[str, np.ndarray]:
        count = len(next(iter(population.values())))
        who = typical(count, **{name: np.asarray(v) for name, v in population.items()})
        return {"pain left": _pain_after(cause, treatment, who, respond)}

    return sensitivity(outputs, TRAITS, samples=samples, seed=seed)


def sensitivity_to_mechanisms(
    cause: Cause,
    treatment: str,
    patients: Patients,
    *,
    respond: Respond,
    samples: int = 64,
    seed: int = 0,
    mechanisms: Mapping[str, Sequence[str]] = MECHANISMS,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Sensitivity:
    """Sobol indices of the mean pain that is left in given patients for each mechanism.

    A factor between 1/1.3 and 1.3 on all numbers of a mechanism, one model after the other.
    """
    usual = load_constants()

    def outputs(population: Population) -> dict[str, np.ndarray]:
        count = len(next(iter(population.values())))
        left = np.zeros(count)
        for model in range(count):
            changes = {
                name: _shared(name, float(usual[name]) * float(population[mechanism][model]))
                for mechanism, names in mechanisms.items()
                for name in names
            }
            numbers = load_constants(changes)
            left[model] = _pain_after(cause, treatment, patients, respond, constants=numbers).mean()
            tell(model + 1, count)
        return {"pain left": left}

    ranges = [Free(name, 1.0 / _FACTOR, _FACTOR) for name in mechanisms]
    return sensitivity(outputs, ranges, samples=samples, seed=seed)


_SHARES = ("kcc2_fall", "gaba_fall", "potassium_lost", "noradrenergic_fall")


def _shared(name: str, value: float) -> float:
    """Shares of what is there stay below all of it."""
    return min(value, 0.95) if name in _SHARES else value
