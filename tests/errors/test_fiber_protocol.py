"""What a protocol gets wrong is one line that names the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from causalgia.afferents.protocol import read_protocol, written_protocol
from causalgia.afferents.setup import prepared
from causalgia.errors import InputError

C_FIBER = {"type": "tigerholm_2014", "compartments": 20, "length": "1 mm"}
A_FIBER = {"type": "mcintyre_2002", "nodes": 5}


def section(name: str, parent: str | None = None) -> dict[str, object]:
    table = {"name": name, "length": "1 mm", "diameter": "1 um", "compartments": 5}
    return table if parent is None else {**table, "parent": parent}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "fiber: is missing"),
        ({"fibre": {"type": "a_beta"}}, "did you mean 'fiber'?"),
        ({"fiber": {"type": "tigerholm_2014", "lenght": 1}}, "did you mean 'length'?"),
        ({"fiber": {"type": "x", "length": 5}}, "fiber.length: 5 has no unit"),
        ({"fiber": {"type": "x", "temperature": "60 degC"}}, "allowed: 0 to 50 degC"),
        ({"fiber": {"type": "x", "temperature": "-1 degC"}}, "fiber.temperature: '-1 degC'"),
        ({"fiber": {"type": "x", "compartments": 2.5}}, "fiber.compartments: 2.5 is no number"),
        ({"fiber": C_FIBER, "densities": {"nav1_8": -0.1}}, "densities.nav1_8: -0.1 is out of"),
        ({"fiber": C_FIBER, "densities": {"nav1_8": "-1 S/cm2"}}, "a density must be 0 or more"),
        ({"fiber": C_FIBER, "densities": {"nav1_8": "3 mV"}}, "'3 mV' is no density"),
        (
            {"fiber": C_FIBER, "drugs": [{"name": "lidocaine"}]},
            "drugs[1].concentration: is missing",
        ),
        ({"fiber": C_FIBER, "mutation": {"name": "L858H", "copies": 3}}, "mutation.copies: 3"),
        ({"fiber": C_FIBER, "lesion": {"start": "1 mm"}}, "lesion.end: is missing"),
        ({"fiber": C_FIBER, "stimulus": {"amplitude": "3 mA"}}, "intracellular electrode takes nA"),
        ({"fiber": C_FIBER, "stimulus": {"amplitude": "much"}}, "'much' is no amplitude"),
        ({"fiber": C_FIBER, "stimulus": {"waveform": "saw"}}, "'saw' is not known"),
        ({"fiber": C_FIBER, "stimulus": {"waveform": "sine"}}, "needs a frequency"),
        ({"fiber": C_FIBER, "record": {"dt": "1 ms"}}, "record.dt: '1 ms' is out of range"),
    ],
)
def test_what_is_not_allowed_is_named(document: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        written_protocol(document)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"fiber": {"type": "tigerholm"}}, "fiber: unknown fiber 'tigerholm'; did you mean"),
        ({"fiber": {**C_FIBER, "nodes": 9}}, "fiber: nodes: tigerholm_2014 has no such option"),
        ({"fiber": C_FIBER, "densities": {"nav1_9x": 2}}, "did you mean 'nav1_9'"),
        (
            {"fiber": C_FIBER, "densities": {"nav1_9": "1 cm/s"}},
            "densities.nav1_9: is in cm/s, must be in S/cm2",
        ),
        ({"fiber": C_FIBER, "mutation": {"name": "L858"}}, "mutation.name: unknown mutation"),
        ({"fiber": A_FIBER, "mutation": {"name": "L858H"}}, "changes nav1_7, which is not among"),
        (
            {"fiber": C_FIBER, "drugs": [{"name": "lidocain", "concentration": "1 uM"}]},
            "drugs[1].name: unknown blocker 'lidocain'; did you mean 'lidocaine'",
        ),
        (
            {"fiber": C_FIBER, "lesion": {"start": "0 mm", "end": "1 mm", "myelin": 0.5}},
            "lesion.myelin: tigerholm_2014 has no myelin",
        ),
        (
            {"fiber": C_FIBER, "lesion": {"start": "2 mm", "end": "3 mm", "myelin": 0.5}},
            "lesion: 2 to 3 mm holds no compartment; the fiber goes from 0 to 1 mm",
        ),
        ({"fiber": C_FIBER, "lesion": {"start": "0 mm", "end": "1 mm"}}, "lesion: changes nothing"),
        (
            {"fiber": C_FIBER, "stimulus": {"position": "2 mm"}},
            "stimulus.position: 2 mm lies beyond",
        ),
        (
            {"fiber": C_FIBER, "stimulus": {"width": "0.1 ms"}, "record": {"dt": "50 us"}},
            "record.dt: dt_ms is 0.05, must be at most 0.025 for a phase of 0.1 ms",
        ),
        (
            {"fiber": C_FIBER, "record": {"duration": "1 s"}},
            "record.duration: 1000 ms ends before the last pulse",
        ),
        (
            {"fiber": C_FIBER, "stimulus": {"rate": "500 Hz", "width": "3 ms"}},
            "stimulus.rate: repeated: a waveform of 3 ms does not fit in a period of 2 ms",
        ),
        (
            {"fiber": A_FIBER, "stimulus": {"rate": "2 Hz", "count": 100}},
            "only monophasic pulses into an unmyelinated fiber",
        ),
        (
            {
                "fiber": {
                    "type": "tigerholm_2014",
                    "sections": [section("a", "b"), section("b", "a")],
                }
            },
            "fiber.sections: the sections form a loop, a -> b -> a",
        ),
        (
            {"fiber": {"type": "tigerholm_2014", "sections": [section("a"), section("b", "c")]}},
            "section 'b': no parent 'c'",
        ),
        (
            {"fiber": {"type": "mcintyre_2002", "sections": [section("a")]}},
            "mcintyre_2002 is not uniform",
        ),
        ({"fiber": {**C_FIBER, "sections": [section("a")]}}, "fiber.length: is given, but"),
        (
            {"fiber": C_FIBER, "record": {"positions": ["0.51 mm", "0.53 mm"]}},
            "record.positions: two lie in the same compartment",
        ),
    ],
)
def test_what_a_fiber_cannot_do_is_named(document: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        prepared(written_protocol(document))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_is_named_with_its_field(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[fiber]\ntype = "a_beta"\n[stimulus]\nrate = "2"\n')
    with pytest.raises(InputError, match=r"mine.toml: stimulus.rate: '2' has no unit"):
        read_protocol(file)
    file.write_text("[fiber\n")
    with pytest.raises(InputError, match=r"mine.toml: not valid TOML"):
        read_protocol(file)
    with pytest.raises(InputError, match=r"none.toml: no such file"):
        read_protocol(tmp_path / "none.toml")


def test_options_go_before_what_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[fiber]\ntype = "a_beta"\nnodes = 9\n[stimulus]\nrate = "2 Hz"\n')
    found = read_protocol(file, {"stimulus": {"rate": "5 Hz"}, "fiber": {"nodes": 11}})
    assert (found.fiber.type, found.fiber.nodes, found.stimulus.rate) == ("a_beta", 11, 5.0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "FIBER is missing"),
        (["tigerholm_2015"], "did you mean 'tigerholm_2014'"),
        (["a_beta", "--drug", "lidocaine"], "--drug: 'lidocaine' must be written as"),
        (["a_beta", "--density", "nav1_8"], "--density: 'nav1_8' must be written as 'nav1_8=0.5'"),
        (["a_beta", "--lesion", "3 mm"], "--lesion: '3 mm' must be written as '3 mm to 5 mm'"),
        (["a_beta", "--myelin", "0.5"], "lesion.start: is missing"),
        (["a_beta", "--temperature", "70 degC"], "allowed: 0 to 50 degC"),
        (["c_polymodal", "--density", "nav1_8=-1"], "densities.nav1_8: -1.0 is out of range"),
        (["nowhere.toml"], "nowhere.toml: no such file"),
    ],
)
def test_the_command_says_it_in_one_line_and_writes_nothing(
    run_command, tmp_path: Path, arguments: list[str], said: str
) -> None:
    status, out, err = run_command("fibre", *arguments, "--out", tmp_path / "made")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert not (tmp_path / "made").exists()
