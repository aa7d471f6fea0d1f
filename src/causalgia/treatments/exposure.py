r"""Concentrations under doses that change with the patient, stepped day by day.

The same cascade of first-order stages that `causalgia.treatments.schedule` solves in closed form
for planned doses, $\dot x_1 = k_1 (u - x_1)$, $\dot x_2 = k_2 (x_1 - x_2)$, $\dot x_3 = k_3 (x_2 -
x_3)$: elimination of what is taken, of its metabolite, and the way to the site of effect. Each
stage relaxes exactly toward the mean of the one before it over the step.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.treatments.inhibition import slowed
from causalgia.treatments.schedule import Schedule, plateau_per_dose, rates
from causalgia.treatments.treatment import Traits

__all__ = [
    "Exposure",
    "advance_exposure",
    "planned_levels",
    "settled_exposure",
    "washed_out",
]

Exposure = Float[Array, "stage row batch"]
"""Concentrations after each stage of the cascade, for every push and patient."""

_STAGES = 3


def settled_exposure(
    schedule: Schedule, levels: Float[Array, "row batch"], patients: Traits
) -> Exposure:
    """Where all stages stand once dose `levels` have been taken for long; 0: nobody took any."""
    alone = levels * plateau_per_dose(schedule, patients)
    together = slowed(schedule, alone, patients)
    return jnp.stack([levels * plateau_per_dose(schedule, together)] * _STAGES)


@eqx.filter_jit
def washed_out(
    exposure: Exposure,
    levels: Float[Array, "row batch"],
    schedule: Schedule,
    days: int | Float[Array, ""],
    patients: Traits,
) -> Exposure:
    """What is left of an exposure after whole `days` on other dose levels."""

    def one_day(_: Array, so_far: Exposure) -> Exposure:
        return advance_exposure(so_far, levels, schedule, 1.0, patients)[0]

    return jax.lax.fori_loop(0, jnp.asarray(days, dtype=jnp.int32), one_day, exposure)


def planned_levels(
    schedule: Schedule, since_days: Float[Array, "row batch"]
) -> Float[Array, "row batch"]:
    """Dose levels that the plan has so many days after its start, patient by patient.

    **Arguments:** the `schedule` of prescriptions that start on day 0; `since_days`, below 0
    before the patient's own start.
    """
    begun = since_days[:, None] >= schedule.step_day[..., None]
    return jnp.sum(jnp.where(begun, schedule.step_level[..., None], 0.0), axis=1)


def advance_exposure(
    exposure: Exposure,
    levels: Float[Array, "row batch"],
    schedule: Schedule,
    span_days: Float[Array, ""] | float,
    patients: Traits,
) -> tuple[Exposure, Float[Array, "row batch"]]:
    """One step under dose `levels`.

    **Returns:** where all stages stand after it, and the mean concentration at the site of effect.
    """
    # What is in plasma at the start of the step slows CYP2D6 for its length.
    patients = slowed(schedule, exposure[0], patients)
    stages, mean = [], levels * plateau_per_dose(schedule, patients)
    for start, rate in zip(exposure, rates(schedule, patients), strict=True):
        way = rate * span_days
        left = jnp.exp(-way)
        # The mean of a relaxation: what remains of the first difference, on average.
        kept = -jnp.expm1(-way) / way
        end = mean + (start - mean) * left
        mean = mean + (start - mean) * kept
        stages.append(end)
    return jnp.stack(stages), mean
