"""The notebooks run from top to bottom as they stand, show what they claim, and hold no outputs.

Nothing of Jupyter is needed: code cells are run in order in one namespace, and what a cell ends
with is displayed as a notebook would.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from causalgia.errors import InputError
from causalgia.reports.notebook import show
from causalgia.reports.svg import Canvas

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "notebooks"
NOTEBOOKS = {
    "pharmacologist": "answered",
    "neuroscientist": "answering",
    "engineer": "arriving",
    "trial_designer": "report",
    "student": "pain",
    "clinician": "wrist",
}
"""Each user's notebook, and a name that only its last cells give."""

Names = dict[str, Any]


def read(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def displayed(value: object) -> str:
    """What a notebook makes of the value that a cell ends with."""
    rich = getattr(value, "_repr_html_", None)
    return repr(value) if rich is None else rich()


def run(name: str) -> tuple[Names, list[str]]:
    """The names that the code cells leave behind, and what was displayed."""
    names: Names = {"__name__": "notebook"}
    shown = []
    for cell in read(name)["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse(source(cell))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell["id"], "exec", dont_inherit=True), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)
            if value is not None:
                shown.append(displayed(value))
    return names, shown


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks find no file beside them, and leave none behind."""
    monkeypatch.chdir(tmp_path)


def test_there_is_a_notebook_for_each_kind_of_user() -> None:
    assert {file.stem for file in FOLDER.glob("*.ipynb")} == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_whole_and_holds_no_outputs(name: str) -> None:
    notebook = read(name)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    cells = notebook["cells"]
    assert 8 <= len(cells) <= 15
    identities = [cell["id"] for cell in cells]
    assert len(set(identities)) == len(identities)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", own) for own in identities)
    for cell in cells:
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | (
            {"outputs", "execution_count"} if cell["cell_type"] == "code" else set()
        )
        assert not cell.get("outputs") and cell.get("execution_count") is None
    assert source(cells[0]).startswith("# ")
    # What is claimed is checked where it is computed.
    assert "\nassert " in "".join(source(c) for c in cells if c["cell_type"] == "code")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_leads_to_pages_that_exist(name: str) -> None:
    words = "".join(source(c) for c in read(name)["cells"] if c["cell_type"] == "markdown")
    targets = re.findall(r"\]\(([^)#]+)", words)
    assert targets
    for target in targets:
        assert target.startswith("http") or (FOLDER / target).exists(), target


@pytest.mark.usefixtures("folder")
def test_a_compound_relieves_where_the_nerve_drives_the_pain_and_not_behind_it() -> None:
    names, shown = run("pharmacologist")
    ill, drugged = names["active"]
    assert ill.sum() >= 4 > drugged.sum()
    feet, stroke = (names["answered"][c] for c in ("diabetic_neuropathy", "stroke"))
    assert feet.persists_without_input.high < 0.5 < stroke.persists_without_input.low
    assert names["change"]("diabetic_neuropathy", "nav1.8") < -0.5
    # What acts behind the nerve is not told from it by the nerve: pregabalin fails in stroke, too.
    assert names["change"]("stroke", "nav1.8") > -0.3
    assert any("data:image/svg+xml" in html for html in shown)


@pytest.mark.usefixtures("folder")
def test_a_fiber_slows_where_it_is_bare_and_a_brush_passes_a_horn_without_kcc2() -> None:
    names, _ = run("neuroscientist")
    assert names["threshold_nA"]["half of Nav1.8"] > names["threshold_nA"]["healthy"]
    assert names["speed"] < 0.8 * names["whole"]
    assert list(names["answering"]) == sorted(names["answering"])
    plain, ketamine = names["answers"]
    assert plain.sum() > ketamine.sum()


@pytest.mark.usefixtures("folder")
def test_programs_recruit_and_block_what_they_should() -> None:
    names, _ = run("engineer")
    assert names["arriving"]["10 kHz"] == 0.0
    assert names["recruited"].share(0.9 * names["felt_mA"])[0] == 0.0
    passed = names["followed"].passed()[:, 0]
    assert passed[0] == 1.0 > passed[-1]
    assert names["uncollided"]["C"] < names["uncollided"]["A-delta"] < names["uncollided"]["A-beta"]
    assert names["a_beta_mA"] < names["a_delta_mA"]
    assert (
        names["block"].onset_spikes >= 0 and names["block"].below_mA < names["block"].amplitude_mA
    )


@pytest.mark.usefixtures("folder")
def test_a_trial_is_run_and_enrichment_needs_fewer_patients() -> None:
    names, shown = run("trial_designer")
    assert names["report"].summary.flow.randomized == names["design"].patients
    assert len(names["effects"]) == 2
    sizes = names["sizes"]
    assert sizes["irritable nociceptors"] < sizes["all comers"]
    assert any("<iframe" in html and "virtual patients randomized" in html for html in shown)


@pytest.mark.usefixtures("folder")
def test_a_block_at_the_root_relieves_and_one_at_the_wrist_does_not() -> None:
    names, _ = run("student")
    pain = names["pain"]
    assert pain["healthy"] < 0.5 < 3.0 < pain["injured root"]
    assert pain["injured, wrist numbed"] > 0.8 * pain["injured root"]
    assert pain["injured, root numbed"] < 0.1 * pain["injured root"]
    injured, wrist, root = names["arriving"]
    assert root == 0 < wrist == injured
    assert names["freed"].resolved[0] > names["freed"].resolved[-1]


@pytest.mark.usefixtures("folder")
def test_an_examination_turns_the_odds_between_neck_and_wrist() -> None:
    from causalgia.patients.atlas.library import is_at_hand

    if not is_at_hand():
        pytest.skip("the stored virtual patients are of another model")
    names, shown = run("clinician")
    assert names["little"].verdict in ("unknown", "open")
    assert names["neck"].causes[0].name == "cervical_radiculopathy"
    assert names["wrist"].causes[0].name == "carpal_tunnel"
    assert any("<iframe" in html for html in shown)


def test_a_figure_is_displayed_with_its_style_and_said_in_words() -> None:
    canvas = Canvas(10.0, 10.0, 'Nav1.8 < "all"', "one")
    canvas.text(1, 1, "a")
    shown = show({"Left & right": canvas.render("figure")})
    html = shown._repr_html_()
    assert "Left &amp; right" in html and "data:image/svg+xml;base64," in html
    assert repr(shown) == 'Left & right: Nav1.8 < "all"'
    with pytest.raises(InputError, match="show: begins with 'nothing'; allowed: what a draw_"):
        show("nothing")


def test_a_page_is_displayed_in_a_window_of_its_own() -> None:
    shown = show('<!doctype html>\n<html><title>A "page"</title></html>')
    assert repr(shown) == 'Page: A "page"'
    assert "srcdoc=" in shown._repr_html_() and '"page"' not in shown._repr_html_()
