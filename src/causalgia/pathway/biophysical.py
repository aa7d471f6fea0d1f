"""The slow pathway: whole fibers from ending to cord and the circuit behind them, integrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.afferents.endings import a_fiber_drive_Hz, receptor_conductance, sensitized
from causalgia.afferents.zones import (
    FIBER_BUILDERS,
    ZONE_QUANTITIES,
    SETTLING_ms,
    fiber_spread,
    simulate_fibers,
)
from causalgia.brain.perception import rating
from causalgia.cable import Recording
from causalgia.cord.rates import CORD_QUANTITIES
from causalgia.cord.simulate import CordRecording, simulate_cord
from causalgia.mechanisms.map import FIBERS, PERIPHERAL_PLACES, index_of
from causalgia.pathway.response import TESTS

__all__ = ["BiophysicalResponse", "Nerve", "respond", "simulate_nerve"]

Values = Float[np.ndarray, "entry batch"]


@dataclass(frozen=True)
class Nerve:
    """Spikes of the fibers of one class, patient by patient.

    `recording` has the lanes [batch, test, fiber] flattened, and spike sites at the start, in the
    middle of each place from skin to root, and where the fiber enters the cord; `reaches`
    [batch, fiber] says which fibers still reach the cord.
    """

    recording: Recording
    fibers: int
    tests: tuple[str, ...]
    reaches: Float[np.ndarray, "batch fiber"]
    duration_ms: float

    def rate_Hz(self) -> Float[np.ndarray, "test batch"]:
        """Mean rate at the cord per fiber of the healthy nerve."""
        count = self.recording.spike_count(after_ms=SETTLING_ms)[-1]
        lanes = count.reshape(-1, len(self.tests), self.fibers) * self.reaches[:, None]
        return np.asarray(1e3 * lanes.mean(axis=2).T / self.duration_ms)

    def spikes_ms(self, patient: int, test: int, fiber: int, site: int) -> Float[np.ndarray, " n"]:
        """Spike times, from the end of settling on, of one fiber at one recorded site."""
        lane = (patient * len(self.tests) + test) * self.fibers + fiber
        times = self.recording.spike_times_ms(site, lane)
        return times[times >= SETTLING_ms] - SETTLING_ms


def simulate_nerve(
    fiber: str,
    values: Values,
    *,
    tests: Sequence[str] = ("rest",),
    fibers: int = 8,
    duration_ms: float = 2000.0,
    seed: int = 0,
) -> Nerve:
    """Integrate whole fibers of one class for each patient and test.

    **Arguments:** the `fiber` class; mechanism `values` [entry, batch]; which `tests`; how many
    unlike fibers stand for the nerve; the time simulated after settling.
    """
    batch, tests = values.shape[1], tuple(tests)
    whole = FIBER_BUILDERS[fiber](len(PERIPHERAL_PLACES), fiber == "c")
    alive = _alive(fiber, values, fibers)
    spread = fiber_spread(fiber, fibers, seed)

    def lanes(row: Float[np.ndarray, "batch ..."]) -> Float[np.ndarray, " lane"]:
        """[batch], [batch, test] or [batch, test or 1, fiber] to one value a lane."""
        row = np.asarray(row, dtype=float)
        row = row.reshape(row.shape + (1,) * (3 - row.ndim))
        return np.broadcast_to(row, (batch, len(tests), fibers)).reshape(-1)

    zones = []
    for index, place in enumerate(PERIPHERAL_PLACES):
        zone = {
            quantity: lanes(row[:, None, None] * spread.get(quantity, np.ones(fibers)))
            for quantity, row in _zone_rows(fiber, place, values).items()
        }
        # what lies beyond a cut has degenerated; so has an ending that is lost itself
        nearer = alive[index:] if index == 0 else alive[index + 1 :]
        if nearer.shape[0]:
            carries = lanes(nearer.min(axis=0)[:, None, :])
            zone["sodium_availability"] = zone["sodium_availability"] * carries
        zones.append(zone)
    recording = simulate_fibers(
        whole,
        zones,
        batch=batch * len(tests) * fibers,
        duration_ms=duration_ms,
        input_Hz=None if fiber == "c" else lanes(_drive(fiber, tests, batch)),
        receptor_S_per_cm2=lanes(_receptor(values, tests)) if fiber == "c" else None,
        seed=seed,
        record_all_zones=True,
    )
    return Nerve(recording, fibers, tests, alive[-1], duration_ms)


def _alive(fiber: str, values: Values, fibers: int) -> Float[np.ndarray, "place batch fiber"]:
    """Which fibers are continuous at each place: the same ones are lost first everywhere."""
    rank = (np.arange(fibers) + 0.5) / fibers
    return np.stack(
        [
            (rank < values[index_of("fiber_survival", place, fiber)][:, None]).astype(float)
            for place in PERIPHERAL_PLACES
        ]
    )


def _zone_rows(fiber: str, place: str, values: Values) -> Mapping[str, Float[np.ndarray, " batch"]]:
    """The mechanisms of one place that a fiber class listens to."""
    available = values[index_of("sodium_availability", place)]
    if place != "terminal":
        return {
            q: available if q == "sodium_availability" else values[index_of(q, place, fiber)]
            for q in ZONE_QUANTITIES[fiber]
        }
    if fiber != "c":
        return {"sodium_availability": available}
    inflammation = values[index_of("prostaglandin", place)]
    nav1_8, potassium = sensitized(values[index_of("nav1_8", place, fiber)], inflammation)
    return {
        "nav1_7": values[index_of("nav1_7", place, fiber)],
        "nav1_8": np.asarray(nav1_8),
        "potassium": np.asarray(potassium),
        "sodium_availability": available,
    }


def _receptor(values: Values, tests: Sequence[str]) -> Float[np.ndarray, "batch test"]:
    trpv1 = values[index_of("trpv1", "terminal", "c")]
    inflammation = values[index_of("prostaglandin", "terminal")]
    return np.stack([receptor_conductance(test, trpv1, inflammation) for test in tests], axis=1)


def _drive(fiber: str, tests: Sequence[str], batch: int) -> Float[np.ndarray, "batch test"]:
    return np.tile([a_fiber_drive_Hz(test)[fiber] for test in tests], (batch, 1))


@dataclass(frozen=True)
class BiophysicalResponse:
    """`afferent_Hz` [test, fiber, batch], `projection_Hz` and `rating` [test, batch]; the nerves
    by fiber class and the cord recording of the first test, for rasters.
    """

    afferent_Hz: Float[np.ndarray, "test fiber batch"]
    projection_Hz: Float[np.ndarray, "test batch"]
    rating: Float[np.ndarray, "test batch"]
    nerves: Mapping[str, Nerve]
    cord: CordRecording


def respond(
    values: Values,
    *,
    tests: Sequence[str] = TESTS,
    fibers: int = 8,
    duration_ms: float = 2000.0,
    seed: int = 0,
) -> BiophysicalResponse:
    """The response of the pathway to mechanisms, every membrane integrated.

    **Arguments:** mechanism `values` [entry, batch]; the `tests`; the number of fibers a class,
    the time and the noise seed.
    """
    values = np.asarray(values, dtype=float)
    nerves = {
        fiber: simulate_nerve(
            fiber,
            values,
            tests=tests,
            fibers=fibers,
            duration_ms=duration_ms if fiber == "c" else min(duration_ms, 1000.0),
            seed=seed,
        )
        for fiber in FIBERS
    }
    afferent = np.stack([nerves[fiber].rate_Hz() for fiber in FIBERS], axis=1)
    cords = [_cord(values, afferent[index], seed) for index in range(len(tests))]
    generator = values[index_of("central_generator", "brain")]
    projection = np.stack([cord.rate_Hz("projection", 500.0) for cord in cords]) + generator
    gain = values[index_of("affective_gain", "brain")]
    felt = np.asarray(rating(jnp.asarray(projection), jnp.asarray(gain)))
    return BiophysicalResponse(afferent, projection, felt, nerves, cords[0])


def _cord(values: Values, afferent: Float[np.ndarray, "fiber batch"], seed: int) -> CordRecording:
    """The circuit under steady afferent rates."""
    mechanisms = {}
    for quantity in CORD_QUANTITIES:
        if not quantity.endswith("_Hz"):
            descending = quantity in ("noradrenergic_inhibition", "serotonergic_facilitation")
            place = "brain" if descending else "cord"
            mechanisms[quantity] = values[index_of(quantity, place)]
    rates = {fiber: afferent[i] for i, fiber in enumerate(FIBERS)}
    return simulate_cord(rates, mechanisms, duration_ms=3000.0, seed=seed)
