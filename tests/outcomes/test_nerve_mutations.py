"""What mutations of sodium channels do to neurons and fibers: predictions, not fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.afferents.c_classes import c_lanes, c_recipe
from causalgia.afferents.ganglion import (
    resting_potential_mV,
    rheobase_nA,
    simulate_soma,
)
from causalgia.afferents.genotype import with_channel, with_mutation
from causalgia.afferents.model import FiberModel, scaled, simulate_fiber, with_blocks
from causalgia.afferents.presets.human_ganglion import (
    background,
    human_ganglion,
    human_nav1_7,
    pulse_ms,
)
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.afferents.slowing import conduction_velocity_m_per_s
from causalgia.cable.stimulus import Pulses
from causalgia.channels.blockers import blockers
from causalgia.channels.measured import nav1_9
from causalgia.errors import InputError

HUMAN = human_ganglion(48)
VERMA = verma_2020()
RODENT = with_channel(VERMA, human_nav1_7(22.0))
AXON = tigerholm_2014(4000.0, 1.0, 80)


def active_share(model: FiberModel) -> float:
    """Share of the neurons that fire in 2 s at rest, with the noise of healthy ones."""
    run = simulate_soma(model, duration_ms=2500.0, currents=[background(model, 1)])
    return float(np.mean(run.spike_count(500.0)[0] > 0))


def threshold_nA(model: FiberModel) -> np.ndarray:
    return rheobase_nA(model, width_ms=pulse_ms(), largest_nA=4.0)


def arrival_ms(model: FiberModel) -> np.ndarray:
    """When one action potential passes the far end of an axon."""
    pulse = Pulses((2,), 10.0, 2.0, 0.3)
    run = simulate_fiber(model, duration_ms=60.0, currents=[pulse], spikes=(70,), every_ms=0.5)
    return run.spike_times_ms(0, 0)


def test_one_copy_of_an_erythromelalgia_mutation_lowers_threshold_and_fires_by_itself() -> None:
    carrier = with_mutation(HUMAN, "S241T")
    assert np.median(threshold_nA(carrier) / threshold_nA(HUMAN)) < 0.7
    assert active_share(HUMAN) < 0.05
    assert active_share(carrier) > 0.4


@pytest.mark.parametrize(("name", "low_mV", "high_mV"), [("S241T", 0.5, 6.0)])
def test_it_depolarizes_by_a_few_millivolts(name: str, low_mV: float, high_mV: float) -> None:
    # 4-6 mV in small rodent neurons (Yang 2018, abstract read)
    rise = resting_potential_mV(with_mutation(HUMAN, name)) - resting_potential_mV(HUMAN)
    assert low_mV < np.median(rise) < high_mV


@pytest.mark.xfail(
    strict=True,
    reason="+16 mV in the median neuron, which rests at one of two places; 4-6 mV were measured",
)
def test_l858h_depolarizes_by_no_more_than_measured() -> None:
    rise = resting_potential_mV(with_mutation(HUMAN, "L858H")) - resting_potential_mV(HUMAN)
    assert np.median(rise) < 8.0


def test_nav1_7_and_nav1_8_blockers_reduce_it_differently() -> None:
    carrier = with_mutation(HUMAN, "L858H")
    share = {None: active_share(carrier)}
    for drug, dose in {"pf_05089771": 0.1, "suzetrigine": 0.01}.items():
        share[drug] = active_share(
            with_blocks(carrier, blockers(drug, dose, carrier.membrane.channels))
        )
    assert share["pf_05089771"] < 0.2 * share[None]
    assert share["pf_05089771"] < share["suzetrigine"] < share[None]


def rodent_threshold_nA(model: FiberModel) -> float:
    return float(rheobase_nA(model, width_ms=200.0, largest_nA=0.4)[0])


def test_the_published_rodent_neuron_hardly_feels_them() -> None:
    # Verma's neuron is driven by Nav1.8, and its Nav1.7 opens 12 mV later than the clone's.
    healthy, usual, large = (
        rodent_threshold_nA(model)
        for model in (
            VERMA,
            with_mutation(VERMA, "L858H"),
            with_mutation(VERMA, "delL955"),
        )
    )
    assert 0.97 * healthy < usual < healthy
    assert 0.85 * healthy < large < 0.95 * healthy


@pytest.mark.parametrize(("name", "left"), [("L848H", 0.9), ("I234T", 0.6)])
@pytest.mark.parametrize("cut", [0.25, 0.5])
def test_cutting_nav1_8_reverses_the_rodent_phenotype(name: str, left: float, cut: float) -> None:
    # 25-50 % reverse hyperexcitability (Vasylyev 2024, abstract read), with human Nav1.7 put into
    # the rodent neuron as there.
    carrier = with_mutation(RODENT, name)
    healthy, ill, cured = (
        rodent_threshold_nA(model)
        for model in (RODENT, carrier, scaled(carrier, {"nav1_8": 1.0 - cut}))
    )
    assert ill < left * healthy
    assert cured > ill + 0.5 * (healthy - ill)


@pytest.mark.xfail(
    strict=True,
    reason="in human neurons half of Nav1.8 leaves 67 of 79 % active and the threshold as low",
)
def test_cutting_nav1_8_reverses_the_human_phenotype() -> None:
    carrier = with_mutation(HUMAN, "S241T")
    assert active_share(scaled(carrier, {"nav1_8": 0.5})) < 0.5 * active_share(carrier)


def test_loss_of_nav1_7_makes_the_neuron_harder_to_fire() -> None:
    carrier = with_mutation(HUMAN, "null", copies=2, channel="nav1_7")
    assert np.median(threshold_nA(carrier) / threshold_nA(HUMAN)) > 1.2


@pytest.mark.xfail(
    strict=True,
    reason="the axon of Tigerholm conducts without Nav1.7, 13 % slower: its Nav1.8 suffices",
)
def test_loss_of_nav1_7_silences_the_c_fiber() -> None:
    assert not arrival_ms(with_mutation(AXON, "null", copies=2, channel="nav1_7")).size


@pytest.mark.parametrize("name", ["c_polymodal", "c_silent"])
def test_the_librarys_own_nociceptors_need_nav1_7_and_conduct_without_nav1_8(name: str) -> None:
    # No prediction: their densities were chosen so. That slowing, recovery cycle and block at 4 Hz
    # come out with them, is held elsewhere.
    recipe = c_recipe(name)
    without = [replace(recipe, folds={**recipe.folds, each: 0.0}) for each in ("nav1_7", "nav1_8")]
    lost, spared = conduction_velocity_m_per_s(c_lanes([*without], 4000.0, 80))
    assert np.isnan(lost)
    assert spared > 0.5


def test_loss_of_nav1_8_silences_the_c_fiber_and_loss_of_nav1_7_slows_it() -> None:
    healthy = arrival_ms(AXON)
    assert healthy.size == 1
    assert arrival_ms(with_mutation(AXON, "null", copies=2, channel="nav1_7"))[0] > healthy[0]
    assert not arrival_ms(with_mutation(AXON, "null", copies=2, channel="nav1_8")).size


def test_a_carrier_has_both_channels_and_the_healthy_sum() -> None:
    carrier = with_mutation(HUMAN, "L858H")
    names = list(carrier.membrane.names)
    assert names[:2] == ["nav1_7", "nav1_7_L858H"]
    densities = carrier.electrics.densities_S_per_cm2
    assert densities[0] + densities[1] == pytest.approx(HUMAN.electrics.densities_S_per_cm2[0])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="can be in any channel: say which"):
        with_mutation(HUMAN, "null")
    with pytest.raises(InputError, match="no channel 'nav1_9' in verma_2020"):
        with_mutation(RODENT, "I381T")
    with pytest.raises(InputError, match="no channel 'nav1_9' in verma_2020"):
        with_channel(RODENT, nav1_9(22.0))
    drugged = with_blocks(HUMAN, blockers("suzetrigine", 0.01, HUMAN.membrane.channels))
    with pytest.raises(InputError, match="already has a drug"):
        with_mutation(drugged, "L858H")
