"""A wrong case file gets one line that says where, what was given and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from causalgia.errors import InputError
from causalgia.patients.case import read_case

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GOOD = (EXAMPLES / "cervical_radiculopathy.toml").read_text(encoding="utf-8")


def _change(before: str, after: str) -> str:
    assert GOOD.count(before) >= 1, f"the example no longer has {before!r}"
    return GOOD.replace(before, after, 1)


# What is changed in a good file, and what the message must say.
WRONG = {
    "unknown key": (("age =", "aeg ="), "patient: unknown key 'aeg'; did you mean 'age'?"),
    "unknown table": (
        ("[forecast]", "[forcast]"),
        "unknown key 'forcast'; did you mean 'forecast'",
    ),
    "unit of another kind": (('"54 years"', '"54 kg"'), "patient.age: '54 kg': 'kg'"),
    "unit missing": (('"54 years"', "54"), "patient.age: 54 has no unit"),
    "unknown unit": (('"5 months ago"', '"5 monts ago"'), "cause.onset: '5 monts': unknown unit"),
    "age out of range": (
        ('"54 years"', '"154 years"'),
        "patient.age: '154 years' is out of range;",
    ),
    "negative onset": (('"5 months ago"', '"-5 months ago"'), "allowed: 1 day to 20 years"),
    "rating out of range": (("now = 6", "now = 14"), "pain.now: 14 is no pain rating; allowed: a"),
    "rating not finite": (("now = 6", "now = nan"), "pain.now: nan is no pain rating"),
    "rating infinite": (("now = 6", "now = inf"), "pain.now: inf is no pain rating"),
    "rating of a wrong type": (("now = 6", 'now = "six"'), "pain.now: 'six' is no pain rating"),
    "quantity not finite": (('"78 kg"', "nan"), "patient.weight: nan is not a finite number"),
    "unknown cause": (
        ('"cervical_radiculopathy"', '"cervical_radiculopaty"'),
        "cause.name: unknown cause 'cervical_radiculopaty'; did you mean 'cervical_radiculopathy'",
    ),
    "unknown severity": (('"moderate"', '"moderat"'), "cause.severity: unknown severity 'moderat'"),
    "severity out of range": (
        ('"moderate"', "1.5"),
        "cause.severity: 1.5 is no severity; allowed:",
    ),
    "root of another region": (('root = "C7"', 'root = "L5"'), "allowed: C6, C7, C8"),
    "unknown region": (
        ('region = "hand"', 'region = "hnad"'),
        "unknown region 'hnad'; did you mean",
    ),
    "impossible region": (
        ('region = "hand"', 'region = "foot"'),
        "pain.region: 'foot' cannot hurt by 'cervical_radiculopathy'; allowed: ",
    ),
    "unknown symptom": (
        ("burning =", "burnin ="),
        "pain.symptoms: unknown symptom 'burnin'; did you",
    ),
    "symptom not true or false": (("burning = true", "burning = 3"), "burning is 3; allowed: true"),
    "unknown treatment": (
        ('name = "gabapentin"', 'name = "gabapentine"'),
        "treatments[2].name: unknown treatment 'gabapentine'; did you mean 'gabapentin'",
    ),
    "dose of another kind": (('"1800 mg/day"', '"1800 mV"'), "treatments[2].dose: '1800 mV'"),
    "dose above the maximum": (
        ('"1800 mg/day"', '"18000 mg/day"'),
        "treatments[2].dose: '18000 mg/day' of gabapentin; allowed: above 0 and at most 3600",
    ),
    "dose of nothing": (('"1800 mg/day"', '"0 mg/day"'), "allowed: above 0 and at most"),
    "dose where there is none": (
        ('name = "decompression"', 'name = "decompression"\ndose = "1 mg/day"'),
        "decompression has no dose",
    ),
    "site of another region": (
        ('block"\nsite = "wrist"', 'block"\nsite = "ankle"'),
        "treatments[4].site: the hand has no site 'ankle'",
    ),
    "site that is misspelled": (
        ('block"\nsite = "wrist"', 'block"\nsite = "wirst"'),
        "the hand has no site 'wirst'; did you mean 'wrist'",
    ),
    "site missing": (
        ('block"\nsite = "wrist"', 'block"'),
        "treatments[4].site: is missing; allowed:",
    ),
    "site where there is none": (
        ('dose = "1800 mg/day"', 'site = "wrist"'),
        "gabapentin is not put anywhere",
    ),
    "treatment twice": (
        ('name = "ibuprofen"', 'name = "ibuprofen"\n[[treatments]]\nname = "ibuprofen"'),
        "treatments[2]: 'ibuprofen' is there twice",
    ),
    "treatments no list": (("[[treatments]]", "[treatments]"), "TOML"),
    "block relief of another kind": (('"10 %"', '"10 mg"'), "tests.block[1].relief: '10 mg'"),
    "block relief out of range": (('"10 %"', '"110 %"'), "allowed: 0 to 100 %"),
    "horizon too far": (('"12 months"', '"12 centuries"'), "forecast.horizon"),
    "required table missing": (
        ("[cause]", "[patient.cause]"),
        "cause: is missing; it must be given",
    ),
    "required key missing": (("now = 6", ""), "pain.now: is missing; it must be given"),
    "not TOML": (("[cause]", "[cause"), "not valid TOML: "),
    "key twice": (("now = 6", "now = 6\nnow = 7"), "not valid TOML: "),
    "onset before birth": (
        (
            '"54 years"\nweight = "78 kg"\n\n[cause]\nname = "cervical_radiculopathy"\nonset = '
            '"5 months ago"',
            '"19 years"\n[cause]\nname = "cervical_radiculopathy"\nonset = "19.5 years"',
        ),
        "cause.onset: 19.5 years ago is before birth",
    ),
}


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, name: str = "case.toml") -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write


def _message(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_case(file)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{file}: ")
    return message


@pytest.mark.parametrize("what", WRONG)
def test_the_message_names_field_value_and_what_is_allowed(what, write):
    (before, after), expected = WRONG[what]
    assert expected in _message(write(_change(before, after)))


@pytest.mark.parametrize("content", ["", "   \n\t\n", "# nothing but a comment\n"])
def test_an_empty_file_is_refused(content, write):
    assert re.search(r"the file is empty|cause: is missing", _message(write(content)))


def test_text_that_is_not_utf8_is_refused(write):
    assert "not UTF-8 text: byte 0xff at position 8" in _message(write(b"[pain]\n\n\xff"))


def test_a_missing_file_is_refused(tmp_path):
    assert "no such file" in _message(tmp_path / "nowhere.toml")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in _message(tmp_path)


def test_a_huge_file_is_refused(write):
    assert "a case file has at most 1000000" in _message(write("#" * 1_000_001))


def test_deep_nesting_and_huge_numbers_are_refused(write):
    _message(write("a = " + "[" * 5000))
    _message(write("a = " + "9" * 5000))


def test_a_byte_order_mark_is_no_error(write):
    assert read_case(write(b"\xef\xbb\xbf" + GOOD.encode())).cause == "cervical_radiculopathy"


def test_a_name_that_would_break_the_line_is_printed_in_one(write):
    with pytest.raises(InputError) as caught:
        read_case(write('"a\\nb" = 1\n', name="line\nbreak.toml"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "example",
    sorted(
        f for f in EXAMPLES.glob("*.toml") if not f.stem.startswith(("fibre_", "cord_", "assess_"))
    ),
    ids=lambda f: f.stem,
)
def test_the_examples_are_right(example):
    case = read_case(example)
    assert case.requests
    assert case.onset_days > 0


def test_every_wrong_file_ends_the_command_with_status_2_and_writes_nothing(
    write, tmp_path, run_command
):
    file, out = write(_change("now = 6", "now = 14")), tmp_path / "report"
    status, output, error = run_command("case", file, "--out", out)
    assert (status, output) == (2, "")
    assert error.count("\n") == 1
    assert f"{file}: pain.now: 14" in error
    assert not out.exists()
