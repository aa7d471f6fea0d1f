"""Figures of fits hold what they should, and are well-formed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from causalgia.errors import InputError
from causalgia.fitting import Fit, Free, Sweeps, degeneracy, sensitivity
from causalgia.reports.channel_figure import standalone
from causalgia.reports.fit_figure import draw_degenerate, draw_fit, draw_sensitivity

TIME = np.arange(1, 5001) * 0.02
STEP = np.where((TIME > 20.0) & (TIME < 60.0), 0.1, 0.0)
NOISE = np.random.default_rng(0).normal(0.0, 1.0, (5000, 2))
DATA = Sweeps("current clamp", TIME, np.stack([STEP, 2 * STEP], axis=1), NOISE - 60.0)
FOUND = Fit(
    {"leak": np.array([1.0, 2.0])},
    np.array([0.5, 3.0]),
    None,
    np.array([[100.0, 200.0], [np.inf, 50.0], [0.5, 3.0]]),
    0,
)


def element(figure: str) -> ElementTree.Element:
    assert "nan" not in figure and "inf" not in re.sub(r"<text.*?</text>", "", figure)
    return ElementTree.fromstring(standalone(figure))


def paths(figure: str, class_: str) -> list[str]:
    return [e.attrib["d"] for e in element(figure).iter() if e.get("class") == class_]


def test_every_sweep_and_every_start_is_drawn() -> None:
    model = Sweeps("current clamp", TIME, DATA.command, np.full((5000, 2), -60.0))
    figure = draw_fit(DATA, model, FOUND)
    assert len(paths(figure, "fit-data")) == 2 + 1  # and the key's
    assert len(paths(figure, "fit-model")) == 2 + 1 + 1  # and the best start's loss
    # Corners alone of the commands, a start's losses.
    assert [path.count("L") for path in paths(figure, "fit-command")] == [5, 5, 2]
    assert "off by 1 mV" in element(figure).attrib["aria-label"]


def test_long_traces_keep_their_extremes_in_few_points() -> None:
    measured = NOISE - 60.0
    measured[2345, 0] = 40.0
    data = Sweeps("current clamp", TIME, DATA.command, measured)
    figure = draw_fit(data, data, FOUND)
    first = paths(figure, "fit-data")[1]
    assert first.count("L") <= 1200
    heights = [float(pair.split()[1]) for pair in first[1:].split("L")]
    assert min(heights) == pytest.approx(34.0)  # the top of the panel
    assert len(figure) < 120_000


def test_a_model_of_another_shape_is_refused() -> None:
    short = Sweeps("current clamp", TIME[:10], DATA.command[:10], DATA.measured[:10])
    with pytest.raises(InputError, match=r"sweeps of shape \(10, 2\), the recording of \(5000, 2"):
        draw_fit(DATA, short, FOUND)


STUDY = sensitivity(
    lambda drawn: {"y": drawn["nav1_8"] ** 2 / drawn["leak"], "z": drawn["leak"]},
    [Free("nav1_8", 0.5, 2.0), Free("leak", 0.5, 2.0), Free("a_type", 0.5, 2.0)],
    samples=64,
)


def test_bars_are_as_long_as_the_indices_and_in_their_order() -> None:
    figure = draw_sensitivity(STUDY, "y", "the yield")
    root = element(figure)
    bars = [e for e in root.iter() if e.get("class") == "fit-bar joint" and e.get("height") == "9"]
    lengths = [float(bar.attrib["width"]) for bar in bars][1:]  # after the key's
    total = np.sort(STUDY.total_order[0])[::-1]
    assert lengths[0] / lengths[1] == pytest.approx(total[0] / total[1], rel=0.01)
    assert lengths[2] == 0.5
    words = [e.text for e in root.iter() if (e.tag.endswith("text"))]
    assert [w for w in words if w in ("Nav1.8", "leak", "A type")] == ["Nav1.8", "leak", "A type"]
    assert "what the yield hangs on" in words
    with pytest.raises(InputError, match="no output 'x'; allowed: y, z"):
        draw_sensitivity(STUDY, "x")


def test_each_model_that_fires_alike_is_a_line() -> None:
    same = degeneracy(STUDY, {"y": (0.7, 1.4)})
    figure = draw_degenerate(STUDY, same, most=10)
    lines = [p for shade in ("low", "high") for p in paths(figure, f"fit-degenerate {shade}")]
    assert len(lines) == 10
    assert all(line.count("L") == 2 for line in lines)
    assert f"{same.accepted.sum()} models that fire alike, of 128" in figure
