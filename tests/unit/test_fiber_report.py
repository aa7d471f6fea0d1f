"""A protocol done: what comes out, the page, the figures, the data, the command."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from causalgia.afferents.experiment import run_protocol
from causalgia.afferents.fiber_result import FiberResult
from causalgia.afferents.protocol import read_protocol, written_protocol
from causalgia.afferents.setup import prepared
from causalgia.reports.fiber_command import tables_of
from causalgia.reports.fiber_data import fiber_dataset, fiber_json, write_zarr
from causalgia.reports.fiber_figures import nice_ticks, standalone
from causalgia.reports.fiber_page import draw_figures, figure_number, render_fiber_page
from causalgia.reports.png import encode_png

ROOT = Path(__file__).resolve().parents[2]
SQUID: dict[str, Any] = {
    "fiber": {"type": "rattay_1993", "length": "2 mm", "compartment": "20 um"},
    "densities": {"sodium": 0.8},
    "stimulus": {"width": "0.5 ms", "rate": "100 Hz", "count": 3},
    "record": {"recovery": False},
}


@pytest.fixture(scope="module")
def result() -> FiberResult:
    """A small fiber, as built and with less sodium."""
    return run_protocol(written_protocol(SQUID))


def test_less_sodium_needs_more_current_and_goes_slower(result: FiberResult) -> None:
    unchanged, changed = (r.biomarkers for r in result.responses.values())
    assert result.amplitude == pytest.approx(1.5 * unchanged.threshold_nA)
    assert changed.threshold_nA > unchanged.threshold_nA
    assert 0 < changed.velocity_m_per_s < unchanged.velocity_m_per_s
    assert changed.spike.peak_mV < unchanged.spike.peak_mV
    assert unchanged.rest_mV == pytest.approx(-70.0, abs=1.0)
    assert np.isnan(unchanged.following_Hz)


def test_latencies_are_those_of_the_spikes(result: FiberResult) -> None:
    for response in result.responses.values():
        assert response.latency_ms.shape == (3, 3)
        for place, times in enumerate(response.spike_ms):
            np.testing.assert_allclose(
                result.pulse_ms + response.latency_ms[:, place], times, rtol=1e-6
            )
        assert (np.diff(response.latency_ms, axis=1) > 0).all()
        assert {w.label for w in response.windows} == {"first pulse", "last pulse"}


def test_variable_steps_tell_the_same_latencies(result: FiberResult) -> None:
    """The same fiber at 10 Hz, in long steps, answers its first pulse as at 100 Hz."""
    slow = {**SQUID, "stimulus": {"width": "0.5 ms", "rate": "10 Hz", "count": 2}}
    slow = {key: value for key, value in slow.items() if key != "densities"}
    setup = prepared(written_protocol(slow))
    assert setup.long
    found = run_protocol(written_protocol(slow)).responses["unchanged"]
    first = result.responses["unchanged"].latency_ms[0]
    np.testing.assert_allclose(found.latency_ms[0], first, rtol=0.03)


def test_figures_are_pictures_and_the_page_holds_them(result: FiberResult, check_links) -> None:
    figures = draw_figures(result)
    assert {"traces", "waterfall", "raster", "map_changed_last_pulse"} <= set(figures)
    assert "recovery" not in figures
    for name, figure in figures.items():
        drawn = ET.fromstring(standalone(figure))
        assert drawn.attrib["aria-label"].endswith("."), name
    page = render_fiber_page(result, figures)
    assert all(figure in page for figure in figures.values())
    assert "<script" not in page
    check_links(page)
    assert "sodium 0.8 times" in page


def test_a_map_is_drawn_at_even_distances() -> None:
    from causalgia.afferents.fiber_result import Window
    from causalgia.reports.fiber_figures import _evenly

    position = np.array([0.0, 1.0, 2.0, 100.0])
    window = Window("first pulse", 0.0, np.arange(2.0), position, np.stack(2 * [position]))
    np.testing.assert_allclose(_evenly(window)[1], np.linspace(0.0, 100.0, 120), atol=1e-9)


def test_a_png_unpacks_to_what_went_in() -> None:
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    palette = np.arange(18, dtype=np.uint8).reshape(6, 3)
    data = encode_png(pixels, palette)
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (3, 2)
    at = data.index(b"IDAT")
    (size,) = struct.unpack(">I", data[at - 4 : at])
    packed = data[at + 4 : at + 4 + size]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(2, 4)
    np.testing.assert_array_equal(rows[:, 1:], pixels)
    (check,) = struct.unpack(">I", data[at + 4 + size : at + 8 + size])
    assert check == zlib.crc32(b"IDAT" + packed)


def test_the_data_come_back_from_the_store(result: FiberResult, tmp_path: Path) -> None:
    import xarray as xr

    write_zarr(result, tmp_path / "data.zarr")
    data = fiber_dataset(result)
    again = xr.open_zarr(tmp_path / "data.zarr", consolidated=False).load()
    xr.testing.assert_identical(data, again)
    assert list(again["fiber"].values) == ["unchanged", "changed"]
    assert again["voltage"].attrs == {"units": "mV"}
    assert again.attrs["configuration"] == result.setup.protocol.configuration
    assert any("Rattay" in source for source in again.attrs["sources"])


def test_the_json_has_every_biomarker_and_null_for_none(result: FiberResult) -> None:
    listing = json.loads(fiber_json(result))
    assert set(listing["biomarkers"]) == {"unchanged", "changed"}
    assert listing["biomarkers"]["unchanged"]["following_Hz"] is None
    assert listing["protocol"]["densities"] == {"sodium": "0.8 times"}
    assert listing["protocol"]["stimulus"]["amplitude"] == "1.5 x threshold"


def test_the_configuration_follows_the_protocol() -> None:
    protocol = written_protocol(SQUID)
    other = written_protocol({**SQUID, "densities": {"sodium": 0.7}})
    assert protocol.configuration == written_protocol(SQUID).configuration
    assert protocol.configuration != other.configuration


@pytest.mark.parametrize("example", sorted(ROOT.joinpath("examples").glob("fibre_*.toml")))
def test_the_examples_are_right(example: Path) -> None:
    setup = prepared(read_protocol(example))
    assert setup.count > 10
    assert setup.long == ("slowing" in example.stem)


def test_options_become_tables() -> None:
    tables = tables_of(
        {"length": "1 mm", "nodes": None},
        {"rate": None},
        {"duration": None},
        mutation="L858H:2",
        drugs=("lidocaine:5 uM", "ttx:1 nM"),
        densities=("nav1_8=0.5", "nav1_9=0.1 S/cm2"),
        lesion="1 mm to 2 mm",
        myelin=0.2,
    )
    assert tables == {
        "fiber": {"length": "1 mm"},
        "mutation": {"name": "L858H", "copies": 2},
        "drugs": [
            {"name": "lidocaine", "concentration": "5 uM"},
            {"name": "ttx", "concentration": "1 nM"},
        ],
        "densities": {"nav1_8": 0.5, "nav1_9": "0.1 S/cm2"},
        "lesion": {"start": "1 mm", "end": "2 mm", "myelin": 0.2},
    }


def test_the_command_writes_page_figures_and_data(run_command, tmp_path: Path) -> None:
    arguments = ["--length", "2 mm", "--density", "sodium=0.8", "--width", "0.5 ms", "--quick"]
    arguments += ["--rate", "100 Hz", "--count", 3, "--out", tmp_path / "made"]
    for spelling in ("fibre", "fiber"):
        status, out, err = run_command(spelling, "rattay_1993", *arguments, "--json")
        assert (status, err) == (0, "")
        assert json.loads(out)["stimulus"]["count"] == 3
    written = {path.name for path in (tmp_path / "made").iterdir()}
    assert {"report.html", "biomarkers.json", "data.zarr", "waterfall.svg"} <= written
    assert out == (tmp_path / "made" / "biomarkers.json").read_text(encoding="utf-8")
    assert not [name for name in written if name.startswith(".")]


def test_numbers_are_short_and_round_ones_are_found() -> None:
    assert [figure_number(v) for v in (-55.0, 0.21234, 1234.0, float("nan"))] == [
        "−55",
        "0.212",
        "1234",
        "–",
    ]
    assert nice_ticks(0.0, 37.0) == [0, 10, 20, 30]
    assert nice_ticks(0.43, 0.58) == pytest.approx([0.45, 0.5, 0.55])


def test_the_table_of_biomarkers_is_told_to_a_screen_reader(result: FiberResult) -> None:
    page = render_fiber_page(result, draw_figures(result))
    head = page.split("<h2>Biomarkers</h2>")[1].split("</thead>")[0]
    assert head.count('<th scope="col"') == len(result.responses) + 2
    # What was published, and where, is words: it ends no column of values.
    assert '<th scope="col">source</th>' in head and "<th></th>" not in page
