"""Causes: what they strike, for how long, and in whom."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia import causes
from causalgia.causes import KINDS
from causalgia.course import typical
from causalgia.errors import InputError
from causalgia.evidence import cite
from causalgia.mechanisms import PLACES


def insult_on(name: str, day: float, **covariates: object) -> np.ndarray:
    count = max(np.size(value) for value in (*covariates.values(), 0.0))
    patients = typical(count, **covariates)
    return np.asarray(causes.find(name).insult(jnp.float32(day), patients))


def part(insult: np.ndarray, kind: str, place: str) -> np.ndarray:
    return insult[KINDS.index(kind), PLACES.index(place)]


def test_an_unknown_cause_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'shingles'"):
        causes.find("shingels")


@pytest.mark.parametrize("name", causes.names())
def test_a_cause_strikes_where_and_how_it_says_and_nowhere_else(name: str) -> None:
    cause = causes.find(name)
    worst = np.max(
        [insult_on(name, day, severity=1.0, hba1c_percent=10.0) for day in (0, 1, 7, 60, 700)], 0
    )[..., 0]
    for kind in KINDS:
        for place in PLACES:
            strikes = part(worst, kind, place) > 0.0
            assert not strikes or (kind in cause.kinds and place in cause.places)
    assert {k for k, row in zip(KINDS, worst, strict=True) if row.max() > 0} == set(cause.kinds)
    struck = {p for p, row in zip(PLACES, worst.T, strict=True) if row.max() > 0}
    assert struck == set(cause.places)


@pytest.mark.parametrize("name", causes.names())
def test_insults_grow_with_severity_and_never_heal(name: str) -> None:
    severities = np.linspace(0.0, 1.0, 11)
    for day in (0.0, 3.0, 30.0, 900.0):
        insult = insult_on(name, day, severity=severities, hba1c_percent=9.0)
        assert (insult >= 0.0).all()
        assert (np.diff(insult, axis=-1) >= 0.0).all()
        assert (insult[..., 0] == 0.0).all()


@pytest.mark.parametrize("name", causes.names())
def test_every_cause_can_be_cited(name: str) -> None:
    assert "@" in cite(causes.find(name).sources)


def test_shingles_peaks_within_a_fortnight_and_is_over_in_months() -> None:
    virus = [part(insult_on("shingles", d), "viral", "root")[0] for d in range(200)]
    assert 1 <= int(np.argmax(virus)) <= 14
    assert virus[-1] < 1e-3 * max(virus)


def test_old_age_makes_shingles_worse() -> None:
    # Helgason 2000: neuralgia is rare below sixty.
    young, old = part(insult_on("shingles", 10.0, age_years=[45.0, 80.0]), "viral", "root")
    assert old > 1.5 * young


def test_most_discs_resorb_and_some_never_do() -> None:
    ranks = np.linspace(0.0, 1.0, 101)
    fresh = part(insult_on("cervical_radiculopathy", 0.0, persistence=ranks), "compression", "root")
    late = part(
        insult_on("cervical_radiculopathy", 730.0, persistence=ranks), "compression", "root"
    )
    left = late / fresh
    assert (left < 0.3).mean() > 0.5
    assert (left > 0.7).mean() > 0.1


def test_sugar_below_the_harmless_level_does_no_harm_and_more_does_more() -> None:
    levels = np.array([5.0, 6.0, 8.0, 9.0, 10.0])
    insult = part(
        insult_on("diabetic_neuropathy", 900.0, hba1c_percent=levels), "metabolic", "root"
    )
    assert (insult[:2] == 0.0).all()
    assert (np.diff(insult[1:]) > 0.0).all()


def test_diabetes_strikes_the_longest_fibers_first() -> None:
    metabolic = insult_on("diabetic_neuropathy", 900.0, hba1c_percent=9.0)[KINDS.index("metabolic")]
    terminal, distal, proximal = metabolic[:3, 0]
    assert terminal > distal > proximal
