"""Networks: what arrives when, how strongly, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Section, cable_of
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.dorsal_horn import spike_potassium, spike_sodium
from causalgia.cord.cells import CellType, densities_of
from causalgia.cord.chloride_load import ChlorideLoad
from causalgia.cord.modulation import Modulation
from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.potentiation import Potentiation
from causalgia.cord.receptors import CHLORIDE, Receptor
from causalgia.cord.release import AxoAxonic, Release
from causalgia.cord.simulate_network import Watch, simulate_network
from causalgia.cord.spikes import Trains
from causalgia.errors import InputError, SimulationDiverged

AREA_cm2 = np.pi * 20.0 * 20.0 * 1e-8
LEAK_S_per_cm2 = 1e-4
AMPA = Receptor("ampa", 0.2, 5.0, 0.0, plastic=True)
GABA = Receptor("gaba_a", 0.5, 20.0, CHLORIDE)
CHLORIDE_LOAD = ChlorideLoad(130.0, 6.5, 3.4, 1e-3, 1.0, 0.1, -12.0, 36.0)


def passive_cell() -> CellType:
    """One compartment with a leak that reverses at -65 mV."""
    cable = cable_of([Section("soma", 20.0, 20.0, 1)])
    membrane = Membrane.of([open_channel("leak", "leak", "aguiar_2010")], {"leak": -65.0})
    densities = densities_of(cable, membrane, {"leak": {"soma": LEAK_S_per_cm2}})
    return CellType("passive", cable, membrane, Electrics(densities), -65.0, 0, 0, -62.0)


def spiking_cell() -> CellType:
    cable = cable_of([Section("soma", 20.0, 20.0, 1)])
    membrane = Membrane.of(
        [spike_sodium(), spike_potassium(), open_channel("leak", "leak", "aguiar_2010")],
        {"sodium": 50.0, "potassium": -80.0, "leak": -65.0},
    )
    amounts = {"sodium": 0.08, "potassium": 0.02, "leak": LEAK_S_per_cm2}
    densities = densities_of(cable, membrane, {k: {"soma": v} for k, v in amounts.items()})
    return CellType("spiking", cable, membrane, Electrics(densities), -65.0, 0, 0, -20.0)


def contact(source: str, target: str, weight_uS: float, delay_ms: float, **more: str) -> Synapses:
    one = np.zeros(1, dtype=int)
    given = {"receptor": "ampa", **more}
    release = given.pop("release", None)
    return Synapses(source, target, given["receptor"], one, one, weight_uS, delay_ms, release)


def listener(*synapses: Synapses, **more: object) -> Network:
    """A fiber and a passive neuron."""
    population = Population("listener", passive_cell(), 1, (AMPA, GABA), CHLORIDE_LOAD)
    return Network((population,), {"fiber": 1}, synapses, **more)  # type: ignore[arg-type]


def test_a_weak_event_gives_the_potential_of_the_cable_equation() -> None:
    weight = 1e-7
    watch = [Watch("listener")]
    found = simulate_network(
        listener(contact("fiber", "listener", weight, 2.0)),
        {"fiber": Trains.of([[3.0]])},
        duration_ms=40.0,
        dt_ms=0.01,
        watch=watch,
        precision="float64",
    )
    voltage = found.voltage_mV["listener"][:, 0, 0]
    time = found.voltage_every_ms * np.arange(1, voltage.size + 1)
    # g is so small that the driving force stays: a sum of exponentials through a leak
    tau = 1e-3 / LEAK_S_per_cm2  # 1 uF/cm2
    t = np.maximum(time - 5.0, 0.0)
    drive = 1e-3 * weight / AMPA.peak * 65.0 / (1e-3 * AREA_cm2 * 1e3)
    parts = [
        sign * (np.exp(-t / tau) - np.exp(-t / own)) / (1.0 / own - 1.0 / tau)
        for sign, own in ((1.0, AMPA.decay_ms), (-1.0, AMPA.rise_ms))
    ]
    np.testing.assert_allclose(voltage + 65.0, drive * sum(parts), atol=2e-3 * drive)
    assert voltage.max() > -65.0 + 0.9 * 1.4e-3


def test_a_spike_arrives_after_its_delay_to_the_step() -> None:
    cell = spiking_cell()
    populations = (
        Population("first", cell, 1, (AMPA,)),
        Population("second", cell, 1, (AMPA,)),
    )
    times = []
    for delay in (0.5, 7.3):
        network = Network(
            populations,
            {"fiber": 1},
            (contact("fiber", "first", 0.05, 0.0), contact("first", "second", 0.05, delay)),
        )
        found = simulate_network(
            network, {"fiber": Trains.of([[5.0]])}, duration_ms=20.0, dt_ms=0.025
        )
        times.append([found.events[name].of(0)[0] for name in ("first", "second")])
    assert times[0][0] == times[1][0]
    assert times[1][1] - times[0][1] == pytest.approx(6.8, abs=0.026)


def test_patients_do_not_hear_each_other() -> None:
    cell = spiking_cell()
    random = np.random.default_rng(1)
    fibers, targets = np.nonzero(random.random((4, 6)) < 0.5)
    network = Network(
        (Population("cells", cell, 6, (AMPA,)),),
        {"fiber": 4},
        (Synapses("fiber", "cells", "ampa", fibers, targets, 0.01, 1.0),),
    )
    spikes = [np.sort(random.uniform(0, 100, 15)) for _ in range(3)]
    trains = Trains(
        np.concatenate(spikes),
        np.tile(np.arange(15) % 4, 3),
        np.repeat(np.arange(3), 15),
    )
    together = simulate_network(
        network, {"fiber": trains}, duration_ms=120.0, dt_ms=0.05, patients=3
    )
    assert together.count("cells").min() > 0
    for patient in range(3):
        alone = simulate_network(
            network,
            {"fiber": Trains(spikes[patient], np.arange(15) % 4)},
            duration_ms=120.0,
            dt_ms=0.05,
        )
        for neuron in range(6):
            np.testing.assert_allclose(
                together.events["cells"].of(patient, neuron), alone.events["cells"].of(0, neuron)
            )


def peaks_after(network: Network, times: list[float], **more: object) -> np.ndarray:
    found = simulate_network(
        network,
        {"fiber": Trains.of([times])},
        duration_ms=times[-1] + 30.0,
        dt_ms=0.05,
        watch=[Watch("listener")],
        precision="float64",
        **more,  # type: ignore[arg-type]
    )
    voltage = found.voltage_mV["listener"][:, 0] + 65.0
    sample = found.voltage_every_ms
    return np.array([voltage[int(t / sample) : int((t + 25) / sample)].max(0) for t in times])


def test_a_depressing_terminal_follows_tsodyks_and_markram() -> None:
    kind = Release(0.5, 200.0, 1.0)
    network = listener(
        contact("fiber", "listener", 1e-5, 0.0, release="tired"), release={"tired": kind}
    )
    peaks = peaks_after(network, [10.0, 60.0, 110.0])[:, 0]
    left, expected = 1.0, []
    for _ in range(3):
        expected.append(left)
        left = 1.0 - (1.0 - 0.5 * left) * np.exp(-50.0 / 200.0)
    # what is left of the potential before is small after 50 ms
    np.testing.assert_allclose(peaks / peaks[0], expected, rtol=0.03)


def test_contacts_on_a_fiber_take_release_away() -> None:
    cell = spiking_cell()
    network = Network(
        (
            Population("listener", passive_cell(), 1, (AMPA,)),
            Population("guard", cell, 1, (AMPA,)),
        ),
        {"fiber": 1, "touch": 1},
        (
            contact("fiber", "listener", 1e-5, 0.0),
            contact("touch", "guard", 0.05, 0.0),
            contact("guard", "fiber", 1.0, 1.0, receptor="guarding"),
        ),
        axo_axonic={"guarding": AxoAxonic(2.0, 30.0, 0.8)},
    )
    trains = {"fiber": Trains.of([[20.0]])}
    peaks = []
    for touch in ([], [5.0]):
        found = simulate_network(
            network,
            {**trains, "touch": Trains.of([touch])},
            duration_ms=50.0,
            dt_ms=0.05,
            watch=[Watch("listener")],
            precision="float64",
        )
        assert (found.count("guard")[0] > 0) == bool(touch)
        peaks.append(found.voltage_mV["listener"].max() + 65.0)
    assert 0.2 < peaks[1] / peaks[0] < 0.9


def test_inhibition_loads_chloride_and_weakens() -> None:
    network = listener(contact("fiber", "listener", 2e-3, 0.0, receptor="gaba_a"))
    tonic = {("listener", "ampa"): 1e-3}
    found = simulate_network(
        network,
        {"fiber": Trains.of([np.arange(5.0, 600.0, 5.0)])},
        duration_ms=600.0,
        dt_ms=0.1,
        patients=2,
        modulation=Modulation(tonic_uS=tonic, kcc2=np.array([1.0, 0.3])),
        watch=[Watch("listener")],
    )
    healthy, poor = found.chloride_mM["listener"][0]
    assert healthy > CHLORIDE_LOAD.resting_mM
    assert poor > healthy
    voltage = found.voltage_mV["listener"][-1, 0]
    assert voltage[1] > voltage[0]


def test_chloride_rests_where_its_transport_holds_it() -> None:
    found = simulate_network(
        listener(), {}, duration_ms=50.0, dt_ms=0.1, patients=2,
        modulation=Modulation(kcc2=np.array([1.0, 0.5])),
    )  # fmt: skip
    np.testing.assert_allclose(found.chloride_mM["listener"][0], [6.5, 9.6], rtol=1e-4)


def test_synapses_grow_only_where_nmda_receptors_are_driven() -> None:
    nmda = Receptor("nmda", 2.0, 100.0, 0.0, magnesium_mM=1.0)
    network = Network(
        (Population("listener", passive_cell(), 1, (AMPA, nmda)),),
        {"fiber": 1},
        (
            contact("fiber", "listener", 5e-3, 0.0),
            contact("fiber", "listener", 5e-3, 0.0, receptor="nmda"),
        ),
    )
    found = simulate_network(
        network,
        {"fiber": Trains.of([np.arange(5.0, 300.0, 10.0)])},
        duration_ms=300.0,
        dt_ms=0.1,
        patients=2,
        modulation=Modulation(conductance={"nmda": np.array([1.0, 0.0])}),
        potentiation=Potentiation(50.0, 1e-4, 1.0, 1.0, 1e6),
    )
    grown, not_grown = found.potentiated["listener"][0]
    assert grown > 0.05
    assert not_grown == 0.0


def test_modulation_scales_release_and_conductance() -> None:
    network = listener(contact("fiber", "listener", 1e-5, 0.0))
    modulation = Modulation(
        release={"fiber": np.array([1.0, 0.5, 1.0])},
        conductance={("listener", "ampa"): np.array([1.0, 1.0, 2.0])},
    )
    peaks = peaks_after(network, [10.0], patients=3, modulation=modulation)[0]
    np.testing.assert_allclose(peaks / peaks[0], [1.0, 0.5, 2.0], rtol=3e-3)


def test_feedback_is_asked_between_chunks() -> None:
    asked = []

    def feedback(time_ms: float, news: object) -> Modulation:
        asked.append(time_ms)
        return Modulation(release={"fiber": 1.0 if time_ms == 0 else 0.0})

    network = listener(contact("fiber", "listener", 1e-5, 0.0))
    peaks = peaks_after(network, [10.0, 80.0], modulation=feedback)[:, 0]
    assert asked == [0.0, 50.0, 100.0, 110.0]
    assert peaks[0] > 0
    assert peaks[1] < 0.05 * peaks[0]


def test_a_runaway_names_time_and_population() -> None:
    cell = replace(passive_cell(), initial_mV=2000.0)
    network = Network((Population("wild", cell, 1, (AMPA,)),), {}, ())
    with pytest.raises(SimulationDiverged, match=r"by \d.* ms in wild of patient 0"):
        simulate_network(network, {}, duration_ms=5.0, dt_ms=0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Receptor("ampa", 5.0, 1.0, 0.0), "rise_ms is 5.0 and decay_ms 1.0"),
        (lambda: Receptor("x", 1.0, 5.0, "calcium"), "reversal_mV is 'calcium'"),
        (lambda: Release(0.0, 1.0, 1.0), "utilization is 0.0"),
        (lambda: AxoAxonic(1.0, 2.0, 1.5), "most is 1.5"),
        (
            lambda: Population("a", passive_cell(), 1, (GABA,)),
            "receptor 'gaba_a' follows chloride",
        ),
        (lambda: Population("a", passive_cell(), 0, (AMPA,)), "count is 0"),
        (lambda: listener(contact("fibre", "listener", 1.0, 1.0)), "source 'fibre' is neither"),
        (
            lambda: listener(contact("fiber", "listener", 1.0, 1.0, receptor="nmda")),
            "listener has no receptor 'nmda'",
        ),
        (lambda: contact("fiber", "listener", 1.0, -1.0), "delay_ms is -1"),
        (lambda: replace(CHLORIDE_LOAD, resting_mM=2.0), "kcc2_floor_mM is 3.4"),
        (lambda: Potentiation(0.0, 1.0, 1.0, 1.0, 1.0), "trace_ms is 0.0"),
        (
            lambda: simulate_network(
                listener(contact("listener", "listener", 1.0, 0.0)), {}, duration_ms=1.0
            ),
            "must be at least a step",
        ),
        (
            lambda: simulate_network(listener(), {"c": Trains.of([[1.0]])}, duration_ms=1.0),
            "'c' is not a class of afferents",
        ),
        (
            lambda: simulate_network(
                listener(), {"fiber": Trains.of([[1.0], [2.0]])}, duration_ms=1.0
            ),
            "fiber goes from 0 to 1, must lie in 0 to 0",
        ),
        (
            lambda: simulate_network(
                listener(), {}, duration_ms=1.0, modulation=Modulation(release={"c": 1.0})
            ),
            "'c' is not a source",
        ),
        (
            lambda: simulate_network(
                listener(), {}, duration_ms=1.0, modulation=Modulation(conductance={"nk1": 1.0})
            ),
            "there is no receptor nk1",
        ),
        (lambda: simulate_network(listener(), {}, duration_ms=1.0, dt_ms=2.0), "dt_ms is 2.0"),
        (
            lambda: simulate_network(listener(), {}, duration_ms=1.0, watch=[Watch("it", (1,))]),
            "'it'",
        ),
    ],
)
def test_bad_input_is_named(make: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert message in str(caught.value)
