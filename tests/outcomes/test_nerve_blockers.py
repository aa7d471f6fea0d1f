"""State-dependent blockers act where and when channels are used: predictions of the rates."""

from __future__ import annotations

import pytest

from causalgia.afferents.ganglion import simulate_soma
from causalgia.afferents.model import with_blocks
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.cable.stimulus import Pulses
from causalgia.channels.block_clamp import half_maximal_uM, pulse_train
from causalgia.channels.blockers import blockers
from causalgia.channels.sodium import nav1_7, nav1_8

NAV1_7 = nav1_7(37.0)
NEURON = verma_2020()


def left_after(drug: str, dose_uM: float, rate_Hz: float) -> float:
    """Peak of the last pulse of 10 s of a train, of the first, per that without the drug."""
    (block,) = blockers(drug, dose_uM, [NAV1_7])
    pulses = max(2, round(10.0 * rate_Hz))
    trains = [
        pulse_train(NAV1_7, given, rate_Hz=rate_Hz, pulses=pulses, holding_mV=-80.0, pulse_ms=10.0)[
            -1, 0
        ]
        for given in (block, None)
    ]
    return float(trains[0] / trains[1])


def test_block_is_deeper_at_high_rates() -> None:
    left = [left_after("lidocaine", 50.0, rate) for rate in (0.5, 5.0, 20.0)]
    assert left[0] > 0.95
    assert left[0] > left[1] > left[2]
    assert left[2] < 0.8


@pytest.mark.parametrize("channel", [nav1_8(22.0)])
def test_depolarization_makes_lidocaine_stronger_on_tetrodotoxin_resistant_current(channel) -> None:
    # 5 times from -90 to -60 mV (Brau 2001, abstract read); here 9, see its slow inactivation
    (block,) = blockers("lidocaine", 1.0, [channel])
    gain = half_maximal_uM(channel, block, -90.0) / half_maximal_uM(channel, block, -60.0)
    assert 3.0 < gain < 12.0


def test_lidocaine_lets_a_slow_train_through_and_cuts_a_fast_one() -> None:
    drugged = with_blocks(NEURON, blockers("lidocaine", 30.0, NEURON.membrane.channels))
    counts = {}
    for name, model in {"free": NEURON, "drugged": drugged}.items():
        for rate in (2.0, 20.0):
            train = Pulses((0,), 10.0, 5.0, 0.12, 1e3 / rate, 1e9)
            run = simulate_soma(model, duration_ms=2000.0, currents=[train], dt_ms=0.02)
            counts[name, rate] = int(run.spike_count()[0, 0])
    assert counts["drugged", 2.0] == counts["free", 2.0] == 4
    assert counts["drugged", 20.0] < 0.6 * counts["free", 20.0]
