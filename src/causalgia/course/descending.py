"""The brain: descending control, affect, sleep and activity, as ongoing pain wears on them.

Noradrenergic inhibition holds pain back for the first weeks and then tires (lost by day 21 after
nerve section in the rat, Hughes 2013); facilitation comes with ongoing discharge. That inhibition
fades is one side of a contradiction: in painful diabetic neuropathy it can be the stronger one.

Three loops close above the cord. Pain takes sleep, and poor sleep takes inhibition and adds
facilitation. Pain stills activity, the more the more distressed the patient, and rest takes
inhibition. Sleep and activity that treatments give count like one's own. Pain that lasts
consolidates in the cortex, faster in distress, and adds to affect and facilitation until months
without it have passed.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull, hill, toward
from causalgia.course.state import SIGNALS, Scars

__all__ = ["brain_pulls", "cortical_pull"]

_MOST_DISTRESS = 2.5
Row = Float[Array, " batch"]


def _pain(signals: Float[Array, "signal batch"]) -> Row:
    return signals[SIGNALS.index("rating")] / 10.0


def _distress(patients: Patients) -> Row:
    return jnp.minimum(patients.distress, _MOST_DISTRESS)


def cortical_pull(
    constants: Constants,
    scars: Scars,
    signals: Float[Array, "signal batch"],
    patients: Patients,
) -> Pull:
    """Where cortical consolidation is drawn, 0-1."""
    target = jnp.minimum(_pain(signals) * _distress(patients), 1.0)
    return toward(
        target, scars.cortical, constants["cortical_rise_time"], constants["cortical_fall_time"]
    )


def brain_pulls(
    constants: Constants,
    values: dict[str, Float[Array, "row batch"]],
    scars: Scars,
    signals: Float[Array, "signal batch"],
    lesion: Row,
    patients: Patients,
) -> dict[str, Pull]:
    """Where descending control, affect, sleep and activity are drawn, by quantity.

    **Arguments:** `signals` of yesterday (`SIGNALS`); `lesion` of the cord, which cuts
    descending tracts.
    """
    discharge = hill(signals[SIGNALS.index("projection_Hz")], constants["half_projection"])
    pain, distress = _pain(signals), _distress(patients)
    awake = 1.0 - (values["sleep_quality"][0] + signals[SIGNALS.index("sleep_gained")])
    moves = values["activity"][0] + signals[SIGNALS.index("activity_gained")]
    resting = jnp.maximum(1.0 - moves, 0.0)
    reserve = (
        patients.descending_capacity
        * (1.0 - constants["noradrenergic_fall"] * discharge)
        * (1.0 - constants["noradrenergic_lost_to_sleep"] * awake)
        * (1.0 - constants["noradrenergic_lost_to_rest"] * resting)
        * (1.0 - constants["tract_lost_to_lesion"] * lesion)
    )
    facilitation = (
        constants["facilitation_gain"] * jnp.maximum(discharge, scars.consolidation)
        + constants["facilitation_by_sleep"] * awake
        + constants["facilitation_by_cortex"] * scars.cortical
    )
    affect = (
        1.0
        + constants["affect_by_pain"] * pain * distress
        + constants["affect_by_cortex"] * scars.cortical
    )

    def pull(quantity: str, target: Row, rise: str, fall: str) -> Pull:
        return toward(target[None], values[quantity], constants[rise], constants[fall])

    return {
        "noradrenergic_inhibition": pull(
            "noradrenergic_inhibition",
            reserve,
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
            "affective_gain", patients.pain_sensitivity * affect, "affect_time", "affect_time"
        ),
        "sleep_quality": pull(
            "sleep_quality",
            patients.sleep * (1.0 - constants["sleep_lost_to_pain"] * pain),
            "sleep_time",
            "sleep_time",
        ),
        "activity": pull(
            "activity",
            jnp.maximum(1.0 - constants["rest_by_pain"] * pain * distress, 0.1),
            "rest_time",
            "rest_time",
        ),
    }
