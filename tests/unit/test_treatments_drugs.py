"""Metabolites, shared targets, delays and tolerance; drugs that do nothing, for a reason."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from causalgia import treatments
from causalgia.channels.blockers import drug
from causalgia.course import typical
from causalgia.evidence import parameter
from causalgia.mechanisms.map import PERIPHERAL_PLACES
from causalgia.treatments import Prescription, build_schedule, prescribe
from causalgia.treatments.schedule import (
    apart,
    concentrations,
    kept,
    occupancy,
    planned_level,
    plateau_per_dose,
    rates,
    strengths,
)
from causalgia.treatments.targets import find_target, targets

_concentrations, _strengths = eqx.filter_jit(concentrations), eqx.filter_jit(strengths)
DRUGS = [n for n in treatments.names() if treatments.find(n).kinetics.form == "systemic"]


def row_of(name: str, target: str, moiety: str = "parent") -> int:
    """Which row of a treatment acts on a target."""
    actions = treatments.find(name).actions
    return next(i for i, a in enumerate(actions) if (a.target, a.moiety) == (target, moiety))


def strong(rx: Prescription, day: float, **covariates: float) -> np.ndarray:
    """Strengths of the rows of one prescription in a middling patient."""
    patients = typical(1, **covariates)
    values = _strengths(build_schedule((rx,)), jnp.float32(day), patients)
    return np.asarray(values)[: len(rx.treatment.pushes), 0]


@pytest.mark.parametrize("name", ["amitriptyline", "venlafaxine"])
def test_the_three_stages_are_solved_exactly(name: str) -> None:
    rx = prescribe(name, 3.0, stop_day=31.0)
    schedule = build_schedule((rx,))
    patients = typical(2, weight_kg=[55.0, 90.0], cyp2d6_activity=[0.4, 1.0])
    stages = [np.asarray(rate, dtype=float) for rate in rates(schedule, patients)]
    plateau = np.asarray(plateau_per_dose(schedule, patients), dtype=float)
    for day in (17.0, 40.0):
        found = np.asarray(_concentrations(schedule, jnp.float32(day), patients), dtype=float)
        for row in range(2):
            for lane in range(2):
                matrix = np.zeros((4, 4))
                for stage, rate in enumerate(stages):
                    matrix[stage, stage] = -rate[row, lane]
                    matrix[stage, stage - 1 if stage else 3] = rate[row, lane]
                state, now = np.zeros(4), 0.0
                steps = zip(
                    np.asarray(schedule.step_day[row]), np.asarray(schedule.step_level[row]),
                    strict=True,
                )  # fmt: skip
                for begin, change in [s for s in steps if s[0] < day and s[1] != 0.0]:
                    state, now = expm(matrix * (begin - now)) @ state, begin
                    state[3] += change
                state = expm(matrix * (day - now)) @ state
                # Rates that tie are moved apart by 2 %.
                assert found[row, lane] == pytest.approx(
                    state[2] * plateau[row, lane], rel=0.02, abs=2e-4 * float(found.max())
                )


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(1e-3, 1e4), min_size=3, max_size=3))
def test_rates_are_told_apart_and_hardly_moved(given_rates: list[float]) -> None:
    arrays = [jnp.full((1, 1), rate) for rate in given_rates]
    moved = [float(rate[0, 0]) for rate in apart(*arrays)]
    assert moved[1] >= 1.019 * moved[0] and moved[2] >= 1.019 * moved[1]
    assert moved == pytest.approx(sorted(given_rates), rel=0.045)


def test_the_planned_level_follows_the_titration() -> None:
    schedule = build_schedule((prescribe("pregabalin", 10.0, dose=600.0, stop_day=80.0),))
    full = treatments.find("pregabalin").kinetics.level(600.0)
    shares = [
        float(planned_level(schedule, jnp.float32(day))[0]) / full
        for day in (9.0, 11.0, 18.0, 25.0, 40.0, 81.0)
    ]
    assert shares == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0, 0.0], abs=1e-6)


def test_a_ladder_of_doses_ends_at_the_dose_asked_for() -> None:
    rx = prescribe("lamotrigine", 0.0, dose=150.0)
    assert rx.steps() == ((0.0, 25.0), (14.0, 50.0), (28.0, 100.0), (35.0, 150.0))


def test_an_infusion_ends_by_itself_and_its_after_effect_outlasts_it() -> None:
    rx = prescribe("ketamine_infusion", 0.0, dose=22.0)
    assert rx.steps()[-1] == (4.2, 0.0) and rx.last_day == 4.2
    block, after = (
        row_of("ketamine_infusion", "nmda"),
        row_of("ketamine_infusion", "depotentiation"),
    )
    during, week, months = (strong(rx, day) for day in (4.1, 11.0, 84.0))
    assert during[block] > 0.4 and week[block] < 1e-3
    assert week[after] > 0.5 * during[after] > 0.05
    assert months[after] < 0.4 * week[after]


def test_metabolites_compete_with_what_they_come_from() -> None:
    rx = prescribe("amitriptyline", 0.0)
    schedule, patients = build_schedule((rx,)), typical(1)
    levels = _concentrations(schedule, jnp.float32(120.0), patients)
    bound = np.asarray(occupancy(schedule, levels))[:, 0]
    rows = [row_of("amitriptyline", "noradrenaline", who) for who in ("parent", "nortriptyline")]
    ratios = [float(levels[row, 0]) / rx.treatment.actions[row].half_maximal for row in rows]
    efficacy = parameter("causalgia_efficacy/noradrenaline").value
    for row, ratio in zip(rows, ratios, strict=True):
        assert bound[row] == pytest.approx(efficacy * ratio / (1.0 + sum(ratios)), rel=1e-4)
    # Two full doses of gabapentinoids hold one target no more than it can be held.
    both = build_schedule((prescribe("gabapentin", 0.0), prescribe("pregabalin", 0.0)))
    levels = _concentrations(both, jnp.float32(120.0), patients)
    share = (
        np.asarray(occupancy(both, levels))[:2, 0]
        / parameter("causalgia_efficacy/alpha2delta").value
    )
    assert 0.6 < share.sum() < 0.72


def test_tramadol_needs_cyp2d6_and_amitriptyline_is_kept_without_it() -> None:
    m1 = row_of("tramadol", "mu_opioid", "m1")
    slow, normal = (strong(prescribe("tramadol", 0.0), 90.0, cyp2d6_activity=a) for a in (0.0, 1.0))
    assert slow[m1] == pytest.approx(0.0, abs=1e-6) and normal[m1] > 0.1
    nortriptyline = row_of("amitriptyline", "noradrenaline", "nortriptyline")
    rx = prescribe("amitriptyline", 0.0, dose=25.0)
    slow, normal = (strong(rx, 300.0, cyp2d6_activity=a) for a in (0.0, 1.0))
    assert slow[nortriptyline] > 1.3 * normal[nortriptyline]


def test_failing_kidneys_keep_the_glucuronide_of_morphine() -> None:
    m6g = row_of("morphine", "mu_opioid", "m6g")
    levels = [
        float(
            _concentrations(
                build_schedule((prescribe("morphine", 0.0),)),
                jnp.float32(60.0),
                typical(1, renal_clearance_mL_min=kidney),
            )[m6g, 0]
        )
        for kidney in (20.0, 100.0)
    ]
    assert levels[0] > 4.0 * levels[1]


def test_opioids_lose_effect_and_sensitize_in_time() -> None:
    rx = prescribe("oxycodone", 0.0)
    relief, harm = row_of("oxycodone", "mu_opioid"), row_of("oxycodone", "opioid_hyperalgesia")
    early, late = strong(rx, 21.0), strong(rx, 365.0)
    lost = rx.treatment.tolerance.share_lost
    assert late[relief] / early[relief] == pytest.approx(1.0 - lost, abs=0.12)
    assert late[harm] > 1.4 * early[harm]
    assert rx.treatment.actions[harm].effect.factor > 1.0
    left = kept(build_schedule((rx,)), jnp.float32(1e4), typical(1))
    assert float(left[relief, 0]) == pytest.approx(1.0 - lost, abs=1e-3)
    assert float(left[harm, 0]) == 1.0


def test_botulinum_toxin_holds_for_three_months_whatever_the_regrowth() -> None:
    rx = prescribe("botulinum_toxin", 0.0)
    for hba1c in (5.0, 9.0):
        held, gone = (strong(rx, day, hba1c_percent=hba1c)[0] for day in (60.0, 180.0))
        assert held > 0.4 and gone < 0.05


def test_what_is_worn_or_trained_works_while_it_lasts() -> None:
    rx = prescribe("spinal_cord_stimulation", 0.0, stop_day=50.0)
    on, off = strong(rx, 40.0), strong(rx, 51.0)
    assert (on > 0.3).all() and (off < 1e-3).all()
    slow = prescribe("cognitive_behavioral_therapy", 0.0)
    assert strong(slow, 14.0)[0] < 0.4 * strong(slow, 180.0)[0]


@pytest.mark.parametrize(
    "name", ["carbamazepine", "lamotrigine", "lidocaine_infusion", "mexiletine"]
)
def test_blockers_of_the_course_are_those_of_the_nerve(name: str) -> None:
    """What holds half of a resting nociceptor's channels lies between the constants of states."""
    who = drug(name.removesuffix("_infusion"))
    kinetics = treatments.find(name).kinetics
    assert kinetics.free_fraction == pytest.approx(who.free_fraction)
    action = treatments.find(name).actions[row_of(name, "sodium_channel")]
    assert kinetics.molar_mass is not None
    free_uM = action.half_maximal * kinetics.free_fraction / kinetics.molar_mass
    affinity = who.channels["nav1_7"]
    assert affinity.inactivated_uM < free_uM < affinity.resting_uM


