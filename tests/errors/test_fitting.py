"""A wrong recording or a fit that makes no sense gets one line that says what and where."""

from __future__ import annotations

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.errors import InputError, SimulationDiverged
from causalgia.fitting import (
    Free,
    Ladder,
    Sweeps,
    current_clamp_residuals,
    degeneracy,
    descend,
    fit,
    joined,
    read_sweeps,
    sensitivity,
    voltage_clamp_residuals,
)

HEADER = "time_ms,command_1_nA,measured_1_mV\n"
GOOD = "0.1,0,-60\n0.2,0,-60\n0.3,0.1,-59\n0.4,0.1,-58\n"

# Text of a table, and what the message must say.
TABLES = {
    "empty": ("", "the table is empty"),
    "no samples": (HEADER, "the table is empty"),
    "no unit of time": (HEADER.replace("_ms", "") + GOOD, "column 'time' has no unit"),
    "no unit": (
        HEADER.replace("_nA", "") + GOOD,
        "column 'command_1' has no unit; allowed: command_1_nA, command_1_pA",
    ),
    "voltage commanded": (
        HEADER.replace("nA", "mV") + GOOD,
        "column 'command_1_mV': in current clamp allowed are command_1_nA",
    ),
    "column missing": (
        "time_ms,command_1_nA\n0.1,0\n0.2,0\n",
        "column 3 must be 'measured_1_mV', but the table ends",
    ),
    "column of another name": (
        HEADER.replace("measured", "voltage") + GOOD,
        "column 3 must be 'measured_1_mV', but it is 'voltage_1_mV'",
    ),
    "text in a cell": (
        HEADER + GOOD.replace("-59", "high"),
        "line 4, column 'measured_1_mV': 'high' is no number",
    ),
    "empty cell": (HEADER + GOOD.replace("-59", ""), "line 4, column 'measured_1_mV': '' is no"),
    "too few cells": (HEADER + GOOD + "0.5,0.1\n", "line 6 has 2 cells, must have 3"),
    "not finite": (
        HEADER + GOOD.replace("-59", "nan"),
        "measured holds values that are not finite",
    ),
    "uneven time": (
        HEADER + GOOD.replace("0.4,", "0.7,"),
        "time_ms must rise in even steps: from 0.3 to 0.7 where most are 0.1",
    ),
    "time runs back": (HEADER + GOOD.replace("0.3,", "0.1,"), "time_ms must rise in even steps"),
    "one sample": (HEADER + "0.1,0,-60\n", "time_ms holds fewer than 2 samples"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_wrong_table(name: str, tmp_path: Path) -> None:
    text, message = TABLES[name]
    file = tmp_path / "recording.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sweeps(file, "current clamp")
    said = str(caught.value)
    assert message in said and str(file) in said
    assert "\n" not in said


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv: no such file"):
        read_sweeps(tmp_path / "gone.csv", "current clamp")
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(InputError, match="not a table of text"):
        read_sweeps(picture, "current clamp")
    with pytest.raises(InputError, match="kind is 'patch'; allowed: current clamp, voltage clamp"):
        read_sweeps(picture, "patch")  # type: ignore[arg-type]


def test_wrong_abf_files(tmp_path: Path) -> None:
    writer = pytest.importorskip("pyabf.abfWriter", reason="pyabf is not installed")
    file = tmp_path / "steps.abf"
    file.write_bytes(b"hello")
    with pytest.raises(InputError, match="not a readable ABF file"):
        read_sweeps(file, "current clamp")
    writer.writeABF1(np.zeros((2, 3000)) + np.arange(3000.0), str(file), 20000, units="mV")
    with pytest.raises(InputError, match="does not say what was commanded: give command="):
        read_sweeps(file, "current clamp")
    with pytest.raises(InputError, match="unit of the measured is 'mV'; in voltage clamp allowed"):
        read_sweeps(file, "voltage clamp")
    with pytest.raises(InputError, match=r"command has shape \(3000, 3\), must be \(3000, 2\)"):
        read_sweeps(file, "current clamp", command=np.zeros((1, 3)))
    with pytest.raises(InputError, match=r"command has shape \(2,\), must be \(3000, 2\)"):
        read_sweeps(file, "current clamp", command=np.zeros(2))


def test_abf_files_without_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "steps.abf"
    file.write_bytes(b"hello")
    monkeypatch.setitem(__import__("sys").modules, "pyabf", None)
    with pytest.raises(InputError, match="needs pyabf: pip install pyabf"):
        read_sweeps(file, "current clamp")


MODEL = verma_2020()
DENSITIES = MODEL.electrics.densities_S_per_cm2[:, 0, 0]
TIME = np.arange(1, 5) * 0.1
FLAT = np.full((4, 1), -60.0)
CLAMPED = Sweeps("current clamp", TIME, np.zeros((4, 1)), FLAT)
LEAK = [Free("leak", 1e-5, 1e-4)]


def test_bounds_that_make_no_sense() -> None:
    with pytest.raises(InputError, match="leak: bounds are 2 and 1, need low < high"):
        Free("leak", 2, 1)
    with pytest.raises(InputError, match="leak: low is 0, a logarithmic scale needs it above 0"):
        Free("leak", 0, 1, log=True)


def test_a_fit_of_what_is_not_there() -> None:
    for name, message in (
        ("nav1_9", "cannot fit 'nav1_9'; did you mean"),
        ("leak/reversal", "cannot fit 'leak/reversal'; did you mean 'leak/reversal_mV'"),
        ("a_type/2/steady/midpoint_mV", "did you mean 'a_type/"),
    ):
        with pytest.raises(InputError, match=message):
            residuals([Free(name, 1.0, 2.0)])
    with pytest.raises(InputError, match="'leak' is named twice"):
        residuals(LEAK * 2)
    with pytest.raises(InputError, match=r"leak: low is -1\.0, a density must be 0 or more"):
        residuals([Free("leak", -1.0, 1.0)])
    with pytest.raises(InputError, match=r"densities has shape \(2,\), must be \(5,\): nav1_7"):
        current_clamp_residuals(MODEL.membrane, DENSITIES[:2], LEAK, CLAMPED, area_cm2=1e-5)


def residuals(free: list[Free], **others: object):
    given = {"area_cm2": 2e-5, **others}
    return current_clamp_residuals(MODEL.membrane, DENSITIES, free, CLAMPED, **given)


def test_a_fit_with_numbers_out_of_range() -> None:
    with pytest.raises(InputError, match="this fit needs a voltage clamp"):
        voltage_clamp_residuals(MODEL.membrane, DENSITIES, LEAK, CLAMPED, area_cm2=1e-5)
    silent = Sweeps("voltage clamp", TIME, FLAT, np.zeros((4, 1)))
    with pytest.raises(InputError, match="holds no current"):
        voltage_clamp_residuals(MODEL.membrane, DENSITIES, LEAK, silent, area_cm2=1e-5)
    for given in ({"area_cm2": 0.0}, {"capacitance_uF_per_cm2": -1.0}, {"steps_per_sample": 0}):
        (name,) = given
        with pytest.raises(InputError, match=f"{name} is "):
            residuals(LEAK, **given)
    with pytest.raises(InputError, match="free is empty"):
        fit(residuals(LEAK), [])
    with pytest.raises(InputError, match="starts is 0, must be 1 or more"):
        fit(residuals(LEAK), LEAK, starts=0)
    with pytest.raises(InputError, match="pulls_per_ms is"):
        fit(residuals(LEAK), LEAK, pulls_per_ms=(-1.0,))
    with pytest.raises(InputError, match="joined: scales are"):
        joined([(residuals(LEAK), 0.0)])
    with pytest.raises(InputError, match="learning_rate is 0, must be above 0"):
        descend(lambda values: values["leak"], LEAK, learning_rate=0)


def test_a_fit_none_of_whose_starts_survives() -> None:
    def broken(values, pull_per_ms):
        return jnp.full((3, 4), jnp.nan) * values["leak"]

    with pytest.raises(SimulationDiverged, match="no start of the fit survived"):
        fit(broken, LEAK, starts=4, iterations=2)


def test_sensitivities_that_make_no_sense() -> None:
    ranges = [Free("a", 1.0, 2.0), Free("b", 1.0, 2.0)]
    with pytest.raises(InputError, match="samples is 12, must be a power of two"):
        sensitivity(lambda drawn: {"y": drawn["a"]}, ranges, samples=12)
    with pytest.raises(InputError, match="'a' is named twice"):
        sensitivity(lambda drawn: {"y": drawn["a"]}, ranges[:1] * 2)
    with pytest.raises(InputError, match="no ranges to draw from"):
        sensitivity(lambda drawn: {"y": drawn["a"]}, [])
    with pytest.raises(InputError, match="output 'y' is 1 in all models: it has no variance"):
        sensitivity(lambda drawn: {"y": np.ones_like(drawn["a"])}, ranges, samples=4)
    with pytest.raises(InputError, match="output 'y' is not finite in 16 of 16 models"):
        sensitivity(lambda drawn: {"y": drawn["a"] * np.nan}, ranges, samples=4)
    found = sensitivity(lambda drawn: {"y": drawn["a"]}, ranges, samples=16)
    with pytest.raises(InputError, match="no output 'z'"):
        degeneracy(found, {"z": (0.0, 1.0)})
    with pytest.raises(InputError, match="only 0 of 32 models lie in the windows; widen them"):
        degeneracy(found, {"y": (5.0, 6.0)})
    straddling = [Free("a", -1.0, 1.0)]
    found = sensitivity(lambda drawn: {"y": drawn["a"]}, straddling, samples=16)
    with pytest.raises(InputError, match="'a' is not positive throughout"):
        degeneracy(found, {"y": (-1.0, 1.0)})
    with pytest.raises(InputError, match="ladder: width_ms is 0, must be above 0"):
        Ladder(0.01, 4, 0.0)
