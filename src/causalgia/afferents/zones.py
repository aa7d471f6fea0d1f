"""What a stretch of nerve does: it passes on what comes in, blocks it, or fires by itself.

The result is a mean over fibers that differ in their densities and see different noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import numpy as np
from jaxtyping import Float

from causalgia.afferents.c_fiber import c_fiber
from causalgia.afferents.fiber import Fiber, zone_electrics
from causalgia.afferents.myelinated import a_beta, a_delta
from causalgia.cable import Recorder, Recording, simulate
from causalgia.cable.stimulus import MembraneNoise, Pulses
from causalgia.evidence import parameters

__all__ = ["FIBER_BUILDERS", "ZONE_QUANTITIES", "fiber_spread", "simulate_fibers", "zone_rates"]

FIBER_BUILDERS = {"c": c_fiber, "a_delta": a_delta, "a_beta": a_beta}

ZONE_QUANTITIES = {
    "c": ("nav1_3", "nav1_7", "nav1_8", "potassium", "sodium_availability"),
    "a_delta": ("persistent_sodium", "potassium", "myelin", "sodium_availability"),
    "a_beta": ("persistent_sodium", "potassium", "myelin", "sodium_availability"),
}
"""The mechanisms that a zone of each fiber class listens to."""

SETTLING_ms = 300.0
"""Left out of every count: the fiber finds its rest."""

SPREAD_OVER = {
    "c": ("nav1_8", "potassium"),
    "a_delta": ("persistent_sodium", "potassium"),
    "a_beta": ("persistent_sodium", "potassium"),
}


def fiber_spread(fiber: str, fibers: int, seed: int) -> dict[str, Float[np.ndarray, " fiber"]]:
    """How many times the mean density each of several fibers has, by quantity."""
    spread = parameters("causalgia_afferents")["density_spread"].value
    rng = np.random.default_rng(seed)
    return {
        quantity: np.exp(spread * rng.standard_normal(fibers) - 0.5 * spread**2)
        for quantity in SPREAD_OVER[fiber]
    }


def simulate_fibers(
    fiber: Fiber,
    zones: Sequence[Mapping[str, Float[np.ndarray, " batch"]]],
    *,
    batch: int,
    duration_ms: float,
    input_Hz: Float[np.ndarray, " batch"] | None = None,
    receptor_S_per_cm2: Float[np.ndarray, " batch"] | None = None,
    seed: int = 0,
    every_ms: float = 0.5,
    record_all_zones: bool = False,
) -> Recording:
    """Integrate `batch` fibers for `duration_ms` after they have settled.

    **Arguments:** the `fiber` layout; the mechanisms of its zones; `input_Hz`, spikes put in at
    the start at regular intervals; `receptor_S_per_cm2` at the nerve ending; the noise `seed`.
    **Returns:** a `Recording` whose spike sites are the input side, (optionally) the middle of
    each zone, and the output.
    """
    layout = fiber.layout
    middle = [sites[1] for sites in layout.zone_sites] if record_all_zones else []
    noise_sites = tuple(site for sites in layout.zone_sites for site in sites)
    key = jax.random.key(seed)
    currents: list[MembraneNoise | Pulses] = [
        MembraneNoise(noise_sites, np.asarray(fiber.noise_nA_sqrt_ms), key, batch)
    ]
    if input_Hz is not None:
        currents.append(_train(fiber, input_Hz, seed))
    return simulate(
        fiber.cable,
        fiber.membrane,
        zone_electrics(fiber, zones, batch, receptor_S_per_cm2),
        duration_ms=SETTLING_ms + duration_ms,
        dt_ms=fiber.dt_ms,
        initial_mV=fiber.rest_mV,
        active=layout.active,
        currents=currents,
        recorder=Recorder(
            spikes=(layout.input_site, *middle, layout.output_site),
            every_ms=every_ms,
            threshold_mV=fiber.threshold_mV,
        ),
        batch=batch,
    )


def _train(fiber: Fiber, input_Hz: Float[np.ndarray, " batch"], seed: int) -> Pulses:
    """Regular pulses at a rate a lane, at a random phase; a rate of zero gives none."""
    rate = np.asarray(input_Hz, dtype=float)[None]
    period = 1000.0 / np.maximum(rate, 1e-3)
    phase = np.random.default_rng(seed + 1).uniform(size=rate.shape)
    return Pulses(
        (fiber.layout.input_site,),
        50.0 + phase * np.minimum(period, SETTLING_ms),
        np.asarray(fiber.pulse_ms),
        np.where(rate > 0, fiber.pulse_nA, 0.0),
        period,
        np.full_like(rate, 1e7),
    )


def zone_rates(
    fiber: str,
    mechanisms: Mapping[str, Float[np.ndarray, " point"]],
    input_Hz: Float[np.ndarray, " point"],
    *,
    fibers: int = 8,
    duration_ms: float = 3000.0,
    seed: int = 0,
) -> Float[np.ndarray, " point"]:
    """Mean rate (Hz) that leaves one zone, over `fibers` unlike fibers a point.

    **Arguments:** the `fiber` class; the zone's `mechanisms` by quantity; the rate that comes
    in; how many fibers stand for the nerve, and for how long each is simulated.
    """
    points = np.asarray(input_Hz).size
    spread = fiber_spread(fiber, fibers, seed)
    zone = {
        quantity: np.repeat(np.asarray(values, dtype=float), fibers)
        * np.tile(spread.get(quantity, np.ones(fibers)), points)
        for quantity, values in mechanisms.items()
    }
    recording = simulate_fibers(
        FIBER_BUILDERS[fiber](),
        [zone],
        batch=points * fibers,
        duration_ms=duration_ms,
        input_Hz=np.repeat(np.asarray(input_Hz, dtype=float), fibers),
        seed=seed,
    )
    count = recording.spike_count(after_ms=SETTLING_ms)[-1]
    return np.asarray(1e3 * count.reshape(points, fibers).mean(axis=1) / duration_ms)
