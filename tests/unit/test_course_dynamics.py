"""The slow dynamics: repair, plasticity and scars, at the speeds that the sources give."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalgia.causes import KINDS
from causalgia.course import healthy_state, load_constants, typical
from causalgia.course.axons import growth_rate
from causalgia.course.dynamics import HELD, progress
from causalgia.course.patients import Patients
from causalgia.course.state import SCARS, SIGNALS
from causalgia.errors import InputError
from causalgia.evidence import parameter
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES, PLACES
from causalgia.mechanisms.map import entries, index_of, rows
from causalgia.mechanisms.state import bounds

CONSTANTS = load_constants()
step = jax.jit(progress)


class Body:
    """One patient whose insult and activity the test sets by hand."""

    def __init__(self, patients: Patients | None = None) -> None:
        self.patients = typical(1) if patients is None else patients
        state = healthy_state(self.patients)
        self.values, self.scars, self.signals = state.mechanisms, state.scars, state.signals
        self.insult = np.zeros((len(KINDS), len(PLACES), 1), np.float32)

    def strike(self, kind: str, place: str, strength: float) -> None:
        self.insult[KINDS.index(kind), PLACES.index(place)] = strength

    def feel(self, **signals: float) -> None:
        for name, value in signals.items():
            self.signals = self.signals.at[SIGNALS.index(name)].set(value)

    def live(self, days: int, step_days: float = 1.0) -> Body:
        for _ in range(round(days / step_days)):
            self.values, self.scars = step(
                CONSTANTS,
                self.values,
                self.scars,
                self.signals,
                jnp.asarray(self.insult),
                self.patients,
                jnp.float32(step_days),
            )
        return self

    def __call__(self, quantity: str, place: str, fiber: str | None = None) -> float:
        return float(self.values[index_of(quantity, place, fiber), 0])


def test_without_a_cause_health_lasts() -> None:
    body = Body()
    before = np.asarray(body.values)
    body.live(365)
    assert np.asarray(body.values) == pytest.approx(before, abs=1e-5)
    assert (np.asarray(body.scars) == 0.0).all()


def test_sleep_and_activity_that_are_given_count_like_ones_own() -> None:
    poor = typical(1, sleep=0.4)
    left, helped, sound = Body(poor), Body(poor), Body()
    for body in (left, helped, sound):
        body.feel(rating=5.0, projection_Hz=10.0)
    helped.feel(sleep_gained=0.3, activity_gained=0.2)
    for body in (left, helped, sound):
        body.live(60)
    assert helped("noradrenergic_inhibition", "brain") > left("noradrenergic_inhibition", "brain")
    # Less facilitation, on the way to what sound sleep would have brought.
    facilitation = [b("serotonergic_facilitation", "brain") for b in (sound, helped, left)]
    assert facilitation == sorted(facilitation) and facilitation[1] < facilitation[2] - 0.02


def test_lost_endings_grow_back_at_the_measured_rate() -> None:
    body = Body()
    row = index_of("fiber_survival", "terminal", "c")
    body.values = body.values.at[row].set(0.5)
    body.live(60)
    rate = parameter("kennedy_2010/regrowth_rate").value
    # The window of 18 months closes on a few meanwhile.
    assert body("fiber_survival", "terminal", "c") == pytest.approx(
        1.0 - 0.5 * np.exp(-60.0 * rate), abs=0.03
    )


def test_the_farther_the_cut_from_the_skin_the_later_the_axon_arrives() -> None:
    patients = typical(1, age_years=40.0)
    _, distal, proximal, root = np.asarray(growth_rate(CONSTANTS, patients))[:, 0, 0]
    assert distal > proximal > root
    # 200 mm at 1 mm/day.
    assert 1.0 / distal == pytest.approx(200.0, rel=0.01)
    assert 1.0 / root == pytest.approx(200.0 / 1.0 + 300.0 / 2.0 + 200.0 / 3.0, rel=0.01)


def test_axons_grow_back_more_slowly_in_diabetes_as_measured() -> None:
    healthy, diabetic = (
        float(typical(1, hba1c_percent=percent).regrowth[0]) for percent in (5.0, 9.0)
    )
    assert diabetic / healthy == pytest.approx(0.074 / 0.177, rel=0.01)


def test_axons_cut_for_long_are_lost_for_good_and_go_on_signaling() -> None:
    early, late = Body(), Body()
    for body, days in ((early, 21), (late, 365)):
        body.strike("compression", "root", 1.0)
        body.live(days)
        body.strike("compression", "root", 0.0)
        body.live(3 * 365)
    lost = SCARS.index("lost_for_good@root/a_beta")
    assert float(early.scars[lost, 0]) < 0.05 < 0.15 < float(late.scars[lost, 0])
    assert early("potassium", "root", "a_beta") > 0.9 > late("potassium", "root", "a_beta")


def test_virus_kills_in_the_ganglion_only() -> None:
    body = Body()
    for place in ("root", "distal_nerve"):
        body.strike("viral", place, 1.0)
    body.live(14)
    dead = {
        place: float(body.scars[SCARS.index(f"dead@{place}/c"), 0]) for place in PERIPHERAL_PLACES
    }
    assert dead["root"] > 0.1
    assert dead["distal_nerve"] < 0.01


def test_compression_strips_thick_fibers_and_myelin_is_back_within_two_months() -> None:
    body = Body()
    body.strike("compression", "root", 1.0)
    body.live(90)
    thick, thin = (body("myelin", "root", fiber) for fiber in ("a_beta", "a_delta"))
    assert thick < thin < 0.8
    assert body("myelin", "distal_nerve", "a_beta") == 1.0
    body.strike("compression", "root", 0.0)
    body.live(60)
    assert body("myelin", "root", "a_beta") > 0.85


def test_channels_change_when_they_were_seen_to() -> None:
    body = Body()
    body.strike("compression", "root", 1.5)
    course = {}
    for day in range(1, 31):
        body.live(1)
        course[day] = {
            "nav1_3": body("nav1_3", "root", "c"),
            "potassium": body("potassium", "root", "c"),
            "nav1_8": body("nav1_8", "root", "c") - 1.0,
        }
    # Nav1.3: seen in 1-3 days, peak within 3-14.
    assert course[3]["nav1_3"] > 0.3 * course[30]["nav1_3"]
    assert course[14]["nav1_3"] > 0.85 * course[30]["nav1_3"]
    # Potassium channels: 30-60 % left at 7-14 days.
    assert 0.3 <= course[14]["potassium"] <= 0.6
    # What drives a neuroma gathers late: silent at 10 days, active at 22 (Roza 2003).
    assert course[22]["nav1_8"] > 1.4 * course[10]["nav1_8"]


def test_a_far_injury_is_read_by_the_ganglion_which_then_holds_less_nav1_8() -> None:
    body = Body()
    body.strike("compression", "distal_nerve", 1.5)
    body.live(60)
    assert body("nav1_8", "distal_nerve", "c") > 1.2
    assert body("nav1_8", "root", "c") < 0.9
    assert 0.0 < body("nav1_3", "root", "c") < body("nav1_3", "distal_nerve", "c")
    assert body("nav1_3", "proximal_nerve", "c") < 0.01


def test_channels_return_within_weeks_when_the_injury_has_ended() -> None:
    body = Body()
    body.strike("compression", "root", 1.0)
    body.live(21)
    ill = 1.0 - body("potassium", "root", "c")
    body.strike("compression", "root", 0.0)
    body.live(56)
    assert 1.0 - body("potassium", "root", "c") < 0.25 * ill


def test_inflammation_of_the_skin_sensitizes_endings_and_nothing_deeper() -> None:
    body = Body()
    body.strike("inflammation", "terminal", 1.0)
    body.live(7)
    assert body("prostaglandin", "terminal") > 0.9
    assert body("trpv1", "terminal", "c") > 1.3
    body.strike("inflammation", "terminal", 0.0)
    body.live(21)
    assert body("prostaglandin", "terminal") < 0.02


def test_alpha2delta_rises_in_days_and_is_gone_ten_weeks_after_recovery() -> None:
    body = Body()
    body.strike("compression", "root", 1.0)
    body.live(14)
    risen = body("alpha2delta", "cord") - 1.0
    assert risen > 0.4
    body.strike("compression", "root", 0.0)
    body.live(100)
    assert body("alpha2delta", "cord") - 1.0 < 0.3 * risen


def test_glia_go_first_and_chloride_follows() -> None:
    body = Body()
    body.strike("compression", "root", 1.5)
    body.live(3)
    early_glia, early_chloride = body("microglia", "cord"), 1.0 - body("kcc2", "cord")
    body.live(25)
    late_glia, late_chloride = body("microglia", "cord"), 1.0 - body("kcc2", "cord")
    assert early_glia / late_glia > early_chloride / late_chloride
    # Half of KCC2 is gone after nerve injury (Coull 2003) at full activation.
    fall = parameter("coull_2003/kcc2_reduction").value
    assert late_chloride == pytest.approx(fall * late_glia, abs=0.05)


def test_gaba_is_back_after_eighteen_weeks() -> None:
    body = Body()
    body.feel(projection_Hz=100.0)  # a strong pain
    body.live(28)
    drained = 1.0 - body("interneuron_survival", "cord")
    assert drained > 0.2
    body.feel(projection_Hz=0.0)
    weeks = parameter("gaba_compression_2015/weeks_of_normal_gaba").value
    body.live(int(7 * weeks))
    assert 1.0 - body("interneuron_survival", "cord") < 0.1 * drained


def test_noradrenergic_tone_tires_within_three_weeks_of_pain() -> None:
    body = Body()
    body.feel(projection_Hz=100.0)
    day = parameter("hughes_2013/day_of_lost_noradrenergic_tone").value
    body.live(int(day))
    at_21 = 1.0 - body("noradrenergic_inhibition", "brain")
    body.live(200)
    assert at_21 > 0.7 * (1.0 - body("noradrenergic_inhibition", "brain"))


def test_sensitization_that_lasted_long_outlives_its_drive_for_longer() -> None:
    left = {}
    for days in (28, 700):
        body = Body(typical(1, microglial_reactivity=2.0))
        body.strike("compression", "root", 1.0)
        body.feel(c_Hz=3.0, projection_Hz=40.0, rating=6.0)
        body.live(days)
        body.strike("compression", "root", 0.0)
        body.feel(c_Hz=0.0, projection_Hz=0.0, rating=0.0)
        body.live(120)
        left[days] = body("ampa_gain", "cord") - 1.0
    assert left[700] > 4.0 * left[28]


def test_only_treatments_touch_what_is_held() -> None:
    body = Body()
    for kind in KINDS:
        for place in PERIPHERAL_PLACES:
            body.strike(kind, place, 2.0)
    body.feel(c_Hz=20.0, projection_Hz=100.0, rating=10.0)
    body.live(100)
    for quantity in HELD:
        for row in rows(quantity):
            assert float(body.values[row, 0]) == entries()[row].healthy


def test_a_shorter_step_gives_the_same_course() -> None:
    ends = []
    for step_days in (1.0, 0.25):
        body = Body()
        body.strike("viral", "root", 1.0)
        body.feel(c_Hz=2.0, projection_Hz=20.0, rating=5.0)
        ends.append(np.asarray(body.live(40, step_days).values))
    low, high = bounds()
    assert np.max(np.abs(ends[0] - ends[1])[:, 0] / (high - low)) < 0.01


insults = st.lists(
    st.floats(0.0, 3.0),
    min_size=len(KINDS) * len(PLACES),
    max_size=len(KINDS) * len(PLACES),
)


@settings(max_examples=30, deadline=None)
@given(
    insult=insults,
    rate=st.floats(0.0, 500.0),
    factor=st.floats(0.1, 8.0),
    days=st.floats(0.1, 400.0),
)
def test_mechanisms_stay_within_their_ranges_whatever_happens(
    insult: list[float], rate: float, factor: float, days: float
) -> None:
    body = Body(
        typical(1, channel_plasticity=factor, microglial_reactivity=factor, regeneration=factor)
    )
    body.insult = np.array(insult, np.float32).reshape(body.insult.shape)
    body.feel(c_Hz=rate, projection_Hz=rate, rating=min(rate, 10.0))
    low, high = bounds()
    for _ in range(4):
        body.live(days, days)
        values, scars = np.asarray(body.values)[:, 0], np.asarray(body.scars)[:, 0]
        assert (values >= low - 1e-4).all() and (values <= high + 1e-4).all()
        assert (scars >= -1e-5).all() and (scars <= 1.0 + 1e-5).all()
        for place in PERIPHERAL_PLACES:
            for fiber in FIBERS:
                lost = scars[SCARS.index(f"lost_for_good@{place}/{fiber}")]
                dead = scars[SCARS.index(f"dead@{place}/{fiber}")]
                assert values[index_of("fiber_survival", place, fiber)] + lost <= 1.0 + 1e-4
                assert dead <= lost + 1e-5


def test_constants_can_be_changed_by_name_only() -> None:
    assert float(load_constants({"microglia_rise_time": 9.0})["microglia_rise_time"]) == 9.0
    with pytest.raises(InputError, match="microglia_rise_time"):
        load_constants({"microglia_rise_tme": 9.0})
    with pytest.raises(InputError, match="unknown covariate 'hba1c'"):
        typical(1, hba1c=9.0)


def test_pain_takes_sleep_and_activity_and_both_take_inhibition() -> None:
    calm, sore = Body(), Body()
    sore.feel(rating=7.0)
    for body in (calm, sore):
        body.live(60)
    assert sore("sleep_quality", "brain") < 0.6 < calm("sleep_quality", "brain")
    assert sore("activity", "brain") < 0.8 < calm("activity", "brain")
    # No discharge: what inhibition is lost, sleep and rest have taken.
    assert sore("noradrenergic_inhibition", "brain") < 0.97
    assert sore("serotonergic_facilitation", "brain") > 1.02


def test_poor_sleepers_begin_with_less_inhibition_and_stay_there_without_pain() -> None:
    body = Body(typical(1, sleep=0.5))
    before = body("noradrenergic_inhibition", "brain")
    assert before < 0.97
    body.live(300)
    assert body("noradrenergic_inhibition", "brain") == pytest.approx(before, abs=1e-4)


def test_pain_consolidates_faster_in_distress_and_takes_months_to_be_forgotten() -> None:
    row, kept = SCARS.index("cortical"), {}
    for distress in (0.5, 2.0):
        body = Body(typical(1, distress=distress))
        body.feel(rating=5.0)
        body.live(180)
        kept[distress] = float(body.scars[row, 0])
    assert kept[2.0] > 2.0 * kept[0.5]
    assert body("affective_gain", "brain") > 1.15
    body.feel(rating=0.0)
    # Gray matter is back 3-6 months after successful treatment (recalled).
    body.live(135)
    assert 0.05 < float(body.scars[row, 0]) / kept[2.0] < 0.3


def test_growth_factor_stands_between_microglia_and_chloride() -> None:
    body = Body()
    body.strike("compression", "root", 1.5)
    body.live(2)
    bdnf = float(body.scars[SCARS.index("bdnf"), 0])
    assert 0.0 < bdnf < body("microglia", "cord")


def test_axons_of_the_old_grow_more_slowly_along_nerves_and_as_fast_in_the_skin() -> None:
    young, old = (
        np.asarray(growth_rate(CONSTANTS, typical(1, age_years=age)))[:, 0, 0]
        for age in (30.0, 80.0)
    )
    assert old[0] == pytest.approx(young[0])
    assert (old[1:] < 0.85 * young[1:]).all()
