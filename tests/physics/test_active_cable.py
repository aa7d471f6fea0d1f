"""The Hodgkin-Huxley cable: what must hold whatever the machine, the batch or the precision."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest

from causalgia.cable import Electrics, Recorder, Recording, Section, cable_of, simulate, unbranched
from causalgia.cable.electrodes import point_source_mV_per_mA
from causalgia.cable.stimulus import Extracellular, MembraneNoise, Pulses, Sampled
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane
from causalgia.errors import InputError, SimulationDiverged

SQUID = hodgkin_huxley_membrane()
CABLE = unbranched(6000.0, 10.0, 60)
DENSITIES = np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None]
ELECTRICS = Electrics(DENSITIES * np.ones((3, 60, 1)))
DEFAULTS = {"duration_ms": 8.0, "dt_ms": 0.025, "recorder": Recorder((30, 55), (15, 45))}
PULSE = Pulses((0,), 0.5, 1.0, 5.0)


def squid(electrics: Electrics = ELECTRICS, **options: object) -> Recording:
    return simulate(CABLE, SQUID, electrics, **{**DEFAULTS, **options})


def differing_lanes(batch: int) -> Electrics:
    fold = np.linspace(0.8, 1.4, batch)
    return replace(ELECTRICS, densities_S_per_cm2=ELECTRICS.densities_S_per_cm2 * fold)


def test_a_pulse_travels_and_stays_at_rest_without() -> None:
    run = squid(currents=[PULSE])
    first, second = run.spike_times_ms(0, 0), run.spike_times_ms(1, 0)
    assert len(first) == len(second) == 1
    velocity_m_per_s = 1e-3 * 3000.0 / (second[0] - first[0])
    assert 0.5 < velocity_m_per_s < 2.0
    quiet = squid()
    assert not np.isfinite(quiet.crossing_ms).any()
    assert np.abs(quiet.voltage_mV + 65.0).max() < 0.2


def test_lanes_do_not_know_each_other() -> None:
    batch = 7
    together = squid(differing_lanes(batch), batch=batch, currents=[PULSE])
    assert len(np.unique(together.crossing_ms[np.isfinite(together.crossing_ms)])) == 2 * batch
    backward = squid(
        replace(
            ELECTRICS, densities_S_per_cm2=differing_lanes(batch).densities_S_per_cm2[..., ::-1]
        ),
        batch=batch,
        currents=[PULSE],
    )
    np.testing.assert_allclose(
        together.voltage_mV, backward.voltage_mV[..., ::-1], atol=2e-3, rtol=0
    )
    lane = 4
    alone = squid(
        replace(
            ELECTRICS, densities_S_per_cm2=differing_lanes(batch).densities_S_per_cm2[..., [lane]]
        ),
        currents=[PULSE],
    )
    np.testing.assert_allclose(
        together.voltage_mV[..., [lane]], alone.voltage_mV, atol=2e-3, rtol=0
    )


def test_the_number_of_workers_changes_nothing() -> None:
    batch = 300  # three blocks
    amplitudes = np.linspace(1.0, 6.0, batch)[None]
    options = {
        "batch": batch,
        "duration_ms": 3.0,
        "currents": [
            replace(PULSE, amplitude_nA=amplitudes),
            MembraneNoise((10, 30), np.asarray(0.05), jax.random.key(3), batch),
        ],
    }
    one, two = squid(workers=1, **options), squid(workers=2, **options)
    np.testing.assert_array_equal(one.final_voltage_mV, two.final_voltage_mV)
    np.testing.assert_array_equal(one.crossing_ms, two.crossing_ms)
    few = squid(
        batch=5,
        duration_ms=3.0,
        currents=[
            replace(PULSE, amplitude_nA=amplitudes[:, :5]),
            MembraneNoise((10, 30), np.asarray(0.05), jax.random.key(3), 5),
        ],
    )
    np.testing.assert_allclose(few.voltage_mV, one.voltage_mV[..., :5], atol=2e-3, rtol=0)


def test_single_precision_follows_double_precision() -> None:
    single, double = (squid(currents=[PULSE], precision=p) for p in ("float32", "float64"))
    assert double.voltage_mV.dtype == np.float64
    np.testing.assert_allclose(single.voltage_mV, double.voltage_mV, atol=5e-3, rtol=0)
    for site in (0, 1):
        np.testing.assert_allclose(
            single.spike_times_ms(site, 0), double.spike_times_ms(site, 0), atol=1e-5
        )


def test_spike_times_are_interpolated_within_a_step() -> None:
    run = squid(currents=[PULSE], recorder=Recorder((15,), (15,), every_ms=0.025))
    (time,) = run.spike_times_ms(0, 0)
    trace = run.voltage_mV[:, 0, 0]
    after = int(np.argmax(trace >= -20.0))
    expected = np.interp(-20.0, trace[after - 1 : after + 1], run.time_ms[after - 1 : after + 1])
    assert time == pytest.approx(expected, abs=1e-5)
    assert run.spike_count(after_ms=time + 0.1).sum() == 0
    coarse = squid(currents=[PULSE], recorder=Recorder((), (15,), every_ms=2.0))
    assert coarse.spike_times_ms(0, 0)[0] == pytest.approx(time, abs=1e-4)


def test_a_uniform_field_does_nothing_and_a_gradient_excites_the_end_it_leaves() -> None:
    steps = np.ones((400, 1))
    uniform = squid(extracellular=Extracellular(np.full((60, 1), 500.0), steps))
    # 500 mV leave seven digits less room in float32
    np.testing.assert_allclose(uniform.voltage_mV, squid().voltage_mV, atol=1e-2)
    slope = np.linspace(40.0, 0.0, 60)[:, None]  # the end of the cable is the more negative
    ends = {"recorder": Recorder((0, 59)), "duration_ms": 1.0}
    near, far = squid(extracellular=Extracellular(slope, steps), **ends).voltage_mV[-1, :, 0]
    assert near < -66.0 < -64.0 < far


def test_a_cathode_excites_at_a_lower_current_than_an_anode() -> None:
    shape = point_source_mV_per_mA(CABLE.position_um, 500.0, 3050.0, 300.0)[:, None]
    strengths = np.array([[-1.0, 1.0]]) * 0.6
    field = Extracellular(shape, np.repeat(strengths, 8, axis=0))
    run = squid(extracellular=field, batch=2)
    assert run.spike_count()[:, 0].tolist() == [1, 1]
    assert run.spike_count()[:, 1].tolist() == [0, 0]


def test_pulses_repeat_and_samples_hold() -> None:
    train = Pulses((0, 2), np.asarray([[0.5], [1.5]]), 0.5, 0.1, 2.0, 3)
    dt = 0.025
    shapes = [
        np.asarray(train.current_nA(np.float64(step * dt), step, np.float64(dt)))[:, 0]
        for step in range(400)
    ]
    on = np.array(shapes) > 0
    assert on.sum(axis=0).tolist() == [60, 60]
    assert np.flatnonzero(on[:, 0])[[0, 20, 40]].tolist() == [20, 100, 180]
    samples = np.array([[[0.5]], [[-0.2]]])
    held = Sampled((0,), samples, hold=3)
    values = [float(held.current_nA(None, step, None)[0, 0]) for step in range(8)]
    np.testing.assert_allclose(values, [0.5] * 3 + [-0.2] * 3 + [0.0] * 2, rtol=1e-6)


def test_noise_has_the_strength_asked_for() -> None:
    """A leaky patch turns white current into a variance of strength^2 R / (2 C)."""
    patch = unbranched(100.0, 10.0, 1)
    area, leak, batch = float(patch.area_cm2[0]), 1e-3, 128
    noise = MembraneNoise((0,), np.asarray(0.02), jax.random.key(0), batch)
    run = simulate(
        patch,
        SQUID,
        Electrics(np.zeros((3, 1, 1)), passive_S_per_cm2=np.full((1, 1), leak)),
        duration_ms=60.0,
        dt_ms=0.01,
        batch=batch,
        currents=[noise],
        recorder=Recorder((0,), every_ms=1.0),
    )
    settled = run.voltage_mV[10:, 0] + 65.0
    conductance_uS, capacitance_nF = 1e6 * leak * area, 1e3 * area
    expected = 0.02**2 / (2.0 * conductance_uS * capacitance_nF)
    assert settled.var() == pytest.approx(expected, rel=0.05)
    assert abs(settled.mean()) < 0.05 * np.sqrt(expected)


def test_a_runaway_stops_with_time_place_and_parameters() -> None:
    batch = 3
    densities = np.repeat(ELECTRICS.densities_S_per_cm2, batch, axis=2)
    cable = cable_of(
        [Section("axon", 3000.0, 10.0, 30), Section("end", 3000.0, 10.0, 30, parent="axon")]
    )
    densities[2, 41, 1] = 0.02
    torrent = Pulses((41,), 2.0, 1.0, np.array([[0.0, 1e7, 0.0]]))
    with pytest.raises(SimulationDiverged) as stop:
        simulate(cable, SQUID, Electrics(densities), batch=batch, currents=[torrent], **DEFAULTS)
    message = str(stop.value)
    for part in ("lane 1", "section 'end'", "4150 um", "sodium 0.12", "leak 0.02", " ms "):
        assert part in message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dt_ms": 0.0}, "dt_ms is 0.0 and duration_ms 8.0: need 0 < dt_ms"),
        ({"duration_ms": -1.0}, "duration_ms -1.0"),
        ({"batch": 0}, "batch is 0"),
        ({"precision": "float16"}, "precision is 'float16'; allowed: float32, float64"),
        ({"active": (0, 99)}, "active: compartment 99 is not one of the cable's 60"),
        ({"active": (5, 5)}, "active: a compartment is named twice"),
        ({"recorder": Recorder((-1,))}, "recorder.voltage: compartment -1"),
        ({"currents": [Pulses((60,), 0.0, 1.0, 1.0)]}, "site 60 is not a compartment"),
        (
            {"dt_ms": 2.0, "currents": [PULSE]},
            "dt_ms is 2, must be at most 1, the width of a pulse",
        ),
        ({"electrics": Electrics(-ELECTRICS.densities_S_per_cm2)}, "density of 'sodium' is -0.12"),
        ({"active": (1, 2)}, r"has shape \(3, 60, 1\), must be \(3 currents, 2 active"),
    ],
)
def test_runs_that_make_no_sense_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        squid(**options)
