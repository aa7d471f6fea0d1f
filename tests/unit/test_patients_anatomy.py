"""A needle at a named site meets a station of the pathway."""

from __future__ import annotations

import pytest

from causalgia.errors import InputError
from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.patients.anatomy import find_region, find_site, regions


@pytest.mark.parametrize(
    ("region", "site", "place"),
    [
        ("hand", "wrist", "distal_nerve"),
        ("hand", "C7 root", "root"),
        ("hand", "brachial plexus", "proximal_nerve"),
        ("hand", "skin_of_the_hand", "terminal"),
        ("foot", "ankle", "distal_nerve"),
        ("foot", "L5 root", "root"),
        ("chest", "Intercostal Nerve", "distal_nerve"),
    ],
)
def test_sites_lie_where_anatomy_has_them(region, site, place):
    assert find_site(find_region(region), site)[1] == place


def test_every_region_can_be_reached_at_every_peripheral_place():
    for region in regions().values():
        assert set(region.usual) == set(PERIPHERAL_PLACES)
        assert region.roots
        for place, site in region.usual.items():
            assert find_site(region, site)[1] == place


def test_a_site_of_another_region_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="the hand has no site 'ankle'"):
        find_site(find_region("hand"), "ankle")
    with pytest.raises(InputError, match="did you mean 'wrist'"):
        find_site(find_region("hand"), "wirst")


def test_an_unknown_region_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="unknown region 'hnad'; did you mean 'hand'"):
        find_region("hnad")
