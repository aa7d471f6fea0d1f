"""The fitted stand-ins: when they are refused, and what their answers must add up to."""

from __future__ import annotations

import dataclasses
import math

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.mechanisms import entries
from causalgia.mechanisms.state import Mechanisms, bounds, healthy
from causalgia.pathway import TESTS, Response, weights
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.health import in_health
from causalgia.pathway.surrogate import respond
from causalgia.pathway.weights import StaleSurrogateError, model_hash, report

load = weights.load.__wrapped__
BRUSH = TESTS.index("brush")


def answer(**changes: float) -> Response:
    """The response of one person with entries changed, given as quantity__place or ..__fiber."""
    chosen = {tuple((*name.split("__"), None)[:3]): value for name, value in changes.items()}
    return respond(healthy(1).replace(chosen).values)


def people(count: int) -> jnp.ndarray:
    """Mechanisms drawn from the middle half of all ranges."""
    low, high = bounds()
    usual = np.array([entry.healthy for entry in entries()])
    drawn = np.random.default_rng(5).uniform(low[:, None], high[:, None], (len(low), count))
    return jnp.asarray(0.5 * usual[:, None] + 0.5 * drawn, jnp.float32)


@pytest.mark.parametrize("floor", FLOORS)
def test_every_stored_stand_in_belongs_to_the_model_as_it_is(floor: str) -> None:
    assert report(floor)["fitted_to"] == model_hash(floor)


@pytest.mark.parametrize("floor", FLOORS)
def test_every_stored_stand_in_follows_the_simulation_on_points_it_has_not_seen(
    floor: str,
) -> None:
    errors = report(floor)["errors_on_unseen_points"]
    assert isinstance(errors, dict)
    assert errors["held_out"] >= 100
    assert errors["root_rate_r2"] > 0.9


def test_weights_of_another_model_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weights, "model_hash", lambda floor: "0" * 32)
    with pytest.raises(StaleSurrogateError, match=r"'cord' .*fit_surrogates\.py"):
        load("cord")


def test_a_number_of_the_model_that_changes_makes_its_weights_stale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cord = FLOORS["cord"]
    hash_now = model_hash.__wrapped__
    before = hash_now("cord")
    net, numbers = cord.declared()  # type: ignore[misc]
    for changed in ({**numbers, "ampa_decay": 9.0}, dict(numbers)):
        floor = dataclasses.replace(cord, declared=lambda n=changed: (net, n))
        monkeypatch.setitem(weights.FLOORS, "cord", floor)
        same = changed == numbers
        assert (hash_now("cord") == before) is same


def test_last_bits_and_comments_make_no_weights_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    cord = FLOORS["cord"]
    net, numbers = cord.declared()  # type: ignore[misc]
    nudged = {name: value * (1.0 + 1e-14) for name, value in numbers.items()}
    floor = dataclasses.replace(cord, declared=lambda: (net, nudged))
    monkeypatch.setitem(weights.FLOORS, "cord", floor)
    assert model_hash.__wrapped__("cord") == report("cord")["fitted_to"]


def test_a_healthy_person_has_no_pain_at_rest_or_from_brush_but_from_what_is_noxious() -> None:
    felt = dict(zip(TESTS, np.asarray(answer().rating)[:, 0], strict=True))
    assert felt["rest"] < 0.5 and felt["brush"] < 0.5
    assert felt["pinprick"] > 1.5
    assert felt["heat"] == pytest.approx(4.0, abs=1.0)


def test_what_is_stored_of_health_is_what_the_pathway_answers() -> None:
    stored, response = in_health(), answer()
    for name in ("afferent_Hz", "origin_Hz", "projection_Hz"):
        computed = np.asarray(getattr(response, name))[..., 0]
        assert getattr(stored, name) == pytest.approx(computed, rel=1e-3, abs=1e-3)


def test_origins_sum_to_the_input_at_rest() -> None:
    response = respond(people(64))
    born, arriving = np.asarray(response.origin_Hz), np.asarray(response.afferent_Hz[0])
    assert born.sum(axis=0) == pytest.approx(arriving, rel=1e-3, abs=1e-3)
    assert (born > -1e-3).all()


def test_every_answer_is_finite_and_on_its_scale_all_over_the_map() -> None:
    low, high = bounds()
    corners = np.random.default_rng(3).integers(0, 2, (len(low), 64))
    values = jnp.asarray(np.where(corners == 0, low[:, None], high[:, None]), jnp.float32)
    response = respond(values)
    for name in ("afferent_Hz", "projection_Hz", "rating", "qualities"):
        found = np.asarray(getattr(response, name))
        assert np.isfinite(found).all() and (found >= 0.0).all(), name
    assert (np.asarray(response.rating) <= 10.0).all()
    assert (np.asarray(response.qualities) <= 1.0).all()


def test_the_stand_in_works_on_mechanisms_held_outside_of_the_map() -> None:
    # Treatments are clipped to the map before; a stand-in must not extrapolate either.
    beyond = Mechanisms(3.0 * healthy(1).values)
    assert math.isfinite(float(respond(beyond.values).rating[0, 0]))


def test_touch_hurts_after_loss_of_kcc2_and_no_more_once_it_is_back() -> None:
    ill = np.asarray(answer(kcc2__cord=0.25).rating)[:, 0]
    assert ill[BRUSH] > 3.0 and ill[BRUSH] > ill[0] + 1.0
    assert np.asarray(answer(kcc2__cord=1.0).rating)[BRUSH, 0] < 0.5


def test_a_central_generator_hurts_whatever_the_nerve_does() -> None:
    places = ("terminal", "distal_nerve", "proximal_nerve", "root")
    no_nerve = {f"sodium_availability__{place}": 0.0 for place in places}
    assert np.asarray(answer(**no_nerve).rating)[0, 0] < 0.5
    central = answer(**no_nerve, central_generator__brain=20.0)
    assert np.asarray(central.rating)[0, 0] > 2.0


@pytest.mark.parametrize(
    ("mechanism", "less", "more"),
    [
        ("prostaglandin__terminal", 0.0, 1.0),
        ("nav1_8__root__c", 1.0, 2.2),
        ("nmda_gain__cord", 0.3, 2.0),
        ("ampa_gain__cord", 1.0, 2.0),
        ("serotonergic_facilitation__brain", 1.0, 2.0),
        ("affective_gain__brain", 1.0, 1.6),
    ],
)
def test_each_mechanism_makes_a_lesion_hurt_more(mechanism: str, less: float, more: float) -> None:
    # A lesion that just fires, so that there is room for more.
    lesion = {"nav1_3__root__c": 0.3, "potassium__root__c": 0.6, "nav1_8__root__c": 1.2}
    weak, strong = (
        float(answer(**{**lesion, mechanism: value}).rating[0, 0]) for value in (less, more)
    )
    assert strong > weak + 0.2


def test_the_qualities_follow_the_fibers() -> None:
    from_c = answer(potassium__root__c=0.4, nav1_8__root__c=1.8)
    numb = answer(fiber_survival__distal_nerve__a_beta=0.2)
    assert float(from_c.qualities[0, 0]) > 0.8
    assert float(numb.qualities[3, 0]) > 0.6
    assert float(answer().qualities[:, 0].max()) < 0.35
