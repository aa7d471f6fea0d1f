"""Neurons of the dorsal horn fire as their type does, and do so because of their channels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.cord.cells import CellType
from causalgia.cord.current_clamp import StepAnswer, answer_steps, firing_type
from causalgia.cord.firing import (
    LAMINA_II,
    delayed_neuron,
    lamina_ii_neuron,
    nociceptive_specific_neuron,
    single_spiking_neuron,
    tonic_neuron,
    transient_neuron,
    wide_dynamic_range_neuron,
)
from causalgia.cord.published_cells import aguiar_projection
from causalgia.errors import InputError
from causalgia.evidence import Parameter, parameters

FIRST_nA = -0.005
# steps (nA) from near the rheobase to about twice of it at which the type shows
SHOWING_nA = {
    "tonic": (0.03, 0.04, 0.06),
    "delayed": (0.025, 0.03, 0.035),
    "transient": (0.05, 0.06, 0.08),
    "single": (0.06, 0.08, 0.1),
}


def _without(cell: CellType, current: str) -> CellType:
    """The neuron with one of its currents blocked."""
    densities = cell.electrics.densities_S_per_cm2.copy()
    assert densities[cell.membrane.names.index(current)].max() > 0
    densities[cell.membrane.names.index(current)] = 0.0
    return replace(cell, electrics=replace(cell.electrics, densities_S_per_cm2=densities))


def _within(value: float, kept: Parameter) -> bool:
    assert kept.low is not None
    assert kept.high is not None
    return kept.low <= value <= kept.high


@pytest.mark.parametrize("firing", list(LAMINA_II))
def test_neurons_of_lamina_ii_fire_as_their_type_and_lie_in_the_measured_ranges(
    firing: str,
) -> None:
    below_nA = np.arange(0.01, 0.066, 0.005)
    steps = (FIRST_nA, *below_nA, *SHOWING_nA[firing])
    answer = answer_steps(lamina_ii_neuron(firing), steps)
    shown = answer.types()[-len(SHOWING_nA[firing]) :]
    assert shown == (firing,) * len(shown)
    for value, name in (
        (answer.rest_mV, "kept_rest"),
        (answer.input_resistance_MOhm, "kept_input_resistance"),
        (1e3 * answer.rheobase_nA, "kept_rheobase"),
    ):
        assert _within(value, parameters("causalgia_cord_cells")[name]), (name, value)


def test_kv4_delays_the_first_spike() -> None:
    steps = SHOWING_nA["delayed"]
    intact = answer_steps(delayed_neuron(), steps)
    blocked = answer_steps(_without(delayed_neuron(), "kv4"), steps)
    assert set(intact.types()) == {"delayed"}
    assert set(blocked.types()) == {"tonic"}
    for before, after in zip(intact.spikes_ms, blocked.spikes_ms, strict=True):
        assert before[0] > 4.0 * after[0]


def test_kv1_keeps_a_neuron_to_one_spike() -> None:
    steps = SHOWING_nA["single"]
    blocked = answer_steps(_without(single_spiking_neuron(), "kv1"), steps)
    assert set(blocked.types()) == {"tonic"}


def test_the_m_current_ends_the_firing_of_a_transient_neuron() -> None:
    blocked = answer_steps(_without(transient_neuron(), "m_current"), SHOWING_nA["transient"])
    assert set(blocked.types()) == {"tonic"}


def test_the_faster_a_tonic_neuron_is_driven_the_faster_it_fires() -> None:
    counts = answer_steps(tonic_neuron(), (0.03, 0.04, 0.06)).counts
    assert list(counts) == sorted(set(counts))
    # per second, a little above the rheobase and at three times of it
    assert 10 < counts[0] < 40
    assert 80 < counts[-1] < 150


def test_neurons_of_lamina_ii_differ_in_densities_only() -> None:
    first, *others = (lamina_ii_neuron(firing) for firing in LAMINA_II)
    for other in others:
        assert other.cable is first.cable
        assert other.membrane is first.membrane
        assert other.input_site == first.input_site
        assert not np.array_equal(
            other.electrics.densities_S_per_cm2, first.electrics.densities_S_per_cm2
        )


def test_a_nociceptive_specific_neuron_needs_more_current_than_any_of_lamina_ii() -> None:
    answer = answer_steps(nociceptive_specific_neuron(), (FIRST_nA, 0.06, 0.08, 0.12))
    assert answer.counts[1] == 0
    assert answer.types()[2:] == ("tonic", "tonic")
    assert -67.0 < answer.rest_mV < -58.0
    kept = parameters("causalgia_cord_cells")["kept_rheobase"]
    assert kept.high is not None
    assert 1e3 * answer.rheobase_nA > kept.high


def test_a_wide_dynamic_range_neuron_of_few_compartments_fires_as_the_published_one() -> None:
    steps = (0.04, 0.06, 0.12)
    compact = answer_steps(wide_dynamic_range_neuron(), steps)
    published = answer_steps(aguiar_projection(), steps)
    assert compact.counts == published.counts
    assert compact.counts[0] == 0
    assert compact.rest_mV == pytest.approx(published.rest_mV, abs=0.01)


def test_calcium_speeds_a_wide_dynamic_range_neuron_up_and_slows_it_down() -> None:
    cell, steps = wide_dynamic_range_neuron(), (0.06,)
    (intact,) = answer_steps(cell, steps).counts
    (without_cation,) = answer_steps(_without(cell, "calcium_activated_cation"), steps).counts
    (without_potassium,) = answer_steps(_without(cell, "calcium_activated_potassium"), steps).counts
    assert without_cation < 0.95 * intact
    assert without_potassium > 1.5 * intact


@pytest.mark.parametrize(
    ("spikes_ms", "expected"),
    [
        ([], "silent"),
        ([5.0], "single"),
        ([700.0], "single"),
        ([5.0, 20.0, 60.0], "transient"),
        ([5.0, 400.0, 950.0], "tonic"),
        ([150.0, 400.0, 950.0], "delayed"),
    ],
)
def test_trains_are_named_by_their_start_and_end(spikes_ms: list[float], expected: str) -> None:
    assert firing_type(np.asarray(spikes_ms), 1000.0) == expected


def test_a_silent_neuron_has_no_rheobase() -> None:
    nothing = np.zeros(0)
    answer = StepAnswer(np.array([0.01]), 1000.0, -60.0, np.array([-55.0]), (nothing,))
    assert answer.rheobase_nA == np.inf


def test_what_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"firing is .tonik.; .*tonic"):
        lamina_ii_neuron("tonik")
    with pytest.raises(InputError, match="current_nA"):
        answer_steps(tonic_neuron(), ())
