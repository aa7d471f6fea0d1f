"""The gates of the C-fiber of Tigerholm (2014) as a channel of Jaxley, at 37 degC.

Jaxley has no such channels. Concentrations stay at rest, since pools on both sides of the membrane
with an exchange of their own are not among what it offers: the sodium-activated current and the
pump are then constants. The side compared with it leaves accumulation out as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

DIAMETER_um = 1.0
REST_mV = -55.0
PULSE_ms, PULSE_nA, START_ms = 1.0, 0.5, 0.5
SODIUM_mV, POTASSIUM_mV = 69.58, -82.29


def gates(v: Any) -> dict[str, tuple[Any, Any]]:
    """Steady state and time constant (ms) of every gate."""
    import jax.numpy as jnp

    def sigmoid(middle: float, slope: float, scale: float = 1.0, offset: float = 0.0) -> Any:
        return offset + scale / (1.0 + jnp.exp((v - middle) / slope))

    def opening(a: Any, b: Any, speed: float) -> tuple[Any, Any]:
        return a / (a + b), 1.0 / ((a + b) * speed)

    def bell(middle: float, width: float, scale: float, offset: float) -> Any:
        return offset + scale * jnp.exp(-((v - middle) ** 2) / (2.0 * width**2))

    def slow(v_half: float, opened: Any, closed: Any) -> tuple[Any, Any]:
        return sigmoid(v_half, 8.0), 1.0 / ((opened + closed) * quick_22)

    quick_21, quick_22 = 2.5**1.6, 2.5**1.5
    kdr, ka, km, hcn = 3.3**1.5, 3.3**1.4, 3.3**1.6, 3.0**1.5
    to_open = (
        0.16 + 0.8 * jnp.exp(-0.0267 * (v + 11.0)),
        0.688 + 1e3 / (jnp.exp((v + 75.2) / 6.5) + jnp.exp(-(v - 131.5) / 34.8)),
    )
    m_steady, h_steady = sigmoid(-30.0, -6.0), sigmoid(-87.2, 9.7)
    relaxing = jnp.exp(-(v + 25.0) / 20.0)
    below = jnp.exp((jnp.minimum(v, -70.0) + 240.0) / 50.0)
    m_fast = 0.00395 * (jnp.exp((v + 30.0) / 40.0) + jnp.exp(-(v + 30.0) / 20.0))
    return {
        "m17": opening(sigmoid(5.0, -12.08, 15.5), sigmoid(-72.7, 16.7, 35.2), quick_21),
        "h17": opening(
            sigmoid(-122.35, 15.29, 0.38685),
            sigmoid(-5.5266, -12.70195, 2.00283, -0.00283),
            quick_21,
        ),
        "s17": opening(
            sigmoid(-93.9, 16.6, 9.2e-4, 3e-5), sigmoid(384.9, 28.5, -132.05, 132.05), quick_21
        ),
        "m18": opening(
            sigmoid(1.159, 13.95, -2.839, 2.85), sigmoid(-46.463, 8.8289, 7.6205), quick_22
        ),
        "h18": (sigmoid(-32.2, 4.0), bell(-38.1, 15.19, 42.043, 1.218) / quick_22),
        "s18": slow(
            -45.0, sigmoid(-79.816, 16.269, 0.0054203), sigmoid(-15.968, -11.542, 0.0050757)
        ),
        "u18": slow(
            -51.0, sigmoid(-67.499, 19.51, 4.0868e-4), sigmoid(-30.963, -14.792, 3.9904e-4)
        ),
        "m19": opening(sigmoid(-6.99, -14.87115, 1.032), sigmoid(-130.4, 22.9, 5.79), quick_21),
        "h19": opening(
            sigmoid(-73.26415, 3.71928, 0.06435), sigmoid(-10.27853, -9.09334, 0.13496), quick_21
        ),
        "s19": opening(1.6e-7 * jnp.exp(-v / 12.0), sigmoid(-32.0, -23.0, 5e-4), quick_21),
        "n": (sigmoid(-25.0, -15.4), jnp.where(v >= -31.0, *to_open) / kdr),
        "ma": (sigmoid(9.6, -16.4) ** 4, bell(-24.67, 34.8, 10.04, 0.25) / ka),
        "ha": (sigmoid(-34.9, 4.6), jnp.maximum(5.0, bell(-40.0, 40.0, 50.0, 20.0)) / ka),
        "slow": (m_steady, jnp.where(v < -60.0, 219.0, 13.0 * v + 1000.0) / km),
        "fast": (m_steady, 1.0 / (m_fast * km)),
        "hs": (
            h_steady,
            jnp.where(v < -70.0, 2500.0 + 100.0 * below, 300.0 + 542.0 * relaxing) / hcn,
        ),
        "hf": (h_steady, jnp.where(v < -70.0, 250.0 + 12.0 * below, 140.0 + 50.0 * relaxing) / hcn),
    }


def currents(x: Callable[[str], Any], v: Any) -> tuple[Any, Any]:
    """Sodium and potassium current (mA/cm2) without the leaks."""
    sodium = (
        0.10664 * x("m17") ** 3 * x("h17") * x("s17")
        + 0.24271 * x("m18") ** 3 * x("h18") * x("s18") * x("u18")
        + 9.4779e-5 * x("m19") * x("h19") * x("s19")
    )
    potassium = (
        0.018002 * x("n") ** 4
        + 0.012756 * x("ma") * x("ha")
        + 0.0069733 * (0.25 * x("slow") + 0.75 * x("fast"))
        + 0.00042 * 0.37 / (1.0 + (38.7 / 11.4) ** 3.5)
    )
    mixed = 0.5 * 0.0025377 * 0.5 * (x("hs") + x("hf"))
    inside = 11.4 + 8.0
    pump = 1.62 / (1.0 + (6.7 / inside) ** 3) + 1.0 / (1.0 + (67.6 / inside) ** 3)
    pump *= -0.0047891 / (1.0 + 1.0 / 5.6) ** 2
    return (
        (sodium + mixed) * (v - SODIUM_mV) - 1.5 * pump,
        (potassium + mixed) * (v - POTASSIUM_mV) + pump,
    )


@cache
def leaks() -> tuple[float, float]:
    """Leaks (S/cm2) that balance sodium and potassium at rest."""
    steady = {name: value for name, (value, _) in gates(REST_mV).items()}
    sodium, potassium = currents(steady.__getitem__, REST_mV)
    return float(sodium / (SODIUM_mV - REST_mV)), float(potassium / (POTASSIUM_mV - REST_mV))


@cache
def channel() -> Any:
    import jax.numpy as jnp
    from jaxley.channels import Channel

    of_sodium, of_potassium = leaks()

    class Tigerholm(Channel):
        def __init__(self) -> None:
            self.current_is_in_mA_per_cm2 = True
            super().__init__("Tigerholm")
            self.channel_params: dict[str, float] = {}
            steady = {name: float(value) for name, (value, _) in gates(REST_mV).items()}
            self.channel_states = {f"Tigerholm_{name}": value for name, value in steady.items()}
            self.current_name = "i_Tigerholm"

        def update_states(self, states: Any, dt: Any, v: Any, params: Any) -> Any:
            new = {}
            for name, (steady, time_constant) in gates(v).items():
                old = states[f"Tigerholm_{name}"]
                new[f"Tigerholm_{name}"] = steady + (old - steady) * jnp.exp(-dt / time_constant)
            return new

        def compute_current(self, states: Any, v: Any, params: Any) -> Any:
            sodium, potassium = currents(lambda name: states[f"Tigerholm_{name}"], v)
            return (
                sodium + potassium + of_sodium * (v - SODIUM_mV) + of_potassium * (v - POTASSIUM_mV)
            )

        def init_state(self, states: Any, v: Any, params: Any, delta_t: Any) -> Any:
            return {f"Tigerholm_{name}": value for name, (value, _) in gates(v).items()}

    return Tigerholm()


@cache
def cell_of(compartments: int, length_um: float) -> Any:
    import jaxley as jx

    cell = jx.Cell(jx.Branch(jx.Compartment(), ncomp=compartments), parents=[-1])
    cell.insert(channel())
    for name, value in (
        ("radius", 0.5 * DIAMETER_um),
        ("length", length_um / compartments),
        ("axial_resistivity", 35.5),
        ("v", REST_mV),
    ):
        cell.set(name, value)
    cell.init_states()
    for x in (0.2525, 0.7525):
        cell.branch(0).comp(math.floor(x * compartments)).record(verbose=False)
    return cell


@cache
def program(
    compartments: int, length_um: float, dt_ms: float, duration_ms: float, batch: int
) -> Any:
    import jax
    import jax.numpy as jnp
    import jaxley as jx

    cell = cell_of(compartments, length_um)

    def one(amplitude: Any) -> Any:
        current = amplitude * jx.step_current(START_ms, PULSE_ms, 1.0, dt_ms, duration_ms)
        stimulus = cell.branch(0).comp(0).data_stimulate(current, None)
        return jx.integrate(cell, data_stimuli=stimulus, delta_t=dt_ms)

    return jax.jit(jax.vmap(one)), jnp.full((batch,), PULSE_nA)


def integrate(
    compartments: int, length_um: float, dt_ms: float, duration_ms: float, batch: int
) -> dict:
    """One run of `batch` fibers side by side."""
    run, amplitudes = program(compartments, length_um, dt_ms, duration_ms, batch)
    voltage = run(amplitudes).block_until_ready()[0]
    crossing = [float((trace > -10.0).argmax()) * dt_ms for trace in voltage]
    return {
        "cells": compartments * batch,
        "steps": round(duration_ms / dt_ms),
        "crossing_ms": [time or None for time in crossing],
    }
