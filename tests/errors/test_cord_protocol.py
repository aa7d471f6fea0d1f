"""A protocol for a circuit of the cord: what is wrong is said in one line, with its field."""

from __future__ import annotations

from pathlib import Path

import pytest

from causalgia.cord.experiment import planned
from causalgia.cord.protocol import read_protocol, written_protocol
from causalgia.errors import InputError

ZHANG = {"name": "zhang_2014"}
AGUIAR = {"name": "aguiar_2010"}


def run(experiment: str, **more: object) -> dict[str, object]:
    return {"experiment": experiment, **more}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "circuit: is missing"),
        ({"circuit": {"name": "zhang"}}, "circuit.name: 'zhang' is not known; did you mean"),
        ({"circuit": ZHANG, "runs": {}}, "unknown key 'runs'; did you mean 'run'"),
        ({"circuit": ZHANG, "run": run("wind-up")}, "did you mean 'windup'"),
        ({"circuit": ZHANG, "run": {"dt": "1 ms"}}, "run.dt: '1 ms' is out of range"),
        (
            {"circuit": ZHANG, "run": {"feedback": 1}},
            "run.feedback: 1 is neither; allowed: true, false",
        ),
        ({"circuit": ZHANG, "run": {"potentiation": "on"}}, "run.potentiation: 'on' is neither"),
        (
            {"circuit": ZHANG, "draw": {"traces": "projection"}},
            "draw.traces: 'projection' is no list of 1 to 12",
        ),
        ({"circuit": ZHANG, "run": {"duration": "2"}}, "run.duration: '2' has no unit"),
        ({"circuit": ZHANG, "afferents": {"c": 2}}, "afferents.c: 2 is no table"),
        ({"circuit": ZHANG, "afferents": [2]}, "afferents: [2] is no table"),
        (
            {"circuit": ZHANG, "volley": {"frequencies": "1 Hz"}},
            "volley.frequencies: '1 Hz' is no list of 1 to 16",
        ),
        ({"circuit": ZHANG, "volley": {"frequencies": []}}, "[] is no list of 1 to 16"),
        ({"circuit": ZHANG, "volley": {"frequencies": ["0 Hz"]}}, "frequencies[1]: '0 Hz' is out"),
        ({"circuit": ZHANG, "volley": {"stimuli": 0}}, "volley.stimuli: 0 is no number of stimuli"),
        ({"circuit": ZHANG, "patients": [{"name": "a"}]}, "patients[1]: 'a' changes nothing"),
        (
            {"circuit": ZHANG, "patients": 2 * [{"name": "a", "inhibition": 0}]},
            "patients[1].name: 'a' is taken twice",
        ),
        (
            {"circuit": ZHANG, "patients": [{"name": "as built", "inhibition": 0}]},
            "'as built' is the circuit's own",
        ),
        (
            {"circuit": ZHANG, "patients": [{"name": "a", "receptors": {"nmda": -1}}]},
            "patients[1].receptors.nmda: -1 is no fold",
        ),
        (
            {"circuit": ZHANG, "run": run("windup"), "touch": {}},
            "touch: is of no use in the experiment 'windup'",
        ),
        (
            {"circuit": ZHANG, "run": run("gate"), "volley": {"frequencies": ["1 Hz"]}},
            "volley.frequencies: is of no use in the experiment 'gate'",
        ),
        (
            {"circuit": ZHANG, "volley": {"frequencies": ["1 Hz", "2 Hz"]}},
            "volley.frequencies: 'raster' takes one, not 2",
        ),
        (
            {"circuit": ZHANG, "run": run("gate"), "stimulation": {"frequencies": ["0 Hz"]}},
            "stimulation.frequencies: 'gate' needs one above 0 Hz",
        ),
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
        ({"circuit": AGUIAR, "run": run("gate")}, "run.experiment: aguiar_2010 has no A-beta"),
        ({"circuit": AGUIAR, "run": run("stimulation")}, "which 'stimulation' needs"),
        ({"circuit": AGUIAR, "afferents": {"a_beta": {}}}, "afferents: unknown name 'a_beta'"),
        ({"circuit": {**ZHANG, "coarse": True}}, "circuit.coarse: zhang_2014 has few compartments"),
        ({"circuit": ZHANG, "volley": {"classes": ["d"]}}, "volley.classes: unknown name 'd'"),
        (
            {"circuit": ZHANG, "draw": {"populations": ["projections"]}},
            "draw.populations: unknown name 'projections'; did you mean 'projection'",
        ),
        (
            {"circuit": ZHANG, "patients": [{"name": "a", "receptors": {"nmd": 0}}]},
            "patients[1].receptors: unknown name 'nmd'; did you mean 'nmda'",
        ),
        (
            {"circuit": ZHANG, "patients": [{"name": "a", "release": {"d": 0}}]},
            "patients[1].release: unknown name 'd'",
        ),
        (
            {"circuit": ZHANG, "patients": [{"name": "a", "kcc2": 0.5}]},
            "patients[1].kcc2: zhang_2014 keeps no chloride",
        ),
        (
            {"circuit": AGUIAR, "run": run("windup", duration="1 s")},
            "run.duration: 1000 ms ends before the last stimulus is answered, at 15200 ms",
        ),
        (
            {"circuit": ZHANG, "run": run("gate", duration="200 ms")},
            "run.duration: 200 ms ends before the circuit settles, at 300 ms",
        ),
        ({"circuit": {"name": "medlock_2022"}, "run": {"duration": "6 s"}}, "run.duration: "),
        (
            {"circuit": ZHANG, "run": {"feedback": True}},
            "run.feedback: zhang_2014 has none; allowed: true in dorsal_horn",
        ),
        (
            {"circuit": AGUIAR, "run": {"potentiation": True}},
            "run.potentiation: aguiar_2010 has none; allowed: true in dorsal_horn",
        ),
        (
            {"circuit": ZHANG, "draw": {"traces": ["lamina_i"]}},
            "draw.traces: unknown name 'lamina_i'; allowed: ",
        ),
        ({"circuit": ZHANG, "draw": {"traces": ["c"]}}, "draw.traces: unknown name 'c'"),
        (
            {"circuit": ZHANG, "draw": {"traces": ["projection:2"]}},
            "draw.traces: 'projection:2' is no neuron; allowed: projection:1 to projection:1",
        ),
        (
            {"circuit": ZHANG, "draw": {"traces": ["projection:"]}},
            "draw.traces: 'projection:' is no neuron",
        ),
    ],
)
def test_what_a_circuit_does_not_have_is_named(document: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        planned(written_protocol(document))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_is_named_with_its_field(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[circuit]\nname = "zhang_2014"\n[run]\ndt = "25"\n')
    with pytest.raises(InputError, match=r"mine.toml: run.dt: '25' has no unit"):
        read_protocol(file)
    file.write_text("")
    with pytest.raises(InputError, match=r"a protocol needs at least \[circuit\]"):
        read_protocol(file)


def test_options_go_before_what_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[circuit]\nname = "zhang_2014"\n[run]\nduration = "2 s"\ndt = "20 us"\n')
    found = read_protocol(file, {"run": {"duration": "3 s"}})
    assert (found.run.duration, found.run.dt) == (3000.0, pytest.approx(0.02))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "CIRCUIT is missing"),
        (["zhang_2015"], "did you mean 'zhang_2014'"),
        (["zhang_2014", "--experiment", "gates"], "did you mean 'gate'"),
        (["zhang_2014", "--receptor", "nmda"], "--receptor: 'nmda' must be written as 'nmda=0.5'"),
        (["zhang_2014", "--receptor", "nmda=half"], "must be written as 'nmda=0.5'"),
        (["zhang_2014", "--rate", "c"], "--rate: 'c' must be written as 'c=2 Hz'"),
        (["zhang_2014", "--inhibition", "1"], "patients[1]: 'changed' changes nothing"),
        (["aguiar_2010", "--experiment", "gate"], "has no A-beta fibers"),
        (["zhang_2014", "--feedback"], "run.feedback: zhang_2014 has none"),
        (["zhang_2014", "--potentiation"], "run.potentiation: zhang_2014 has none"),
        (["zhang_2014", "--trace", "projectoin"], "did you mean 'projection'"),
        (["nowhere.toml"], "nowhere.toml: no such file"),
    ],
)
def test_the_command_says_it_in_one_line_and_writes_nothing(
    run_command, tmp_path: Path, arguments: list[str], said: str
) -> None:
    status, out, err = run_command("cord", *arguments, "--out", tmp_path / "made")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert not (tmp_path / "made").exists()
