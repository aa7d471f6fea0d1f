"""The brain: descending control, affect and sleep, as ongoing pain wears on them.

Noradrenergic inhibition holds pain back for the first weeks and then tires (lost by day 21 after
nerve section in the rat, Hughes 2013); facilitation comes with ongoing discharge. That inhibition
fades is one side of a contradiction: in painful diabetic neuropathy it can be the stronger one.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull, hill, toward
from causalgia.course.state import SIGNALS, Scars

__all__ = ["brain_pulls"]


def brain_pulls(
    constants: Constants,
    values: dict[str, Float[Array, "row batch"]],
    scars: Scars,
    signals: Float[Array, "signal batch"],
    patients: Patients,
) -> dict[str, Pull]:
    """Where descending control, affect and sleep are drawn, by quantity.

    **Arguments:** `signals` of yesterday (`SIGNALS`).
    """
    discharge = hill(signals[SIGNALS.index("projection_Hz")], constants["half_projection"])
    pain = signals[SIGNALS.index("rating")] / 10.0
    tired = 1.0 - constants["noradrenergic_fall"] * discharge
    facilitation = constants["facilitation_gain"] * jnp.maximum(discharge, scars.consolidation)

    def pull(quantity: str, target: Float[Array, " batch"], rise: str, fall: str) -> Pull:
        return toward(target[None], values[quantity], constants[rise], constants[fall])

    return {
        "noradrenergic_inhibition": pull(
            "noradrenergic_inhibition",
            patients.descending_capacity * tired,
            "noradrenergic_recovery_time",
            "noradrenergic_fall_time",
        ),
        "serotonergic_facilitation": pull(
            "serotonergic_facilitation",
            1.0 + facilitation,
            "facilitation_rise_time",
            "facilitation_fall_time",
        ),
        "affective_gain": pull(
            "affective_gain",
            patients.pain_sensitivity * (1.0 + constants["affect_by_pain"] * pain),
            "affect_time",
            "affect_time",
        ),
        "sleep_quality": pull(
            "sleep_quality",
            1.0 - constants["sleep_lost_to_pain"] * pain,
            "sleep_time",
            "sleep_time",
        ),
    }
