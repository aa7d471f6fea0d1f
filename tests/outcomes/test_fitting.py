"""Known parameters come back from noisy recordings; unlike neurons that fire alike are found."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from causalgia.afferents.presets.human_ganglion import DRAWN, human_ganglion
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.channels import Membrane
from causalgia.channels.potassium import a_type_ganglion
from causalgia.fitting import (
    Fit,
    Free,
    Ladder,
    current_clamp_residuals,
    degeneracy,
    excitability,
    fit,
    read_sweeps,
    sensitivity,
    voltage_clamp_residuals,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data"


def truth_of(name: str) -> dict[str, float]:
    """What the first lines of an example recording say that a fit should find."""
    text = (DATA / name).read_text(encoding="utf-8")
    found = re.findall(r"^# (\S+) = (\S+) ", text, re.MULTILINE)
    assert found
    return {name: float(value) for name, value in found}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_clamp_example", ROOT / "scripts" / "make_clamp_example.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_recordings_are_what_their_script_makes(maker: ModuleType) -> None:
    for name, (made, truth) in {
        "current_clamp.csv": maker.current_clamp_example(),
        "voltage_clamp.csv": maker.voltage_clamp_example(),
    }.items():
        stored = read_sweeps(DATA / name, made.kind)
        assert stored.command == pytest.approx(made.command)
        # Four digits are stored; a steep flank moves with the last bits of a machine.
        assert np.quantile(np.abs(stored.measured - made.measured), 0.99) < 0.05
        assert truth_of(name) == {key: float(value.split()[0]) for key, value in truth.items()}


@pytest.fixture(scope="module")
def densities_found() -> Fit:
    model = verma_2020()
    free = [Free(name, 1e-5, 1e-3) if name == "leak" else Free(name, 1e-3, 1e-1)
            for name in model.membrane.names]  # fmt: skip
    residuals = current_clamp_residuals(
        model.membrane,
        model.electrics.densities_S_per_cm2[:, 0, 0],
        free,
        read_sweeps(DATA / "current_clamp.csv", "current clamp"),
        area_cm2=21.68e-6,
        capacitance_uF_per_cm2=0.93,
        steps_per_sample=4,
    )
    return fit(residuals, free, starts=8)


def test_densities_come_back_from_a_current_clamp(densities_found: Fit) -> None:
    """Within 3 % for all five, searched over two decades each; noise of 0.5 mV."""
    truth = truth_of("current_clamp.csv")
    assert densities_found.best == pytest.approx(truth, rel=0.03)
    assert densities_found.loss[0] ** 0.5 == pytest.approx(0.5, rel=0.05)
    assert densities_found.standard_error is not None
    for name, error in densities_found.standard_error.items():
        assert 0.0 < error[0] < 0.02 * truth[name]


def test_most_starts_arrive_at_the_same_place(densities_found: Fit) -> None:
    for values in densities_found.values.values():
        assert values[:6] == pytest.approx(values[0] * np.ones(6), rel=1e-3)


def test_kinetics_come_back_from_a_voltage_clamp() -> None:
    """Half-points within 1 mV, slopes within 0.5 mV and the density within 2 %."""
    truth = truth_of("voltage_clamp.csv")
    free = [
        Free("a_type", 1e-3, 1e-1),
        Free("a_type/0/steady/midpoint_mV", -40.0, 40.0),
        Free("a_type/0/steady/slope_mV", -30.0, -5.0),
        Free("a_type/1/steady/midpoint_mV", -90.0, -10.0),
        Free("a_type/1/steady/slope_mV", 2.0, 15.0),
    ]
    residuals = voltage_clamp_residuals(
        Membrane.of([a_type_ganglion(22.0)], {"potassium": -84.7}, temperature_degC=22.0),
        np.array([1e-3]),
        free,
        read_sweeps(DATA / "voltage_clamp.csv", "voltage clamp"),
        area_cm2=20e-6,
    )
    found = fit(residuals, free, starts=8, pulls_per_ms=(0.0,), iterations=25)
    for name, value in found.best.items():
        within = 1.0 if "midpoint" in name else 0.5
        assert value == pytest.approx(
            truth[name], **{"rel": 0.02} if name == "a_type" else {"abs": within}
        )
        # What noise explains.
        assert found.standard_error is not None
        assert abs(value - truth[name]) < 4.0 * found.standard_error[name][0]
    predicted = residuals.predicted(found.best)
    left = predicted.measured - residuals.data.measured
    assert np.sqrt(np.mean(left**2)) == pytest.approx(0.1, rel=0.1)


@pytest.mark.slow
def test_what_fires_alike_need_not_be_alike() -> None:
    """Human ganglion neurons: excitability is a balance of two densities, the rest is free."""
    ranges = [Free(name, 0.5, 2.0) for name in DRAWN]
    outputs = excitability(human_ganglion(1), Ladder(0.04, 5, 60.0, 3), dt_ms=0.05)
    found = sensitivity(outputs, ranges, samples=64)
    row = found.names.index("rheobase_nA")
    total = dict(zip(found.parameters, found.total_order[row], strict=True))
    strongest = sorted(total, key=total.__getitem__, reverse=True)[:2]
    assert set(strongest) == {"delayed_rectifier", "nav1_8"}
    middle = float(np.median(found.outputs["rheobase_nA"]))
    same = degeneracy(found, {"rheobase_nA": (0.85 * middle, 1.15 * middle), "spikes": (0.5, 1.5)})
    assert max(same.folds.values()) > 2.5
    assert sum(fold > 1.8 for fold in same.folds.values()) >= 5
    i, j = (DRAWN.index(name) for name in ("nav1_8", "delayed_rectifier"))
    assert same.correlations[i, j] > 0.5
