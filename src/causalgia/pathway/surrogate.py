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
from causalgia.afferents.zones import ZONE_QUANTITIES
from causalgia.brain.perception import qualities, rating
from causalgia.cord.rates import CORD_QUANTITIES
from causalgia.mechanisms.map import FIBERS, PERIPHERAL_PLACES, index_of
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.nerve import pass_through
from causalgia.pathway.network import features
from causalgia.pathway.response import TESTS, Response
from causalgia.pathway.weights import healthy_ratings, load

__all__ = ["respond"]

Values = Float[Array, "entry batch"]
ZONES = PERIPHERAL_PLACES[1:]


def _rate(floor: str, rows: list[Array], input_Hz: Array | None = None) -> Float[Array, "*shape"]:
    """Evaluate the stand-in of a floor; rows broadcast against each other."""
    about, network = FLOORS[floor], load(floor)
    shape = jnp.broadcast_shapes(*(jnp.shape(row) for row in rows))
    stacked = jnp.stack([jnp.broadcast_to(row, shape) for row in rows])
    scaled = features(stacked, np.array(about.low), np.array(about.high), about.roots)
    return network(scaled, input_Hz)


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
    lost = 1.0 - values[jnp.array([_survival_row(p, "a_beta") for p in PERIPHERAL_PLACES])].min(0)
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


def _survival_row(place: str, fiber: str) -> int:
    return index_of("fiber_survival", place, fiber)


def _afferents(
    values: Values,
) -> tuple[Float[Array, "test fiber batch"], Float[Array, "place fiber batch"]]:
    """Rates that reach the cord, and where those at rest were born."""
    arriving, born = [], []
    for fiber in FIBERS:
        endings = _c_endings(values) if fiber == "c" else _a_endings(values, fiber)
        survival = jnp.stack([values[_survival_row(p, fiber)] for p in PERIPHERAL_PLACES])

        def zone(index: int, rate: Array, fiber: str = fiber) -> Array:
            rows = [
                values[index_of(q, ZONES[index], None if q == "sodium_availability" else fiber)]
                for q in ZONE_QUANTITIES[fiber]
            ]
            return _rate(f"zone_{fiber}", [*rows, rate], rate)

        at_cord, by_place = pass_through(endings, survival, zone)
        arriving.append(at_cord)
        born.append(by_place)
    return jnp.stack(arriving, axis=1), jnp.stack(born, axis=1)


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


def _a_endings(values: Values, fiber: str) -> Float[Array, "test batch"]:
    """What A fibers send in each test, past a sodium block at their endings."""
    drive = jnp.array([a_fiber_drive_Hz(test)[fiber] for test in TESTS])[:, None]
    batch = values.shape[1]
    rate = jnp.broadcast_to(drive, (len(TESTS), batch))
    one = jnp.ones(batch)
    given = {"sodium_availability": values[index_of("sodium_availability", "terminal")]}
    rows = [given.get(q, one) for q in ZONE_QUANTITIES[fiber]]
    return _rate(f"zone_{fiber}", [*rows, rate], rate)


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
