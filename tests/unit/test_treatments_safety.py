"""Side effects, warnings, and the compounds that users bring."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia import treatments
from causalgia.course import typical
from causalgia.errors import InputError
from causalgia.treatments import SideEffect, find, prescribe, read_treatment, warnings_for
from causalgia.treatments.reading import make_treatment
from causalgia.treatments.side_effects import relative_exposure
from causalgia.treatments.warnings import SEVERITIES, known_conditions

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "compounds" / "nav1_8_blocker.toml"
SIDE_EFFECTS = [(n, effect) for n in treatments.names() for effect in find(n).side_effects]


def test_a_side_effect_is_as_frequent_as_counted() -> None:
    dizziness = next(e for e in find("pregabalin").side_effects if e.name == "dizziness")
    # Product labels, recalled: 31 % at 600 mg/day, 9 % on placebo.
    assert dizziness.probability(1.0) == pytest.approx(0.31)
    assert dizziness.probability(0.0) == pytest.approx(0.09)
    half = relative_exposure(find("pregabalin"), dizziness, 300.0)
    assert half == pytest.approx(0.5)
    assert 0.15 < dizziness.probability(half) < 0.25
    # Absorption of gabapentin saturates, and so do its side effects.
    ataxia = find("gabapentin").side_effects[0]
    assert relative_exposure(find("gabapentin"), ataxia, 3600.0) < 1.5


@given(
    st.floats(0.0, 0.4), st.floats(0.0, 0.5), st.floats(0.3, 4.0),
    st.floats(0.0, 1e6), st.floats(0.0, 1e6),
)  # fmt: skip
def test_more_exposure_is_more_of_it_and_never_more_than_everybody(
    placebo: float, excess: float, hill: float, one: float, other: float
) -> None:
    effect = SideEffect("x", placebo, excess, hill=hill)
    low, high = sorted((one, other))
    shares = effect.probability(np.array([0.0, low, high]))
    assert shares[0] == pytest.approx(placebo)
    assert placebo - 1e-9 <= shares[1] <= shares[2] + 1e-9 <= 1.0 + 2e-9


def test_people_get_used_to_it_and_keep_what_placebo_gives() -> None:
    effect = SideEffect("x", 0.1, 0.3, tolerance_days=20.0)
    at_once = [(0.0, 1.0)]
    assert effect.probability(1.0, effect.unused(at_once, 0.0)) == pytest.approx(0.4)
    assert effect.probability(1.0, effect.unused(at_once, 20.0)) == pytest.approx(0.1 + 0.3 / np.e)
    assert effect.probability(1.0, effect.unused(at_once, 1e4)) == pytest.approx(0.1)
    lasting = SideEffect("y", 0.1, 0.3)
    assert lasting.probability(1.0, lasting.unused(at_once, 1e4)) == pytest.approx(0.4)


def test_a_new_step_of_the_dose_is_not_what_people_are_used_to() -> None:
    effect = SideEffect("x", 0.1, 0.3, tolerance_days=20.0)
    titrated = [(0.0, 1.0), (20.0, 3.0), (40.0, 0.0)]
    found = effect.unused(titrated, np.array([0.0, 20.0, 30.0]))
    fresh = [1.0, (np.exp(-1.0) + 2.0) / 3.0, (np.exp(-1.5) + 2.0 * np.exp(-0.5)) / 3.0]
    assert found == pytest.approx(fresh)
    assert effect.unused(titrated, 50.0) == 0.0


@pytest.mark.parametrize(("name", "effect"), SIDE_EFFECTS)
def test_every_side_effect_is_counted_at_a_dose_that_is_given(
    name: str, effect: SideEffect
) -> None:
    regimen = find(name).regimen
    assert effect.excess > 0.0
    if regimen is not None:
        assert 0.0 < effect.at_dose <= regimen.maximum


def test_wrong_side_effects_are_refused() -> None:
    with pytest.raises(InputError, match=r"on_placebo is 1\.2, must be 0 to 1"):
        SideEffect("x", 1.2, 0.0)
    with pytest.raises(InputError, match="must be below 1"):
        SideEffect("x", 0.5, 0.6)
    with pytest.raises(InputError, match="hill is 0, must be above 0"):
        SideEffect("x", 0.1, 0.1, hill=0)


def lines(*names: str, **patient: object) -> list[str]:
    """Warnings of treatments at their usual doses."""
    return [str(w) for w in warnings_for([prescribe(n, 0.0) for n in names], **patient)]  # type: ignore[arg-type]


def test_a_patient_of_whom_nothing_is_known_on_one_drug_gets_no_warning() -> None:
    assert lines("gabapentin") == []
    healthy = {"renal_clearance_mL_min": 100.0, "age_years": 40.0, "cyp2d6_activity": 1.0}
    assert lines("amitriptyline", **healthy) == []


def test_kidneys_bound_the_dose() -> None:
    (line,) = lines("pregabalin", renal_clearance_mL_min=25.0)
    assert line == (
        "caution: pregabalin: at most 150 mg/day at a creatinine clearance of 25 mL/min, not 300"
    )
    assert (
        warnings_for([prescribe("pregabalin", 0.0, dose=150.0)], renal_clearance_mL_min=25.0) == ()
    )
    (line,) = lines("duloxetine", renal_clearance_mL_min=20.0)
    assert line.startswith("contraindicated: duloxetine: not given at")


def test_conditions_are_known_by_name() -> None:
    (line,) = lines("duloxetine", conditions=("liver disease",))
    assert line == "contraindicated: duloxetine: not given with liver disease"
    assert lines("gabapentin", conditions=("liver disease",)) == []
    with pytest.raises(InputError, match="did you mean 'liver disease'"):
        lines("gabapentin", conditions=("liver diseas",))
    assert "pacemaker" in known_conditions()


def test_pairs_that_do_not_go_together_are_named_once_and_in_their_roles() -> None:
    text = "\n".join(lines("duloxetine", "tramadol"))
    assert "caution: duloxetine with tramadol: the first slows CYP2D6" in text
    assert text.count("serotonin syndrome") == 1
    assert lines("morphine", "lorazepam")[0].startswith("contraindicated: morphine with lorazepam")
    # One after the other is not together.
    apart = [prescribe("morphine", 0.0, stop_day=10.0), prescribe("lorazepam", 20.0)]
    assert warnings_for(apart) == ()


def test_a_slow_enzyme_starves_tramadol_and_floods_nortriptyline() -> None:
    assert "makes hardly any m1: less effect" in lines("tramadol", cyp2d6_activity=0.0)[0]
    assert "clears it: about 5.0 times the level" in lines("nortriptyline", cyp2d6_activity=0.0)[0]
    assert any("clears nortriptyline" in w for w in lines("amitriptyline", cyp2d6_activity=0.0))


def test_age_and_what_is_investigational_are_said() -> None:
    assert "from 65 years on" in lines("amitriptyline", age_years=70.0)[0]
    assert lines("regenerative_therapy")[0].startswith(
        "note: regenerative_therapy: investigational"
    )


def test_the_gravest_comes_first() -> None:
    found = warnings_for(
        [prescribe(n, 0.0) for n in ("regenerative_therapy", "amitriptyline", "duloxetine")],
        age_years=80.0,
        renal_clearance_mL_min=20.0,
    )
    order = [SEVERITIES.index(warning.severity) for warning in found]
    assert order == sorted(order) and {0, 1, 2} <= set(order)
    assert all("\n" not in str(warning) for warning in found)


def test_a_compound_of_ones_own_is_found_by_its_path() -> None:
    compound = find(str(EXAMPLE))
    assert compound == read_treatment(EXAMPLE)
    assert compound.name == "nav1_8_blocker"
    assert [a.target for a in compound.actions] == ["nav1_8", "nav1_7"]
    # 2 nM of free drug, 2 % of what is in plasma, at 450 g/mol.
    assert compound.actions[0].half_maximal == pytest.approx(2.0 * 450.0 / 1000.0 / 0.02)
    weak, strong = (
        float(prescribe(str(EXAMPLE), 0.0, dose=dose).strengths(30.0, typical(1))[0, 0])
        for dose in (10.0, 200.0)
    )
    assert 0.0 < 2.0 * weak < strong < 1.0


def changed(old: str, new: str) -> str:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[targets.SCN10A]", "[targets.SCN10B]", "unknown target 'SCN10B'; did you mean 'SCN10A'"),
        ("ic50_nM = 2.0", "ic50_uM = 2.0", "targets.SCN10A: unknown key 'ic50_uM'"),
        ("ic50_nM = 2.0", "ic50_nM = -2.0", "targets.SCN10A.ic50_nM is -2, must be above 0"),
        ("ic50_nM = 2.0", 'ic50_nM = "low"', "targets.SCN10A.ic50_nM is 'low', must be a number"),
        ("ic50_nM = 2.0", "ic50_nM = 2.0\naffinity_nM = 1.0", "not both"),
        ("molar_mass = 450.0\n", "", "kinetics.molar_mass is missing"),
        ("clearance_L_per_h = 12.0", "clearance_L_per_h = 0.0", "kinetics.clearance_L_per_h is 0"),
        ("free_fraction = 0.02", "free_fraction = 1.5", "must be at most 1"),
        ("volume_L", "volume", "kinetics: unknown key 'volume'; did you mean 'volume_L'"),
        ('kind = "oral"', 'kind = "pill"', "kind 'pill'"),
        ('kind = "oral"', "kind = 3", "kind is 3, must be a text"),
        ("sources = []", 'sources = "me"', "sources is 'me', must be a list of texts"),
        ("maximum = 200", "maximum = 50", "regimen.default is 100, must be above 0 and at most"),
        ("maximum = 200", "", "regimen.maximum is missing"),
        ("on_placebo = 0.08", "on_placebo = 8", "side effect 'headache'"),
        ("[targets.SCN9A]", "[target.SCN9A]", "unknown key 'target'; did you mean 'targets'"),
    ],
)
def test_a_wrong_field_is_named_in_one_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(changed(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        find(str(file))
    line = str(caught.value)
    assert line.startswith("mine.toml: ") and message in line and "\n" not in line


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.toml: cannot be read: No such file"):
        find(str(tmp_path / "nowhere.toml"))
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="it is no text"):
        find(str(tmp_path / "noise.toml"))


@pytest.mark.parametrize(
    ("name", "dose", "low", "high"),
    # Pregabalin 600: Moore 2009; duloxetine 40-60: Skljarevski 2012; 120: Raskin 2005 (12.1 %).
    [
        ("pregabalin", 600.0, 0.12, 0.28),
        ("duloxetine", 60.0, 0.043, 0.149),
        ("duloxetine", 120.0, 0.08, 0.19),
    ],
)
def test_about_as_many_stop_for_side_effects_as_in_trials(
    name: str, dose: float, low: float, high: float
) -> None:
    stay = 1.0
    for effect in find(name).side_effects:
        exposure = relative_exposure(find(name), effect, dose)
        stay *= 1.0 - effect.stops * float(effect.probability(exposure))
    assert low <= 1.0 - stay <= high


WRONG = (3, -1, 0, "x", "a/b", [], {}, True, float("nan"), float("inf"), [[1]], [{}], None)


def places_in(tree: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every value of a document is, tables and lists included."""
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield (*before, key)
        if isinstance(value, (dict, list)):
            yield from places_in(value, (*before, key))


def test_whatever_stands_in_a_file_is_read_or_refused_in_one_line() -> None:
    document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    refused = 0
    for place in places_in(document):
        for wrong in WRONG:
            tree = copy.deepcopy(document)
            spot: Any = tree
            for key in place[:-1]:
                spot = spot[key]
            if wrong is None:
                del spot[place[-1]]
            else:
                spot[place[-1]] = wrong
            try:
                make_treatment("mine.toml", tree)
            except InputError as error:
                refused += 1
                assert str(error).startswith("mine.toml: ") and "\n" not in str(error)
    assert refused > 200
