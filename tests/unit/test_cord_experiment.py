"""A circuit of the cord driven by a protocol: the drive, the counts, page, data and command."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from causalgia.cord.catalog import CIRCUITS, Arrival, find
from causalgia.cord.drive import Fired, merged, ongoing, patients_of, pulses, volleys
from causalgia.cord.experiment import modulation_of, planned, run_protocol
from causalgia.cord.experiment_result import CordResult
from causalgia.cord.modulation import Modulation, combined
from causalgia.cord.protocol import read_protocol, written_protocol
from causalgia.cord.spikes import Discharge, Events
from causalgia.errors import InputError
from causalgia.pathway.central import brain_loop
from causalgia.reports.columns import aligned
from causalgia.reports.cord_command import cord_tables_of
from causalgia.reports.cord_data import cord_dataset, cord_json, write_cord_zarr
from causalgia.reports.cord_figures import draw_cord_figures
from causalgia.reports.cord_page import render_cord_page, summary_of_cord
from causalgia.reports.cord_tables import tables_of_numbers
from causalgia.reports.curves_figure import Axis, Series, draw_curves
from causalgia.reports.fiber_figures import standalone

ROOT = Path(__file__).resolve().parents[2]
WINDUP: dict[str, Any] = {
    "circuit": {"name": "aguiar_2010"},
    "run": {"experiment": "windup", "settle": "50 ms", "dt": "50 us"},
    "volley": {"frequencies": ["2 Hz"], "stimuli": 2},
    "patients": [{"name": "NMDA blocked", "receptors": {"nmda": 0.0}}],
}
GATE: dict[str, Any] = {
    "circuit": {"name": "zhang_2014"},
    "run": {"experiment": "gate", "settle": "100 ms", "duration": "600 ms"},
}
STIMULATION: dict[str, Any] = {
    "circuit": {"name": "zhang_2014"},
    "run": {"experiment": "stimulation", "settle": "0 ms", "duration": "1 s"},
    "stimulation": {"frequencies": ["10 Hz", "100 Hz"]},
    "patients": [{"name": "half", "receptors": {"gaba_a": 0.5}}],
}


ALL: dict[str, Any] = {
    "circuit": {"name": "dorsal_horn"},
    "run": {
        "settle": "50 ms",
        "duration": "400 ms",
        "dt": "100 us",
        "feedback": True,
        "potentiation": True,
    },
    "volley": {"frequencies": ["20 Hz"], "stimuli": 3},
    "patients": [{"name": "no inhibition", "inhibition": 0.0}],
    "draw": {"traces": ["wide_dynamic_range:2", "lamina_i", "wide_dynamic_range"]},
}


@pytest.fixture(scope="module")
def looped() -> CordResult:
    """The own dorsal horn with the brain, synapses that grow, and neurons watched."""
    return run_protocol(written_protocol(ALL), seed=1, brain=brain_loop)


@pytest.fixture(scope="module")
def windup() -> CordResult:
    """Two volleys in the smallest circuit, as built and without NMDA receptors."""
    return run_protocol(written_protocol(WINDUP), seed=3)


def plain(page: str) -> str:
    """A page with usual spaces where numbers are tied to their units."""
    return page.replace("\u00a0", " ")


def test_the_brain_answers_what_lamina_i_fires(looped: CordResult) -> None:
    assert looped.descended is not None
    assert looped.descended.time_ms.tolist() == [50.0 * k for k in range(9)]
    fired = looped.discharge.count("lamina_i")
    assert fired[1] > fired[0]
    for name, sign in (("serotonin", 1), ("opioid", -1), ("noradrenaline", 1)):
        tone = looped.descended.tones[name]
        assert tone.shape == (9, 2)
        np.testing.assert_allclose(tone[0], 1.0)
        assert sign * (tone[-1, 1] - tone[-1, 0]) > 0, name


def test_what_the_brain_sends_reaches_the_cord(looped: CordResult) -> None:
    alone = written_protocol({**ALL, "run": {**ALL["run"], "feedback": False}})
    still = run_protocol(alone, seed=1, brain=brain_loop)
    assert still.descended is None
    # The cord is held as at rest: the same until the brain has heard something.
    for name in still.populations:
        one, other = (r.discharge.events[name] for r in (still, looped))
        early = one.time_ms < 50.0
        np.testing.assert_array_equal(one.time_ms[early], other.time_ms[other.time_ms < 50.0])
    ends = [r.voltage_mV(r.traces[0])[1, 0, -2000:] for r in (still, looped)]
    assert np.abs(ends[0] - ends[1]).max() > 0.05


def test_synapses_that_are_used_grow(looped: CordResult) -> None:
    growth = looped.growth()
    assert {"lamina_i", "wide_dynamic_range"} <= set(growth)
    assert "parvalbumin" not in growth  # which no C fiber contacts
    assert growth["wide_dynamic_range"][1, 0] > 1e-3
    assert growth["wide_dynamic_range"][1, 0] > growth["wide_dynamic_range"][0, 0]


def test_voltages_show_every_spike(looped: CordResult) -> None:
    second, specific, first = looped.traces
    assert (second.member, specific.member, first.member) == (1, 0, 0)
    assert looped.discharge.voltage_every_ms == pytest.approx(0.1)
    for trace in looped.traces:
        voltage = looped.voltage_mV(trace)
        assert voltage.shape == (2, 1, 4000)
        threshold = looped.network.population(trace.population).cell.threshold_mV
        for variant in (0, 1):
            above = voltage[variant, 0] >= threshold
            times = 0.1 * (2 + np.flatnonzero(~above[:-1] & above[1:]))
            events = looped.discharge.events[trace.population]
            np.testing.assert_allclose(times, events.of(variant, trace.member), atol=1e-3)


def test_a_page_shows_brain_growth_and_voltages(looped: CordResult, tmp_path: Path) -> None:
    import xarray as xr

    figures = draw_cord_figures(looped)
    assert {"voltage_as_built", "tones_as_built", "tones_no_inhibition"} <= set(figures)
    for figure in figures.values():
        ET.fromstring(standalone(figure.svg))
    page = render_cord_page(looped, figures)
    assert "What the brain sends down" in page
    assert "in the loop with the brain, C-fiber synapses free to potentiate" in page
    assert "Wide dynamic range, neuron 2" in figures["voltage_as_built"].svg
    titles = [table.title for table in tables_of_numbers(looped)]
    assert titles[-2:] == [
        "Growth of C-fiber synapses, %",
        "Descending tone at the end, fold of rest",
    ]
    (listed, _) = json.loads(cord_json(looped))["results"]
    assert listed["tone_at_end"]["serotonin"] > 1.0
    write_cord_zarr(looped, tmp_path / "data.zarr")
    data = xr.open_zarr(tmp_path / "data.zarr", consolidated=False).load()
    shown = data["voltage"].sel(neuron="lamina_i:1", variant="as built")
    np.testing.assert_array_equal(shown.values, looped.voltage_mV(looped.traces[1])[0])
    assert data["tone"].dims == ("variant", "condition", "transmitter", "tone_time")
    assert data["growth"].sizes["target"] == len(looped.growth())


def test_feedback_needs_a_brain() -> None:
    with pytest.raises(InputError, match=r"^run.feedback: is true, which needs a brain"):
        run_protocol(written_protocol(ALL))


def test_modulations_act_together() -> None:
    one = Modulation({"c": 0.5}, {"nmda": 2.0}, {("a", "girk"): 0.1}, 0.5)
    other = Modulation({"c": 0.5, "d": 3.0}, {"ampa": 4.0}, {("a", "girk"): 0.2}, np.array([1, 2]))
    both = combined(one, other)
    assert both.release == {"c": 0.25, "d": 3.0}
    assert both.conductance == {"nmda": 2.0, "ampa": 4.0}
    assert both.tonic_uS[("a", "girk")] == pytest.approx(0.3)
    np.testing.assert_allclose(both.kcc2, [0.5, 1.0])


def pretended(document: dict[str, Any], rates_Hz: np.ndarray) -> CordResult:
    """What a protocol would give if its projection neuron fired at rates [variant, condition]."""
    plan = planned(written_protocol(document))
    silent = Events(np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    times, lanes = [], []
    window = plan.duration_ms - plan.begin_ms
    for lane, rate in enumerate(np.ravel(rates_Hz)):
        count = round(1e-3 * rate * window)
        times.append(plan.begin_ms + window * (np.arange(count) + 0.5) / max(count, 1))
        lanes.append(np.full(count, lane))
    fired = np.concatenate(times)
    events = {p.name: silent for p in plan.network.populations}
    events["projection"] = Events(fired, np.zeros(fired.size, int), np.concatenate(lanes))
    sizes = {p.name: p.count for p in plan.network.populations}
    discharge = Discharge(events, sizes, np.size(rates_Hz), plan.duration_ms)
    return CordResult.of(plan, discharge, seed=1)


def test_ongoing_firing_has_its_rate_and_volleys_their_latency() -> None:
    random = np.random.default_rng(1)
    fired = ongoing(20.0, 50, 100.0, 10_100.0, random)
    assert fired.time_ms.size == pytest.approx(50 * 200, rel=0.05)
    assert 100.0 <= fired.time_ms.min() < fired.time_ms.max() <= 10_100.0
    found = volleys([0.0, 1000.0], Arrival(50.0, 5.0), 40, random)
    late = found.time_ms.reshape(2, 40) - np.array([[0.0], [1000.0]])
    np.testing.assert_allclose(late[0], late[1])
    assert late.mean() == pytest.approx(50.0, abs=3.0)
    assert late.std() == pytest.approx(5.0, rel=0.4)
    anew = volleys([0.0, 1000.0], Arrival(50.0, 5.0, anew=True), 40, random, fraction=0.25)
    assert anew.time_ms.size == 2 * 10
    assert abs(anew.time_ms[:10] - (anew.time_ms[10:] - 1000.0)).min() > 0
    assert volleys([0.0], Arrival(1.0, 0.0), 40, random, fraction=0.0).time_ms.size == 0


def test_pulses_come_at_their_frequency_and_fibers_are_refractory() -> None:
    np.testing.assert_allclose(pulses(100.0, 500.0, 550.0), [500, 510, 520, 530, 540])
    assert pulses(0.0, 0.0, 1000.0).size == 0
    parts = [
        Fired(np.array([5.0, 1.0]), np.array([0, 1])),
        Fired(np.array([6.0, 8.0, 2.9]), np.array([0, 0, 1])),
    ]
    found = merged(parts, 2.0)
    np.testing.assert_allclose(found.time_ms, [1.0, 5.0, 8.0])
    np.testing.assert_array_equal(found.fiber, [1, 0, 0])


def test_drives_become_patients() -> None:
    one = {"c": Fired(np.array([1.0]), np.array([0]))}
    two = {"c": Fired(np.array([2.0, 3.0]), np.array([1, 0])), "a_beta": one["c"]}
    trains = patients_of([one, two])
    np.testing.assert_array_equal(trains["c"].patient, [0, 1, 1])
    np.testing.assert_array_equal(trains["a_beta"].patient, [1])


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_row_of_the_catalog_fits_its_circuit(name: str) -> None:
    circuit = find(name)
    network = circuit.build(1)
    fibers = set(network.afferents)
    assert {*circuit.arrivals, *circuit.volley, *circuit.touch, *circuit.column} <= fibers
    assert {*circuit.ongoing, *circuit.background, *circuit.fired(50.0, 1)} <= fibers
    assert set(circuit.volley) <= set(circuit.arrivals)
    assert set(circuit.projections) <= {p.name for p in network.populations}
    receptors = {r.name for p in network.populations for r in p.receptors}
    assert set(circuit.inhibitory) <= receptors


@pytest.mark.parametrize("example", sorted(ROOT.joinpath("examples").glob("cord_*.toml")))
def test_the_examples_are_right(example: Path) -> None:
    plan = planned(read_protocol(example))
    assert plan.protocol.run.experiment in (example.stem.removeprefix("cord_"), "windup")
    assert len(plan.variants) == 2
    assert len(plan.conditions) > 2


def test_variants_share_their_drive_and_conditions_their_scatter() -> None:
    plan = planned(written_protocol({**STIMULATION, "run": {"experiment": "stimulation"}}), 5)
    still, slow, fast = plan.conditions
    assert [c.frequency_Hz for c in plan.conditions] == [0.0, 10.0, 100.0]
    np.testing.assert_array_equal(still.fired["c"].time_ms, fast.fired["c"].time_ms)
    assert still.fired["surround_a_beta"].time_ms.size == 0
    assert slow.fired["surround_a_beta"].time_ms.size == 15 * 20
    assert fast.fired["surround_a_beta"].time_ms.size == 15 * 200
    again = planned(written_protocol({**STIMULATION, "run": {"experiment": "stimulation"}}), 5)
    np.testing.assert_array_equal(again.conditions[1].fired["c"].time_ms, slow.fired["c"].time_ms)
    other = planned(written_protocol({**STIMULATION, "run": {"experiment": "stimulation"}}), 6)
    assert other.conditions[0].fired["c"].time_ms[0] != still.fired["c"].time_ms[0]


def test_what_is_changed_reaches_the_patients_it_belongs_to() -> None:
    document = {
        **GATE,
        "patients": [
            {"name": "a", "inhibition": 0.5, "receptors": {"gaba_a": 0.5, "nmda": 2.0}},
            {"name": "b", "release": {"c": 0.1}},
        ],
    }
    made = modulation_of(planned(written_protocol(document)))
    np.testing.assert_allclose(made.conductance["gaba_a"], 4 * [1.0] + 4 * [0.25] + 4 * [1.0])
    np.testing.assert_allclose(made.conductance["glycine"], 4 * [1.0] + 4 * [0.5] + 4 * [1.0])
    np.testing.assert_allclose(made.conductance["nmda"], 4 * [1.0] + 4 * [2.0] + 4 * [1.0])
    np.testing.assert_allclose(made.release["c"], 8 * [1.0] + 4 * [0.1])


def test_answers_are_counted_and_need_nmda_receptors(windup: CordResult) -> None:
    assert windup.variants == ("as built", "NMDA blocked")
    answers = windup.answers("projection")
    assert answers.shape == (2, 1, 2)
    assert (answers[0] > answers[1] + 2).all()
    spikes = windup.discharge.events["projection"].of(0)
    onsets = windup.conditions[0].onsets_ms
    np.testing.assert_allclose(onsets, [50.0, 550.0])
    assert answers[0, 0, 0] == ((spikes >= 50.0) & (spikes < 550.0)).sum()
    assert answers[0, 0, 1] == ((spikes >= 550.0) & (spikes < 1050.0)).sum()


def test_a_run_repeats_itself(windup: CordResult) -> None:
    again = run_protocol(written_protocol(WINDUP), seed=3)
    assert cord_json(again) == cord_json(windup)


def test_figures_are_pictures_and_the_page_holds_them(windup: CordResult, check_links) -> None:
    figures = draw_cord_figures(windup)
    assert set(figures) == {
        "windup_projection_as_built",
        "windup_projection_nmda_blocked",
        "raster_as_built_2_hz",
        "raster_nmda_blocked_2_hz",
    }
    for name, figure in figures.items():
        drawn = ET.fromstring(standalone(figure.svg))
        assert drawn.attrib["aria-label"].endswith("."), name
    page = render_cord_page(windup, figures)
    check_links(page)
    assert all(figure.svg in page for figure in figures.values())
    assert "<script" not in page
    assert "NMDA blocked (NMDA ×0)" in page
    assert "Aguiar" in page


def test_stimulation_is_told_against_none() -> None:
    result = pretended(STIMULATION, np.array([[80.0, 20.0, 120.0], [100.0, 60.0, 90.0]]))
    page = plain(render_cord_page(result, draw_cord_figures(result)))
    assert "10 Hz: 25 % of the rate without stimulation (80 Hz)." in page
    assert "From 100 Hz on it fires more than without." in page
    assert "Half: at best 60 %, at 10 Hz." in page
    (table,) = tables_of_numbers(result)
    assert table.rows[1] == ("10 Hz", "20", "25", "60", "60")
    assert not result.is_volleyed


def test_the_gate_is_told_before_and_after() -> None:
    result = pretended(GATE, np.array([[40.0, 10.0, 4.0, 8.0], [60.0, 120.0, 100.0, 90.0]]))
    assert result.variants == ("as built", "disinhibited")
    page = plain(render_cord_page(result, draw_cord_figures(result)))
    assert "Projection fires 25 % of what it does without." in page
    assert "Projection: as built 8 Hz, disinhibited 90 Hz." in page
    assert "2 times as much as without" in page
    assert "disinhibited (inhibition ×0)" in summary_of_cord(result)


def test_a_silent_circuit_is_told_as_such() -> None:
    result = pretended(STIMULATION, np.zeros((2, 3)))
    page = plain(render_cord_page(result, draw_cord_figures(result)))
    assert "Nothing fires without it" in page
    result = pretended(GATE, np.zeros((2, 4)))
    assert "Nothing answers the volley." in render_cord_page(result, draw_cord_figures(result))


def test_the_data_come_back_from_the_store(windup: CordResult, tmp_path: Path) -> None:
    import xarray as xr

    write_cord_zarr(windup, tmp_path / "data.zarr")
    data = cord_dataset(windup)
    again = xr.open_zarr(tmp_path / "data.zarr", consolidated=False).load()
    xr.testing.assert_identical(data, again)
    assert again["spike_time"].attrs == {"units": "ms"}
    assert again.attrs["seed"] == 3
    assert again.attrs["configuration"] == windup.protocol.configuration(3)
    assert any("Aguiar" in source for source in again.attrs["sources"])
    source = list(again["source"].values).index("projection")
    mine = (again["spike_source"] == source) & (again["spike_variant"] == 0)
    spikes = windup.discharge.events["projection"].of(0)
    np.testing.assert_allclose(again["spike_time"].values[mine], spikes, rtol=1e-6)
    fibers = again["spike_source"] == list(again["source"].values).index("a_delta")
    assert fibers.sum() == 2 * 2 * 20


def test_the_json_has_every_variant_and_condition(windup: CordResult) -> None:
    listing = json.loads(cord_json(windup))
    assert [r["variant"] for r in listing["results"]] == ["as built", "NMDA blocked"]
    assert len(listing["results"][0]["spikes_per_stimulus"]["projection"]) == 2
    assert listing["protocol"]["volley"]["stimuli"] == 2


def test_options_become_tables() -> None:
    tables = cord_tables_of(
        {"experiment": "windup", "duration": None},
        frequencies=("1 Hz", "2 Hz"),
        stimuli=4,
        rates=("c=2 Hz",),
        receptors=("nmda=0.5",),
        release=("c=0.3",),
        kcc2=0.2,
        traces=("projection",),
    )
    assert tables == {
        "run": {"experiment": "windup"},
        "draw": {"traces": ["projection"]},
        "volley": {"frequencies": ["1 Hz", "2 Hz"], "stimuli": 4},
        "afferents": {"c": {"rate": "2 Hz"}},
        "patients": [
            {"name": "changed", "kcc2": 0.2, "receptors": {"nmda": 0.5}, "release": {"c": 0.3}}
        ],
    }
    gate = cord_tables_of({"experiment": "gate"}, frequencies=("50 Hz",))
    assert gate["stimulation"] == {"frequencies": ["50 Hz"]}


def test_the_command_writes_page_figures_and_data(run_command, tmp_path: Path) -> None:
    arguments = ["--experiment", "windup", "--frequency", "2 Hz", "--stimuli", 1]
    arguments += ["--settle", "50 ms", "--dt", "50 us", "--receptor", "nmda=0"]
    status, out, err = run_command("cord", "aguiar_2010", *arguments, "--out", tmp_path / "made")
    assert (status, err) == (0, "")
    assert "Spikes a stimulus, projection" in out
    assert "changed, 2 Hz" in out
    written = {path.name for path in (tmp_path / "made").iterdir()}
    assert {"report.html", "results.json", "data.zarr", "windup_projection_changed.svg"} <= written
    assert not [name for name in written if name.startswith(".")]


def test_names_at_the_ends_of_lines_do_not_touch() -> None:
    x = np.arange(3.0)
    svg = draw_curves(
        "lines",
        [Series(f"line {k}", x, x + 0.001 * k) for k in range(4)],
        Axis("x"),
        Axis("y"),
        level=(1.0, "one"),
    )
    names = [e for e in ET.fromstring(svg).iter() if e.attrib.get("class", "").startswith("name")]
    places = sorted(float(e.attrib["y"]) for e in names)
    assert len(places) == 4
    assert np.diff(places).min() > 12.0


def test_columns_are_aligned() -> None:
    assert aligned([("", "one"), ("a", "1")]) == ["   one", "a    1"]
