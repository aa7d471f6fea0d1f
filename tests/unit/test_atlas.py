"""The atlas: what it stores, how small, and that it is of the model that is installed."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest

from causalgia import causes
from causalgia.causes import KINDS
from causalgia.course import follow, healthy_state
from causalgia.errors import InputError
from causalgia.pathway.response import TESTS
from causalgia.pathway.surrogate import respond
from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas.histories import seen_between
from causalgia.patients.atlas.library import STORED, atlas
from causalgia.patients.atlas.model import atlas_hash
from causalgia.patients.atlas.packing import made_of, pack, unpack
from causalgia.patients.atlas.stepping import advance, days_until
from causalgia.patients.population import draw_patients
from causalgia.patients.simulate import covariates
from causalgia.treatments import build_schedule, find, names


@pytest.fixture(scope="module")
def stored() -> Atlas:
    return unpack(STORED)


def test_the_stored_atlas_is_of_this_model() -> None:
    assert made_of(STORED) == atlas_hash(), "run: python scripts/build_atlas.py"


def test_it_is_small_and_holds_every_cause_and_every_treatment(stored: Atlas) -> None:
    assert STORED.stat().st_size < 12e6
    assert set(stored.causes) == set(causes.names())
    assert {arm.name for arm in stored.treatments} == set(names())
    for name in names():
        places = {arm.place for arm in stored.treatments if arm.name == name}
        treatment = find(name)
        assert places == (set(treatment.sites) if treatment.needs_place else {None})


def test_weights_sum_to_one_over_each_cause(stored: Atlas) -> None:
    for cause in stored.causes:
        rows = stored.of_cause(cause)
        assert stored.prior_weight[rows].sum() == pytest.approx(1.0, abs=2e-3)
        low, high = seen_between(cause)
        days = stored.patients.duration_days[rows]
        assert days.min() >= min(low, 14.0) - 7.0 and days.max() <= high + 8.0


def test_pain_today_is_that_of_week_zero(stored: Atlas) -> None:
    today = stored.patients.rating[[TESTS.index("rest"), TESTS.index("brush")]]
    assert stored.weeks[0] == 0
    assert np.abs(stored.pain_untreated[0] - today).max() <= 0.041


def test_a_treatment_that_does_not_exist_is_refused_by_name(stored: Atlas) -> None:
    with pytest.raises(InputError, match="did you mean 'gabapentin'"):
        stored.arm("gabapentine")
    with pytest.raises(InputError, match="did you mean 'shingles'"):
        stored.of_cause("shingels")


def test_what_is_packed_is_read_within_a_step(stored: Atlas) -> None:
    lanes = np.arange(0, stored.count, 400)
    few = dataclasses.replace(
        stored,
        patients=stored.patients.select(lanes),
        hurting_days=stored.hurting_days[lanes],
        prior_weight=stored.prior_weight[lanes],
        pain_untreated=stored.pain_untreated[..., lanes],
        pain_treated=stored.pain_treated[..., lanes],
    )
    stream = io.BytesIO()
    pack(few, stream)
    again = _read(stream)
    assert again.causes == few.causes and again.treatments == few.treatments
    assert np.abs(again.pain_treated - few.pain_treated).max() <= 0.021
    assert np.abs(again.patients.mechanisms - few.patients.mechanisms).max() < 0.02
    rate = few.patients.afferent_Hz
    assert np.abs(again.patients.afferent_Hz - rate).max() <= 0.01 + 1e-3 * rate.max()
    assert again.prior_weight == pytest.approx(few.prior_weight, abs=1e-4)


def _read(stream: io.BytesIO) -> Atlas:
    stream.seek(0)
    return unpack(stream)  # type: ignore[arg-type]


def test_a_file_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "atlas.npz"
    file.write_bytes(b"no atlas")
    assert made_of(file) is None
    monkeypatch.setenv("CAUSALGIA_ATLAS", str(file))
    with pytest.raises(InputError, match=r"atlas\.npz: no atlas"):
        atlas()


def test_steps_whose_insult_is_data_follow_the_course() -> None:
    cause = causes.find("lumbar_radiculopathy")
    patients = covariates(draw_patients(cause, {"persistence": 0.9}, count=16, seed=3))
    state, first_pain = advance(
        healthy_state(patients),
        patients,
        cause,
        days_until(168.0),
        build_schedule((), KINDS),
        until_days=np.where(np.arange(16) < 8, 168.0, 84.0),
    )
    course = follow(
        cause, patients, respond=respond, days=168.0, record_every_days=84.0, record_mechanisms=True
    )
    assert course.mechanisms is not None
    reached = np.asarray(state.mechanisms)
    # By days until week 12, and by weeks of the mean insult from there on.
    assert reached[:, 8:] == pytest.approx(course.mechanisms[0][:, 8:], abs=0.02)
    assert reached[:, :8] == pytest.approx(course.mechanisms[1][:, :8], abs=0.05)
    hurts = np.asarray(course.state.signal("rating"))[:8] >= 1.0
    assert np.isfinite(first_pain[:8][hurts]).all()
