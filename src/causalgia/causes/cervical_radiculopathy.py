r"""A compressed cervical root: a disc or a bony spur presses on the root and its ganglion.

Compression $p(t) = s\,(h + (1-h)\,e^{-t/\tau})$: a soft disc shrinks over months in most patients,
a share $h$ stays. How much stays rises with the patient's `persistence` and with age (bone rather
than disc). A fresh disc inflames the root as well. Most patients do well in the long run
(Radhakrishnan 1994); decompression takes the compression away on the day.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.evidence import parameter

__all__ = ["CERVICAL_RADICULOPATHY"]


def _number(name: str) -> float:
    return parameter(f"causalgia_causes/radiculopathy_{name}").value


def _held(patients: Traits) -> Float[Array, " batch"]:
    """The share of the compression that never resorbs."""
    rank = patients.persistence + _number("age_slope") * (patients.age_years - 55.0)
    return jax.nn.sigmoid((rank - _number("resorbing_patients")) / _number("resorbing_spread"))


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    held = _held(patients)
    resorption_days = _number("resorption_time") * (0.5 + patients.persistence)
    left = held + (1.0 - held) * jnp.exp(-jnp.maximum(day, 0.0) / resorption_days)
    fresh = jnp.exp(-jnp.maximum(day, 0.0) / _number("inflammation_time"))
    compression = patients.severity * left
    lasting = _number("lasting_inflammation")
    inflammation = compression * (lasting + (1.0 - lasting) * fresh)
    return stack_insult(
        {("compression", "root"): compression, ("inflammation", "root"): inflammation}, patients
    )


CERVICAL_RADICULOPATHY = Cause(
    name="cervical_radiculopathy",
    label="Compressed cervical root",
    description="a disc or a bony spur presses on a root and its ganglion, felt in the hand",
    kinds=("compression", "inflammation"),
    places=("root",),
    onset="first day of arm pain",
    default_region="hand",
    removable_by=("decompression",),
    priors=(Prior("age_years", 35.0, 70.0), Prior("severity", 0.2, 1.0)),
    sources=("causalgia_causes", "radhakrishnan_1994"),
    insult=_insult,
)
"""A root under pressure, from the first day of arm pain on."""
