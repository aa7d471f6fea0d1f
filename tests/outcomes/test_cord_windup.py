"""Wind-up in the library's own dorsal horn, and what A-beta stimulation does to it."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.answers import answers, last_spike_ms
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network

STIMULI, FIRST_ms, DURATION_ms = 8, 500.0, 8500.0
LANES = ("1 Hz", "2 Hz", "no volleys", "1 Hz, no NMDA", "2 Hz, no NMDA", "no volleys, no NMDA",
         "1 Hz, touch")  # fmt: skip


def onsets(frequency_Hz: float, count: int = STIMULI) -> np.ndarray:
    return FIRST_ms + 1e3 / frequency_Hz * np.arange(count)


@pytest.fixture(scope="module")
def trains():
    """C-strength volleys at 1 and 2 Hz, with and without NMDA receptors or touch."""
    network = dorsal_horn(1)
    drive = HornDrive(network)
    background = drive.background(DURATION_ms)
    slow, fast = (
        together(background, drive.volleys(onsets(frequency))) for frequency in (1.0, 2.0)
    )
    touched = together(slow, drive.column(50.0, 0.0, DURATION_ms))
    drives = [slow, fast, background, slow, fast, background, touched]
    blocked = np.array([float("no NMDA" in lane) for lane in LANES])
    return simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(LANES),
        modulation=modulation_of(CordHandles(occupied={"nmda": blocked})),
    )


def evoked(discharge, lane: str, frequency_Hz: float) -> np.ndarray:
    """Spikes a wide-dynamic-range neuron fires to each volley, beyond what it fires without."""
    at = onsets(frequency_Hz)
    counts = answers(discharge, "wide_dynamic_range", at)
    without = "no volleys, no NMDA" if "no NMDA" in lane else "no volleys"
    return counts[:, LANES.index(lane)] - counts[:, LANES.index(without)].mean()


def grown(counts: np.ndarray) -> float:
    """How many more spikes at the end than at the beginning."""
    return float(counts[-2:].mean() - counts[:2].mean())


def test_wide_dynamic_range_neurons_wind_up_at_1_hz_and_more_at_2(trains) -> None:
    slow, fast = (evoked(trains, f"{f} Hz", f) for f in (1, 2))
    assert grown(slow) > 0.5 * slow[:2].mean()
    assert grown(fast) > 1.2 * grown(slow)


def test_there_is_no_wind_up_without_nmda_receptors(trains) -> None:
    for frequency in (1, 2):
        with_, without = (
            grown(evoked(trains, lane, frequency))
            for lane in (f"{frequency} Hz", f"{frequency} Hz, no NMDA")
        )
        assert without < 0.2 * with_, frequency


def test_there_is_no_wind_up_at_a_tenth_of_a_hertz() -> None:
    network, at = dorsal_horn(1), onsets(0.1, 3)
    duration = float(at[-1]) + 500.0
    drive = HornDrive(network)
    run = simulate_network(
        network,
        patients_of([together(drive.background(duration), drive.volleys(at))]),
        duration_ms=duration,
        dt_ms=0.1,
    )
    counts = answers(run, "wide_dynamic_range", at)[:, 0]
    assert counts[0] > 3.0
    assert abs(counts[-1] - counts[0]) < 0.25 * counts[0]


def test_touch_shortens_what_c_fibers_evoke(trains) -> None:
    at = onsets(1.0)
    counts = answers(trains, "wide_dynamic_range", at)
    last = last_spike_ms(trains, "wide_dynamic_range", at)
    alone, touched = LANES.index("1 Hz"), LANES.index("1 Hz, touch")
    assert counts[:, touched].mean() < 0.8 * counts[:, alone].mean()
    assert np.nanmean(last[:, touched]) < np.nanmean(last[:, alone])
