"""Whatever a file holds, the reader gives a case or an `InputError` of one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from causalgia.errors import InputError
from causalgia.pathway.response import QUALITIES
from causalgia.patients.case import Case, read_case

EXAMPLES = [
    f.read_bytes() for f in sorted(Path(__file__).parents[2].joinpath("examples").glob("*.toml"))
]
SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = st.sampled_from(
    [
        *("patient", "cause", "pain", "tests", "treatments", "forecast", "name", "dose", "site"),
        *("age", "weight", "onset", "severity", "root", "region", "now", "symptoms", "block"),
        *("relief", "hba1c", "renal_clearance", "horizon", *QUALITIES),
    ]
) | st.text(max_size=6)
TEXTS = st.sampled_from(
    [
        *("shingles", "gabapentin", "hand", "C7", "wrist", "5 months ago", "10 %", "1e999 kg"),
        *("1/0 kg", "9**9**9 day", "-1 year", "nan mg/day", "5 months ago ago", "inf kg", "٣ kg"),
    ]
) | st.text(max_size=12)
SCALARS = (
    st.none().map(lambda _: "2020-01-01T00:00:00Z")
    | st.booleans().map(lambda b: str(b).lower())
    | st.integers().map(str)
    | st.floats().map(lambda f: str(f))
    | TEXTS.map(lambda text: json.dumps(text))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=4).map(
            lambda table: "{" + ", ".join(f"{json.dumps(k)} = {v}" for k, v in table.items()) + "}"
        )
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=6).map(
    lambda table: "\n".join(f"{json.dumps(k)} = {v}" for k, v in table.items())
)


@pytest.fixture
def read(tmp_path):
    file = tmp_path / "case.toml"

    def read(content: bytes) -> None:
        file.write_bytes(content)
        try:
            case = read_case(file)
        except InputError as error:
            assert "\n" not in str(error)
            assert str(error).startswith(f"{file}: ")
        else:
            assert isinstance(case, Case)

    return read


@SETTINGS
@given(content=st.binary(max_size=200))
def test_any_bytes(read, content):
    read(content)


@SETTINGS
@given(document=DOCUMENTS)
def test_any_tables(read, document):
    read(document.encode("utf-8", errors="surrogatepass"))


@SETTINGS
@given(
    example=st.sampled_from(EXAMPLES),
    start=st.integers(0, 10_000),
    length=st.integers(0, 12),
    inserted=st.binary(max_size=4) | TEXTS.map(str.encode),
)
def test_examples_with_a_piece_replaced(read, example, start, length, inserted):
    start %= len(example)
    read(example[:start] + inserted + example[start + length :])


@SETTINGS
@given(
    example=st.sampled_from(EXAMPLES),
    line=st.integers(0, 10_000),
    value=VALUES,
)
def test_examples_with_a_value_replaced(read, example, line, value):
    lines = example.decode().splitlines()
    places = [i for i, text in enumerate(lines) if "=" in text and not text.startswith("#")]
    at = places[line % len(places)]
    lines[at] = lines[at].split("=")[0] + "= " + value
    read("\n".join(lines).encode("utf-8", errors="surrogatepass"))
