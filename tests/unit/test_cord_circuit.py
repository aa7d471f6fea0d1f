"""The dorsal horn: who drives projection neurons, what holds them back, and what drugs change."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.rates import projection_rates
from causalgia.cord.simulate import simulate_cord
from causalgia.errors import SimulationDiverged

LANES = 8
HEALTHY = {
    "alpha2delta": 1.0,
    "ampa_gain": 1.0,
    "nmda_gain": 1.0,
    "kcc2": 1.0,
    "interneuron_survival": 1.0,
    "noradrenergic_inhibition": 1.0,
    "serotonergic_facilitation": 1.0,
}
TOUCH_Hz = 30.0
PAIN_Hz = 3.0
"""A soft brush in A-beta fibers, and a painful heat in C fibers, a fiber."""


def discharge(*, seed: int = 0, **changes: object) -> np.ndarray:
    """Discharge of projection neurons (Hz), lane by lane."""
    given = {"c_Hz": 0.0, "a_delta_Hz": 0.0, "a_beta_Hz": 0.0, **HEALTHY, **changes}
    points = {name: np.broadcast_to(value, LANES) for name, value in given.items()}
    return projection_rates(points, seed=seed)


def mean(**changes: object) -> float:
    return float(discharge(**changes).mean())


def test_touch_alone_does_not_drive_projection_neurons_in_health() -> None:
    # 79 % of lamina I projection neurons answer to noxious input only (Keller 2007).
    assert discharge(a_beta_Hz=np.linspace(0.0, 90.0, LANES)) == pytest.approx(0.0, abs=0.5)


def test_noxious_c_input_drives_them_the_more_the_stronger_it_is() -> None:
    answer = discharge(c_Hz=np.linspace(0.0, 7.0, LANES))
    assert answer[0] < 1.0 and answer[-1] > 20.0
    assert (np.diff(answer) > -2.0).all()


def test_after_loss_of_inhibition_touch_drives_them_and_its_return_reverses_that() -> None:
    # Brush hurts when its excitatory way to lamina I is no longer closed: allodynia.
    lost = mean(a_beta_Hz=TOUCH_Hz, interneuron_survival=0.2)
    assert lost > 20.0
    assert mean(interneuron_survival=0.2) < 0.3 * lost  # it is touch that does it
    assert mean(a_beta_Hz=TOUCH_Hz, interneuron_survival=1.0) < 0.5


def test_loss_of_kcc2_does_the_same_with_every_inhibitory_neuron_alive() -> None:
    # The anion reversal rises from -73 to -49 mV (Coull 2003, recalled), and 58 % of the neurons
    # of injured rats answer to touch as well (Keller 2007).
    answer = discharge(a_beta_Hz=TOUCH_Hz, kcc2=[1.0, 0.8, 0.6, 0.45, 0.35, 0.25, 0.6, 1.0])
    assert answer[:3] == pytest.approx(0.0, abs=0.5)
    assert answer[5] > 50.0
    assert answer[6:] == pytest.approx(0.0, abs=0.5)


def test_touch_quiets_the_discharge_that_c_fibers_evoke_as_long_as_there_is_inhibition() -> None:
    # The gate: rubbing helps. Without inhibitory neurons it makes things worse.
    alone, rubbed = mean(c_Hz=PAIN_Hz), mean(c_Hz=PAIN_Hz, a_beta_Hz=TOUCH_Hz)
    assert alone > 5.0 and rubbed < 0.3 * alone
    open_gate = {"c_Hz": PAIN_Hz, "interneuron_survival": 0.2}
    assert mean(**open_gate, a_beta_Hz=TOUCH_Hz) > mean(**open_gate)


@pytest.mark.parametrize(
    ("mechanism", "doses", "rises"),
    [
        ("nmda_gain", (0.0, 0.5, 1.0, 2.0), True),  # ketamine; potentiation
        ("alpha2delta", (0.3, 0.6, 1.0, 2.0), True),  # gabapentinoids; injury
        ("noradrenergic_inhibition", (0.0, 0.5, 1.0, 2.0), False),  # duloxetine
        ("ampa_gain", (0.5, 1.0, 1.5, 2.5), True),
        ("serotonergic_facilitation", (0.0, 0.5, 1.0, 2.0), True),
    ],
)
def test_each_target_moves_the_discharge_in_its_own_direction_with_dose(
    mechanism: str, doses: tuple[float, ...], rises: bool
) -> None:
    answers = discharge(c_Hz=PAIN_Hz, **{mechanism: np.repeat(doses, 2)})
    answers = answers.reshape(-1, 2).mean(axis=1)
    ordered = answers if rises else answers[::-1]
    assert ordered[-1] > 1.5 * ordered[0]
    assert (np.diff(ordered) > -0.1 * ordered.max()).all()


def test_gabapentin_acts_where_injured_fibers_end_and_not_on_touch() -> None:
    # alpha2delta-1 serves release from nociceptors; A-beta synapses keep theirs.
    allodynia = {"a_beta_Hz": TOUCH_Hz, "interneuron_survival": 0.2}
    full, little = mean(**allodynia), mean(**allodynia, alpha2delta=0.3)
    assert little == pytest.approx(full, rel=0.25)
    assert mean(c_Hz=PAIN_Hz, alpha2delta=0.3) < 0.4 * mean(c_Hz=PAIN_Hz)


def test_the_same_seed_gives_the_same_spikes_and_another_one_others() -> None:
    first, again, other = (discharge(c_Hz=PAIN_Hz, seed=seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert first.mean() == pytest.approx(other.mean(), rel=0.35)


def test_a_shorter_step_gives_the_same_discharge() -> None:
    # At 0.1 ms the step is short enough: halving it changes no more than noise does.
    rates = {"c": np.full(32, PAIN_Hz), "a_delta": np.zeros(32), "a_beta": np.zeros(32)}
    lanes = {name: np.full(32, value) for name, value in HEALTHY.items()}

    def rate(dt_ms: float, seed: int) -> np.ndarray:
        run = simulate_cord(rates, lanes, duration_ms=2000.0, dt_ms=dt_ms, seed=seed)
        return run.rate_Hz("projection", after_ms=500.0)

    usual, other_noise, short = rate(0.1, 0), rate(0.1, 1), rate(0.05, 0)
    error = np.hypot(usual.std(), short.std()) / np.sqrt(32)
    assert abs(usual.mean() - short.mean()) < 3.0 * error
    assert abs(usual.mean() - other_noise.mean()) < 3.0 * error


def test_rates_that_change_in_time_are_followed() -> None:
    # Half a second of pain in the middle of two seconds of quiet.
    every_ms, samples = 10.0, 150
    c = np.zeros((samples, LANES))
    c[50:100] = 8.0
    none = np.zeros((samples, LANES))
    lanes = {name: np.full(LANES, value) for name, value in HEALTHY.items()}
    run = simulate_cord(
        {"c": c, "a_delta": none, "a_beta": none},
        lanes,
        duration_ms=samples * every_ms,
        every_ms=every_ms,
    )
    mine = run.spikes[:, run.population == 4].sum(axis=(1, 2))
    assert mine[50:110].sum() > 20.0 * max(mine[:50].sum(), 1.0)


def test_a_voltage_that_runs_away_stops_with_time_lane_and_mechanisms() -> None:
    # Synapses of the wrong sign make a conductance negative: nothing can hold the voltage.
    lanes = {name: np.full(2, value) for name, value in HEALTHY.items()}
    lanes["ampa_gain"] = np.array([1.0, -1e4])
    rates = {"c": np.full(2, 20.0), "a_delta": np.zeros(2), "a_beta": np.zeros(2)}
    with pytest.raises(SimulationDiverged, match=r"by \d+ ms in lane 1: .*ampa_gain"):
        simulate_cord(rates, lanes, duration_ms=500.0)
