"""Gates that move every few steps: which may, and that it does not show."""

from __future__ import annotations

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.cable.parallel import blocks_of
from causalgia.cable.stimulus import Pulses
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.library import CHANNELS, channel

ENGINE = sys.modules["causalgia.cable.simulate"]
"""The module, whose name the package gives to its function."""


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_gates_said_to_be_slow_take_a_millisecond_or_more(name: str) -> None:
    voltage = jnp.linspace(-90.0, 50.0, 141)
    for gate in channel(name, 37.0).gates:
        if isinstance(gate, OpenClose | Relaxation) and gate.slow:
            speed = np.asarray(gate.kinetics(voltage)[1])
            assert speed.max() < 1.0


def test_moving_slow_gates_less_often_leaves_velocity_and_peak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fiber = tigerholm_2014(compartments=100, length_um=5000.0)
    assert fiber.membrane.stack.has_slow
    found = []
    for step_ms in (0.0, ENGINE.SLOW_STEP_ms):
        monkeypatch.setattr(ENGINE, "SLOW_STEP_ms", step_ms)
        recording = simulate_fiber(
            fiber,
            duration_ms=12.0,
            dt_ms=0.01,
            currents=[Pulses((0,), 1.0, 1.0, 0.5)],
            voltage=[50],
            spikes=[25, 75],
            precision="float64",
        )
        times = [float(recording.spike_times_ms(site, 0)[0]) for site in (0, 1)]
        found.append((times[1] - times[0], float(recording.voltage_mV.max())))
    assert found[1] != found[0]  # the stride is in use
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-4)
    assert found[1][1] == pytest.approx(found[0][1], abs=0.1)


def test_blocks_are_narrower_where_a_state_is_large() -> None:
    assert [len(lanes) for lanes in blocks_of(256, 100)] == [128, 128]
    assert [len(lanes) for lanes in blocks_of(256, 5000)] == [64, 64, 64, 64]
    assert np.concatenate(blocks_of(130, 5000)).max() == 129


@pytest.mark.parametrize(
    ("lanes", "precision", "width"),
    [(26, "float32", 32), (35, "float32", 48), (8, "float32", 8), (33, "float32", 33),
     (24, "float64", 24), (26, "float64", 32), (3, "float64", 3), (96, "float32", 96)],
)  # fmt: skip
def test_blocks_are_whole_vectors_where_that_is_quicker(
    lanes: int, precision: str, width: int
) -> None:
    (block,) = blocks_of(lanes, 100, precision)
    assert block.size == width
    assert block[:lanes].tolist() == list(range(lanes)) and set(block[lanes:]) <= {lanes - 1}


def test_single_precision_keeps_the_slow_changes_of_ions() -> None:
    fiber = tigerholm_2014(compartments=50, length_um=2500.0)
    sodium = []
    for precision in ("float32", "float64"):
        recording = simulate_fiber(
            fiber,
            duration_ms=20.0,
            dt_ms=0.005,
            currents=[Pulses((0,), 1.0, 1.0, 0.5)],
            concentrations=[25],
            every_ms=5.0,
            precision=precision,  # type: ignore[arg-type]
        )
        sodium.append(recording.concentration_mM["sodium", "inside"][-1, 0, 0] - 11.4)
    assert sodium[1] > 0.5
    assert sodium[0] == pytest.approx(sodium[1], rel=2e-3)
    assert jax.config.jax_enable_x64 is False