def test_suzetrigine_holds_nav1_8_as_in_the_nerve() -> None:
    affinity = drug("suzetrigine").channels["nav1_8"]
    assert parameter("stewart_2025/suzetrigine_nav1_8_affinity").value == pytest.approx(
        1000.0 * affinity.resting_uM
    )
    assert parameter("stewart_2025/suzetrigine_nav1_8_hill").value == affinity.hill
    assert (
        strong(prescribe("suzetrigine", 0.0), 30.0)[0]
        > 0.5 * parameter("causalgia_efficacy/nav1_8").value
    )


def test_drugs_without_effect_have_a_mechanism_and_no_zero() -> None:
    """Ibuprofen and paracetamol hold an enzyme in the skin, lamotrigine few channels anywhere."""
    for name, least in (("ibuprofen", 0.5), ("paracetamol", 0.2)):
        assert strong(prescribe(name, 0.0), 84.0)[0] > least
        assert {a.effect.quantity for a in treatments.find(name).actions} == {"prostaglandin"}
    usual = {
        name: strong(prescribe(name, 0.0), 98.0)[row_of(name, "sodium_channel")]
        for name in ("lamotrigine", "carbamazepine", "oxcarbazepine")
    }
    assert 0.0 < usual["lamotrigine"] < usual["carbamazepine"] < usual["oxcarbazepine"]
    assert not treatments.find("lorazepam").pushes


