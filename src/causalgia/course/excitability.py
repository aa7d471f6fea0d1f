"""Channels of injured fibers, and the chemistry of inflamed endings.

Injury is read where it happens, and by the cell body in the ganglion, which makes the channels of
the whole fiber: Nav1.3 returns to C fibers (in 1-3 days, peak 3-14), the persistent sodium current
of myelinated ones rises, potassium channels fall (7-14 days), Nav1.7 and Nav1.8 gather at the
lesion (ectopy of a neuroma: none at 10 days, 19 % of fibers at 22, Roza 2003) while the ganglion
holds less of Nav1.8. A variant of Nav1.7 that opens too easily counts as more of it, everywhere.
When the signal ends all goes back in weeks, sooner in patients who regenerate well.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes import KINDS, Insult
from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull, toward
from causalgia.mechanisms import FIBERS

__all__ = ["channel_pulls"]

Values = dict[str, Float[Array, "row batch"]]

_RETURN = "channel_return_time"


def channel_pulls(
    constants: Constants,
    values: Values,
    injured: Float[Array, "place fiber batch"],
    insult: Insult,
    patients: Patients,
) -> dict[str, Pull]:
    """Where channels and endings are drawn, by quantity.

    **Arguments:** `values` of each quantity now; `injured`, the signal of every place, 0-1.
    """
    plasticity = patients.channel_plasticity[None, None, :]
    far = jnp.max(injured[:-1], axis=0)  # injury outside the ganglion, as the ganglion reads it
    at_root = 1.0 - (1.0 - injured[-1]) * (1.0 - constants["share_read_by_ganglion"] * far)
    nerve = jnp.concatenate([injured[1:-1], at_root[None]])
    answer = jnp.minimum(nerve * plasticity, constants["strongest_answer"])

    # A cell that mends slowly takes its channels back slowly as well.
    times = {_RETURN: constants[_RETURN] / patients.regeneration}

    def pull(quantity: str, target: Float[Array, ...], rise: str, fall: str) -> Pull:
        value = values[quantity]
        up, down = (times.get(name, constants[name]) for name in (rise, fall))
        return toward(target.reshape(value.shape), value, up, down)

    c = FIBERS.index("c")  # the first; the myelinated ones follow
    inflamed = insult[KINDS.index("inflammation"), 0]
    # Sodium channels move to the lesion; a ganglion whose fibers are cut far away has fewer.
    gathered = jnp.minimum(injured[:, c] * patients.channel_plasticity[None], 2.0)
    drained = far[c] * (1.0 - injured[-1, c])
    variant = insult[KINDS.index("channelopathy")]
    nav1_7 = 1.0 + constants["nav1_7_gathered"] * gathered
    nav1_7 += constants["nav1_7_by_channelopathy"] * variant
    nav1_8 = 1.0 + constants["nav1_8_gathered"] * gathered
    nav1_8 = nav1_8.at[-1].add(-constants["nav1_8_drained"] * drained)
    metabolic = insult[KINDS.index("metabolic"), 0]
    trpv1 = 1.0 + constants["trpv1_by_inflammation"] * inflamed
    trpv1 = trpv1 + constants["trpv1_by_metabolic"] * jnp.minimum(metabolic, 1.0)
    return {
        "nav1_3": pull(
            "nav1_3",
            constants["nav1_3_made"] * answer[:, c],
            "nav1_3_rise_time",
            "channel_return_time",
        ),
        "persistent_sodium": pull(
            "persistent_sodium",
            1.0 + constants["persistent_sodium_gain"] * answer[:, c + 1 :],
            "persistent_sodium_rise_time",
            "channel_return_time",
        ),
        "potassium": pull(
            "potassium",
            1.0 - constants["potassium_lost"] * answer,
            "channel_return_time",
            "potassium_fall_time",
        ),
        "nav1_7": pull("nav1_7", nav1_7, "nav_gathering_time", "channel_return_time"),
        "nav1_8": pull("nav1_8", nav1_8, "nav_gathering_time", "channel_return_time"),
        "trpv1": pull("trpv1", trpv1, "trpv1_time", "trpv1_time"),
        "prostaglandin": pull(
            "prostaglandin", inflamed, "prostaglandin_rise_time", "prostaglandin_fall_time"
        ),
    }
