"""Recordings read from tables and from ABF files, in house units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from causalgia.fitting import read_sweeps


def test_a_table_is_read_in_house_units(tmp_path: Path) -> None:
    file = tmp_path / "step.csv"
    file.write_text(
        "# a comment\n"
        "time_s, command_1_pA, measured_1_mV, command_2_nA, measured_2_V\n"
        "0.001, 0, -60.5, 0, -0.0605\n"
        "\n"
        "0.002, 50, -59, 0.1, -0.058\n"
        "0.003, 50, -58, 0.1, -0.055\n"
    )
    sweeps = read_sweeps(file, "current clamp")
    assert sweeps.time_ms == pytest.approx([1.0, 2.0, 3.0])
    assert sweeps.dt_ms == pytest.approx(1.0)
    assert sweeps.command == pytest.approx(np.array([[0.0, 0.0], [0.05, 0.1], [0.05, 0.1]]))
    assert sweeps.measured == pytest.approx(np.array([[-60.5, -60.5], [-59, -58], [-58, -55]]))


def test_a_voltage_clamp_commands_voltage(tmp_path: Path) -> None:
    file = tmp_path / "step.csv"
    file.write_text("time_ms,command_1_mV,measured_1_pA\n0.1,-80,12\n0.2,10,500\n")
    sweeps = read_sweeps(file, "voltage clamp")
    assert sweeps.command[:, 0] == pytest.approx([-80.0, 10.0])
    assert sweeps.measured[:, 0] == pytest.approx([0.012, 0.5])


def test_an_abf_file_is_read(tmp_path: Path) -> None:
    writer = pytest.importorskip("pyabf.abfWriter", reason="pyabf is not installed")
    written = np.random.default_rng(0).normal(-60.0, 5.0, (3, 2000))
    file = tmp_path / "steps.abf"
    writer.writeABF1(written, str(file), 20000, units="mV")
    command = np.array([[0.0, 0.05, 0.1]])
    sweeps = read_sweeps(file, "current clamp", command=command)
    assert sweeps.dt_ms == pytest.approx(0.05)
    assert sweeps.measured.shape == sweeps.command.shape == (2000, 3)
    # The format keeps 16 bits over the range of the data.
    assert sweeps.measured == pytest.approx(written.T, abs=0.01)
    assert np.array_equal(sweeps.command, np.broadcast_to(command, (2000, 3)))


def test_an_abf_file_that_says_its_command_needs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package's writer stores no command, so that of a reader stands in."""
    pyabf = pytest.importorskip("pyabf", reason="pyabf is not installed")

    class Recorded:
        sweepList = (0, 1)
        sweepUnitsC, sweepUnitsY = "mV", "pA"
        sweepX = np.arange(4) / 10000.0

        def __init__(self, name: str) -> None:
            self.sweep = -1

        def setSweep(self, sweep: int) -> None:
            self.sweep = sweep

        @property
        def sweepC(self) -> np.ndarray:
            return np.full(4, -80.0 + 10.0 * self.sweep)

        @property
        def sweepY(self) -> np.ndarray:
            return np.full(4, 100.0 * self.sweep)

    file = tmp_path / "steps.abf"
    file.write_bytes(b"")
    monkeypatch.setattr(pyabf, "ABF", Recorded)
    sweeps = read_sweeps(file, "voltage clamp")
    assert sweeps.command[0] == pytest.approx([-80.0, -70.0])
    assert sweeps.measured[0] == pytest.approx([0.0, 0.1])
    assert sweeps.dt_ms == pytest.approx(0.1)
