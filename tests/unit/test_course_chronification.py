"""The bistable region and the window, on a pathway of a few lines whose answers are known."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from causalgia import causes
from causalgia.course import healthy_state, load_constants, typical
from causalgia.course.chronification import Bistability, bistability, sensitized, window
from causalgia.course.chronification_sensitivity import MECHANISMS, TRAITS
from causalgia.mechanisms.map import index_of
from causalgia.pathway import QUALITIES, TESTS, Response
from causalgia.reports.chronification_figures import draw_bistability


def respond(values: Float[Array, "entry batch"]) -> Response:
    """A root that fires when injured, a cord that fires by itself once its gains are high."""
    root = 30.0 * jnp.maximum(0.85 - values[index_of("potassium", "root", "c")], 0.0)
    lowered = values[index_of("noradrenergic_inhibition", "brain")]
    own = 60.0 * jnp.maximum(values[index_of("ampa_gain", "cord")] / lowered - 2.0, 0.0)
    projection = 5.0 * root + own
    tests = jnp.ones((len(TESTS), 1))
    none = 0.0 * root
    return Response(
        afferent_Hz=tests[:, None] * jnp.stack([root, none, none])[None],
        origin_Hz=jnp.zeros((4, 3, values.shape[1])),
        projection_Hz=tests * projection,
        rating=tests * 10.0 * projection / (projection + 15.0),
        qualities=jnp.zeros((len(QUALITIES), values.shape[1])),
    )


@pytest.fixture(scope="module")
def plane() -> Bistability:
    given = {"microglial_reactivity": 2.0}
    return bistability(respond, "descending_capacity", (0.6, 1.5), levels=5, covariates=given)


def test_health_holds_itself_and_so_does_illness_where_the_loop_closes(plane) -> None:
    assert not plane.holds[:, 0].any()
    assert list(plane.is_bistable) == [True, False]
    assert 0.0 < plane.threshold[0] <= 1.0 and np.isnan(plane.threshold[1])


def test_without_gains_that_discharge_makes_nothing_holds_itself() -> None:
    never = load_constants({"ampa_potentiation": 0.0})
    given = {"microglial_reactivity": 2.0}
    found = bistability(
        respond, "descending_capacity", (0.6, 1.5), levels=5, covariates=given, constants=never
    )
    assert not found.holds.any()


def test_level_0_of_sensitization_is_health_and_1_is_where_discharge_draws_in_the_end() -> None:
    who = typical(2)
    state = sensitized(who, jnp.array([0.0, 1.0]))
    health = healthy_state(who)
    assert np.asarray(state.mechanisms[:, 0]) == pytest.approx(np.asarray(health.mechanisms[:, 0]))
    gain = float(state.mechanisms[index_of("ampa_gain", "cord"), 1])
    assert gain == pytest.approx(1.0 + float(load_constants()["ampa_potentiation"]))
    assert float(state.scar("consolidation")[1]) == 1.0


def test_the_window_closes() -> None:
    who = typical(12, severity=np.linspace(0.5, 1.0, 12), persistence=1.0)
    found = window(
        causes.find("cervical_radiculopathy"), "decompression", who, (21.0, 728.0), respond=respond
    )
    assert (found.counted > 3).all()
    assert found.resolved[0] > found.resolved[1]


def test_what_sensitivity_changes_are_numbers_and_traits_that_exist() -> None:
    names = load_constants().names
    assert {name for members in MECHANISMS.values() for name in members} <= set(names)
    typical(1, **{trait.name: trait.low for trait in TRAITS})


def test_figures_say_in_words_what_they_show(plane) -> None:
    assert "hold at descending inhibition of 0.6" in draw_bistability(
        plane, "descending inhibition"
    )
