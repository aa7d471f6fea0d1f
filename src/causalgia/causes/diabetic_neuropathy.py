r"""Diabetic neuropathy: sugar wears the longest fibers down, from the skin inward, over years.

Metabolic insult $m = s\,m_{max}(1 - e^{-x/m_{max}})$, $x = v\,(A - A_0)_+/\Delta$, of the glycated
hemoglobin $A$ above $A_0$, that levels off: full in the endings, less along the nerve, some at the
ganglion. How vulnerable nerves are to the same sugar, $v$, is lognormal between patients, by
`persistence`. Mean HbA1c is the strongest risk factor (Braffett 2020), and control of it takes away
most of the risk (Martin 2014).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import spread_by_rank

__all__ = ["DIABETIC_NEUROPATHY"]

_number = numbers_of("diabetes")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    excess = jnp.maximum(patients.hba1c_percent - _number("harmless_hba1c"), 0.0)
    begun = 1.0 - jnp.exp(-jnp.maximum(day, 0.0) / _number("rise_time"))
    vulnerable = spread_by_rank(patients.persistence, 1.0, _number("vulnerability_log_sd"))
    strength = vulnerable * excess / _number("hba1c_of_full_insult")
    largest = _number("largest_insult")
    sugar = patients.severity * begun * largest * (1.0 - jnp.exp(-strength / largest))
    return stack_insult(
        {
            ("metabolic", "terminal"): sugar,
            ("metabolic", "distal_nerve"): _number("share_in_distal_nerve") * sugar,
            ("metabolic", "proximal_nerve"): _number("share_in_proximal_nerve") * sugar,
            ("metabolic", "root"): _number("share_at_root") * sugar,
        },
        patients,
    )


DIABETIC_NEUROPATHY = Cause(
    name="diabetic_neuropathy",
    label="Diabetic neuropathy",
    description="raised blood sugar wears down the longest fibers, from the skin inward",
    kinds=("metabolic",),
    places=("terminal", "distal_nerve", "proximal_nerve", "root"),
    onset="day on which raised blood sugar began to harm the nerves",
    default_region="foot",
    removable_by=("glucose_control",),
    priors=(
        Prior("age_years", 40.0, 80.0),
        Prior("severity", 0.1, 1.0),
        Prior("hba1c_percent", 7.0, 11.0),
    ),
    factors=("hba1c_percent", "severity", "age_years", "persistence", "distress", "sleep"),
    longest_step_days=14.0,
    sources=("causalgia_causes", "braffett_2020", "martin_2014"),
    insult=_insult,
)
"""Glucose that harms the longest fibers first, from the first day of high glucose on."""
