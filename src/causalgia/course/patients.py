"""Who the patients are, as far as the course of their illness depends on it."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, UInt32

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter

__all__ = ["Patients", "typical"]


class Patients(eqx.Module):
    """Covariates of a population, each an array [batch].

    `severity` of the cause (0-1) and `persistence` (0-1), the patient's place among all with this
    cause in how long it lasts by itself; `cyp2d6_activity` (1 normal, 0 poor metabolizer);
    factors around 1: `channel_plasticity`, `microglial_reactivity`, `descending_capacity`,
    `regeneration`, `pain_sensitivity` and `distress`, how anxiously pain is taken; usual `sleep`
    without pain (0-1). `identity` keys the patient's own random numbers.
    """

    identity: UInt32[Array, " batch"]
    age_years: Float[Array, " batch"]
    weight_kg: Float[Array, " batch"]
    hba1c_percent: Float[Array, " batch"]
    renal_clearance_mL_min: Float[Array, " batch"]
    cyp2d6_activity: Float[Array, " batch"]
    severity: Float[Array, " batch"]
    persistence: Float[Array, " batch"]
    channel_plasticity: Float[Array, " batch"]
    microglial_reactivity: Float[Array, " batch"]
    descending_capacity: Float[Array, " batch"]
    regeneration: Float[Array, " batch"]
    pain_sensitivity: Float[Array, " batch"]
    distress: Float[Array, " batch"]
    sleep: Float[Array, " batch"]

    @property
    def count(self) -> int:
        """How many patients."""
        return self.age_years.shape[0]

    @property
    def regrowth(self) -> Float[Array, " batch"]:
        """Speed at which axons grow back, relative to a healthy person.

        Epidermal fibers grow at 0.177 a mm and day in health and at 0.074 in diabetes, whatever
        the age (Polydefkis 2004); between a harmless HbA1c and a diabetic one the two are blended.
        """
        healthy = parameter("polydefkis_2004/regeneration_in_health").value
        diabetic = parameter("polydefkis_2004/regeneration_in_diabetes").value
        low = parameter("causalgia_course/hba1c_of_full_regrowth").value
        high = parameter("causalgia_course/hba1c_of_diabetic_regrowth").value
        share = jnp.clip((self.hba1c_percent - low) / (high - low), 0.0, 1.0)
        return self.regeneration * (1.0 + share * (diabetic / healthy - 1.0))


_TYPICAL = {
    "age_years": 60.0,
    "weight_kg": 70.0,
    "hba1c_percent": 5.5,
    "renal_clearance_mL_min": 100.0,
    "cyp2d6_activity": 1.0,
    "severity": 0.5,
    "persistence": 0.5,
    "channel_plasticity": 1.0,
    "microglial_reactivity": 1.0,
    "descending_capacity": 1.0,
    "regeneration": 1.0,
    "pain_sensitivity": 1.0,
    "distress": 1.0,
    "sleep": 1.0,
}


def typical(count: int = 1, **covariates: float | Float[np.ndarray, " batch"]) -> Patients:
    """Middling patients, but for the covariates given.

    **Raises:** `InputError` for an unknown covariate, with the nearest names.
    """
    for name in covariates:
        if name not in _TYPICAL:
            raise InputError(f"unknown covariate {name!r}; {nearest(name, _TYPICAL)}")
    table = {**_TYPICAL, **covariates}
    arrays = {
        name: jnp.asarray(np.broadcast_to(np.asarray(value, dtype=np.float32), (count,)))
        for name, value in table.items()
    }
    return Patients(identity=jnp.arange(count, dtype=jnp.uint32), **arrays)
