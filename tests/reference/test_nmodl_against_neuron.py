"""Mechanism files compiled by NEURON, and read here: the same currents, the same voltages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.cable import Electrics, Recorder, simulate, unbranched
from causalgia.cable.stimulus import Pulses
from causalgia.channels import Ion, Membrane
from causalgia.channels.hodgkin_huxley import hodgkin_huxley_membrane
from causalgia.channels.nmodl import ModChannel, read_mod

neuron = pytest.importorskip("neuron", reason="NEURON publishes no wheel for this platform")

FILES = Path(__file__).resolve().parents[1] / "data" / "mod"
TEMPERATURE_degC = 18.0
REVERSALS_mV = {"sodium": 55.0, "potassium": -85.0, "calcium": 120.0}
CALCIUM_mM = {"inside": 4e-4, "outside": 2.0}
SIDE_um = 20.0
HELD_mV, DT_ms = -70.0, 0.005
VOLTAGES_mV = (-110.0, -55.0, -40.0, -10.0, 30.0)
STEPS = (20, 100, 300, 1000, 2000)
PULSE_nA = 0.3
REST_mV, START_ms, WIDTH_ms, DURATION_ms, STEP_ms = -68.0, 1.0, 10.0, 15.0, 0.001

# Mechanism, and the variables of NEURON that hold its currents.
CURRENTS = {
    "squid": ("ina", "ik", "il_squid"),
    "nav17": ("ina",),
    "kdr": ("ik",),
    "cal": ("ica",),
    "sk": ("ik",),
    "hcn": ("ih_hcn",),
}


@pytest.fixture(scope="module")
def hoc(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """NEURON with the mechanisms of tests/data/mod compiled into it."""
    compiler = Path(sys.executable).parent / "nrnivmodl"
    command = str(compiler) if compiler.exists() else shutil.which("nrnivmodl")
    if command is None or not (shutil.which("make") and shutil.which("g++")):
        pytest.skip("nrnivmodl needs a C++ compiler and make")
    folder = tmp_path_factory.mktemp("mechanisms")
    for file in FILES.glob("*.mod"):
        shutil.copy(file, folder)
    done = subprocess.run([command, "."], cwd=folder, capture_output=True, text=True, check=False)
    libraries = sorted(folder.glob("*/libnrnmech.*"))
    if done.returncode or not libraries:
        pytest.skip(f"nrnivmodl does not run here: {done.stderr[-300:]}")
    assert neuron.h.nrn_load_dll(str(libraries[0])) == 1.0
    neuron.h.load_file("stdrun.hoc")
    return neuron.h


def patch_of(hoc: Any, names: list[str]) -> Any:
    """One compartment in NEURON with mechanisms and the concentrations of these tests."""
    patch = hoc.Section(name="patch")
    patch.L = patch.diam = SIDE_um
    patch.cm, patch.nseg = 1.0, 1
    for name in names:
        patch.insert(name)
    segment = patch(0.5)
    for ion, symbol in (("sodium", "na"), ("potassium", "k"), ("calcium", "ca")):
        if hoc.ismembrane(f"{symbol}_ion", sec=patch):
            setattr(segment, f"e{symbol}", REVERSALS_mV[ion])
    if hoc.ismembrane("ca_ion", sec=patch):
        segment.cai, segment.cao = CALCIUM_mM["inside"], CALCIUM_mM["outside"]
        hoc.cai0_ca_ion, hoc.cao0_ca_ion = CALCIUM_mM["inside"], CALCIUM_mM["outside"]
    for name in names:
        if name == "squid":
            hoc.usetable_squid = 0
    hoc.celsius, hoc.dt, hoc.secondorder = TEMPERATURE_degC, DT_ms, 0
    return patch


def membrane_of(mods: list[ModChannel]) -> Membrane:
    reversals = dict(REVERSALS_mV)
    for mod in mods:
        reversals.update(mod.reversal_mV)
    calcium = Ion("calcium", 2, CALCIUM_mM["inside"], CALCIUM_mM["outside"])
    channels = [channel for mod in mods for channel in mod.channels]
    return Membrane.of(channels, reversals, ions=[calcium], temperature_degC=TEMPERATURE_degC)


def clamped_in_neuron(hoc: Any, name: str, step_mV: float) -> list[list[float]]:
    patch = patch_of(hoc, [name])
    clamp = hoc.SEClamp(patch(0.5))
    clamp.rs, clamp.dur1, clamp.amp1 = 1e-7, 1e9, step_mV
    hoc.finitialize(HELD_mV)
    found = []
    for step in range(1, STEPS[-1] + 1):
        hoc.fadvance()
        if step in STEPS:
            found.append([getattr(patch(0.5), current) for current in CURRENTS[name]])
    return found


def clamped_here(name: str) -> np.ndarray:
    """Currents [time, current, voltage]."""
    mod = read_mod(FILES / f"{name}.mod", TEMPERATURE_degC)
    densities = jnp.asarray(mod.densities)[:, None, None]
    with jax.enable_x64(True):
        membrane = membrane_of([mod])
        voltage = jnp.asarray(VOLTAGES_mV)[None]
        state = membrane.start(jnp.full_like(voltage, HELD_mV))
        found = []
        for step in STEPS:
            # Gates move exactly at a held voltage: one long step is many short ones. NEURON shows
            # the currents with which it began a step.
            later = membrane.advance(state, voltage, (step - 1) * DT_ms)
            rows = []
            for row in range(len(mod.channels)):
                alone = densities * (jnp.arange(len(mod.channels)) == row)[:, None, None]
                flow = membrane.flow(later, alone, voltage)
                rows.append((flow.conductance * voltage - flow.drive)[0])
            found.append(rows)
    return np.asarray(found)


@pytest.mark.parametrize("name", list(CURRENTS))
def test_currents_under_voltage_clamp_are_neurons(hoc: Any, name: str) -> None:
    theirs = np.stack([clamped_in_neuron(hoc, name, step) for step in VOLTAGES_mV], axis=-1)
    ours = clamped_here(name)
    scale = np.abs(theirs).max(axis=(0, 2))[:, None]
    assert np.max(np.abs(ours - theirs) / scale) < 1e-6


def fired_in_neuron(hoc: Any, names: list[str], densities: dict[str, float], nA: float) -> Any:
    patch = patch_of(hoc, names)
    for variable, value in densities.items():
        setattr(patch(0.5), variable, value)
    clamp = hoc.IClamp(patch(0.5))
    clamp.delay, clamp.dur, clamp.amp = START_ms, WIDTH_ms, nA
    hoc.dt = STEP_ms
    hoc.finitialize(REST_mV)
    found = []
    for _ in range(round(DURATION_ms / STEP_ms)):
        hoc.fadvance()
        found.append(patch(0.5).v)
    return np.array(found)


def fired_here(mods: list[ModChannel], densities: list[float], nA: float) -> np.ndarray:
    run = simulate(
        unbranched(SIDE_um, SIDE_um, 1),
        membrane_of(mods),
        Electrics(np.array(densities)[:, None, None]),
        duration_ms=DURATION_ms,
        dt_ms=STEP_ms,
        initial_mV=REST_mV,
        currents=[Pulses((0,), START_ms, WIDTH_ms, nA)],
        recorder=Recorder((0,), every_ms=STEP_ms),
        precision="float64",
    )
    return run.voltage_mV[:, 0, 0]


# The squid's own channels, and each of the others beside them.
CELLS: dict[str, dict[str, float]] = {
    "squid": {},
    "nav17": {"gbar_nav17": 200.0},
    "kdr": {"gbar_kdr": 0.005},
    "cal": {"pbar_cal": 2e-5},
    "sk": {"gbar_sk": 2e-4},
    "hcn": {"gfast_hcn": 2e-4, "gslow_hcn": 6e-4},
}
DENSITIES = {"nav17": 0.02, "kdr": 0.005, "cal": 2e-5, "sk": 2e-4, "hcn": 8e-4}


@pytest.mark.parametrize("name", list(CELLS))
def test_a_cell_fires_as_in_neuron(hoc: Any, name: str) -> None:
    names = list(dict.fromkeys(["squid", name]))
    theirs = fired_in_neuron(hoc, names, CELLS[name], PULSE_nA)
    mods = [read_mod(FILES / f"{each}.mod", TEMPERATURE_degC) for each in names]
    densities = [density for mod in mods for density in mod.densities]
    if name in DENSITIES:
        densities[-1] = DENSITIES[name]
    ours = fired_here(mods, densities, PULSE_nA)
    assert theirs.max() > -20.0
    # A factor that follows the voltage at once is a step late here.
    tolerance_mV = 0.01 if name == "hcn" else 1e-6
    assert np.abs(ours - theirs).max() < tolerance_mV


def test_the_squid_file_is_the_squid_of_the_library() -> None:
    mod = read_mod(FILES / "squid.mod", 16.3)
    voltage = np.linspace(-99.0, 41.0, 29)[None]
    with jax.enable_x64(True):
        theirs = hodgkin_huxley_membrane(16.3).stack
        read = Membrane.of(mod.channels, {**mod.reversal_mV, "sodium": 50.0, "potassium": -77.0})
        for channel in range(3):
            levels = [
                stack.of_channel(stack.steady_state(jnp.asarray(voltage)), channel)
                for stack in (read.stack, theirs)
            ]
            ours, known = (sorted(float(v[0, 9]) for v in values) for values in levels)
            assert ours == pytest.approx(known, rel=1e-9)
