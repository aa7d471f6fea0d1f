"""Where a population stands on a day: its mechanisms, its slower scars, yesterday's activity."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.course.constants import Constants, load_constants
from causalgia.course.patients import Patients
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES
from causalgia.mechanisms.map import rows
from causalgia.mechanisms.state import bounds, healthy

__all__ = ["SCARS", "SIGNALS", "CourseState", "Scars", "healthy_state", "unpack_scars"]

SIGNALS = (
    *("c_Hz", "a_delta_Hz", "a_beta_Hz", "projection_Hz", "rating"),
    *("sleep_gained", "activity_gained"),
)
"""What yesterday was like: activity at rest by fiber class and of the projection neuron, pain, and
what treatments added to sleep and activity (0-1).
"""

_AXONS = len(PERIPHERAL_PLACES) * len(FIBERS)
SCARS = (
    *(f"lost_for_good@{p}/{f}" for p in PERIPHERAL_PLACES for f in FIBERS),
    *(f"dead@{p}/{f}" for p in PERIPHERAL_PLACES for f in FIBERS),
    *(f"debris@{p}" for p in PERIPHERAL_PLACES),
    "bdnf",
    "interneurons_lost",
    "consolidation",
    "cortical",
)
"""What is not a mechanism of the pathway by itself but holds mechanisms where they are."""


class CourseState(eqx.Module):
    """A population on one day, before treatment.

    `day` since the onset of the cause; `mechanisms` [entry, batch] as the disease has made them;
    `scars` [scar, batch] as in `SCARS`; `signals` [signal, batch] as in `SIGNALS`.
    """

    day: Float[Array, ""]
    mechanisms: Float[Array, "entry batch"]
    scars: Float[Array, "scar batch"]
    signals: Float[Array, "signal batch"]

    def scar(self, name: str) -> Float[Array, " batch"]:
        """One row of the scars."""
        return self.scars[SCARS.index(name)]

    def signal(self, name: str) -> Float[Array, " batch"]:
        """One row of the signals."""
        return self.signals[SIGNALS.index(name)]


class Scars(eqx.Module):
    """The scars by name: axons `lost` for good and of these `dead` [place, fiber, batch]; the
    `debris` [place, batch] of degenerating ones; the growth factor `bdnf` that microglia make;
    share of inhibitory `interneurons_lost`; `consolidation` of central sensitization in the cord,
    and `cortical` consolidation of pain, 0-1.
    """

    lost: Float[Array, "place fiber batch"]
    dead: Float[Array, "place fiber batch"]
    debris: Float[Array, "place batch"]
    bdnf: Float[Array, " batch"]
    interneurons_lost: Float[Array, " batch"]
    consolidation: Float[Array, " batch"]
    cortical: Float[Array, " batch"]

    def stacked(self) -> Float[Array, "scar batch"]:
        """All in one array, in the order of `SCARS`."""
        batch = self.lost.shape[-1]
        return jnp.concatenate(
            [
                self.lost.reshape(_AXONS, batch),
                self.dead.reshape(_AXONS, batch),
                self.debris,
                self.bdnf[None],
                self.interneurons_lost[None],
                self.consolidation[None],
                self.cortical[None],
            ]
        )


def unpack_scars(scars: Float[Array, "scar batch"]) -> Scars:
    """The scars by name."""
    shape = (len(PERIPHERAL_PLACES), len(FIBERS), scars.shape[-1])
    return Scars(
        lost=scars[:_AXONS].reshape(shape),
        dead=scars[_AXONS : 2 * _AXONS].reshape(shape),
        debris=scars[2 * _AXONS : 2 * _AXONS + len(PERIPHERAL_PLACES)],
        bdnf=scars[SCARS.index("bdnf")],
        interneurons_lost=scars[SCARS.index("interneurons_lost")],
        consolidation=scars[SCARS.index("consolidation")],
        cortical=scars[SCARS.index("cortical")],
    )


def healthy_state(
    patients: Patients, day: float = 0.0, constants: Constants | None = None
) -> CourseState:
    """Everyone before the illness: healthy but for their own sleep, descending control, affect."""
    constants = load_constants() if constants is None else constants
    awake = 1.0 - np.asarray(patients.sleep)
    reserve = 1.0 - float(constants["noradrenergic_lost_to_sleep"]) * awake
    values = np.asarray(healthy(patients.count).values).copy()
    low, high = bounds()
    for quantity, trait in (
        ("noradrenergic_inhibition", patients.descending_capacity * reserve),
        ("serotonergic_facilitation", 1.0 + constants["facilitation_by_sleep"] * awake),
        ("affective_gain", patients.pain_sensitivity),
        ("sleep_quality", patients.sleep),
    ):
        (row,) = rows(quantity)
        values[row] = np.clip(np.asarray(trait), low[row], high[row])
    return CourseState(
        day=jnp.asarray(day, dtype=jnp.float32),
        mechanisms=jnp.asarray(values, dtype=jnp.float32),
        scars=jnp.zeros((len(SCARS), patients.count), dtype=jnp.float32),
        signals=jnp.zeros((len(SIGNALS), patients.count), dtype=jnp.float32),
    )
