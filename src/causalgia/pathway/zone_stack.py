"""The stand-ins of the zones of all fiber classes, evaluated as one network.

A case compiles the pathway while its user waits, so the classes share a graph: networks are
padded to the same shape with weights of zero, which changes nothing of what they compute.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from causalgia.afferents.zones import ZONE_QUANTITIES
from causalgia.mechanisms.map import FIBERS, PERIPHERAL_PLACES, index_of
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.network import RateNetwork, features
from causalgia.pathway.weights import load

__all__ = ["ZoneStack", "zone_rate", "zone_stack"]

_AVAILABILITY = "sodium_availability"


@dataclass(frozen=True)
class ZoneStack:
    """What the zones of each fiber class listen to, and the networks that answer for them.

    `rows` [zone, fiber, quantity] of the map of mechanisms; `is_availability`
    [fiber, quantity], which of these is the availability of sodium channels; `low`, `high` and
    `roots` [fiber, input] scale the inputs: the quantities, then the rate that comes in.
    `network` has its leaves stacked by fiber class.
    """

    rows: Int[np.ndarray, "zone fiber quantity"]
    is_availability: Bool[np.ndarray, "fiber quantity"]
    low: Float[np.ndarray, "fiber input"]
    high: Float[np.ndarray, "fiber input"]
    roots: Bool[np.ndarray, "fiber input"]
    network: RateNetwork


@cache
def zone_stack() -> ZoneStack:
    """The stored stand-ins of the zones, stacked in the order of `FIBERS`.

    **Raises:** `StaleSurrogateError` when the model has changed since the fit.
    """
    zones = PERIPHERAL_PLACES[1:]
    most = max(len(ZONE_QUANTITIES[fiber]) for fiber in FIBERS)
    networks = [load(f"zone_{fiber}") for fiber in FIBERS]
    widths = [
        max(len(network.biases[layer]) for network in networks)
        for layer in range(len(networks[0].biases))
    ]
    # What a class does not listen to is row 0, scaled from 0..1 and weighted with zero.
    rows = np.zeros((len(zones), len(FIBERS), most), dtype=int)
    is_availability = np.zeros((len(FIBERS), most), dtype=bool)
    low, high = np.zeros((len(FIBERS), most + 1)), np.ones((len(FIBERS), most + 1))
    roots = np.zeros((len(FIBERS), most + 1), dtype=bool)
    padded = []
    for index, fiber in enumerate(FIBERS):
        quantities, floor = ZONE_QUANTITIES[fiber], FLOORS[f"zone_{fiber}"]
        inputs = [*range(len(quantities)), most]  # the rate stands last
        low[index, inputs], high[index, inputs] = floor.low, floor.high
        roots[index, inputs] = floor.roots
        is_availability[index, : len(quantities)] = [q == _AVAILABILITY for q in quantities]
        rows[:, index, : len(quantities)] = [
            [index_of(q, zone, None if q == _AVAILABILITY else fiber) for q in quantities]
            for zone in zones
        ]
        padded.append(_padded(networks[index], inputs, [most + 1, *widths]))
    network = jax.tree.map(lambda *leaves: np.stack(leaves), *padded)
    return ZoneStack(rows, is_availability, low, high, roots, network)


def _padded(network: RateNetwork, inputs: list[int], widths: list[int]) -> RateNetwork:
    """The same network with wider layers: `inputs` are the places of its own inputs."""
    weights: list[Any] = []
    biases: list[Any] = []
    columns = inputs
    for index, width in enumerate(widths[1:]):
        own = network.weights[index]
        weight = np.zeros((width, widths[index]), dtype=np.float32)
        weight[: own.shape[0], columns] = own
        bias = np.zeros(width, dtype=np.float32)
        bias[: own.shape[0]] = network.biases[index]
        columns = list(range(own.shape[0]))
        weights.append(weight)
        biases.append(bias)
    return RateNetwork(tuple(weights), tuple(biases))


def zone_rate(
    given: Float[Array, "fiber quantity batch"],
    rate: Float[Array, "case fiber batch"],
    first: int = 0,
) -> Float[Array, "case fiber batch"]:
    """Rates (Hz) that leave a zone.

    **Arguments:** what each fiber class is `given`, in the order of `ZoneStack.rows`; the `rate`
    that comes in, case by case; the `first` of `FIBERS` meant, all after it follow.
    """
    stack = zone_stack()
    low, high, roots = (part[first:].reshape(-1) for part in (stack.low, stack.high, stack.roots))
    coming = jnp.moveaxis(rate, 1, 0)
    cases, batch = coming.shape[1:]
    wide = jnp.broadcast_to(given[:, :, None], (*given.shape[:2], cases, batch))
    inputs = jnp.concatenate([wide, coming[:, None]], axis=1)
    scaled = features(inputs.reshape(-1, cases, batch), low, high, tuple(roots))
    network = jax.tree.map(lambda leaf: leaf[first:], stack.network)
    made = jax.vmap(RateNetwork.__call__)(network, scaled.reshape(inputs.shape), coming)
    return jnp.moveaxis(made, 0, 1)
