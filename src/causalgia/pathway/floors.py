"""Which biophysical floors have a fitted stand-in: inputs, ranges, and what to simulate.

One table serves the fit, the stored weights and their use, so they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float

from causalgia.afferents.c_fiber import c_fiber
from causalgia.afferents.endings import ENDING_QUANTITIES, c_ending_rates
from causalgia.afferents.fiber import Fiber
from causalgia.afferents.zones import FIBER_BUILDERS, ZONE_QUANTITIES, zone_rates
from causalgia.cord.circuit import circuit
from causalgia.cord.rates import CORD_QUANTITIES, projection_rates
from causalgia.evidence import parameters
from causalgia.mechanisms.map import entries

__all__ = ["FLOORS", "Floor"]

Points = Mapping[str, Float[np.ndarray, " point"]]


@dataclass(frozen=True)
class Floor:
    """A piece of the pathway that maps some numbers to one rate.

    **Arguments:** a `name`; `inputs` in order, with `low` and `high`; which are `roots` (sampled
    and scaled by their square root); `input_rate`, the input that may pass straight through
    (None: nothing does); `simulate`, the biophysical truth for many points at once;
    `declared`, the model's numbers, and `protocol`, the files that turn it into rates: what the
    stand-in must be fitted to anew when it changes.
    """

    name: str
    inputs: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    roots: tuple[bool, ...]
    input_rate: str | None
    simulate: Callable[[Points, int], Float[np.ndarray, " point"]]
    declared: Callable[[], object]
    protocol: tuple[str, ...]


def _range(quantity: str) -> tuple[float, float]:
    found = [e for e in entries() if e.quantity == quantity]
    return found[0].low, found[0].high


def _declared_cord() -> object:
    """The numbers of the circuit, and every number its simulation reads."""
    net = circuit()
    numbers = {key: value.value for key, value in parameters("causalgia_cord").items()}
    return {part.name: getattr(net, part.name) for part in fields(net)}, numbers


AFFERENT_PROTOCOL = ("afferents/fiber.py", "afferents/zones.py")


def _declared(fiber: Fiber) -> object:
    """The numbers of a fiber: its membrane, geometry, densities, noise and spread."""
    cable = fiber.cable
    return (
        fiber.membrane,
        (cable.area_cm2, cable.axial_mS, cable.capacitance_uF),
        dict(fiber.densities),
        dict(fiber.scaled_by),
        (fiber.rest_mV, fiber.noise_nA_sqrt_ms, fiber.dt_ms, fiber.threshold_mV),
        fiber.layout.zones,
        parameters("causalgia_afferents")["density_spread"].value,
    )


def _zone(fiber: str, highest_Hz: float, duration_ms: float) -> Floor:
    quantities = ZONE_QUANTITIES[fiber]
    ranges = [_range(q) for q in quantities]

    def simulate(points: Points, seed: int) -> Float[np.ndarray, " point"]:
        mechanisms = {q: points[q] for q in quantities}
        return zone_rates(
            fiber, mechanisms, points["input_Hz"], fibers=6, duration_ms=duration_ms, seed=seed
        )

    return Floor(
        name=f"zone_{fiber}",
        inputs=(*quantities, "input_Hz"),
        low=(*(low for low, _ in ranges), 0.0),
        high=(*(high for _, high in ranges), highest_Hz),
        roots=(*(False for _ in quantities), True),
        input_rate="input_Hz",
        simulate=simulate,
        declared=lambda: _declared(FIBER_BUILDERS[fiber]()),
        protocol=AFFERENT_PROTOCOL,
    )


def _ending() -> Floor:
    limits = {
        **{q: _range(q) for q in ("nav1_7", "nav1_8", "sodium_availability")},
        "potassium": (0.6, 1.1),
        "receptor": (0.0, 1.2e-3),
    }
    return Floor(
        name="ending_c",
        inputs=ENDING_QUANTITIES,
        low=tuple(limits[q][0] for q in ENDING_QUANTITIES),
        high=tuple(limits[q][1] for q in ENDING_QUANTITIES),
        roots=tuple(q == "receptor" for q in ENDING_QUANTITIES),
        input_rate=None,
        simulate=lambda points, seed: c_ending_rates(
            points, fibers=6, duration_ms=2000.0, seed=seed
        ),
        declared=lambda: _declared(c_fiber(1, True)),
        protocol=(*AFFERENT_PROTOCOL, "afferents/endings.py"),
    )


def _cord() -> Floor:
    limits = {
        "c_Hz": (0.0, 40.0),
        "a_delta_Hz": (0.0, 120.0),
        "a_beta_Hz": (0.0, 120.0),
        **{q: _range(q) for q in CORD_QUANTITIES if not q.endswith("_Hz")},
    }
    return Floor(
        name="cord",
        inputs=CORD_QUANTITIES,
        low=tuple(limits[q][0] for q in CORD_QUANTITIES),
        high=tuple(limits[q][1] for q in CORD_QUANTITIES),
        roots=tuple(q.endswith("_Hz") for q in CORD_QUANTITIES),
        input_rate=None,
        simulate=projection_rates,
        declared=_declared_cord,
        protocol=("cord/rates.py", "cord/simulate.py"),
    )


FLOORS: dict[str, Floor] = {
    floor.name: floor
    for floor in (
        _zone("c", 60.0, 2500.0),
        _zone("a_delta", 200.0, 600.0),
        _zone("a_beta", 200.0, 600.0),
        _ending(),
        _cord(),
    )
}
"""All floors with a stand-in, by name."""
