"""What people call the parts of their body is read, and each part can be drawn."""

from __future__ import annotations

import pytest

from causalgia.errors import InputError
from causalgia.patients.anatomy import areas_of, find_area, regions
from causalgia.patients.anatomy.areas import skin
from causalgia.reports.body_shapes import VIEWS, view


@pytest.mark.parametrize(
    ("text", "side", "members"),
    [
        ("left thumb", "left", {"thumb"}),
        ("Right_index_finger", "right", {"index finger"}),
        ("pinky on the left", "left", {"little finger"}),
        ("thumb (right)", "right", {"thumb"}),
        ("thumb", "unknown", {"thumb"}),
        ("dorsum of the foot left", "left", {"top of the foot"}),
        ("both tops of the feet", "both", {"top of the foot"}),
        ("both soles", "both", {"heel", "arch of the foot", "ball of the foot"}),
        ("perineum", "midline", {"saddle"}),
        ("V1 left", "left", {"forehead", "eye"}),
        ("left chest belt", "left", {"nipple line", "side of the chest", "middle back"}),
    ],
)
def test_areas_are_read_as_people_say_them(text, side, members):
    area = find_area(text)
    assert area.side == side
    assert set(area.members) == members


def test_a_group_says_only_that_some_of_it_hurts_unless_the_whole_is_meant():
    (somewhere,) = find_area("left hand").clauses()
    assert len(somewhere) > 5
    whole = find_area("whole left hand").clauses()
    assert frozenset().union(*whole) == somewhere
    assert all(len(clause) == 1 for clause in whole)


def test_both_sides_are_two_claims_and_large_groups_one_for_each_part():
    assert len(find_area("both feet").clauses()) == 2
    assert len(find_area("left arm").clauses()) == 3
    sides = {name.split()[0] for clause in find_area("both feet").clauses() for name in clause}
    assert sides == {"left", "right"}


def test_an_unknown_area_is_refused_in_one_line_with_the_nearest():
    with pytest.raises(InputError, match="unknown area 'left tumb'; did you mean 'thumb'"):
        find_area("left tumb")
    with pytest.raises(InputError, match="unknown area 'qqq'; allowed: areas such as"):
        find_area("qqq")


def test_every_word_of_the_table_can_be_read():
    body = skin()
    for word in (*body.groups, *body.also, *body.names):
        assert find_area(word).members


@pytest.mark.parametrize("region", sorted(regions()))
def test_regions_of_case_files_have_areas(region):
    found = areas_of(region)
    assert found
    assert all(area.side == "unknown" for area in found)


def test_every_area_is_drawn_somewhere_and_nothing_else_is():
    drawn = {name for v in VIEWS for side in ("left", "right") for name in view(v, side).areas}
    phantoms = {f"{s} phantom {end}" for s in ("left", "right") for end in ("hand", "foot")}
    assert drawn | phantoms == set(skin().names)


def test_left_is_right_of_the_midline_in_front_and_left_of_it_behind():
    for name, sign in (("front", 1.0), ("back", -1.0)):
        (thumb,) = view(name).areas["left thumb"]
        assert all(sign * x > 0.0 for x, _ in thumb.points)
