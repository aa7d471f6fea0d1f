"""What the patient feels over a day, and what the diary says."""

from __future__ import annotations

import hashlib

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.pathway import TESTS

__all__ = ["diary_entry", "diary_key", "pain_of_the_day"]

_DAYS_A_WEEK = 7.0


def pain_of_the_day(
    constants: Constants, rating: Float[Array, "test batch"]
) -> Float[Array, " batch"]:
    """Mean pain over the day, 0-10: at rest, and more for the share in which clothes brush."""
    rest, brush = rating[TESTS.index("rest")], rating[TESTS.index("brush")]
    return rest + constants["touched_share"] * jnp.maximum(brush - rest, 0.0)


def diary_key(seed: int) -> Key[Array, ""]:
    """The key of the stream of diary noise, hashed from the seed and the stream's name."""
    digest = hashlib.blake2b(f"{int(seed)}|course|diary".encode(), digest_size=8).digest()
    return jax.random.wrap_key_data(jnp.asarray(np.frombuffer(digest, dtype=np.uint32)))


def diary_entry(
    constants: Constants,
    pain: Float[Array, " batch"],
    day: Float[Array, ""],
    patients: Patients,
    key: Key[Array, ""],
) -> Float[Array, " batch"]:
    """What the patient writes down, 0-10: the pain, off by a mood that lasts the week.

    The mood is drawn for patient and week alone, so that arms, orders and sizes of a population
    share it.
    """
    week = jnp.floor(day / _DAYS_A_WEEK).astype(jnp.int32)

    def draw(identity: Array) -> Array:
        return jax.random.normal(jax.random.fold_in(jax.random.fold_in(key, identity), week))

    mood = constants["diary_week_deviation"] * jax.vmap(draw)(patients.identity)
    return jnp.clip(pain + mood * pain / (pain + constants["diary_quiet_pain"]), 0.0, 10.0)
