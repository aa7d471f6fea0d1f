"""What a treatment finds to do in these patients: its push alone, without belief or chance.

A trial says whether a treatment helps; this says why. Where the mechanism that it pushes is as in
health, or acts elsewhere than where pain is born, the push takes nothing away.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.course import Patients
from causalgia.course.plan import Respond
from causalgia.course.treating import push
from causalgia.pathway import TESTS
from causalgia.treatments import Schedule
from causalgia.treatments.schedule import occupancy, plateau_per_dose
from causalgia.trials.group import lanes_of
from causalgia.trials.protocol import Protocol

__all__ = ["push_alone"]

_BLOCK = 256
_REST = TESTS.index("rest")


def push_alone(
    protocol: Protocol,
    patients: Patients,
    mechanisms: Float[np.ndarray, "entry batch"],
    respond: Respond,
) -> dict[str, Float[np.ndarray, " batch"]]:
    """Points of pain at rest that each treatment's push takes away at once, by its name.

    At the full dose and its plateau in each patient, the illness as it stands at entry.
    """
    names = dict.fromkeys(
        course.given.treatment.name for course in protocol.courses if course.role == "arm"
    )
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    count = patients.count
    for first in range(0, count, _BLOCK):
        lanes = np.minimum(np.arange(first, first + _BLOCK), count - 1)
        who, values = lanes_of(patients, lanes), jnp.asarray(mechanisms[:, lanes], jnp.float32)
        for name in names:
            relief = _relief(values, who, protocol.schedule, _share(protocol, name), respond)
            found[name].append(np.asarray(relief))
    return {name: np.concatenate(parts)[:count] for name, parts in found.items()}


def _share(protocol: Protocol, name: str) -> Float[Array, "row 1"]:
    """1 for the pushes of the first course of a treatment."""
    courses = [
        i for i, course in enumerate(protocol.courses) if course.given.treatment.name == name
    ]
    return jnp.asarray((protocol.course_of == courses[0])[:, None], dtype=jnp.float32)


@eqx.filter_jit
def _relief(
    values: Float[Array, "entry batch"],
    patients: Patients,
    schedule: Schedule,
    share: Float[Array, "row 1"],
    respond: Respond,
) -> Float[Array, " batch"]:
    # The highest of all steps: what ends by itself is judged while it lasts.
    full = jnp.max(jnp.cumsum(schedule.step_level, axis=1), axis=1, keepdims=True)
    strength = occupancy(schedule, share * full * plateau_per_dose(schedule, patients))
    pushed = push(values, schedule, strength)
    return respond(values).rating[_REST] - respond(pushed).rating[_REST]
