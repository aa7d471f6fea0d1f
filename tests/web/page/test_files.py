"""The page's files: data that its script makes, words for all that the library has."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

from causalgia import causes, treatments
from causalgia.mechanisms import entries
from causalgia.patients.anatomy.areas import skin
from causalgia.web.page_files import load_page

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "src/causalgia/web/page"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("body", ROOT / "scripts/build_page_body.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_body_is_what_the_reports_draw() -> None:
    made = script()
    assert made.PAGE_FILE.read_text(encoding="utf-8") == made.written()


def test_every_area_can_be_named_and_most_can_be_pointed_to() -> None:
    body = json.loads((PAGE / "data/body.json").read_text(encoding="utf-8"))
    drawn = {area for view in body["views"].values() for area in view["areas"]}
    assert set(body["areas"]) == set(skin().names) and drawn <= set(body["areas"])
    assert len(drawn) > 0.9 * len(skin().names)
    felt = {cause for area in body["areas"].values() for cause in area["causes"]}
    assert felt == set(causes.names())


def test_there_are_words_for_all_that_is_shown() -> None:
    words = (PAGE / "pain/words.js").read_text(encoding="utf-8")
    known = set(re.findall(r"^  (\w+):", words, re.MULTILINE))
    assert {entry.quantity for entry in entries()} <= known
    assert {treatments.find(name).kind for name in treatments.names()} <= known


def test_examples_name_what_exists() -> None:
    text = (PAGE / "pain/examples.js").read_text(encoding="utf-8")
    assert set(re.findall(r'cause: "(\w+)"', text)) <= set(causes.names())
    areas = {
        name
        for listed in re.findall(r"areas: \[(.*?)\]", text)
        for name in re.findall(r'"(.*?)"', listed)
    }
    assert areas and areas <= set(skin().names)


def test_files_are_small_and_all_are_served() -> None:
    served = set(load_page().files)
    for file in PAGE.rglob("*"):
        if file.is_file():
            assert file.relative_to(PAGE).as_posix() in served
        if file.suffix in (".js", ".css", ".html"):
            assert len(file.read_text(encoding="utf-8").splitlines()) <= 400
