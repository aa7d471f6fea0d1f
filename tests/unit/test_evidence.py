"""Every number has a unit, a status and a source, and the store refuses one that has not."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from causalgia import evidence
from causalgia.errors import InputError
from causalgia.evidence.store import read_publication
from causalgia.quantities import parse_quantity

SOURCE = """
[source]
key = "author_2020"
authors = "Author AB, van der Other C"
title = "Sodium & pain"
year = 2020
"""
ENTRY = '[parameters.conductance]\nvalue = 1.5\nunit = "S/cm2"\nstatus = "measured"\n'


def publication(folder: Path, text: str) -> Path:
    file = folder / "author_2020.toml"
    file.write_text(text, encoding="utf-8")
    return file


def is_own(source_key: str) -> bool:
    """Whether the numbers are the project's own, which no publication vouches for."""
    return source_key.partition("_")[0] == "causalgia"


def test_a_number_is_found_by_source_and_name() -> None:
    found = evidence.parameter("tigerholm_2014/sodium_1_7_conductance")
    assert (found.value, found.unit, found.status) == (0.10664, "S/cm2", "fitted")
    assert found.path == "tigerholm_2014/sodium_1_7_conductance"
    assert found is evidence.parameters("tigerholm_2014")["sodium_1_7_conductance"]


def test_a_number_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        evidence.parameter("tigerholm_2014/axial_resistivity").value = 1.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        evidence.parameters("tigerholm_2014")["new"] = None  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "phrase"),
    [
        ("tigerholm_2014/sodium_17_conductance", "did you mean 'sodium_1_7_conductance'"),
        ("tigerholm_2104/axial_resistivity", "did you mean 'tigerholm_2014'"),
        ("axial_resistivity", "write it as 'source/name'"),
    ],
)
def test_a_missing_number_names_the_nearest(path: str, phrase: str) -> None:
    with pytest.raises(InputError, match=r"^[^\n]*$") as caught:
        evidence.parameter(path)
    assert phrase in str(caught.value)


def test_every_packaged_number_has_a_source_and_a_unit_that_converts() -> None:
    sources = evidence.load_sources()
    entries = evidence.all_parameters()
    assert len({entry.path for entry in entries}) == len(entries) > 400
    for entry in entries:
        assert entry.source in sources
    for unit in {entry.unit for entry in entries}:
        assert parse_quantity(f"1 {unit}" if unit != "1" else 1, unit) == pytest.approx(1.0)


def test_every_publication_says_where_to_find_it() -> None:
    for source in evidence.load_sources().values():
        assert source.authors
        assert source.title
        assert 1900 < source.year < 2100
        if not is_own(source.key):
            assert source.identifier.partition(":")[2], source.key


def test_the_projects_own_numbers_are_assumed_and_say_why() -> None:
    own = [entry for entry in evidence.all_parameters() if is_own(entry.source)]
    for entry in own:
        assert entry.status != "measured", entry.path
        assert entry.note or entry.where, entry.path


def test_tigerholm_leaks_hold_the_axon_at_rest() -> None:
    """The potassium leak balances pump and other currents less in the cold, where E_K is nearer."""
    entries = evidence.parameters("tigerholm_2014")
    cold = entries["potassium_leak_conductance_6_3_celsius"].value
    warm = entries["potassium_leak_conductance_37_celsius"].value
    assert cold > 2 * warm


def test_a_file_is_read_with_what_its_entries_share(tmp_path: Path) -> None:
    text = (
        SOURCE
        + '[defaults]\nstatus = "fitted"\nspecies = "rat"\n'
        + '[parameters]\na = { value = 1, unit = "mV", low = 0, high = 2, temperature_c = 22 }\n'
        + 'b = { value = 2.5, unit = "1", status = "assumed", species = "human" }\n'
    )
    source, entries = read_publication(publication(tmp_path, text))
    assert source.year == 2020
    assert (entries["a"].status, entries["a"].species, entries["a"].high) == ("fitted", "rat", 2)
    assert (entries["b"].status, entries["b"].species) == ("assumed", "human")


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        (ENTRY, ["source: key is missing"]),
        (SOURCE.replace("author_2020", "other_2020"), ["source.key", "must be 'author_2020'"]),
        (SOURCE + ENTRY.replace("unit", "#"), ["parameters.conductance", "unit is missing"]),
        (SOURCE + ENTRY.replace('"S/cm2"', '""'), ["parameters.conductance", "unit is missing"]),
        (SOURCE + ENTRY.replace("status", "#"), ["parameters.conductance", "status is missing"]),
        (
            SOURCE + ENTRY.replace("measured", "mesured"),
            ["parameters.conductance", "status 'mesured'", "did you mean 'measured'"],
        ),
        (SOURCE + ENTRY.replace("1.5", "true"), ["conductance", "True is not a finite number"]),
        (SOURCE + ENTRY.replace("1.5", "nan"), ["conductance", "nan is not a finite number"]),
        (SOURCE + ENTRY.replace("1.5", '"1.5"'), ["conductance", "'1.5' is not a finite number"]),
        (SOURCE + ENTRY + "low = 2.0\n", ["conductance", "value 1.5 is outside 2 to inf"]),
        (SOURCE + ENTRY + "unti = 1\n", ["conductance", "unknown key 'unti'", "'unit'"]),
        (SOURCE + "[parameters]\nx = 1.0\n", ["parameters.x", "a table is expected"]),
        ("[parameter]\n" + SOURCE, ["unknown key 'parameter'", "'parameters'"]),
        (SOURCE + "[defaults]\nvalue = 1\n", ["defaults", "unknown key 'value'"]),
        ("source = ", ["cannot be read as TOML"]),
    ],
)
def test_a_faulty_file_is_refused_by_file_and_field(
    tmp_path: Path, text: str, phrases: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        read_publication(publication(tmp_path, text))
    message = str(caught.value)
    assert message.startswith("author_2020.toml")
    assert "\n" not in message
    for phrase in phrases:
        assert phrase in message


def test_a_bibliography_has_each_source_once() -> None:
    text = evidence.cite(["tigerholm_2014", "medlock_2022", "causalgia", "tigerholm_2014"])
    assert text.count("@") == 3
    assert "@article{tigerholm_2014,\n  author = {Tigerholm, J. and Petersson, M. E. and" in text
    assert "  doi = {10.1152/jn.00777.2012}" in text
    assert "  howpublished = {modeldb:267056}" in text
    # The name of a group is no family name with initials.
    assert "  author = {{The Causalgia developers}}" in text


def test_a_bibliography_names_the_nearest_source() -> None:
    with pytest.raises(InputError, match="did you mean 'tigerholm_2014'"):
        evidence.cite(["tigerholm"])
