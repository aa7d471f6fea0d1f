"""Receptive endings in the laboratory: heat, cold, pressure, chemicals and inflammation."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.heat import heat_responses
from causalgia.afferents.terminals import Stimulus, c_ending, respond, sensitized_ending
from causalgia.evidence import parameter

SKIN = np.full(200, 32.0)


def counts(name: str, stimuli: list[Stimulus]) -> np.ndarray:
    """Spikes that each stimulus sends from a class of ending."""
    return respond(c_ending(name), stimuli).spike_count(after_ms=500.0)[1]


@pytest.fixture(scope="module")
def heat():
    """A healthy ending heated at 2 and 6 degC/s."""
    return heat_responses(c_ending("c_polymodal"), ramps_degC_per_s=(2.0, 6.0), repeats=6)


def test_a_polymodal_ending_fires_from_41_5_degC(heat) -> None:
    # 41.5 (SEM 0.6) at 2 and 41.9 (0.7) at 6 degC/s; the project asks for 1.5 degC.
    for index, ramp in enumerate(("2", "6")):
        measured = parameter(f"yarnitsky_1992/threshold_{ramp}_degC_per_s").value
        assert heat.threshold_degC[index] == pytest.approx(measured, abs=1.5)


def test_the_faster_the_ramp_the_faster_it_fires(heat) -> None:
    # 4.57 Hz at 2 degC/s, which nothing was fitted to, and 13.45 at 6.
    slow, fast = (parameter(f"yarnitsky_1992/rate_{r}_degC_per_s").value for r in ("2", "6"))
    assert heat.rate_Hz[0] == pytest.approx(slow, rel=0.5)
    assert heat.rate_Hz[1] == pytest.approx(fast, rel=0.3)


def test_pressure_excites_polymodal_and_not_silent_endings() -> None:
    pressed = [Stimulus(SKIN, np.full(SKIN.size, force)) for force in (0.0, 5.0, 160.0, 750.0)]
    polymodal, silent = counts("c_polymodal", pressed), counts("c_silent", pressed)
    # von Frey thresholds 22.6-128 mN (Van Hees 1981), at most 160 mN (Schmelz 2000)
    assert polymodal[:2].sum() == 0 and (polymodal[2:] > 0).all()
    assert (silent == 0).all()


def test_capsaicin_and_mustard_oil_excite_nociceptors() -> None:
    given = [
        Stimulus(SKIN),
        Stimulus(SKIN, agonists_uM={"capsaicin": 1.0}),
        Stimulus(SKIN, agonists_uM={"aitc": 50.0}),
    ]
    for name in ("c_polymodal", "c_silent"):
        found = counts(name, given)
        assert found[0] == 0 and (found[1:] > 1).all()


def test_a_cold_fiber_fires_more_the_colder_and_a_nociceptor_does_not() -> None:
    cooled = [
        Stimulus(np.concatenate([np.linspace(32.0, end, 100), np.full(100, end)]))
        for end in (32.0, 28.0, 24.0, 21.0)
    ]
    cold = counts("c_cold", cooled)
    assert cold[0] == 0 and (np.diff(cold) >= 0).all() and cold[-1] > 5
    assert counts("c_polymodal", cooled).sum() == 0


def test_inflammation_lowers_the_heat_threshold() -> None:
    thresholds = [
        heat_responses(
            sensitized_ending(c_ending("c_polymodal"), level), ramps_degC_per_s=(6.0,), repeats=4
        ).threshold_degC[0]
        for level in (0.0, 1.0)
    ]
    assert thresholds[1] < thresholds[0] - 2.0
