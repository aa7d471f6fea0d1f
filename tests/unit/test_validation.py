"""Published numbers beside the model's: the tables, the verdicts, the listing."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.errors import CausalgiaError, InputError
from causalgia.evidence import load_sources
from causalgia.validation import NotComputed, Reference, judge, load_references, run, validate
from causalgia.validation.listing import as_markdown, format_interval, format_number, to_json
from causalgia.validation.protocol import Protocol, protocol_of, protocols
from causalgia.validation.reference import FLOORS, read_references
from causalgia.validation.run import Validation
from causalgia.validation.verdict import by_kind, count

A_ROW = Reference(
    id="a.row",
    floor="nerve",
    kind="a kind",
    model="a_model",
    quantity="a quantity",
    condition="",
    unit="mV",
    value=10.0,
    low=9.0,
    high=12.0,
    tolerance="as published",
    source="tigerholm_2014",
    identifier="",
    basis="run",
    use="validate",
    note="",
    left_out="",
)
NUMBERS = st.floats(-1e6, 1e6)


def test_the_packaged_rows_are_whole() -> None:
    rows = load_references("nerve")
    assert len(rows) > 400
    assert {row.basis for row in rows} == {"read", "run", "derived", "recalled"}
    assert all(row.use == "prior" for row in rows if row.basis == "recalled")
    published = [row for row in rows if row.basis == "run"]
    assert {row.source for row in published} <= set(load_sources())
    assert not any("://" in getattr(row, name.name) for row in rows for name in _texts())


def _texts():
    return [field for field in fields(Reference) if field.type == "str"]


def test_the_rows_of_the_cord_are_whole() -> None:
    rows = load_references("cord")
    assert len(rows) > 150
    published = [row for row in rows if not row.id.startswith("CB")]
    assert {row.basis for row in published} == {"run", "derived"}
    assert {row.source for row in published} == {"aguiar_2010", "zhang_2014", "medlock_2022"}
    assert not {row.id for row in rows} & {row.id for row in load_references("nerve")}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_row_has_a_protocol_or_says_why_not(floor) -> None:
    available = protocols(floor)
    names = [protocol.name for protocol in available]
    assert len(set(names)) == len(names)
    for row in load_references(floor):
        assert bool(row.left_out) != bool(protocol_of(row.id, available)) or row.left_out


@pytest.mark.parametrize("floor", FLOORS)
def test_every_protocol_has_rows(floor) -> None:
    ids = [row.id for row in load_references(floor)]
    for protocol in protocols(floor):
        for pattern in protocol.patterns:
            one = replace(protocol, patterns=(pattern,))
            assert any(one.covers(row_id) for row_id in ids), pattern


@given(low=NUMBERS, width=st.floats(0, 1e6), share=st.floats(0, 1), model=NUMBERS)
def test_a_verdict_is_whether_the_number_lies_in_the_interval(low, width, share, model) -> None:
    high = low + width
    value = min(high, low + share * width)
    row = judge(replace(A_ROW, value=value, low=low, high=high), model)
    assert row.verdict == ("inside" if low <= model <= high else "outside")
    assert row.value == model


@given(model=st.sampled_from([math.nan, math.inf, -math.inf]))
def test_what_is_no_number_is_outside_and_says_so(model) -> None:
    row = judge(A_ROW, model)
    assert (row.verdict, row.value) == ("outside", None)
    assert "no number" in row.reason


def test_both_ends_belong_to_the_interval() -> None:
    assert judge(A_ROW, 9.0).verdict == judge(A_ROW, 12.0).verdict == "inside"


def test_misses_come_first_under_each_kind() -> None:
    other = replace(A_ROW, kind="another")
    rows = [judge(A_ROW, 10.0), judge(other, 10.0), judge(A_ROW, NotComputed("why"))]
    rows.append(judge(A_ROW, 99.0))
    sorted_rows = by_kind(rows)
    assert list(sorted_rows) == ["a kind", "another"]
    verdicts = [row.verdict for row in sorted_rows["a kind"]]
    assert verdicts == ["outside", "not computed", "inside"]
    tally = count(rows)
    assert (tally.inside, tally.outside, tally.not_computed, tally.total) == (2, 1, 1, 3)
    assert tally.percent == pytest.approx(200.0 / 3.0)


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"use": "calibrated"}, "did you mean 'calibrate'"),
        ({"basis": "seen"}, "basis is 'seen'"),
        ({"floor": "nerv"}, "did you mean 'nerve'"),
        ({"value": 20.0}, "value 20.0 does not lie"),
        ({"value": math.nan}, "does not lie"),
        ({"tolerance": ""}, "tolerance is empty"),
        ({"basis": "recalled", "use": "calibrate"}, "must be 'prior'"),
    ],
)
def test_a_wrong_row_is_refused(changes, phrase) -> None:
    with pytest.raises(InputError, match=phrase):
        replace(A_ROW, **changes)


def test_a_wrong_table_names_file_line_and_field(tmp_path) -> None:
    names = [field.name for field in fields(Reference)]
    line = [str(getattr(A_ROW, name)) for name in names]
    file = tmp_path / "nerve_x.csv"

    def given(*lines: list[str]) -> None:
        file.write_text("\n".join(",".join(cells) for cells in lines), encoding="utf-8")

    given(names, line)
    assert read_references([file]) == (A_ROW,)
    given(names, line, line)
    with pytest.raises(InputError, match=r"nerve_x\.csv, line 3: 'a\.row' comes twice"):
        read_references([file])
    given(names, [*line[:7], "ten", *line[8:]])
    with pytest.raises(InputError, match=r"line 2: value is 'ten', must be a number"):
        read_references([file])
    given(names[:-1], line[:-1])
    with pytest.raises(InputError, match="columns must be id, floor"):
        read_references([file])


def test_the_json_has_what_is_promised() -> None:
    rows = (judge(A_ROW, 10.0), judge(replace(A_ROW, id="b", high=math.inf), NotComputed("why")))
    record = json.loads(to_json([Validation("nerve", rows, True, {"a": 0.123})]))
    assert (record["passed"], record["total"], record["not_computed"]) == (1, 1, 1)
    assert record["quick"] is True
    assert record["kinds"] == {"a kind": {"passed": 1, "total": 1, "not_computed": 1}}
    assert record["uses"] == {"validate": {"passed": 1, "total": 1, "not_computed": 1}}
    first, second = record["rows"]
    wanted = {"published_value", "interval", "model_value", "tolerance", "verdict", "source", "use"}
    assert wanted <= set(first) == set(second)
    assert first["interval"] == [9.0, 12.0]
    assert second["interval"] == [9.0, None]
    assert (second["model_value"], second["reason"]) == (None, "why")


def test_the_page_lists_every_row_once() -> None:
    rows = (judge(A_ROW, 10.0), judge(replace(A_ROW, id="b|c"), 99.0))
    page = as_markdown(Validation("nerve", rows, False, {}))
    assert "1 of 2 inside" in page
    assert page.count("| a.row |") == 1
    assert r"b\|c" in page


def test_numbers_are_short() -> None:
    assert format_number(None) == "-"
    assert format_number(0.1 + 0.2 - 0.3) == "0"
    assert format_number(-66.4779123) == "-66.478"
    assert format_interval(1.0, 2.5) == "1 to 2.5"
    assert format_interval(-math.inf, 2.5) == "<= 2.5"
    assert format_interval(99.0, math.inf) == ">= 99"


def _one_protocol(monkeypatch, measure, slow=False) -> None:
    protocol = Protocol("one", ("a.*",), measure, slow)
    monkeypatch.setattr(run, "protocols", lambda floor: (protocol,))
    rows = (A_ROW, replace(A_ROW, id="b.row"), replace(A_ROW, id="a.two", left_out="no model"))
    monkeypatch.setattr(run, "load_references", lambda floor: rows)


def test_a_failed_protocol_misses_its_rows_only(monkeypatch) -> None:
    def fails(ids):
        raise CausalgiaError("voltage ran away")

    _one_protocol(monkeypatch, fails)
    found = {row.reference.id: row for row in validate("nerve").rows}
    verdicts = [found[name].verdict for name in ("a.row", "b.row", "a.two")]
    assert verdicts == ["outside", "not computed", "not computed"]
    assert found["a.row"].reason == "voltage ran away"
    assert found["b.row"].reason == "no protocol computes it"
    assert found["a.two"].reason == "no model"


def test_a_protocol_is_asked_for_its_rows_and_may_forget_one(monkeypatch) -> None:
    asked = []

    def forgets(ids):
        asked.append(list(ids))
        return {}

    _one_protocol(monkeypatch, forgets)
    rows = validate("nerve").rows
    assert asked == [["a.row"]]
    assert "gave no number" in rows[0].reason
    assert rows[0].verdict == "outside"


def test_a_quick_look_leaves_slow_protocols_out(monkeypatch) -> None:
    _one_protocol(monkeypatch, lambda ids: {"a.row": 10.0}, slow=True)
    assert validate("nerve").rows[0].verdict == "inside"
    assert "quick" in validate("nerve", quick=True).rows[0].reason


def test_only_some_rows(monkeypatch) -> None:
    _one_protocol(monkeypatch, lambda ids: {"a.row": 10.0})
    assert [row.reference.id for row in validate("nerve", only="a.*").rows] == ["a.row", "a.two"]
    assert len(validate("nerve", only="A_MODEL").rows) == 3
    with pytest.raises(InputError, match="did you mean 'a_model'"):
        validate("nerve", only="a_modell")