def test_one_efficacy_for_each_target_and_one_effect() -> None:
    scales = {}
    for name in treatments.names():
        for action in treatments.find(name).actions:
            scales[action.target] = parameter(f"causalgia_efficacy/{action.target}")
    for target, scale in scales.items():
        assert scale.low is not None and scale.high is not None and scale.note, target
        assert scale.status in ("assumed", "fitted")
    assert set(scales) >= {
        "alpha2delta",
        "noradrenaline",
        "serotonin",
        "mu_opioid",
        "nmda",
        "nav1_8",
    }
    for target in targets().values():
        assert target.effects and find_target(target.name.upper()) is target
        assert parameter(f"causalgia_efficacy/{target.name}").note


@pytest.mark.parametrize("name", DRUGS)
def test_every_drug_has_what_a_trial_asks_for(name: str) -> None:
    treatment = treatments.find(name)
    kinetics = treatment.kinetics
    assert treatment.regimen is not None and treatment.side_effects
    assert kinetics.clearance_log_sd > 0.0
    assert kinetics.doses_per_day == 0.0 or np.isfinite(kinetics.absorption_per_h)
    places = {p for a in treatment.actions for p in a.effect.places or ()}
    assert places <= {*PERIPHERAL_PLACES, "cord", "brain"}


@pytest.mark.parametrize("name", [n for n in treatments.names() if treatments.find(n).regimen])
def test_the_highest_dose_fits_into_a_schedule(name: str) -> None:
    treatment = treatments.find(name)
    place = treatment.sites[0] if treatment.needs_place else None
    most = treatment.regimen.maximum
    rx = prescribe(name, 0.0, stop_day=1000.0, dose=most, place=place)
    steps = rx.steps()
    assert max(dose for _, dose in steps) == most and steps[-1][1] == 0.0
    assert [day for day, _ in steps] == sorted(day for day, _ in steps)
    build_schedule((rx,))
