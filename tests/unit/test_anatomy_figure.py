"""The body map shows what hurts, where it may come from, and the way to the brain."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from causalgia.errors import InputError
from causalgia.patients.anatomy import find_origin, origins
from causalgia.reports.body_figure import draw_body, draw_body_upright
from causalgia.reports.body_ways import way_of

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = ["left thumb", "left outer forearm", "right foot"]
RANKED = [(find_origin("left C6 root"), 0.7), (find_origin("left median nerve at the wrist"), 0.2)]


@pytest.mark.parametrize("draw", [draw_body, draw_body_upright])
def test_the_figure_says_in_words_what_it_shows(draw):
    root = ElementTree.fromstring(draw(DRAWING, RANKED))
    label = root.attrib["aria-label"]
    assert "left thumb" in label
    assert "left C6 root 70 %" in label
    text = " ".join(element.text or "" for element in root.iter(f"{SVG}text"))
    for words in ("front", "back", "left C6 root", "70 %", "drawn as painful", "left palm"):
        assert words in text


def test_identifiers_are_used_once():
    root = ElementTree.fromstring(draw_body(DRAWING, RANKED))
    found = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(found) == len(set(found))
    other = ElementTree.fromstring(draw_body(DRAWING, RANKED, name="other"))
    assert not set(found) & {e.attrib["id"] for e in other.iter() if "id" in e.attrib}


def test_what_hurts_is_shaded_and_more_of_it_more():
    def shaded(areas):
        root = ElementTree.fromstring(draw_body(areas))
        groups = [e for e in root.iter(f"{SVG}g") if e.attrib.get("class") == "hurts"]
        return sum(len(group) for group in groups)

    assert shaded(["left thumb"]) > 0
    assert shaded(["left thumb", "left index finger"]) > shaded(["left thumb"])
    assert shaded(["left hand"]) == 0


@pytest.mark.parametrize("view", ["front", "back"])
def test_every_origin_lies_somewhere_on_the_body(view):
    for origin in origins():
        way = way_of(origin, view)
        for x, y in (*way.struck, *(point for line in way.nerves for point in line)):
            assert abs(x) < 160.0
            assert -5.0 < y < 600.0


def test_every_origin_is_seen_in_one_view_at_least():
    for origin in origins():
        assert way_of(origin, "front").struck or way_of(origin, "back").struck, origin.name


def test_the_way_to_the_brain_crosses():
    way = way_of(find_origin("left C6 root"), "front")
    (tract,) = way.tracts
    assert tract[0][0] > 0.0 > tract[-1][0]
    stroke = way_of(find_origin("brain, left arm"), "front")
    assert stroke.struck[0][0] < 0.0 < stroke.nerves[0][0][0]


def test_an_unknown_area_is_refused():
    with pytest.raises(InputError, match="unknown area"):
        draw_body(["left wing"])
