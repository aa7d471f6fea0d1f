"""Figures of channels: every gate drawn, on axes that hold it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from causalgia.channels.library import CHANNELS, channel
from causalgia.channels.touch import piezo2_gating
from causalgia.errors import InputError
from causalgia.reports.channel_figure import draw_channel, draw_touch, standalone

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "channels"
SVG = "{http://www.w3.org/2000/svg}"


def curves(figure: str) -> list[list[tuple[float, float]]]:
    """Points of every curve that has more than the two of a line."""
    paths = [
        path.get("d", "")
        for path in ElementTree.fromstring(figure).iter(f"{SVG}path")
        if "curve" in path.get("class", "")
    ]
    numbers = [[float(n) for n in re.findall(r"-?[\d.]+", path)] for path in paths]
    return [list(zip(n[::2], n[1::2], strict=True)) for n in numbers if len(n) > 4]


@pytest.mark.parametrize("name", ["nav1_8", "bk", "cav2_2", "kna", "sk", "hcn2"])
def test_every_gate_is_drawn_within_the_picture(name: str) -> None:
    entry = CHANNELS[name]
    drawn = curves(draw_channel(channel(name, 22.0), entry.gates, 22.0))
    # both panels; BK at three concentrations, without the block of Cav2.2, KNa at once
    assert len(drawn) == {"nav1_8": 8, "bk": 6, "cav2_2": 4, "kna": 1, "sk": 2, "hcn2": 2}[name]
    for curve in drawn:
        assert all(0.0 <= x <= 640.0 and 33.9 <= y <= 196.1 for x, y in curve)


def test_a_half_open_gate_stands_at_half_height() -> None:
    """HCN1 at -94 mV, of -160 to 20 mV."""
    figure = draw_channel(channel("hcn1", 22.0), ("n",), 22.0, (-160.0, 20.0))
    steady, _ = curves(figure)
    at = 40.0 + (-94.0 + 160.0) / 180.0 * 260.0
    nearest = min(steady, key=lambda point: abs(point[0] - at))
    assert nearest[1] == pytest.approx(0.5 * (34.0 + 196.0), abs=4.0)


def test_a_poke_is_drawn_and_a_channel_without_gates_is_not() -> None:
    assert len(curves(draw_touch(piezo2_gating()))) == 4
    with pytest.raises(InputError, match="'piezo2' has no gates"):
        draw_channel(channel("piezo2", 22.0), (), 22.0)


def test_a_file_of_its_own_carries_its_colors() -> None:
    text = standalone(draw_touch(piezo2_gating()))
    assert ElementTree.fromstring(text).find(f"{SVG}style") is not None
    assert "prefers-color-scheme: dark" in text
    assert "--paper" in text


def test_the_gallery_has_them_all() -> None:
    page = (GALLERY / "README.md").read_text(encoding="utf-8")
    for name in CHANNELS:
        assert f"\n## {name}\n" in page
        assert f"]({name}.svg)" in page
        ElementTree.parse(GALLERY / f"{name}.svg")
