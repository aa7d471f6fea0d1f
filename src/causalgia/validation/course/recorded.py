"""A cause written out as a table, so that one compiled program follows the patients of any cause.

Insults are means over the days of a step: a cut of one day is not missed by a step of a week.
"""

from __future__ import annotations

import dataclasses
import math
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.causes import Cause, Insult
from causalgia.course import Patients
from causalgia.errors import CausalgiaError

__all__ = ["MOST_STEPS", "RECORDED", "Recorded", "record", "step_days_for"]

MOST_STEPS = 512
"""Every table is this long unless asked otherwise, whatever is used of it: programs are compiled
by shape.
"""

_STEPS_days = (1.0, 2.0, 3.5, 5.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0, 56.0, 84.0)
_PARTS = 16
"""How many pairs of kind and place a cause may insult; more take a wider table."""

_CHUNK = 16


class Recorded(Patients):
    """Patients, and what their cause does to them.

    `table` [step, part, batch] holds the strength of each part of the insult, `part` [part, batch]
    its row among all pairs of kind and place (the same for all patients), `span_days` the length of
    a step; `kinds` and `places` are how many there are.
    """

    table: Float[Array, "step part batch"]
    part: Int[Array, "part batch"]
    span_days: Float[Array, ""]
    kinds: int = eqx.field(static=True)
    places: int = eqx.field(static=True)


def _replay(day: Float[Array, ""], patients: Recorded) -> Insult:
    step = jnp.floor(day / patients.span_days).astype(jnp.int32)
    step = jnp.clip(step, 0, patients.table.shape[0] - 1)
    kinds, places, now = patients.kinds, patients.places, patients.table[step]
    flat = jnp.zeros((kinds * places, now.shape[-1]), now.dtype)
    return flat.at[patients.part[:, 0]].add(now).reshape(kinds, places, -1)


RECORDED = Cause(
    name="recorded",
    label="A cause written out",
    description="what another cause does to these very patients, step by step",
    kinds=(),
    places=(),
    onset="that of the other cause",
    default_region="hand",
    removable_by=(),
    priors=(),
    sources=(),
    insult=_replay,  # type: ignore[arg-type]
    longest_step_days=_STEPS_days[-1],
)
"""The cause of `Recorded` patients; it is one for all, so that the program is one for all."""


def step_days_for(days: float, most_steps: int = MOST_STEPS) -> float:
    """The shortest step that covers so many days with a table.

    **Raises:** `CausalgiaError` where none does.
    """
    for step in _STEPS_days:
        if math.ceil(days / step) <= most_steps:
            return step
    raise CausalgiaError(f"{days:g} days are more than {most_steps} steps of {_STEPS_days[-1]:g}")


def record(cause: Cause, patients: Patients, days: float, most_steps: int = MOST_STEPS) -> Recorded:
    """Write out what a cause does to patients in each step of so many days."""
    span = step_days_for(days, most_steps)
    samples = max(1, round(span))
    used = _CHUNK * math.ceil(math.ceil(days / span) / _CHUNK)
    chunks = [
        np.asarray(_mean_insults(cause, patients, jnp.float32(first), jnp.float32(span), samples))
        for first in range(0, used, _CHUNK)
    ]
    insults = np.concatenate(chunks)
    kinds, places = insults.shape[1:3]
    flat = insults.reshape(used, kinds * places, -1)
    active = np.flatnonzero(flat.any(axis=(0, 2)))
    width = _PARTS * max(1, math.ceil(len(active) / _PARTS))
    table = np.zeros((max(most_steps, used), width, flat.shape[-1]), dtype=np.float32)
    table[:used, : len(active)] = flat[:, active]
    part = np.zeros((width, flat.shape[-1]), dtype=np.int32)
    part[: len(active)] = active[:, None]
    return Recorded(
        **{f.name: getattr(patients, f.name) for f in dataclasses.fields(Patients)},
        table=jnp.asarray(table),
        part=jnp.asarray(part),
        span_days=jnp.float32(span),
        kinds=kinds,
        places=places,
    )


@partial(jax.jit, static_argnames=("cause", "samples"))
def _mean_insults(
    cause: Cause,
    patients: Patients,
    first: Float[Array, ""],
    span_days: Float[Array, ""],
    samples: int,
) -> Float[Array, "step kind place batch"]:
    """The insult of each of a chunk of steps, as the mean over `samples` times in it."""
    steps = first + jnp.arange(_CHUNK)
    times = (steps[:, None] + (jnp.arange(samples) + 0.5) / samples) * span_days

    def mean(own: Float[Array, " sample"]) -> Insult:
        return jnp.mean(jax.vmap(lambda day: cause.insult(day, patients))(own), axis=0)

    return jax.lax.map(mean, times)
