"""Make the example recordings anew: `examples/data/current_clamp.csv` and `voltage_clamp.csv`.

    python scripts/make_clamp_example.py

No cell was recorded: a model with known conductances is clamped by the engine at a fine step, and
noise is added. The first lines of each file say what a fit should find.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from causalgia.afferents.ganglion import repeated, simulate_soma
from causalgia.afferents.model import scaled
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.cable.stimulus import Pulses
from causalgia.channels.clamp import voltage_clamp
from causalgia.channels.potassium import a_type_ganglion
from causalgia.fitting import Sweeps

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "data"

FACTORS = {
    "nav1_7": 1.3,
    "nav1_8": 0.85,
    "delayed_rectifier": 1.15,
    "a_type": 0.7,
    "leak": 1.4,
}
"""Of the published densities, so that these are not what a fit finds by staying where it was."""

STEPS_nA = (0.05, 0.15, 0.3)
NOISE_mV = 0.5

A_TYPE_S_PER_CM2, AREA_CM2 = 0.006, 20e-6
PREPULSE_mV = (-110.0, -110.0, -110.0, -110.0, -80.0, -60.0, -40.0)
TEST_mV = (-40.0, -10.0, 20.0, 50.0, 20.0, 20.0, 20.0)
PREPULSE_ms, TEST_ms, SAMPLE_ms = 60.0, 50.0, 0.5
NOISE_nA = 0.1
REVERSAL_mV = -84.7
FINE = 50
"""Steps of the clamped channel in a sample."""


def current_clamp_example() -> tuple[Sweeps, dict[str, str]]:
    """A cell with factors on its densities, at rest and stepped to three currents."""
    cell = scaled(verma_2020(), FACTORS)
    run = simulate_soma(
        repeated(cell, len(STEPS_nA)),
        duration_ms=60.0,
        currents=[Pulses((0,), 5.0, 40.0, jnp.asarray([STEPS_nA]))],
        voltage=True,
        every_ms=0.1,
        precision="float64",
    )
    during = (run.time_ms > 5.0 + 1e-6) & (run.time_ms < 45.0 + 1e-6)
    command = np.where(during[:, None], np.array(STEPS_nA), 0.0)
    measured = run.voltage_mV[:, 0]
    noise = np.random.default_rng(1).normal(0.0, NOISE_mV, measured.shape)
    densities = dict(
        zip(cell.membrane.names, cell.electrics.densities_S_per_cm2[:, 0, 0], strict=True)
    )
    truth = {name: f"{value:.6g} S/cm2" for name, value in densities.items()}
    return Sweeps("current clamp", run.time_ms, command, measured + noise), truth


def voltage_clamp_example() -> tuple[Sweeps, dict[str, str]]:
    """The A current of a patch: prepulses that inactivate it, and steps that open it."""
    channel = a_type_ganglion(22.0)
    time = np.arange(1, round((PREPULSE_ms + TEST_ms) / SAMPLE_ms) + 1) * SAMPLE_ms
    before = time <= PREPULSE_ms + 1e-9
    command = np.where(before[:, None], np.array(PREPULSE_mV), np.array(TEST_mV))
    shares = []
    for held, stepped in zip(PREPULSE_mV, TEST_mV, strict=True):
        parts = [
            voltage_clamp(channel, held, [level], duration, SAMPLE_ms).open_fraction[:, 0]
            for level, duration in ((held, PREPULSE_ms), (stepped, TEST_ms))
        ]
        shares.append(np.concatenate(parts))
    current = A_TYPE_S_PER_CM2 * np.stack(shares, axis=1) * (command - REVERSAL_mV)  # mA/cm2
    measured = 1e6 * AREA_CM2 * current
    noise = np.random.default_rng(2).normal(0.0, NOISE_nA, measured.shape)
    opening, closing = (gate.steady for gate in channel.gates)
    truth = {
        "a_type": f"{A_TYPE_S_PER_CM2:g} S/cm2",
        "a_type/0/steady/midpoint_mV": f"{opening.midpoint_mV:g} mV",
        "a_type/0/steady/slope_mV": f"{opening.slope_mV:g} mV",
        "a_type/1/steady/midpoint_mV": f"{closing.midpoint_mV:g} mV",
        "a_type/1/steady/slope_mV": f"{closing.slope_mV:g} mV",
    }
    return Sweeps("voltage clamp", time, command, measured + noise), truth


def write(file: Path, sweeps: Sweeps, truth: Mapping[str, str]) -> None:
    """Write a table that `read_sweeps` reads."""
    units = ("nA", "mV") if sweeps.kind == "current clamp" else ("mV", "nA")
    header = ["time_ms"]
    for sweep in range(1, sweeps.measured.shape[1] + 1):
        header += [f"command_{sweep}_{units[0]}", f"measured_{sweep}_{units[1]}"]
    lines = [f"# Synthetic, by scripts/{Path(__file__).name}. What a fit should find:"]
    lines += [f"# {name} = {value}" for name, value in truth.items()]
    lines.append(",".join(header))
    for at, row in enumerate(sweeps.time_ms):
        pairs = zip(sweeps.command[at], sweeps.measured[at], strict=True)
        cells = [f"{value:.4g}" for pair in pairs for value in pair]
        lines.append(",".join([f"{row:.4g}", *cells]))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "current_clamp.csv", *current_clamp_example())
    write(folder / "voltage_clamp.csv", *voltage_clamp_example())


if __name__ == "__main__":
    main()
