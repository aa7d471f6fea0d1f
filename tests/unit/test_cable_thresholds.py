"""Searching thresholds: what is found, in how many runs, and what is said when nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.afferents.model import FiberModel
from causalgia.cable import Electrics, Recording, unbranched
from causalgia.cable.amplitude_search import (
    Bracket,
    first_change,
    last_change,
    search_amplitudes,
)
from causalgia.cable.conduction_block import block_threshold
from causalgia.cable.electrodes import point_source_mV_per_mA
from causalgia.cable.strength_duration import (
    distance_curve,
    fit_lapicque,
    fit_weiss,
    strength_duration,
)
from causalgia.cable.thresholds import (
    Inside,
    Outside,
    activation_threshold,
    conduction_velocity,
    stimulate,
    thresholds,
)
from causalgia.cable.waveforms import Biphasic, Delayed, Monophasic, SquareWave
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane
from causalgia.errors import InputError, SimulationDiverged

SIZE, FAR = 40, 36
CABLE = unbranched(4000.0, 10.0, SIZE)
DENSITIES = np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None]
SQUID = FiberModel(
    name="squid",
    cable=CABLE,
    membrane=hodgkin_huxley_membrane(),
    electrics=Electrics(DENSITIES * np.ones((3, SIZE, 1))),
    initial_mV=-65.0,
    dt_ms=0.025,
    crossing_mV=-20.0,
    source="hodgkin_huxley_1952",
    description="Ten micrometers thick",
)
PULSE = Inside(0, Monophasic(0.5, 1))
RUN = {"at": FAR, "duration_ms": 12.0}
# All searches have as many lanes, so that one compiled program serves them.
INJECTED = {**RUN, "between": (0.05, 100.0), "amplitudes": 32}
APPLIED = {**RUN, "between": (0.01, 20.0), "amplitudes": 32}


def field_mV_per_mA(distance_um: float) -> np.ndarray:
    return point_source_mV_per_mA(CABLE.position_um, distance_um, 1050.0, 300.0)


class Steps:
    """A trial of known edges that counts its runs, and tears what is beyond a limit."""

    def __init__(self, *edges: float, torn_above: float = np.inf) -> None:
        self.edges, self.torn_above, self.runs = edges, torn_above, 0

    def __call__(self, grid: np.ndarray) -> np.ndarray:
        self.runs += 1
        torn = np.flatnonzero(grid.ravel() > self.torn_above)
        if torn.size:
            raise SimulationDiverged("torn", torn)
        return grid >= np.array(self.edges)[:, None]


def search(trial: Steps, **options: object) -> Bracket:
    defaults = {
        "between": (1e-3, 10.0),
        "tolerance": 1e-3,
        "amplitudes": 64,
        "change": first_change,
        "outcome": "excites",
    }
    return search_amplitudes(trial, len(trial.edges), **{**defaults, **options})


def test_a_search_closes_in_on_every_edge() -> None:
    trial = Steps(0.0123, 0.7, 9.9)
    found = search(trial)
    for low, high, edge in zip(found.low, found.high, trial.edges, strict=True):
        assert low < edge <= high <= low / (1.0 - 1e-3)
    assert trial.runs == 3
    few = Steps(0.7)
    assert search(few, amplitudes=8).high[0] == pytest.approx(0.7, rel=1e-3)
    assert few.runs == 5


def test_a_search_stays_below_what_tears_the_membrane() -> None:
    trial = Steps(0.5, torn_above=3.0)
    assert search(trial).high[0] == pytest.approx(0.5, rel=1e-3)
    with pytest.raises(InputError, match=r"from 0.001 to 2.\d+ \(beyond, the voltage runs away\)"):
        search(Steps(4.0, torn_above=3.0))
    with pytest.raises(SimulationDiverged):
        search(Steps(0.5, torn_above=1e-4))


def test_the_first_and_the_last_change_differ_in_a_window() -> None:
    outcome = np.array([False, True, False, True, True])
    assert (first_change(outcome), last_change(outcome)) == (1, 3)
    never = np.zeros(3, dtype=bool)
    assert (first_change(never), last_change(never)) == (3, 3)
    assert (first_change(~never), last_change(~never)) == (0, 0)


@pytest.mark.parametrize(
    ("trial", "options", "message"),
    [
        (Steps(1.0, 20.0), {}, "stimulus 1: never excites at the 63 amplitudes from 0.001 to 10;"),
        (
            Steps(1e-4),
            {},
            "excites at the smallest amplitude tried already, 0.001; lower the lower",
        ),
        (Steps(0.0), {}, "excites at amplitude 0 already: the fiber does so without a stimulus"),
        (Steps(1.0), {"between": (0.0, 1.0)}, r"between is \(0.0, 1.0\), must be two rising"),
        (Steps(1.0), {"tolerance": 0.0}, "tolerance is 0.0, must be from 1e-5 to 1"),
        (Steps(1.0), {"amplitudes": 3}, "amplitudes is 3, must be 4 or more"),
    ],
)
def test_a_search_that_finds_nothing_says_why(
    trial: Steps, options: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        search(trial, **options)


def test_a_threshold_lies_between_what_fails_and_what_excites() -> None:
    found = activation_threshold(SQUID, PULSE, **INJECTED)
    assert found.below < found.amplitude < found.below * 1.001
    grid = np.repeat([[found.below, found.amplitude]], 16, axis=1)
    run = stimulate(SQUID, [PULSE], grid, sites=(FAR,), duration_ms=RUN["duration_ms"])
    assert run.spike_count()[0].tolist() == [0] * 16 + [1] * 16
    coarse = activation_threshold(SQUID, PULSE, **{**INJECTED, "tolerance": 0.05})
    assert coarse.amplitude == pytest.approx(found.amplitude, rel=0.05)


def test_stimuli_of_both_kinds_run_side_by_side() -> None:
    outside = Outside(field_mV_per_mA(150.0), Biphasic(0.25))
    together = thresholds(SQUID, [PULSE, outside], **{**INJECTED, "amplitudes": 16})
    alone = [activation_threshold(SQUID, stimulus, **INJECTED) for stimulus in (PULSE, outside)]
    for here, there in zip(together, alone, strict=True):
        assert here.amplitude == pytest.approx(there.amplitude, rel=2e-3)


def test_a_strong_cathode_blocks_what_it_excites() -> None:
    outside = Outside(field_mV_per_mA(150.0), Monophasic(0.25))
    found = activation_threshold(SQUID, outside, **APPLIED)
    assert found.upper_block is not None and found.upper_block > 4.0 * found.amplitude
    weak = activation_threshold(
        SQUID, outside, **{**APPLIED, "between": (0.01, 2.0 * found.amplitude)}
    )
    assert weak.upper_block is None


def test_a_range_that_tears_the_membrane_still_holds_a_threshold() -> None:
    outside = Outside(field_mV_per_mA(150.0), Monophasic(0.25))
    with pytest.raises(SimulationDiverged) as stop:
        stimulate(SQUID, [outside], np.array([[0.01] * 31 + [1e5]]), sites=(FAR,), duration_ms=12.0)
    assert stop.value.lanes == (31,)
    found = activation_threshold(SQUID, outside, **{**APPLIED, "between": (0.01, 1e5)})
    expected = activation_threshold(SQUID, outside, **APPLIED)
    assert found.amplitude == pytest.approx(expected.amplitude, rel=2e-3)


def test_a_step_of_the_run_is_that_of_the_fiber() -> None:
    with pytest.raises(InputError, match=r"dt_ms is 0.025, must be at most 0.0125 for a phase"):
        activation_threshold(SQUID, Inside(0, Monophasic(0.05, 1)), **RUN)
    with pytest.raises(InputError, match="duration_ms is 12, shorter than the waveform's 20 ms"):
        activation_threshold(SQUID, Inside(0, Monophasic(20.0, 1)), **RUN)


@pytest.mark.parametrize(
    ("stimuli", "amplitudes", "message"),
    [
        ([PULSE], np.ones(3), r"shape \(3,\), must be \(1 stimuli, amplitudes\)"),
        (
            [Outside(np.ones(7), Monophasic(1.0))],
            np.ones((1, 1)),
            r"stimulus 0: potential_mV_per_mA has shape \(7,\), must be 40 finite numbers",
        ),
    ],
)
def test_stimuli_that_do_not_fit_are_refused(
    stimuli: list[object], amplitudes: np.ndarray, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        stimulate(SQUID, stimuli, amplitudes, sites=(FAR,), duration_ms=12.0)


def test_a_search_is_for_one_fiber() -> None:
    two = replace(SQUID, electrics=Electrics(DENSITIES * np.ones((3, SIZE, 2))))
    with pytest.raises(InputError, match="densities_S_per_cm2 has 2 lanes, must have 1"):
        activation_threshold(two, PULSE, **RUN)
    with pytest.raises(InputError, match="stimuli: none given"):
        thresholds(SQUID, [], **RUN)


def test_velocity_is_distance_over_the_time_between_crossings() -> None:
    crossings = np.full((3, 2, 3), np.nan)
    crossings[0, :, 0] = [1.0, 3.0]
    crossings[1, :, 1] = [7.0, 5.0]
    crossings[0, 0, 2] = 2.0
    recording = Recording(np.arange(3.0), np.empty((3, 0, 3)), crossings, np.empty((SIZE, 3)))
    # compartments 10 and 30 are 2 mm apart
    velocity = conduction_velocity(recording, CABLE, (10, 30))
    np.testing.assert_allclose(velocity, [1.0, -1.0, np.nan])
    np.testing.assert_allclose(
        conduction_velocity(recording, CABLE, (10, 30), after_ms=2.5), [np.nan, -1.0, np.nan]
    )
    with pytest.raises(InputError, match="sites has 1 compartments, must be the recording's 2"):
        conduction_velocity(recording, CABLE, (10,))


def test_the_classical_laws_are_found_in_their_own_curves() -> None:
    widths = np.array([0.05, 0.1, 0.3, 1.0, 3.0])
    weiss = fit_weiss(widths, 0.2 * (1.0 + 0.35 / widths))
    lapicque = fit_lapicque(widths, 0.2 / (1.0 - 2.0 ** (-widths / 0.35)))
    for fit in (weiss, lapicque):
        assert fit.rheobase == pytest.approx(0.2, rel=1e-6)
        assert fit.chronaxie_ms == pytest.approx(0.35, rel=1e-6)
        assert fit.largest_relative_error < 1e-6


def test_the_laws_fit_published_thresholds_as_published() -> None:
    """McIntyre 2002 fiber of 10 um, 1 mm from a point source, run in PyFibers 0.13."""
    widths = np.array([0.05, 0.1, 0.2, 0.5, 1.0])
    strengths = np.array([0.28867, 0.185232, 0.124154, 0.085271, 0.07482])
    weiss, lapicque = fit_weiss(widths, strengths), fit_lapicque(widths, strengths)
    assert (weiss.rheobase, weiss.chronaxie_ms) == pytest.approx((0.0633, 0.1847), rel=1e-3)
    assert weiss.largest_relative_error == pytest.approx(0.0291, abs=5e-4)
    assert (lapicque.rheobase, lapicque.chronaxie_ms) == pytest.approx((0.07877, 0.1195), rel=1e-3)
    assert lapicque.largest_relative_error == pytest.approx(0.0842, abs=5e-4)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (lambda: fit_weiss(np.ones(1), np.ones(1)), "need as many of each, at least 2"),
        (lambda: fit_weiss(np.ones(2), np.zeros(2)), "must be positive"),
        (lambda: strength_duration(SQUID, PULSE, [1.0], **RUN), r"widths_ms is \[1.0\], must be 2"),
        (
            lambda: strength_duration(SQUID, Inside(0, SquareWave(1e3)), [1.0, 2.0], **RUN),
            "waveform is a SquareWave, must be a pulse with a width",
        ),
        (
            lambda: block_threshold(
                SQUID,
                Outside(field_mV_per_mA(300.0), SquareWave(5000.0)),
                PULSE,
                test_nA=0.01,
                test_ms=5.0,
                **RUN,
            ),
            "test_nA is 0.01: the test pulse sends no spike to compartment 36 even without",
        ),
        (
            lambda: block_threshold(
                SQUID,
                Outside(field_mV_per_mA(300.0), SquareWave(5000.0)),
                PULSE,
                test_nA=10.0,
                test_ms=12.0,
                **RUN,
            ),
            "test_ms is 12.0, must be from 0 to below duration_ms 12.0",
        ),
    ],
)
def test_curves_that_make_no_sense_are_refused(run: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run()


def test_injected_and_applied_pulses_take_their_width() -> None:
    inside = strength_duration(SQUID, PULSE, [0.5, 1.0], **{**INJECTED, "amplitudes": 16})
    assert inside.thresholds[0] > inside.thresholds[1]
    for width, strength in zip(inside.widths_ms, inside.thresholds, strict=True):
        alone = activation_threshold(SQUID, Inside(0, Monophasic(width, 1)), **INJECTED)
        assert strength == pytest.approx(alone.amplitude, rel=1e-3)
    late = Delayed(Monophasic(0.25), 1.0)
    reach = distance_curve(SQUID, late, field_mV_per_mA, [200.0, 400.0], **RUN)
    assert reach[0] < reach[1]
