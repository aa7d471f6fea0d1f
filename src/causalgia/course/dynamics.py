"""One step of the slow dynamics: everything that disease, repair and plasticity move."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes import Insult
from causalgia.course.axons import axon_pull, debris_pull, injury, lose_for_good, myelin_pull
from causalgia.course.constants import Constants
from causalgia.course.descending import brain_pulls, cortical_pull
from causalgia.course.excitability import channel_pulls
from causalgia.course.generator import generator_pull, lesion_at
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull, advance
from causalgia.course.sensitization import (
    bdnf_pull,
    central_scars,
    cord_pulls,
    injured_input,
)
from causalgia.course.state import Scars, unpack_scars
from causalgia.mechanisms import PERIPHERAL_PLACES, entries
from causalgia.mechanisms.map import rows
from causalgia.mechanisms.state import bounds

__all__ = ["HELD", "progress", "velocity"]

HELD = ("sodium_availability",)
"""Quantities that only treatments move."""

_QUANTITIES = tuple(dict.fromkeys(entry.quantity for entry in entries()))
# The map expands one quantity after the other, so that each is a block of rows.
_SLICES = {q: slice(rows(q)[0], rows(q)[-1] + 1) for q in _QUANTITIES}


def progress(
    constants: Constants,
    mechanisms: Float[Array, "entry batch"],
    scars: Float[Array, "scar batch"],
    signals: Float[Array, "signal batch"],
    insult: Insult,
    patients: Patients,
    span_days: Float[Array, ""],
) -> tuple[Float[Array, "entry batch"], Float[Array, "scar batch"]]:
    """Mechanisms and scars after `span_days` under an insult and yesterday's activity."""
    values = {q: mechanisms[_SLICES[q]] for q in _QUANTITIES}
    old = unpack_scars(scars)
    survival = values["fiber_survival"].reshape(old.lost.shape)
    nerve = insult[:, : len(PERIPHERAL_PLACES)]
    lesion = lesion_at(insult, "cord")
    injured = injury(constants, survival, old.dead, old.debris, nerve)
    arriving = injured_input(constants, injured)
    generator = values["central_generator"]
    pulls = {
        "fiber_survival": axon_pull(constants, old.lost, old.debris, nerve, patients),
        "myelin": myelin_pull(constants, nerve),
        **channel_pulls(constants, values, injured, nerve, patients),
        **cord_pulls(constants, values, old, signals, arriving, lesion, patients),
        **brain_pulls(constants, values, old, signals, lesion, patients),
        "central_generator": generator_pull(constants, generator, survival, insult, patients),
    }
    lost, dead = lose_for_good(constants, survival, old.lost, old.dead, nerve, span_days)
    interneurons, consolidation = central_scars(
        constants, values, old, signals, patients, span_days
    )
    new = Scars(
        lost=lost,
        dead=dead,
        debris=advance(old.debris, debris_pull(constants, survival, nerve), span_days),
        bdnf=advance(old.bdnf, bdnf_pull(constants, values), span_days),
        interneurons_lost=interneurons,
        consolidation=consolidation,
        cortical=advance(old.cortical, cortical_pull(constants, old, signals, patients), span_days),
    )
    after = advance(mechanisms, _stack(pulls, values), span_days)
    # Over a long step axons could both grow back and be lost for good.
    axons = _SLICES["fiber_survival"]
    after = after.at[axons].min(1.0 - lost.reshape(values["fiber_survival"].shape))
    return after, new.stacked()


def velocity(
    constants: Constants,
    mechanisms: Float[Array, "entry batch"],
    scars: Float[Array, "scar batch"],
    signals: Float[Array, "signal batch"],
    insult: Insult,
    patients: Patients,
) -> tuple[Float[Array, "entry batch"], Float[Array, "scar batch"]]:
    """How fast mechanisms and scars move at an instant, in 1/day: the equations of `progress`.

    For solvers that choose their own steps; the daily course does not need it.
    """

    def after(span_days: Float[Array, ""]) -> tuple[Array, Array]:
        return progress(constants, mechanisms, scars, signals, insult, patients, span_days)

    return jax.jvp(after, (jnp.zeros(()),), (jnp.ones(()),))[1]


def _stack(pulls: dict[str, Pull], values: dict[str, Float[Array, "row batch"]]) -> Pull:
    """The pulls of all entries in the map's order, their targets within the map's ranges."""
    targets, rates = [], []
    for quantity in _QUANTITIES:
        here = values[quantity]
        pull = Pull(here, jnp.zeros_like(here)) if quantity in HELD else pulls[quantity]
        targets.append(pull.target.reshape(here.shape))
        rates.append(jnp.broadcast_to(pull.rate, pull.target.shape).reshape(here.shape))
    low, high = (jnp.asarray(b, dtype=jnp.float32)[:, None] for b in bounds())
    return Pull(jnp.clip(jnp.concatenate(targets), low, high), jnp.concatenate(rates))
