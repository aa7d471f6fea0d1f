"""Ectopic firing of a ganglion's large somata: subthreshold oscillation, and the bursts it starts.

A depolarized A-neuron's membrane rings at 50-110 Hz, as fast sodium and Kv1 pull at each other;
noise keeps the ringing alive, and once a crest reaches threshold a burst follows, until the M
current ends it. In health the soma rests below where it rings. After axotomy potassium current is
lost and the soma depolarized (Liu 2000; Amir and Devor; the mechanism here is the library's own).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import numpy as np
from jaxtyping import Float

from causalgia.afferents.ganglion import ganglion_soma
from causalgia.afferents.injury import Severity
from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.cable.stimulus import MembraneNoise
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.potassium import kv1, m_current
from causalgia.channels.sodium import nav1_3, nav1_6
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["SomaActivity", "a_soma", "axotomized", "soma_activity"]

SETTLING_ms = 300.0
LOWEST_Hz = 20.0
"""Slower changes are drift, not oscillation."""

DENSITIES = ("nav1_6", "kv1", "m_current", "leak")


@dataclass(frozen=True)
class SomaActivity:
    """What a soma does by itself, one value a lane.

    `rate_Hz` of its spikes; its mean potential `mean_mV`; and of neurons that fire no spike, the
    frequency (Hz) at which the voltage has most power, and the standard deviation (mV) of what
    is faster than 20 Hz.
    """

    rate_Hz: Float[np.ndarray, " lane"]
    mean_mV: Float[np.ndarray, " lane"]
    oscillation_Hz: Float[np.ndarray, " lane"]
    oscillation_mV: Float[np.ndarray, " lane"]
    spike_times_ms: tuple[Float[np.ndarray, " spike"], ...]


def a_soma(lanes: int = 1) -> FiberModel:
    """Somata of healthy A-neurons, all alike.

    **Raises:** `InputError` for fewer than one.
    """
    if lanes < 1:
        raise InputError(f"lanes is {lanes}, must be 1 or more")
    own = parameters("causalgia_fibers")
    temperature = own["soma_temperature"].value
    membrane = Membrane.of(
        [
            nav1_6(temperature),
            nav1_3(temperature),
            kv1(temperature),
            m_current(temperature),
            open_channel("leak", "leak", "causalgia_fibers"),
            open_channel("depolarizing", "cation", "causalgia_fibers"),
        ],
        {
            "sodium": own["soma_sodium_reversal"].value,
            "potassium": own["soma_potassium_reversal"].value,
            "leak": own["soma_leak_reversal"].value,
            "cation": 0.0,
        },
        temperature_degC=temperature,
    )
    given = {name: np.full(lanes, own[f"soma_{name}"].value) for name in DENSITIES}
    diameter_um = own["soma_diameter"].value
    return ganglion_soma(
        "a_soma",
        membrane,
        {**given, "depolarizing": np.zeros(lanes)},
        area_cm2=1e-8 * np.pi * diameter_um**2,
        capacitance_uF_per_cm2=1.0,
        initial_mV=own["soma_leak_reversal"].value,
        dt_ms=0.01,
        crossing_mV=-10.0,
        source="causalgia_fibers",
        description="soma of a large ganglion neuron",
    )


def axotomized(model: FiberModel, severity: Severity) -> FiberModel:
    """The somata after their axons are cut: M and Kv1 current lost, an inward leak, Nav1.3.

    **Arguments:** the `severity` 0 to 1, one for all lanes or one for each.
    **Raises:** `InputError` for a severity out of range.
    """
    worse = np.asarray(severity, dtype=float)
    if np.any(~((worse >= 0) & (worse <= 1))):
        raise InputError(f"severity is {severity}, allowed 0 to 1")
    own, names = parameters("causalgia_fibers"), model.membrane.names
    densities = model.electrics.densities_S_per_cm2.copy()
    for name in ("m_current", "kv1"):
        lost = own[f"axotomy_{name}_lost"].value
        densities[names.index(name), 0] *= 1.0 - worse * lost
    densities[names.index("depolarizing"), 0] += worse * own["axotomy_inward_leak"].value
    sodium = densities[names.index("nav1_6"), 0]
    densities[names.index("nav1_3"), 0] += worse * own["axotomy_nav1_3"].value * sodium
    return replace(model, electrics=replace(model.electrics, densities_S_per_cm2=densities))


def soma_activity(
    model: FiberModel, *, duration_ms: float = 1000.0, seed: int = 0, noise: float | None = None
) -> SomaActivity:
    """Run somata with membrane noise and say what they do after they have settled.

    **Arguments:** `noise` (nA ms^0.5), by default that of the evidence.
    """
    own = parameters("causalgia_fibers")
    lanes = model.electrics.densities_S_per_cm2.shape[2]
    strength = own["soma_noise"].value if noise is None else noise
    current = MembraneNoise((0,), jax.numpy.asarray(strength), jax.random.key(seed), lanes)
    every_ms = 0.5
    run = simulate_fiber(
        model,
        duration_ms=SETTLING_ms + duration_ms,
        currents=[current],
        voltage=(0,),
        spikes=(0,),
        every_ms=every_ms,
        batch=lanes,
    )
    after = run.time_ms > SETTLING_ms
    voltage = run.voltage_mV[after, 0]
    spectrum = np.fft.rfft(voltage - voltage.mean(axis=0), axis=0)
    frequency = np.fft.rfftfreq(voltage.shape[0], 1e-3 * every_ms)
    spectrum[frequency < LOWEST_Hz] = 0.0
    # neighboring frequencies are taken together: one realization is ragged
    power = np.apply_along_axis(np.convolve, 0, np.abs(spectrum) ** 2, np.ones(9), "same")
    times = tuple(run.spike_times_ms(0, lane) for lane in range(lanes))
    times = tuple(t[t > SETTLING_ms] for t in times)
    return SomaActivity(
        np.array([1e3 * t.size / duration_ms for t in times]),
        voltage.mean(axis=0),
        frequency[np.argmax(power, axis=0)],
        np.fft.irfft(spectrum, n=voltage.shape[0], axis=0).std(axis=0),
        times,
    )
