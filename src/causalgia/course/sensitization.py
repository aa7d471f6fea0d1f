r"""The cord: glia, chloride, synapses and inhibitory cells, as input and injury drive them.

Injured afferents, C input and lesions of the cord wake microglia, whose BDNF lowers KCC2; C input
and discharge strengthen synapses; discharge drains inhibitory neurons of GABA (they fill up again
in about 18 weeks after compression) and kills a few for good; a lesion takes those of its level.
Discharge kept up for months consolidates: gains then stay although the drive has gone, but fade in
turn when nothing keeps them up. Discharge keeps microglia awake as well, and so the loop may close:
in patients of little descending inhibition and reactive microglia the sensitized cord fires enough
by itself to stay as it is (`course.chronification`).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull, hill, toward
from causalgia.course.state import SIGNALS, Scars
from causalgia.mechanisms import PERIPHERAL_PLACES

__all__ = ["bdnf_pull", "central_scars", "cord_pulls", "injured_input"]

Values = dict[str, Float[Array, "row batch"]]
Row = Float[Array, " batch"]


def injured_input(constants: Constants, injured: Float[Array, "place fiber batch"]) -> Row:
    """How much of the input to the cord comes from injured cells, 0-1; endings count less."""
    weights = jnp.ones(len(PERIPHERAL_PLACES)).at[0].set(constants["ending_weight_in_cord"])
    return 1.0 - jnp.prod(1.0 - weights[:, None] * jnp.mean(injured, axis=1), axis=0)


def bdnf_pull(constants: Constants, values: Values) -> Pull:
    """Where the growth factor that microglia make is drawn, 0-1."""
    return Pull(values["microglia"][0], 1.0 / constants["bdnf_time"])


def central_scars(
    constants: Constants,
    values: Values,
    scars: Scars,
    signals: Float[Array, "signal batch"],
    patients: Patients,
    span_days: Float[Array, ""],
) -> tuple[Row, Row]:
    """Inhibitory cells lost for good and consolidation, after `span_days`."""
    discharge = hill(signals[SIGNALS.index("projection_Hz")], constants["half_held_projection"])
    microglia = values["microglia"][0]
    toll = discharge * microglia * patients.microglial_reactivity
    most = constants["most_interneurons_lost"]
    dying = 1.0 - jnp.exp(-toll * span_days / constants["interneuron_loss_time"])
    interneurons = scars.interneurons_lost + (most - scars.interneurons_lost) * dying
    pull = toward(
        jnp.minimum(toll, 1.0),
        scars.consolidation,
        constants["consolidation_rise_time"],
        constants["consolidation_fall_time"],
    )
    step = 1.0 - jnp.exp(-pull.rate * span_days)
    return interneurons, scars.consolidation + (pull.target - scars.consolidation) * step


def cord_pulls(
    constants: Constants,
    values: Values,
    scars: Scars,
    signals: Float[Array, "signal batch"],
    injured: Row,
    lesion: Row,
    patients: Patients,
) -> dict[str, Pull]:
    """Where the mechanisms of the cord are drawn, by quantity.

    **Arguments:** `signals` of yesterday (`SIGNALS`); `injured` input, 0-1; `lesion` of the cord.
    """
    c_input = hill(signals[SIGNALS.index("c_Hz")], constants["half_c_input"])
    discharge = hill(signals[SIGNALS.index("projection_Hz")], constants["half_projection"])
    held = scars.consolidation
    # What is consolidated stands in for the drive that once made it.
    drive = jnp.maximum(jnp.maximum(c_input, discharge), held)
    waking = constants["microglia_by_injury"] * injured + constants["microglia_by_input"] * c_input
    waking += constants["microglia_by_lesion"] * lesion
    firing = hill(signals[SIGNALS.index("projection_Hz")], constants["half_held_projection"])
    waking += constants["microglia_by_discharge"] * firing
    microglia = 1.0 - jnp.exp(-waking * patients.microglial_reactivity)
    drained = jnp.maximum(discharge, held)
    left = (1.0 - scars.interneurons_lost) * (1.0 - constants["inhibition_lost_to_lesion"] * lesion)
    inhibiting = left * (1.0 - constants["gaba_fall"] * drained)

    def pull(quantity: str, target: Row, rise: str, fall: str) -> Pull:
        return toward(target[None], values[quantity], constants[rise], constants[fall])

    return {
        "alpha2delta": pull(
            "alpha2delta",
            1.0 + constants["alpha2delta_gain"] * injured,
            "alpha2delta_rise_time",
            "alpha2delta_fall_time",
        ),
        "microglia": pull("microglia", microglia, "microglia_rise_time", "microglia_fall_time"),
        "kcc2": pull(
            "kcc2",
            1.0 - constants["kcc2_fall"] * scars.bdnf,
            "kcc2_rise_time",
            "kcc2_fall_time",
        ),
        "ampa_gain": pull(
            "ampa_gain",
            1.0 + constants["ampa_potentiation"] * drive,
            "potentiation_time",
            "depotentiation_time",
        ),
        "nmda_gain": pull(
            "nmda_gain",
            1.0 + constants["nmda_potentiation"] * drive,
            "potentiation_time",
            "depotentiation_time",
        ),
        "interneuron_survival": pull(
            "interneuron_survival", inhibiting, "gaba_recovery_time", "gaba_fall_time"
        ),
    }
