"""Treatments: from dose to concentration, occupancy and push, and where they reach."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalgia import treatments
from causalgia.causes import KINDS
from causalgia.course import typical
from causalgia.course.treating import treat
from causalgia.errors import InputError
from causalgia.evidence import cite, parameter
from causalgia.mechanisms import entries
from causalgia.mechanisms.map import index_of
from causalgia.mechanisms.state import healthy
from causalgia.treatments import Prescription, build_schedule, prescribe
from causalgia.treatments.library import read_treatment
from causalgia.treatments.schedule import ROW_BLOCK, concentrations, presence, strengths

HEAD = """
label = "X"
kind = "{kind}"
assessed_after_days = 1
sources = []
[kinetics]
form = "{form}"
"""
ACTION = """
[[actions]]
quantity = "{}"
target = "{}"
"""
ORAL = [n for n in treatments.names() if (t := treatments.find(n)).kind == "oral" and t.pushes]

# Compiled once for all prescriptions: that is what schedules are arrays for.
_concentrations, _strengths = eqx.filter_jit(concentrations), eqx.filter_jit(strengths)


def concentration(prescription: Prescription, day: float, **covariates: float) -> float:
    """Concentration at the site of effect, ng/mL, of a middling patient."""
    schedule = build_schedule((prescription,))
    return float(_concentrations(schedule, jnp.float32(day), typical(1, **covariates))[0, 0])


def strength(prescription: Prescription, day: float, **covariates: float) -> float:
    """Strength of the first push of a prescription."""
    schedule = build_schedule((prescription,))
    return float(_strengths(schedule, jnp.float32(day), typical(1, **covariates))[0, 0])


@pytest.mark.parametrize(
    ("name", "dose", "low", "high"),
    [
        # Textbook steady states: duloxetine 60 mg about 25-30 ng/mL, nortriptyline in its
        # therapeutic range of 50-150 ng/mL, gabapentin 1800 mg about 4-6 mg/L.
        ("duloxetine", 60.0, 20.0, 35.0),
        ("nortriptyline", 75.0, 50.0, 150.0),
        ("gabapentin", 1800.0, 3500.0, 6500.0),
    ],
)
def test_usual_doses_reach_textbook_concentrations(
    name: str, dose: float, low: float, high: float
) -> None:
    assert low < concentration(prescribe(name, 0.0, dose=dose), 84.0) < high


def test_gabapentin_is_absorbed_as_measured() -> None:
    gabapentin = treatments.find("gabapentin").kinetics
    for dose in (900.0, 3600.0):
        measured = parameter(f"bockbrader_2010/gabapentin_bioavailability_at_{dose:.0f}_mg").value
        absorbed = gabapentin.bioavailability / (1.0 + dose / gabapentin.saturating_dose_mg)
        assert absorbed == pytest.approx(measured, rel=0.01)


@pytest.mark.parametrize("name", ORAL)
@settings(max_examples=15, deadline=None)
@given(low=st.floats(0.05, 1.0), high=st.floats(0.05, 1.0))
def test_more_dose_is_more_drug_and_more_effect(name: str, low: float, high: float) -> None:
    low, high = sorted((low, high))
    most = treatments.find(name).regimen.maximum
    rx = [prescribe(name, 0.0, dose=most * share) for share in (low, high)]
    weak, strong = (concentration(p, 300.0) for p in rx)
    assert weak <= strong * (1.0 + 1e-5)
    weak, strong = (strength(p, 300.0) for p in rx)
    assert 0.0 < weak <= strong * (1.0 + 1e-5) <= 1.0


def test_failing_kidneys_keep_gabapentin_and_a_slow_enzyme_keeps_nortriptyline() -> None:
    gabapentin = prescribe("gabapentin", 0.0)
    ratio = concentration(gabapentin, 84.0, renal_clearance_mL_min=50.0) / concentration(
        gabapentin, 84.0, renal_clearance_mL_min=100.0
    )
    assert ratio == pytest.approx(2.0, rel=0.01)
    nortriptyline = prescribe("nortriptyline", 0.0)
    assert concentration(nortriptyline, 300.0, cyp2d6_activity=0.0) > 3.0 * concentration(
        nortriptyline, 300.0
    )


def test_titration_goes_up_in_steps_to_the_dose_asked_for() -> None:
    steps = prescribe("gabapentin", 10.0, dose=1000.0, stop_day=100.0).steps()
    assert steps == ((10.0, 300.0), (13.0, 600.0), (16.0, 900.0), (19.0, 1000.0), (100.0, 0.0))


def test_a_drug_stopped_during_titration_goes_no_higher() -> None:
    steps = prescribe("gabapentin", 0.0, stop_day=4.0).steps()
    assert steps == ((0.0, 300.0), (3.0, 600.0), (4.0, 0.0))


def test_nothing_works_before_its_start_and_drugs_wash_out_after_their_stop() -> None:
    rx = prescribe("nortriptyline", 30.0, stop_day=120.0)
    assert strength(rx, 29.9) == 0.0
    at_stop = concentration(rx, 120.0)
    # One compartment with CL/F 30 L/h and V/F 1470 L loses half in 34 h; the effect follows
    # with a delay of 5 days, so that weeks later it is gone.
    assert concentration(rx, 122.0) < at_stop
    assert concentration(rx, 170.0) < 1e-3 * at_stop


def test_a_dose_above_the_maximum_or_no_dose_at_all_is_refused() -> None:
    with pytest.raises(InputError, match=r"4000 mg/day is not allowed.*at most 3600 mg/day"):
        prescribe("gabapentin", 0.0, dose=4000.0)
    with pytest.raises(InputError, match="above 0"):
        prescribe("gabapentin", 0.0, dose=0.0)
    with pytest.raises(InputError, match="has no dose"):
        prescribe("decompression", 0.0, dose=1.0)
    with pytest.raises(InputError, match="did you mean 'gabapentin'"):
        prescribe("gabapentine", 0.0)
    with pytest.raises(InputError, match="stop_day 3 must not come before start_day 5"):
        prescribe("gabapentin", 5.0, stop_day=3.0)


def test_a_place_is_asked_for_where_it_matters_and_refused_elsewhere() -> None:
    with pytest.raises(InputError, match="place is missing; allowed: distal_nerve"):
        prescribe("local_anesthetic_block", 0.0)
    with pytest.raises(InputError, match="'cord' is not allowed"):
        prescribe("local_anesthetic_block", 0.0, place="cord")
    with pytest.raises(InputError, match="not put at a place"):
        prescribe("gabapentin", 0.0, place="root")


@pytest.mark.parametrize("place", treatments.find("local_anesthetic_block").sites)
def test_a_block_hits_its_place_alone_and_for_its_hours(place: str) -> None:
    rx = prescribe("local_anesthetic_block", 50.0, place=place)
    schedule = build_schedule((rx,))
    hit = {entries()[i].name for i in np.flatnonzero(np.any(np.asarray(schedule.factor) != 0, 0))}
    assert hit == {f"sodium_availability@{place}"}
    hours = parameter("moldovan_2014/duration_of_block").value
    assert strength(rx, 50.02) > 0.9
    assert strength(rx, 50.0 + (hours + 0.1) / 24.0) == 0.0
    assert strength(rx, 49.9) == 0.0
    share = float(presence(schedule, jnp.float32(50.0), jnp.float32(1.0))[0, 0])
    assert share == pytest.approx(hours / 24.0, abs=1e-4)
    assert float(presence(schedule, jnp.float32(51.0), jnp.float32(1.0))[0, 0]) == 0.0


def test_a_lidocaine_patch_is_on_for_half_of_every_day() -> None:
    rx = prescribe("lidocaine_patch", 10.0)
    on = [strength(rx, 10.0 + day) > 0.0 for day in (0.25, 0.75, 5.25, 5.75)]
    assert on == [True, False, True, False]
    share = presence(build_schedule((rx,)), jnp.float32(20.0), jnp.float32(1.0))[0, 0]
    assert float(share) == pytest.approx(0.5)


@pytest.mark.parametrize("weeks", [3, 24])
def test_epidermal_fibers_return_after_capsaicin_as_measured(weeks: int) -> None:
    rx = prescribe("capsaicin_patch_8", 100.0)
    density = 1.0 - strength(rx, 100.0 + 7.0 * weeks)
    measured = parameter(f"kennedy_2010/density_at_{weeks}_weeks").value
    assert density == pytest.approx(measured, abs=0.01)


def test_epidermal_fibers_return_later_in_diabetes() -> None:
    rx = prescribe("capsaicin_patch_8", 0.0)
    assert strength(rx, 168.0, hba1c_percent=9.0) > 3.0 * strength(rx, 168.0, hba1c_percent=5.0)


def test_cause_control_takes_its_insult_away_and_touches_no_mechanism() -> None:
    for name, kind in (("decompression", "compression"), ("glucose_control", "metabolic")):
        schedule = build_schedule((prescribe(name, 0.0),), KINDS)
        removed = np.asarray(schedule.removes).any(axis=(0, 2))
        assert [k for k, gone in zip(KINDS, removed, strict=True) if gone] == [kind]
        assert not np.asarray(schedule.factor).any()
    assert strength(prescribe("decompression", 5.0), 6.0) > 0.9
    # Red cells are replaced over weeks: little in a week, most in a quarter of a year.
    assert strength(prescribe("glucose_control", 0.0), 7.0) < 0.15
    assert strength(prescribe("glucose_control", 0.0), 90.0) > 0.5


def test_arms_have_the_same_shapes_and_padding_does_nothing() -> None:
    none = build_schedule((), KINDS)
    two = build_schedule((prescribe("gabapentin", 0.0), prescribe("nortriptyline", 0.0)), KINDS)
    assert none.factor.shape == two.factor.shape == (ROW_BLOCK, len(entries()))
    working = np.asarray(strengths(two, jnp.float32(84.0), typical(3)))
    pushes = sum(len(treatments.find(name).pushes) for name in ("gabapentin", "nortriptyline"))
    assert pushes == 5
    assert (working[:pushes] > 0.0).all() and (working[pushes:] == 0.0).all()
    assert (np.asarray(strengths(none, jnp.float32(84.0), typical(3))) == 0.0).all()


def test_blocked_uptake_gives_the_tired_as_much_noradrenaline_as_the_rested() -> None:
    inhibition = index_of("noradrenergic_inhibition", "brain")
    reserve = np.array([1.0, 0.3])
    values = jnp.asarray(healthy().values)[:, None] * jnp.ones(2)
    values = values.at[inhibition].set(reserve)
    schedule = build_schedule((prescribe("duloxetine", 0.0),))
    treated = treat(values, schedule, jnp.float32(84.0), typical(2))
    gained = np.asarray(treated[inhibition]) - reserve
    assert gained[1] == pytest.approx(gained[0], abs=1e-5)
    # Half of the transporters held or less: PET after 60 mg (recalled).
    assert 0.5 < gained[0] < 2.0


def test_more_pushes_than_a_block_of_rows_make_another_block() -> None:
    many = tuple(prescribe("nortriptyline", float(day)) for day in range(4))
    assert build_schedule(many).factor.shape[0] == 2 * ROW_BLOCK


def test_efficacy_belongs_to_the_target_and_can_be_set() -> None:
    rx = (prescribe("duloxetine", 0.0), prescribe("nortriptyline", 0.0))
    p, day = typical(1), jnp.float32(84.0)
    usual = np.asarray(strengths(build_schedule(rx), day, p))
    halved = np.asarray(strengths(build_schedule(rx, (), {"noradrenaline": 0.5}), day, p))
    targets = [push.target for given in rx for push in given.treatment.pushes]
    assert targets.count("noradrenaline") == 2
    own = parameter("causalgia_efficacy/noradrenaline").value
    for row, target in enumerate(targets):
        share = 0.5 / own if target == "noradrenaline" else 1.0
        assert halved[row] == pytest.approx(share * usual[row])


@pytest.mark.parametrize("name", treatments.names())
def test_every_treatment_says_what_it_acts_on_and_can_be_cited(name: str) -> None:
    treatment = treatments.find(name)
    assert treatment.acts_on.startswith(treatment.label)
    assert treatment.acts_on.endswith(".")
    assert "@" in cite(treatment.sources)


def test_the_sentence_follows_the_effects() -> None:
    assert "raises descending noradrenergic" in treatments.find("duloxetine").acts_on
    assert "lowers the alpha2delta" in treatments.find("gabapentin").acts_on
    assert "takes away the compression" in treatments.find("decompression").acts_on


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("label = ", "bad.toml"),
        (HEAD.format(kind="orl", form="systemic"), "did you mean 'oral'"),
        (HEAD.format(kind="oral", form="deep"), "allowed: lasting, local, systemic"),
        (HEAD.format(kind="oral", form="lasting") + ACTION.format("alpha2delt", "alpha2delta"),
         "did you mean 'alpha2delta'"),
        (HEAD.format(kind="oral", form="lasting") + ACTION.format("kcc2", "kcc2"),
         "no parameter 'kcc2'"),
    ],
)  # fmt: skip
def test_bad_data_are_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_treatment("bad.toml", text)
    assert message in str(caught.value) and "\n" not in str(caught.value)
