"""The hours after a dose: peaks, half-lives, metabolites, kidneys and CYP2D6, beside published."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia import treatments
from causalgia.course import typical
from causalgia.errors import InputError
from causalgia.evidence import parameter
from causalgia.treatments import build_schedule, plasma_by_hour, prescribe
from causalgia.treatments.kinetics import PARENT, Kinetics
from causalgia.treatments.pharmacokinetics import Hours
from causalgia.treatments.schedule import concentrations

SYSTEMIC = [
    name
    for name in treatments.names()
    if treatments.find(name).kinetics.form == "systemic"
    and treatments.find(name).kinetics.doses_per_day > 0.0
    and treatments.find(name).actions
]


def once(name: str, hours: float = 72.0, dose: float | None = None, **covariates: float) -> Hours:
    """A single dose in a middling patient."""
    patients = typical(1, **covariates)
    return plasma_by_hour(
        treatments.find(name), patients, dose=dose, hours=hours, doses=1, step_h=0.1
    )


def molar(name: str, moiety: str, ng_per_mL: float) -> float:
    """In nM."""
    kinetics = treatments.find(name).kinetics
    who = kinetics.metabolite(moiety) or kinetics
    assert who.molar_mass is not None
    return ng_per_mL / who.molar_mass * 1000.0


@pytest.mark.parametrize("name", ["gabapentin", "pregabalin"])
def test_gabapentinoids_peak_and_leave_as_measured(name: str) -> None:
    hours = once(name, 48.0)
    half_life = parameter(f"gabapentinoids_2020/{name}_half_life")
    assert half_life.low <= hours.half_life_h()[0] <= half_life.high
    peak = parameter(f"gabapentinoids_2020/{name}_time_of_peak")
    low, high = (peak.low, peak.high) if peak.low is not None else (0.7, 1.3)
    assert low <= hours.time_of_peak_h()[0] <= high


@pytest.mark.parametrize(
    ("name", "moiety", "low", "high"),
    # Textbook half-lives, recalled, in hours.
    [
        ("mirogabalin", PARENT, 2.0, 4.9),
        ("amitriptyline", PARENT, 10.0, 28.0),
        ("amitriptyline", "nortriptyline", 16.0, 45.0),
        ("imipramine", "desipramine", 12.0, 27.0),
        ("duloxetine", PARENT, 8.0, 17.0),
        ("venlafaxine", "desvenlafaxine", 9.0, 13.0),
        ("carbamazepine", PARENT, 12.0, 17.0),
        ("lamotrigine", PARENT, 24.0, 34.0),
        ("tramadol", "m1", 6.0, 9.0),
        ("methadone", PARENT, 8.0, 59.0),
        ("suzetrigine", PARENT, 20.0, 27.0),
        ("suzetrigine", "m6_suz", 30.0, 40.0),
    ],
)
def test_half_lives_are_those_of_textbooks(name: str, moiety: str, low: float, high: float) -> None:
    assert low <= once(name, 400.0).half_life_h(moiety)[0] <= high


@pytest.mark.parametrize("name", ["gabapentin", "ibuprofen", "tramadol", "nortriptyline"])
def test_what_comes_in_goes_out(name: str) -> None:
    treatment = treatments.find(name)
    kinetics, regimen = treatment.kinetics, treatment.regimen
    area = once(name, 480.0).area()[0]
    entered = kinetics.level(regimen.default) * 24.0 / kinetics.doses_per_day
    assert area * kinetics.clearance_L_per_h == pytest.approx(entered, rel=2e-3)


def _until_settled(kinetics: Kinetics) -> int:
    """Days after which even a slow patient has reached a steady state."""
    times = [
        kinetics.total_volume_L / kinetics.clearance_L_per_h,
        *(m.volume_L / m.clearance_L_per_h for m in kinetics.metabolites),
    ]
    return 2 + round(10.0 * max(times) / 24.0)


@pytest.mark.parametrize("name", SYSTEMIC)
def test_the_mean_of_a_day_is_what_the_course_computes_with(name: str) -> None:
    """In steady state, of what is given and of every metabolite."""
    treatment = treatments.find(name)
    patients = typical(2, weight_kg=[60.0, 95.0], renal_clearance_mL_min=[100.0, 45.0])
    days = _until_settled(treatment.kinetics)
    hours = plasma_by_hour(treatment, patients, hours=days * 24.0, step_h=0.25)
    schedule = build_schedule((prescribe(name, 0.0),))
    settled = eqx.filter_jit(concentrations)(schedule, jnp.float32(400.0), patients)
    for row, action in enumerate(treatment.actions):
        area = hours.area(action.moiety, from_h=(days - 1) * 24.0)
        if action.delay_days is None:
            assert area / 24.0 == pytest.approx(np.asarray(settled[row]), rel=0.02)


def test_gabapentin_is_absorbed_less_the_more_is_taken() -> None:
    low, high = (once("gabapentin", 72.0, dose).area()[0] for dose in (900.0, 3600.0))
    shares = [
        parameter(f"bockbrader_2010/gabapentin_bioavailability_at_{dose}_mg").value
        for dose in (900, 3600)
    ]
    assert high / low == pytest.approx(4.0 * shares[1] / shares[0], rel=0.02)
    low, high = (once("pregabalin", 72.0, dose).area()[0] for dose in (150.0, 600.0))
    assert high / low == pytest.approx(4.0, rel=1e-3)


def test_half_the_kidney_is_twice_the_gabapentin_and_nothing_to_duloxetine() -> None:
    for name, ratio in (("gabapentin", 2.0), ("pregabalin", 1.9), ("duloxetine", 1.0)):
        areas = [once(name, 120.0, renal_clearance_mL_min=kidney).area()[0] for kidney in (50, 100)]
        assert areas[0] / areas[1] == pytest.approx(ratio, rel=0.02)


def test_without_cyp2d6_there_is_no_m1_and_much_nortriptyline() -> None:
    slow, normal = (once("tramadol", cyp2d6_activity=activity) for activity in (0.0, 1.0))
    assert slow.area("m1")[0] == pytest.approx(0.0, abs=1e-6)
    assert 0.15 < normal.area("m1")[0] / normal.area()[0] < 0.35
    assert 1.0 < slow.area()[0] / normal.area()[0] < 1.5
    # Poor metabolizers reach three to five times the level of nortriptyline (recalled).
    slow, normal = (once("nortriptyline", 960.0, cyp2d6_activity=a) for a in (0.0, 1.0))
    assert 3.0 <= slow.area()[0] / normal.area()[0] <= 5.01
    # More venlafaxine, less of its metabolite: what both make together changes little.
    slow, normal = (once("venlafaxine", cyp2d6_activity=a) for a in (0.0, 1.0))
    assert slow.area("desvenlafaxine")[0] < 0.5 * normal.area("desvenlafaxine")[0]
    assert slow.area()[0] > 2.0 * normal.area()[0]


def test_usual_doses_of_imipramine_reach_what_pain_asks_for() -> None:
    """Above 400 nM of imipramine and desipramine together (Sindrup 1990, recalled)."""
    hours = plasma_by_hour(
        treatments.find("imipramine"), typical(1), dose=150.0, hours=480.0, step_h=0.5
    )
    together = sum(
        molar("imipramine", moiety, hours.area(moiety, from_h=456.0)[0] / 24.0)
        for moiety in (PARENT, "desipramine")
    )
    assert 300.0 < together < 600.0


def test_an_infusion_of_lidocaine_stays_below_what_is_toxic_and_leaves_in_hours() -> None:
    hours = plasma_by_hour(treatments.find("lidocaine_infusion"), typical(1), hours=10.0)
    assert hours.time_of_peak_h()[0] == pytest.approx(1.0, abs=0.06)
    assert 1000.0 < hours.peak()[0] < 5000.0
    assert hours.half_life_h()[0] == pytest.approx(1.6, abs=0.15)


def test_ketamine_holds_a_steady_level_for_days_and_goes_within_one() -> None:
    hours = plasma_by_hour(
        treatments.find("ketamine_infusion"), typical(1), hours=140.0, step_h=0.25
    )
    clearance = parameter("product_labels/ketamine_clearance").value
    at = {time: float(hours.plasma[PARENT][int(time / 0.25), 0]) for time in (48, 96, 124)}
    assert at[48] == pytest.approx(20.0 * 1000.0 / clearance, rel=0.01)
    assert at[96] == pytest.approx(at[48], rel=1e-3)
    assert at[124] < 0.01 * at[48]


def test_two_steps_of_half_the_length_are_one_step() -> None:
    coarse, fine = (
        plasma_by_hour(treatments.find("duloxetine"), typical(1), hours=60.0, step_h=step)
        for step in (0.5, 0.25)
    )
    assert coarse.plasma[PARENT] == pytest.approx(fine.plasma[PARENT][::2], rel=1e-6, abs=1e-9)


def test_what_is_not_in_plasma_has_no_curve() -> None:
    with pytest.raises(InputError, match="decompression: is not given into the blood"):
        plasma_by_hour(treatments.find("decompression"), typical(1))
    with pytest.raises(InputError, match="at most 200000 steps"):
        plasma_by_hour(treatments.find("gabapentin"), typical(1), hours=1e6)


def test_the_old_clear_more_slowly_what_the_liver_clears() -> None:
    def ratio(name: str) -> float:
        young, old = (once(name, 240.0, age_years=age).area()[0] for age in (30.0, 75.0))
        return float(old / young)

    # About a quarter less clearance (recalled); kidneys are given for the person.
    assert 1.2 < ratio("duloxetine") < 1.45
    assert ratio("gabapentin") == pytest.approx(1.0, rel=1e-6)
