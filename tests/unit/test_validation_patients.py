"""The floor of patients: every row has a way to be counted, and a fit sees no row to validate."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia import causes
from causalgia.causes import KINDS
from causalgia.errors import InputError
from causalgia.mechanisms import PLACES, entries
from causalgia.mechanisms.map import index_of
from causalgia.pathway.health import in_health
from causalgia.pathway.response import QUALITIES, TESTS
from causalgia.patients.observations import INSTRUMENTS, OBSERVATIONS, simulate, totals
from causalgia.patients.observations.numbers import instead
from causalgia.patients.observations.phenotypes import CLUSTERS
from causalgia.patients.observations.total import Total
from causalgia.patients.virtual import VirtualPatients
from causalgia.validation.patients.computing import People, compute
from causalgia.validation.patients.definitions import definitions
from causalgia.validation.patients.groups import groups
from causalgia.validation.patients.measures import MEASURES
from causalgia.validation.reference import load_references
from causalgia.validation.verdict import Computed, NotComputed

ROWS = {
    # Rows about inference have a protocol of their own.
    row.id: row
    for row in load_references("patients")
    if not row.id.startswith("INF.")
}


@pytest.fixture(scope="module")
def people() -> People:
    """Thirty of each of two causes, with more and fewer fibers left, all in pain."""
    health, count = in_health(), 60
    mechanisms = np.tile(np.array([[entry.healthy] for entry in entries()]), count)
    for fiber in ("c", "a_delta", "a_beta"):
        mechanisms[index_of("fiber_survival", "distal_nerve", fiber)] = np.linspace(0.2, 1.0, count)
    rating = np.zeros((len(TESTS), count))
    rating[0] = np.tile(np.linspace(3.0, 9.0, 30), 2)
    patients = VirtualPatients(
        causes=("diabetic_neuropathy", "trigeminal_neuralgia"),
        cause=np.repeat([0, 1], 30),
        duration_days=np.full(count, 700.0),
        covariates={},
        mechanisms=mechanisms,
        insult=np.zeros((len(KINDS), len(PLACES), count)),
        afferent_Hz=np.tile(health.afferent_Hz[..., None], count),
        origin_Hz=np.tile(health.origin_Hz[..., None], count),
        projection_Hz=np.tile(health.projection_Hz[..., None], count),
        rating=rating,
        qualities=np.zeros((len(QUALITIES), count)),
        rating_without_input=np.zeros(count),
    )
    return People(patients, np.full(count, 1.0 / 30.0))


def test_every_row_is_counted_or_says_why_not() -> None:
    assert {row.id for row in ROWS.values() if not row.left_out} == set(definitions())
    for row_id, own in definitions().items():
        assert own.of in groups() and (not own.against or own.against in groups()), row_id
        assert own.compute in MEASURES or own.compute in ("area", "largest_abnormal"), row_id
        if own.compute in ("any", "at_least", "abnormal", "largest_abnormal"):
            assert own.names and set(own.names) <= set(OBSERVATIONS), row_id
        if own.compute in ("total", "not_total", "area"):
            assert set(own.names) <= set(INSTRUMENTS), row_id
        if own.compute == "cluster":
            assert set(own.names) <= set(CLUSTERS), row_id


def test_groups_are_mixes_of_causes_that_exist() -> None:
    for name, group in groups().items():
        assert sum(group.causes.values()) == pytest.approx(1.0), name
        assert set(group.causes) <= set(causes.names()), name


def test_a_fit_cannot_see_what_is_only_compared(people: People) -> None:
    for row in ROWS.values():
        if row.use == "validate":
            with pytest.raises(InputError, match=f"{row.id!r} is to validate"):
                compute([row.id], people, use=("calibrate", "prior"))
    with pytest.raises(InputError, match="unknown row"):
        compute(["SY999"], people)


def test_shares_are_those_of_the_group(people: People) -> None:
    found = compute(["SY034", "SY074", "SY133", "SY012"], people, use=None)
    for row_id in ("SY034", "SY074", "SY133"):
        own = found[row_id]
        assert isinstance(own, Computed) and own.low <= own.value <= own.high
        assert 0.0 < own.value < 100.0 and "30 virtual patients" in own.how
    missing = found["SY012"]
    assert isinstance(missing, NotComputed) and "too few" in missing.reason


def test_a_lower_threshold_is_reported_more_often(people: People) -> None:
    ids = ("SY034",)
    usual = compute(ids, people, use=None)["SY034"]
    lower = compute(ids, people, instead({"touch_evoked_half": 0.1}), use=None)["SY034"]
    assert isinstance(usual, Computed) and isinstance(lower, Computed)
    # Nothing in them unmasks touch: whoever reports it does so by chance alone.
    assert usual.value == pytest.approx(lower.value)
    told = compute(["SY045"], people, instead({"numbness_half": 0.05}), use=None)["SY045"]
    before = compute(["SY045"], people, use=None)["SY045"]
    assert isinstance(told, Computed) and isinstance(before, Computed)
    assert told.value > before.value + 10.0


def test_totals_that_are_drawn_are_those_folded_of_items(people: People) -> None:
    many = people.patients.select(np.zeros(4000, dtype=int))
    for name in ("DN4", "ID_Pain", "painDETECT"):
        instrument = INSTRUMENTS[name]
        answers = simulate(name, many, np.random.default_rng(1))
        drawn = totals(name, answers)
        own = Total(instrument)
        each = own.each(many.select([0]))[:, 0]
        assert each.sum() == pytest.approx(1.0)
        assert drawn.mean() == pytest.approx(float(own.grid @ each), abs=0.15)
        cut = instrument.cutoffs[-1].at_least
        assert (drawn >= cut).mean() == pytest.approx(each[own.grid >= cut].sum(), abs=0.03)
    with pytest.raises(InputError, match="numbness are missing"):
        totals(
            "DN4",
            {
                k: v
                for k, v in simulate("DN4", many, np.random.default_rng(1)).items()
                if k != "numbness"
            },
        )
