"""Causes: what they strike, for how long, and in whom."""

from __future__ import annotations

import jax
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


def test_in_some_and_more_of_the_old_the_ganglion_smolders_for_years() -> None:
    ranks = np.linspace(0.0, 1.0, 201)
    left = {}
    for age in (45.0, 60.0, 80.0):
        early, late = (
            part(insult_on("shingles", d, age_years=age, persistence=ranks), "inflammation", "root")
            for d in (14.0, 540.0)
        )
        left[age] = float((late > 0.5 * early).mean())
    assert left[45.0] < left[60.0] < left[80.0]
    assert 0.05 < left[60.0] < 0.3
    # And in them too it fades: half are free of pain within 2 to 7 years (Helgason 2000).
    late, later = (
        part(insult_on("shingles", d, persistence=1.0), "inflammation", "root")[0]
        for d in (540.0, 2400.0)
    )
    assert later < 0.4 * late


def test_a_worn_joint_gets_slowly_worse_and_flares_a_few_times_a_year() -> None:
    insult = jax.vmap(causes.find("osteoarthritis").insult, (0, None))
    every_day = np.asarray(insult(jnp.arange(730.0), typical(1)))
    course = every_day[:, KINDS.index("inflammation"), PLACES.index("terminal"), 0]
    flares = np.flatnonzero(np.diff(course) > 0.05)
    assert 3 <= len(flares) <= 12
    quiet = [course[100:200].min(), course[600:700].min()]
    assert quiet[0] < quiet[1] < 1.3 * quiet[0]
