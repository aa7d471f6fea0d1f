"""The fast pathway: the same chain as the biophysical one, with fitted networks for its floors."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.afferents.endings import (
    ENDING_QUANTITIES,
    a_fiber_drive_Hz,
    receptor_conductance,
    sensitized,
)
from causalgia.brain.perception import qualities, rating
from causalgia.cord.rates import CORD_QUANTITIES
from causalgia.mechanisms.map import FIBERS, PERIPHERAL_PLACES, index_of
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.nerve import pass_through
from causalgia.pathway.network import features
from causalgia.pathway.response import TESTS, Response
from causalgia.pathway.weights import healthy_ratings, load
from causalgia.pathway.zone_stack import zone_rate, zone_stack

__all__ = ["respond"]

Values = Float[Array, "entry batch"]

_SURVIVAL = np.array(
    [[index_of("fiber_survival", place, fiber) for fiber in FIBERS] for place in PERIPHERAL_PLACES]
)


def _rate(floor: str, rows: list[Array]) -> Float[Array, "*shape"]:
    """Evaluate the stand-in of a floor; rows broadcast against each other."""
    about, network = FLOORS[floor], load(floor)
    shape = jnp.broadcast_shapes(*(jnp.shape(row) for row in rows))
    stacked = jnp.stack([jnp.broadcast_to(row, shape) for row in rows])
    scaled = features(stacked, np.array(about.low), np.array(about.high), about.roots)
    return network(scaled)


def respond(values: Values) -> Response:
    """The response of the pathway to mechanisms.

    **Arguments:** `values` [entry, batch], the rows of `causalgia.mechanisms.entries()`.
    **Returns:** a `Response` for the five tests.
    **Raises:** `StaleSurrogateError` when the stand-ins were fitted to another model.
    """
    arriving, born = _afferents(values)
    projection = _projection(values, arriving)
    gain = values[index_of("affective_gain", "brain")]
    felt = rating(projection, gain[None])
    usual = healthy_ratings()
    cold = TESTS.index("cold")
    touch = TESTS.index("brush")
    lost = 1.0 - values[_SURVIVAL[:, FIBERS.index("a_beta")]].min(0)
    return Response(
        afferent_Hz=arriving,
        origin_Hz=born,
        projection_Hz=projection,
        rating=felt,
        qualities=qualities(
            arriving[0],
            lost,
            felt[touch] - felt[0],
            (felt[cold] - felt[0]) - (usual[cold] - usual[0]),
        ),
    )


def _afferents(
    values: Values,
) -> tuple[Float[Array, "test fiber batch"], Float[Array, "place fiber batch"]]:
    """Rates that reach the cord, and where those at rest were born."""
    endings = jnp.concatenate([_c_endings(values)[:, None], _a_endings(values)], axis=1)
    return pass_through(endings, values[_SURVIVAL], zone_rate, values[zone_stack().rows])


def _c_endings(values: Values) -> Float[Array, "test batch"]:
    """What intact C endings send in each test."""
    inflammation = values[index_of("prostaglandin", "terminal")]
    trpv1 = values[index_of("trpv1", "terminal", "c")]
    nav1_8, potassium = sensitized(values[index_of("nav1_8", "terminal", "c")], inflammation)
    receptor = jnp.stack(
        [receptor_conductance(test, trpv1, inflammation, jnp.exp) for test in TESTS]
    )
    given: dict[str, Any] = {
        "nav1_7": values[index_of("nav1_7", "terminal", "c")],
        "nav1_8": nav1_8,
        "potassium": potassium,
        "sodium_availability": values[index_of("sodium_availability", "terminal")],
        "receptor": receptor,
    }
    return _rate("ending_c", [given[q] for q in ENDING_QUANTITIES])


def _a_endings(values: Values) -> Float[Array, "test fiber batch"]:
    """What A fibers send in each test, past a sodium block at their endings."""
    drive = jnp.array([[a_fiber_drive_Hz(test)[fiber] for fiber in FIBERS[1:]] for test in TESTS])
    rate = jnp.broadcast_to(drive[..., None], (*drive.shape, values.shape[1]))
    available = values[index_of("sodium_availability", "terminal")]
    given = jnp.where(zone_stack().is_availability[1:, :, None], available, 1.0)
    return zone_rate(given, rate, first=1)


def _projection(
    values: Values, arriving: Float[Array, "test fiber batch"]
) -> Float[Array, "test batch"]:
    """Discharge of projection neurons, and what arises above them."""
    places = {"noradrenergic_inhibition": "brain", "serotonergic_facilitation": "brain"}
    rows = []
    for quantity in CORD_QUANTITIES:
        if quantity.endswith("_Hz"):
            rows.append(arriving[:, FIBERS.index(quantity.removesuffix("_Hz"))])
        else:
            rows.append(values[index_of(quantity, places.get(quantity, "cord"))][None])
    generator = values[index_of("central_generator", "brain")]
    return _rate("cord", rows) + generator[None]
