"""Waveforms: their samples, their charge and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cable.waveforms import (
    AbstractWaveform,
    Biphasic,
    Delayed,
    Monophasic,
    Sinusoid,
    SquareWave,
    Tabulated,
    burst,
    train,
)
from causalgia.errors import InputError

DT_ms = 0.005


def test_a_pulse_is_on_for_its_width_and_a_step_that_it_half_fills_is_half_on() -> None:
    samples = Monophasic(0.1).samples(DT_ms, 1.0)
    np.testing.assert_allclose(samples, -np.ones(20))
    samples = Monophasic(0.0525, 1).samples(DT_ms, 1.0)
    np.testing.assert_allclose(samples, [*np.ones(10), 0.5], rtol=1e-9)


def test_phases_follow_each_other() -> None:
    wave = Biphasic(0.1, gap_ms=0.05, recovery_width_ms=0.4)
    samples = wave.samples(0.025, 1.0)
    np.testing.assert_allclose(samples, [*[-1.0] * 4, *[0.0] * 2, *[0.25] * 16], atol=1e-12)
    lopsided = Biphasic(0.1, recovery_amplitude=0.5, balanced=False, sign=1)
    assert lopsided.samples(0.025, 1.0).sum() == pytest.approx(2.0)


@pytest.mark.parametrize(
    "wave",
    [
        Biphasic(0.1),
        Biphasic(0.06, gap_ms=0.013, recovery_width_ms=0.31, sign=1),
        train(Biphasic(0.1), 300.0, 7),
        burst(Biphasic(0.25, recovery_width_ms=0.7), 500.0, 5, 40.0, 3),
        SquareWave(10000.0, 3.0),
        Sinusoid(10000.0, 3.0),
        Delayed(Biphasic(0.1), 0.333),
        Tabulated(np.array([1.0, -0.25, -0.75]), 0.07, balanced=True),
    ],
)
def test_balanced_waveforms_leave_no_charge_at_any_step(wave: AbstractWaveform) -> None:
    for dt in (0.0125, 0.005, 0.0037):
        samples = wave.samples(dt, 100.0)
        assert abs(samples.sum()) < 1e-9
        # A step that straddles the peak of a sine has 0.9 of it.
        assert 0.9 < np.abs(samples).max() < 1.0 + 1e-9
        assert samples.size == int(np.ceil(wave.length_ms / dt - 1e-6))


def test_ten_kilohertz_has_ten_thousand_periods_a_second() -> None:
    square = SquareWave(10000.0).samples(DT_ms, 1.0)
    np.testing.assert_allclose(square.reshape(10, 2, 10)[:, 0], -1.0)
    np.testing.assert_allclose(square.reshape(10, 2, 10)[:, 1], 1.0)
    sine = Sinusoid(10000.0, sign=1).samples(DT_ms, 1.0)
    middle = DT_ms * (np.arange(200) + 0.5)
    np.testing.assert_allclose(sine, np.sin(2 * np.pi * 10 * middle), atol=0.005)


def test_trains_repeat_and_delays_wait() -> None:
    pulse = Monophasic(0.5, 1)
    on = np.flatnonzero(train(pulse, 100.0, 3).samples(0.125, 50.0) > 0.5)
    assert on.tolist() == [0, 1, 2, 3, 80, 81, 82, 83, 160, 161, 162, 163]
    later = Delayed(pulse, 2.0).samples(0.125, 50.0)
    assert later.size == 20 and np.flatnonzero(later).tolist() == [16, 17, 18, 19]
    five = burst(Monophasic(1.0, 1), 500.0, 5, 40.0, 2)
    starts = np.flatnonzero(np.diff(five.samples(0.25, 100.0), prepend=0.0) > 0.5) * 0.25
    assert starts.tolist() == [0, 2, 4, 6, 8, 25, 27, 29, 31, 33]


def test_any_array_is_a_waveform() -> None:
    values = np.array([0.0, 0.3, 0.9, -1.0, -1.0, 0.0])
    wave = Tabulated(values, 0.05)
    assert wave.shortest_phase_ms == pytest.approx(0.1)
    np.testing.assert_allclose(wave.samples(0.025, 1.0), np.repeat(values, 2), atol=1e-12)
    quiet = Tabulated(np.zeros(4), 0.05)
    assert quiet.shortest_phase_ms == np.inf and not quiet.samples(0.1, 1.0).any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Monophasic(0.05).samples(0.05, 1.0),
            "dt_ms is 0.05, must be at most 0.0125 for a phase of 0.05 ms",
        ),
        (
            lambda: SquareWave(10000.0).samples(0.025, 1.0),
            "dt_ms is 0.025, must be at most 0.0125 for a phase of 0.05 ms",
        ),
        (
            lambda: Monophasic(5.0).samples(0.1, 1.0),
            "duration_ms is 1, shorter than the waveform's 5 ms",
        ),
        (lambda: Monophasic(5.0).samples(0.0, 1.0), "dt_ms is 0.0 and duration_ms 1.0"),
        (lambda: Monophasic(-1.0), "monophasic: width_ms is -1.0, must be positive"),
        (lambda: Monophasic(1.0, 0), "sign is 0; allowed: -1"),
        (
            lambda: Biphasic(0.1, recovery_width_ms=0.4, recovery_amplitude=0.5),
            "recovery_amplitude is 0.5, must be 0.25 to balance the charge",
        ),
        (lambda: Biphasic(0.1, gap_ms=-1.0), "gap_ms is -1.0, must be 0 or more"),
        (lambda: Sinusoid(0.0), "sinusoid: frequency_Hz is 0.0"),
        (lambda: SquareWave(1.0, 0.0), "duration_ms is 0.0"),
        (
            lambda: Tabulated(np.array([1.0, 0.5]), 0.1, balanced=True),
            "values sum to 1.5, must be 0 to balance",
        ),
        (lambda: Tabulated(np.array([]), 0.1), "one or more finite numbers"),
        (lambda: Delayed(Monophasic(1.0), -1.0), "start_ms is -1.0"),
        (
            lambda: train(Monophasic(2.0), 1000.0, 2),
            "a waveform of 2 ms does not fit in a period of 1 ms",
        ),
        (lambda: train(Monophasic(2.0), 0.0, 2), "rate_Hz is 0.0, must be positive"),
        (lambda: train(Monophasic(2.0), 10.0, 0), "count is 0, must be 1 or more"),
    ],
)
def test_waveforms_that_make_no_sense_are_refused(make: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()
