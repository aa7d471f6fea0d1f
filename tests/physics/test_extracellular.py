"""A fiber in a field: cable theory, NEURON, and the laws that electrical stimulation obeys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.afferents.model import FiberModel
from causalgia.cable import Electrics, Recorder, simulate, unbranched
from causalgia.cable.conduction_block import block_threshold
from causalgia.cable.electrodes import (
    Medium,
    PointElectrode,
    potential_mV_per_mA,
    straight_path_um,
)
from causalgia.cable.field_samples import FieldSamples
from causalgia.cable.stimulus import Extracellular
from causalgia.cable.strength_duration import distance_curve, strength_duration
from causalgia.cable.thresholds import (
    Inside,
    Outside,
    activation_threshold,
    conduction_velocity,
    stimulate,
    thresholds,
)
from causalgia.cable.waveforms import Biphasic, Monophasic, SquareWave
from causalgia.channels import Membrane
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane
from causalgia.errors import InputError

SIZE = 100
CABLE = unbranched(10000.0, 10.0, SIZE)
PATH_um = straight_path_um(CABLE)
UNDER, FAR = 30, 90
TISSUE = Medium(0.3)
DENSITIES = np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None]
SQUID = FiberModel(
    name="squid",
    cable=CABLE,
    membrane=hodgkin_huxley_membrane(),
    electrics=Electrics(DENSITIES * np.ones((3, SIZE, 1))),
    initial_mV=-65.0,
    dt_ms=0.0125,
    crossing_mV=-20.0,
    source="hodgkin_huxley_1952",
    description="Ten micrometers thick, at 6.3 degC",
)
# 64 lanes in all searches, so that few programs are compiled.
RUN = {"at": FAR, "duration_ms": 16.0, "between": (0.01, 20.0)}


def field_mV_per_mA(distance_um: float, medium: Medium = TISSUE) -> np.ndarray:
    electrode = PointElectrode((0.0, distance_um, float(PATH_um[UNDER, 2])))
    return potential_mV_per_mA(electrode, PATH_um, medium)


def test_a_wave_of_potential_polarizes_a_passive_cable_as_cable_theory_says() -> None:
    r"""With $\phi = \cos kz$ between sealed ends, $V = -\phi\,q/(1+q)\,(1-e^{-(1+q)t/\tau})$.

    Here $q = \lambda^2 k^2$. A cosine is an eigenvector of the compartments as well, with
    $k^2 = 2(1-\cos kh)/h^2$, and a step of backward Euler divides by $1 + (1+q)\,dt/\tau$.
    """
    leak, length, dt, steps = 1e-3, 4000.0, 0.01, 60
    cable = unbranched(length, 4.0, 50)
    constant_um = 1e4 * np.sqrt(0.5 * 2e-4 / (100.0 * leak))
    wave = 3.0 * np.pi / length
    step_um = length / 50
    squared = 2.0 * (1.0 - np.cos(wave * step_um)) / step_um**2
    assert squared == pytest.approx(wave**2, rel=0.01)
    q = constant_um**2 * squared
    outside = 10.0 * np.cos(wave * cable.position_um)
    run = simulate(
        cable,
        Membrane.of([], {}),
        Electrics(np.zeros((0, 50, 1)), passive_S_per_cm2=np.full((50, 1), leak)),
        duration_ms=steps * dt,
        dt_ms=dt,
        initial_mV=-65.0,
        extracellular=Extracellular(outside[:, None], np.ones((steps, 1))),
        recorder=Recorder((0, 17, 49), every_ms=dt),
        precision="float64",
    )
    decay = (1.0 + (1.0 + q) * dt) ** -np.arange(1.0, steps + 1)
    expected = -outside[[0, 17, 49]] * q / (1.0 + q) * (1.0 - decay[:, None])
    assert np.abs(expected).max() > 2.0
    np.testing.assert_allclose(run.voltage_mV[:, :, 0] + 65.0, expected, atol=1e-9)


def test_the_threshold_is_that_of_neuron_within_half_a_percent() -> None:
    neuron = pytest.importorskip("neuron", reason="NEURON publishes no wheel for this platform")
    shape = field_mV_per_mA(500.0)
    found = activation_threshold(SQUID, Outside(shape, Monophasic(0.2)), **RUN)
    hoc = neuron.h
    hoc.load_file("stdrun.hoc")
    hoc.usetable_hh, hoc.celsius, hoc.secondorder, hoc.dt = 0, 6.3, 0, SQUID.dt_ms
    axon = hoc.Section(name="axon")
    axon.L, axon.diam, axon.nseg, axon.Ra, axon.cm = 10000.0, 10.0, SIZE, 100.0, 1.0
    axon.insert("hh")
    axon.insert("extracellular")
    segments = list(axon)

    def apply(potential_mV: np.ndarray) -> None:
        for segment, value in zip(segments, potential_mV, strict=True):
            segment.e_extracellular = value

    def spike_ms(amplitude_mA: float) -> float:
        apply(np.zeros(SIZE))
        hoc.finitialize(-65.0)
        for step in range(round(16.0 / SQUID.dt_ms)):
            if step in (0, 16):
                apply(-amplitude_mA * shape if step == 0 else np.zeros(SIZE))
            hoc.fadvance()
            if segments[FAR].v >= SQUID.crossing_mV:
                return float(hoc.t)
        return np.inf

    assert spike_ms(0.995 * found.amplitude) == np.inf
    theirs = spike_ms(1.005 * found.amplitude)
    grid = np.full((1, 64), 1.005 * found.amplitude)
    outside = [Outside(shape, Monophasic(0.2))]
    ours = stimulate(SQUID, outside, grid, sites=(FAR,), duration_ms=16.0).spike_times_ms(0, 0)
    assert ours[0] == pytest.approx(theirs, rel=0.01)


def test_a_cathode_excites_beneath_it_and_an_anode_beside_it_at_more_current() -> None:
    shape = field_mV_per_mA(500.0)
    cathode, anode = Outside(shape, Monophasic(0.2, -1)), Outside(shape, Monophasic(0.2, 1))
    down, up = thresholds(SQUID, [cathode, anode], **RUN, amplitudes=32)
    # Ranck (1975): anodes beside an axon need about 3 to 8 times the current of cathodes.
    assert 3.0 < up.amplitude / down.amplitude < 8.0
    sites = (UNDER, UNDER + 8, UNDER + 16, FAR)
    for stimulus, found, starts in ((cathode, down, (0,)), (anode, up, (1, 2))):
        grid = np.full((1, 64), 1.05 * found.amplitude)
        run = stimulate(SQUID, [stimulus], grid, sites=sites, duration_ms=16.0)
        times = [run.spike_times_ms(site, 0)[0] for site in range(4)]
        assert int(np.argmin(times)) in starts
        velocity = conduction_velocity(run, CABLE, sites)[0]
        assert 0.5 < velocity < 2.0


def test_a_longer_pulse_needs_less_current_and_more_charge() -> None:
    widths = np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4])
    curve = strength_duration(
        SQUID, Outside(field_mV_per_mA(500.0), Monophasic(1.0)), list(widths), **RUN, amplitudes=8
    )
    assert (np.diff(curve.thresholds) < 0).all()
    charge = widths * curve.thresholds
    assert (np.diff(charge) > 0).all()
    # Weiss: charge is a straight line of the width. The squid axon accommodates to long pulses.
    short = slice(0, 6)
    line = np.polyfit(widths[short], charge[short], 1)
    assert np.abs(np.polyval(line, widths[short]) / charge[short] - 1.0).max() < 0.05
    assert curve.weiss.rheobase < curve.thresholds[-1]
    assert curve.weiss.largest_relative_error < 0.1


def test_a_recovery_phase_costs_current_and_a_gap_gives_it_back() -> None:
    shape = field_mV_per_mA(500.0)
    waves = [Monophasic(0.1), Biphasic(0.1, gap_ms=0.5), Biphasic(0.1, gap_ms=0.1), Biphasic(0.1)]
    found = thresholds(SQUID, [Outside(shape, wave) for wave in waves], **RUN, amplitudes=16)
    strengths = [threshold.amplitude for threshold in found]
    assert strengths == sorted(strengths) and strengths[0] < 0.9 * strengths[3]


def test_distance_raises_the_threshold_with_a_power_of_one_to_three() -> None:
    distances = np.array([200.0, 400.0, 800.0, 1600.0])
    curve = distance_curve(
        SQUID, Monophasic(0.2), field_mV_per_mA, list(distances), **RUN, amplitudes=16
    )
    powers = np.diff(np.log(curve)) / np.diff(np.log(distances))
    # Near, the length constant of the fiber is longer than the field; far, it follows the third
    # power of the second derivative.
    assert (np.diff(powers) > 0).all() and powers[0] > 1.0 and powers[-1] < 3.0


def test_a_medium_that_conducts_better_along_is_an_electrode_farther_off() -> None:
    """Stretched by the root of the ratio of conductivities, space is that across the fiber."""
    along, across = 0.6, 0.15
    stimuli = [
        Outside(field_mV_per_mA(distance, medium), Monophasic(0.2))
        for distance, medium in (
            (400.0, Medium(along, across)),
            (800.0, Medium(across)),
            (400.0, Medium(across)),
            (400.0, Medium(along)),
        )
    ]
    found = thresholds(SQUID, stimuli, **RUN, amplitudes=16)
    stretched, farther, better_across, better_along = (each.amplitude for each in found)
    assert stretched == pytest.approx(farther, rel=1e-3)
    # Potential is inverse to the conductivity of an isotropic medium, and so is its effect.
    assert better_along / better_across == pytest.approx(along / across, rel=3e-3)


def test_a_sampled_field_excites_like_the_field_it_was_sampled_from() -> None:
    places = np.linspace(0.0, 10000.0, 67)
    electrode = PointElectrode((0.0, 500.0, float(PATH_um[UNDER, 2])))
    line = np.stack([np.zeros(67), np.zeros(67), places], axis=1)
    samples = FieldSamples(places, potential_mV_per_mA(electrode, line, TISSUE))
    pulse = Monophasic(0.2)
    stimuli = [Outside(samples.onto(CABLE), pulse), Outside(field_mV_per_mA(500.0), pulse)]
    sampled, exact = thresholds(SQUID, stimuli, **RUN, amplitudes=32)
    assert sampled.amplitude == pytest.approx(exact.amplitude, rel=0.01)


def test_kilohertz_blocks_the_squid_axon_from_four_kilohertz_on() -> None:
    """Zhao (2014): the block threshold of this axon rises with a symmetric wave's frequency."""
    cable = unbranched(6000.0, 10.0, 60)
    axon = replace(
        SQUID,
        cable=cable,
        electrics=Electrics(DENSITIES * np.ones((3, 60, 1))),
        dt_ms=0.00625,
    )
    path = straight_path_um(cable)
    shape = potential_mV_per_mA(PointElectrode((0.0, 500.0, 3050.0)), path, TISSUE)
    test = {
        "test": Inside(0, Monophasic(1.0, 1)),
        "test_nA": 10.0,
        "test_ms": 18.0,
        "at": 55,
        "duration_ms": 30.0,
        "between": (0.5, 60.0),
        "amplitudes": 16,
        "tolerance": 0.02,
    }
    found = [
        block_threshold(axon, Outside(shape, SquareWave(rate_Hz)), **test)
        for rate_Hz in (5000.0, 10000.0, 20000.0)
    ]
    strengths = np.array([each.amplitude_mA for each in found])
    assert (strengths[1:] / strengths[:-1] > 1.4).all()
    for each in found:
        # The field excites when it begins, and is silent before the test pulse comes.
        assert each.onset_spikes >= 1 and each.onset_end_ms < 12.0
        assert each.below_mA < each.amplitude_mA <= each.below_mA / 0.98
    with pytest.raises(InputError, match="never blocks at the 15 amplitudes"):
        block_threshold(axon, Outside(shape, SquareWave(1000.0)), **test)
