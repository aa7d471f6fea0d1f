"""Perception: from discharge to a rating, and what the pain feels like."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.brain.perception import qualities, rating
from causalgia.evidence import parameters
from causalgia.pathway import QUALITIES

rates = st.floats(0.0, 500.0, width=32)
gains = st.floats(0.5, 2.0, width=32)


def felt(discharge_Hz: float, gain: float = 1.0) -> float:
    return float(rating(jnp.asarray(discharge_Hz), jnp.asarray(gain)))


def quality(**given: float) -> dict[str, float]:
    """Strength of each quality for what reaches the cord at rest, Hz, and what tests add."""
    base = {"c": 0.0, "a_delta": 0.0, "a_beta": 0.0, "lost": 0.0, "brush": 0.0, "cold": 0.0}
    now = {**base, **given}
    strengths = qualities(
        jnp.array([[now["c"]], [now["a_delta"]], [now["a_beta"]]]),
        *(jnp.array([now[name]]) for name in ("lost", "brush", "cold")),
    )
    return dict(zip(QUALITIES, np.asarray(strengths)[:, 0].tolist(), strict=True))


def test_a_little_discharge_is_not_felt() -> None:
    threshold = parameters("causalgia_brain")["pain_threshold"].value
    assert felt(0.0) == felt(threshold) == 0.0
    assert felt(2.0 * threshold) > 0.5


def test_pain_grows_as_a_power_below_one_of_the_discharge() -> None:
    # 0.36 of pain on C-fiber rate (Yarnitsky 1992, derived): ten times the spikes, twice the pain.
    threshold = parameters("causalgia_brain")["pain_threshold"].value
    slope = np.log(felt(threshold + 50.0) / felt(threshold + 5.0)) / np.log(10.0)
    assert slope == pytest.approx(parameters("causalgia_brain")["pain_exponent"].value, abs=0.01)


def test_taking_half_of_the_discharge_takes_far_less_than_half_of_the_pain() -> None:
    # Why relief of half needs most of the discharge gone.
    assert felt(30.0) > 0.75 * felt(60.0)


@given(rates, rates, gains)
def test_the_rating_stays_on_its_scale_and_never_falls_with_discharge(
    one: float, other: float, gain: float
) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= felt(low, gain) <= felt(high, gain) <= 10.0


@given(rates, gains)
def test_affect_multiplies_the_pain_that_is_there_and_makes_none(
    discharge_Hz: float, gain: float
) -> None:
    assert felt(discharge_Hz, gain) == pytest.approx(
        min(gain * felt(discharge_Hz), 10.0), rel=1e-4, abs=1e-5
    ) or felt(discharge_Hz) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ({"c": 5.0}, "burning"),
        ({"a_delta": 40.0}, "electric"),
        ({"a_beta": 30.0}, "tingling"),
        ({"lost": 0.9}, "numbness"),
        ({"brush": 5.0}, "touch_evoked"),
        ({"cold": 5.0}, "cold_evoked"),
    ],
)
def test_each_pattern_of_activity_has_a_quality_of_its_own(
    cause: dict[str, float], effect: str
) -> None:
    # Burning from C fibers, tingling from A-beta fibers (Torebjork and Ochoa, recalled).
    strengths = quality(**cause)
    assert strengths.pop(effect) > 0.5
    assert set(strengths.values()) == {0.0}


def test_what_brush_and_cold_relieve_is_not_called_evoked() -> None:
    assert quality(brush=-3.0, cold=-3.0) == dict.fromkeys(QUALITIES, 0.0)
