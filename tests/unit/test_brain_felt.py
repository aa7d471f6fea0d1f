"""What is felt of spike trains."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.brain.felt import (
    QUALITIES,
    FeltSettings,
    Percept,
    pain,
    pain_of_c_fibers,
    percept,
    transfer_of,
    unpleasantness,
)
from causalgia.errors import InputError

DURATION_ms = 5000.0


def poisson(rate_Hz: float, fibers: int = 8) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    counts = draw.poisson(rate_Hz * DURATION_ms / 1e3, fibers)
    return [np.sort(draw.uniform(0.0, DURATION_ms, count)) for count in counts]


def volleys(rate_Hz: float, fibers: int = 8) -> list[np.ndarray]:
    return [poisson(rate_Hz, 1)[0]] * fibers


def felt(
    rest_Hz: float = 20.0, touch_lost: float = 0.0, tests: dict[str, float] | None = None, **trains
) -> Percept:
    return percept(
        trains, {"rest": rest_Hz, **(tests or {})}, duration_ms=DURATION_ms, touch_lost=touch_lost
    )


def test_pain_begins_at_a_rate() -> None:
    # 0.5 Hz (Tillman 1995): hardly anything at half of it, all there at twice.
    half, twice = np.asarray(pain_of_c_fibers(jnp.array([0.25, 1.0])))
    assert half < 0.05
    assert twice == pytest.approx(FeltSettings().scale, rel=0.02)


def test_the_rating_stays_on_its_scale_and_grows_everywhere() -> None:
    rates = jnp.geomspace(1e-3, 1e6, 200)
    rated = np.asarray(pain(rates))
    assert rated.min() >= 0.0 and rated.max() == 10.0
    assert (np.diff(rated) >= 0.0).all()
    slopes = jax.vmap(jax.grad(pain))(jnp.array([0.0, 0.5, 5.0, 50.0]))
    assert np.isfinite(slopes).all() and (slopes[1:] > 0).all()


def test_affect_multiplies_the_pain_and_unpleasantness_is_steeper() -> None:
    usual, upset = FeltSettings(), FeltSettings(affective_gain=1.3)
    assert pain(20.0, upset) == pytest.approx(1.3 * float(pain(20.0, usual)))
    low, high = np.asarray(unpleasantness(jnp.array([3.0, 6.0])))
    assert high / low > 2.5


def test_another_cord_is_read_by_what_it_does_in_health() -> None:
    c = np.array([0.7, 3.0, 12.0])
    settings = transfer_of(c, 6.0 * c**0.7)
    assert settings.transfer_exponent == pytest.approx(0.7)
    np.testing.assert_allclose(
        pain(jnp.asarray(6.0 * c**0.7), settings), pain_of_c_fibers(jnp.asarray(c)), rtol=1e-4
    )


@pytest.mark.parametrize(
    ("given", "quality"),
    [
        ({"c": poisson(2.0)}, "burning"),
        ({"a_delta": poisson(15.0)}, "stabbing"),
        ({"a_beta": poisson(20.0)}, "pins_and_needles"),
        ({"a_beta": volleys(4.0)}, "electric_shock"),
        ({"a_delta": volleys(4.0)}, "electric_shock"),
        ({"touch_lost": 0.9}, "numbness"),
        ({"tests": {"brush": 150.0}}, "touch_hypersensitivity"),
        ({"tests": {"cold": 150.0}}, "temperature_hypersensitivity"),
    ],
)
def test_each_pattern_has_a_quality_of_its_own(given: dict, quality: str) -> None:
    strengths = dict(felt(**given).qualities)
    assert tuple(strengths) == QUALITIES
    strongest = strengths.pop(quality)
    assert strongest > 0.5
    assert max(strengths.values()) < 0.25


def test_bursts_make_more_pins_and_needles_than_single_spikes_do() -> None:
    offsets = np.arange(5) * 1000 / 150
    starts = [np.sort(np.random.default_rng(seed).uniform(0, 4900, 5)) for seed in range(8)]
    bursts = [np.sort((start[:, None] + offsets).reshape(-1)) for start in starts]
    rate_Hz = 25 / (DURATION_ms / 1e3)
    single, bunched = felt(a_beta=poisson(rate_Hz)), felt(a_beta=bursts)
    assert bunched.patterns["a_beta"].intraburst_Hz == pytest.approx(150.0, rel=0.05)
    assert bunched.qualities["pins_and_needles"] > single.qualities["pins_and_needles"]


def test_heat_that_hurts_anyone_is_not_hypersensitivity() -> None:
    rates = {"rest": 0.0, "heat": 40.0}
    same = percept({}, rates, duration_ms=DURATION_ms, healthy_Hz={"heat": 40.0})
    assert same.qualities["temperature_hypersensitivity"] == 0.0
    more = percept({}, {**rates, "heat": 200.0}, duration_ms=DURATION_ms, healthy_Hz={"heat": 40.0})
    assert more.qualities["temperature_hypersensitivity"] > 0.4


def test_a_percept_says_what_it_is() -> None:
    said = felt(rest_Hz=60.0, tests={"brush": 150.0}, c=poisson(2.0)).describe()
    assert said.startswith("Ongoing pain 4.7 of 10")
    assert "strong burning" in said and "touch hypersensitivity" in said
    assert "brush: " in said
    quiet = felt(rest_Hz=0.0)
    assert quiet.ongoing == pytest.approx(0.0, abs=1e-6)
    assert "No quality stands out" in quiet.describe()


@pytest.mark.parametrize(
    ("trains", "rates", "lost", "phrase"),
    [
        ({"a_delt": []}, {"rest": 1.0}, 0.0, "no class 'a_delt'.*a_delta"),
        ({}, {"brush": 1.0}, 0.0, "must have 'rest'"),
        ({}, {"rest": 1.0}, 1.5, "touch_lost is 1.5, allowed 0 to 1"),
    ],
)
def test_bad_input_is_refused(trains: dict, rates: dict, lost: float, phrase: str) -> None:
    with pytest.raises(InputError, match=phrase):
        percept(trains, rates, duration_ms=DURATION_ms, touch_lost=lost)


def test_a_cord_that_does_not_follow_its_input_is_refused() -> None:
    with pytest.raises(InputError, match="does not grow"):
        transfer_of(np.array([1.0, 10.0]), np.array([5.0, 5.0]))
    with pytest.raises(InputError, match="two or more points"):
        transfer_of(np.array([1.0]), np.array([5.0]))
