"""What participants are like when they enter: phenotype, dominant mechanism, where pain is born."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from causalgia.course.plan import Respond
from causalgia.evidence import parameter
from causalgia.mechanisms import PERIPHERAL_PLACES, PLACES, entries
from causalgia.mechanisms.map import index_of, rows
from causalgia.mechanisms.state import bounds, healthy
from causalgia.pathway import TESTS, Response

__all__ = ["Profile", "profile"]

_DRIVERS = (
    *("persistent_sodium", "nav1_3", "nav1_7", "nav1_8", "potassium", "prostaglandin", "trpv1"),
    *("alpha2delta", "ampa_gain", "nmda_gain", "kcc2", "interneuron_survival"),
    *("noradrenergic_inhibition", "serotonergic_facilitation", "central_generator"),
)
"""What may drive pain, as the map of mechanisms calls it."""

_FALLS = ("potassium", "kcc2", "interneuron_survival", "noradrenergic_inhibition")
_SILENT_HZ = 0.05
_BLOCK = 256


@dataclass(frozen=True)
class Profile:
    """Patients at entry, each [batch].

    `irritable_nociceptor`: preserved C fibers and hyperalgesia; `dominant_mechanism`, the one
    furthest from health; `origin`, the place where most of what reaches the cord at rest is born
    ("cord or brain" where next to nothing arrives); `response` of the pathway.
    """

    irritable_nociceptor: Bool[np.ndarray, " batch"]
    dominant_mechanism: np.ndarray
    origin: np.ndarray
    response: Response


@eqx.filter_jit
def _respond(values: Float[Array, "entry batch"], respond: Respond) -> Response:
    return respond(values)


def _respond_in_blocks(values: Float[np.ndarray, "entry batch"], respond: Respond) -> Response:
    """The answer for any number of patients, by one compiled program."""
    count, parts = values.shape[1], []
    for first in range(0, count, _BLOCK):
        lanes = np.minimum(np.arange(first, first + _BLOCK), count - 1)
        parts.append(_respond(jnp.asarray(values[:, lanes], dtype=jnp.float32), respond))

    def beside(*arrays: Array) -> np.ndarray:
        return np.concatenate([np.asarray(a) for a in arrays], axis=-1)[..., :count]

    return jax.tree.map(beside, *parts)


@cache
def _healthy_rating(respond: Respond) -> Float[np.ndarray, " test"]:
    return np.asarray(_respond_in_blocks(np.asarray(healthy(1).values), respond).rating[:, 0])


def profile(mechanisms: Float[np.ndarray, "entry batch"], respond: Respond) -> Profile:
    """The profile of patients by their mechanisms (before treatment)."""
    values = np.asarray(mechanisms, dtype=float)
    response = _respond_in_blocks(values, respond)
    return Profile(
        irritable_nociceptor=_irritable(values, np.asarray(response.rating), respond),
        dominant_mechanism=_dominant(values),
        origin=_origin(np.asarray(response.origin_Hz)),
        response=response,
    )


def _irritable(
    values: Float[np.ndarray, "entry batch"],
    rating: Float[np.ndarray, "test batch"],
    respond: Respond,
) -> Bool[np.ndarray, " batch"]:
    fibers = [index_of("fiber_survival", place, "c") for place in PERIPHERAL_PLACES]
    preserved = values[fibers].min(axis=0) >= parameter("causalgia_trials/irritable_c_fibers").value
    usual = _healthy_rating(respond)
    rest, brush = rating[TESTS.index("rest")], rating[TESTS.index("brush")]
    more = [brush - rest]
    for name in ("pinprick", "heat"):
        test = TESTS.index(name)
        # What hurts already at rest is no answer to the test.
        more.append(np.minimum(rating[test] - rest, rating[test] - usual[test]))
    return preserved & (np.max(more, axis=0) >= parameter("causalgia_trials/irritable_gain").value)


def _dominant(values: Float[np.ndarray, "entry batch"]) -> np.ndarray:
    low, high = bounds()
    ways = []
    for name in _DRIVERS:
        own = list(rows(name))
        usual = np.array([entries()[row].healthy for row in own])[:, None]
        limit = (low if name in _FALLS else high)[own][:, None]
        ways.append(((values[own] - usual) / (limit - usual)).max(axis=0))
    return np.array(_DRIVERS)[np.argmax(ways, axis=0)]


def _origin(origin_Hz: Float[np.ndarray, "place fiber batch"]) -> np.ndarray:
    by_place = origin_Hz.sum(axis=1)
    names = np.array(PLACES[: len(by_place)])[by_place.argmax(axis=0)]
    return np.where(by_place.sum(axis=0) < _SILENT_HZ, "cord or brain", names)
