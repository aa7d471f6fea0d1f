"""What fibers of the dorsal column are excited by, and what they then carry."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.neurostimulation.bundle import dorsal_column
from causalgia.afferents.neurostimulation.intensity import CordThresholds, program_recruitment
from causalgia.afferents.neurostimulation.program import Program, burst_program, kilohertz, tonic
from causalgia.afferents.neurostimulation.recruitment import (
    Exposure,
    Recruitment,
    expose,
    recruitment,
)
from causalgia.afferents.neurostimulation.tissue import cord_tissue, plate
from causalgia.afferents.neurostimulation.trains import StimulatedTrains, stimulated_trains
from causalgia.cable.waveforms import Monophasic
from causalgia.errors import InputError

FLUID_um = 3000.0
DISTANCE_mm = 100.0


@pytest.fixture(scope="module")
def exposure() -> Exposure:
    column = dorsal_column((50.0,), (0.0,), fluid_um=FLUID_um, nodes=25)
    bipole = plate(0.0, 1.0) + plate(8000.0, -1.0)
    return expose(column, bipole, cord_tissue(FLUID_um))


@pytest.fixture(scope="module")
def recruited(exposure: Exposure) -> Recruitment:
    return recruitment(exposure, tonic(50.0).pulse, between_mA=(0.1, 50.0))


@pytest.fixture(scope="module")
def trains(exposure: Exposure, recruited: Recruitment) -> StimulatedTrains:
    amplitude = 2.0 * recruited.amplitude_mA(0.1, "a_beta_large")
    return stimulated_trains(
        exposure,
        tonic(50.0),
        amplitude,
        duration_ms=1000.0,
        distance_mm=DISTANCE_mm,
        window_ms=40.0,
    )


def test_thick_fibers_are_recruited_first(recruited: Recruitment) -> None:
    assert (np.diff(recruited.threshold_mA) < 0).all()
    thickest = recruited.threshold_mA[-1]
    assert 0.3 < thickest < 6.0
    shares = recruited.share(thickest * np.array([0.9, 1.01, 2.0, 5.0]))
    assert shares[0] == 0.0 and (np.diff(shares) > 0).all()
    assert recruited.share(1.01 * thickest, "a_beta_large")[0] == 1.0


def test_brief_pulses_need_more_current_and_less_charge(exposure: Exposure) -> None:
    long, brief = (
        recruitment(exposure, Monophasic(width), between_mA=(0.1, 50.0)).threshold_mA
        for width in (0.4, 0.1)
    )
    assert (brief > 1.3 * long).all() and (0.1 * brief < 0.4 * long).all()


def test_what_no_amplitude_excites_has_no_threshold(exposure: Exposure) -> None:
    few = recruitment(exposure, Monophasic(0.3), between_mA=(0.1, 2.0))
    assert np.isinf(few.threshold_mA[0]) and np.isfinite(few.threshold_mA[-1])
    assert few.share(2.0)[0] < 0.5
    with pytest.raises(InputError, match="no amplitude that was tried excites so many"):
        few.amplitude_mA(0.9)
    with pytest.raises(InputError, match="share is 0"):
        few.amplitude_mA(0.0)


def test_each_pulse_sends_a_spike_both_ways(trains: StimulatedTrains) -> None:
    assert trains.per_pulse[-1] == 1.0 and trains.per_pulse[0] == 0.0
    down, up = trains.toward_start[-1], trains.toward_end[-1]
    assert down.size == up.size == 50
    assert np.diff(down) == pytest.approx(20.0, abs=0.1)
    assert trains.toward_start[0].size == 0 and np.isnan(trains.velocity_m_per_s[0])


def test_spikes_arrive_after_the_way_that_they_have_to_go(trains: StimulatedTrains) -> None:
    velocity = trains.velocity_m_per_s[-1]
    assert 45.0 < velocity < 80.0  # as the compound action potentials of the human column
    # The first pulse comes at 1 ms, and a spike starts within its 0.3 ms and a little.
    assert 1.0 < trains.toward_start[-1][0] - DISTANCE_mm / velocity < 1.7


def test_fibers_of_a_network_are_given_out_by_weight(trains: StimulatedTrains) -> None:
    lanes = trains.assigned(1000)
    shares = np.bincount(lanes, minlength=6) / 1000
    weight = trains.bundle.weight / trains.bundle.weight.sum()
    assert shares == pytest.approx(weight, abs=1e-3)
    large = trains.events_ms(10, "a_beta_large")
    assert len(large) == 10 and all(events is trains.toward_start[-1] for events in large)
    with pytest.raises(InputError, match="count is 0"):
        trains.assigned(0)


def test_ten_kilohertz_below_the_threshold_of_pulses_excites_nothing(
    exposure: Exposure, recruited: Recruitment
) -> None:
    felt = CordThresholds(recruited.amplitude_mA(0.1, "a_beta_large"), np.inf)
    for fraction in (0.8, 2.0):
        silent = stimulated_trains(
            exposure,
            kilohertz(10000.0),
            felt.amplitude_mA(fraction),
            duration_ms=1000.0,
            window_ms=20.0,
        )
        assert sum(map(len, silent.toward_start)) == sum(map(len, silent.toward_end)) == 0


def test_at_ten_kilohertz_brief_pulses_add_up_but_need_more_current(
    exposure: Exposure, recruited: Recruitment
) -> None:
    fast = program_recruitment(exposure, kilohertz(10000.0), tolerance=0.05)
    slow = program_recruitment(exposure, kilohertz(40.0), tolerance=0.05)
    ratio = fast.threshold_mA[-1] / slow.threshold_mA[-1]
    assert 0.4 < ratio < 0.9
    assert fast.threshold_mA[-1] > 3.0 * recruited.threshold_mA[-1]


def test_fibers_do_not_follow_a_kilohertz(exposure: Exposure, recruited: Recruitment) -> None:
    strong = 3.0 * recruited.threshold_mA[-1]
    fast = Program("1 kHz of monophasic pulses", Monophasic(0.2), 1000.0)
    followed = stimulated_trains(exposure, fast, strong, duration_ms=40.0, window_ms=40.0)
    assert 0.3 < followed.per_pulse[-1] < 0.7


def test_a_burst_is_as_many_pulses_as_it_says() -> None:
    program = burst_program()
    assert program.pulses_per_s == 200.0
    samples = program.waveform(program.window_ms(40.0)).samples(0.02, 100.0)
    starts = np.flatnonzero(np.diff((samples < -0.5).astype(int)) == 1)
    assert starts.size == 2 * 5
    assert abs(samples.sum()) < 1e-6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rate_Hz": 0.0}, "need a positive rate"),
        ({"pulses": 3}, "within_Hz is None"),
        ({"rate_Hz": 5000.0}, "does not fit"),
    ],
)
def test_programs_that_make_no_sense_are_refused(change: dict[str, float], said: str) -> None:
    given = {"name": "mine", "pulse": Monophasic(0.3), "rate_Hz": 50.0, **change}
    with pytest.raises(InputError, match=said):
        Program(**given)  # type: ignore[arg-type]


def test_a_negative_amplitude_is_refused(exposure: Exposure) -> None:
    with pytest.raises(InputError, match="amplitude_mA is -1"):
        stimulated_trains(exposure, tonic(), -1.0, duration_ms=10.0)
