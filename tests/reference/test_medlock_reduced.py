"""Medlock's circuit with few compartments in its tonic cells and long steps, beside the whole one.

The whole one is held against its archive in `test_cord_presets.py`; `benchmarks/cord.py` times
both.
"""

import pytest

from causalgia.cord.current_clamp import answer_steps
from causalgia.cord.presets.medlock_2022 import REDUCED_TONIC, medlock_2022
from causalgia.cord.presets.medlock_inputs import mechanical_stimulus
from causalgia.cord.published_cells import medlock_bursting, medlock_delayed, medlock_tonic
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Trains
from causalgia.cord.wiring import wiring_of

DURATION_ms, REDUCED_DT_ms = 500.0, 0.05


def test_rates_stay_within_a_tenth_of_those_of_all_compartments() -> None:
    """Of each population, or within 0.6 Hz of where there are few spikes."""
    trains = {name: Trains.of(times) for name, times in mechanical_stimulus(DURATION_ms).items()}
    whole = simulate_network(medlock_2022(), trains, duration_ms=DURATION_ms)
    network = medlock_2022(tonic_compartments=REDUCED_TONIC)
    reduced = simulate_network(network, trains, duration_ms=DURATION_ms, dt_ms=REDUCED_DT_ms)
    assert sum(whole.count(name)[0] for name in whole.events) > 2000
    for name in whole.events:
        expected = whole.rate_Hz(name)[0]
        assert reduced.rate_Hz(name)[0] == pytest.approx(expected, rel=0.1, abs=0.6), name


def test_a_tonic_cell_of_ten_compartments_fires_as_one_of_ninety() -> None:
    """Spikes in half a second of each current, within a twentieth or two spikes."""
    given = {"current_nA": (0.05, 0.1, 0.2, 0.3), "settle_ms": 200.0, "duration_ms": 500.0}
    whole = answer_steps(medlock_tonic(), **given).counts
    reduced = answer_steps(medlock_tonic(*REDUCED_TONIC), **given, dt_ms=REDUCED_DT_ms).counts
    assert min(whole) > 20
    assert reduced == pytest.approx(whole, rel=0.05, abs=2)


def test_delayed_and_bursting_cells_are_computed_side_by_side() -> None:
    """They share shape and currents, so that six populations make one group."""
    assert medlock_delayed().membrane is medlock_bursting().membrane
    assert medlock_bursting(shifted=True).membrane is not medlock_bursting().membrane
    sizes = [group.size for group in wiring_of(medlock_2022(), 0.025).groups]
    assert sizes == [109, 90, 10]
