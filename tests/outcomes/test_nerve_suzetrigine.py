"""What blocking Nav1.8 or Nav1.7 does to human ganglion neurons at 37 degC: predictions, not fits.

These are not blind. Neurons are kept for their rest, resistance, rheobase and action potential, but
choices were made on the way: before any drug was tried, the ranges of densities, two forms of
channels, the rheobase pulse and the leak and noise of injury were changed for the sake of baseline
behavior; after a first look at both drugs, Nav1.7 was moved to where the human channel is measured
to open, and the noise was set anew so that about a fourth of the injured neurons fires by itself,
from a scan that also showed the drugs. With the axon's Nav1.7 the Nav1.7 blocker left 71 % of the
active neurons firing (6 of 62 now), and deep Nav1.8 block left a spike to 48 % of the driven ones
(76 % now): the verdict on the Nav1.7 blocker hangs on where Nav1.7 opens, that on suzetrigine not.

Measured: 10 nM suzetrigine ends spontaneous discharge and leaves evoked firing (Stewart 2025 and
bioRxiv 2025.04.09.648014, abstracts); 600 nM AM-2099 raises rheobase and leaves repetitive firing
(Fujita 2026, abstract).
"""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.ganglion import rheobase_nA, simulate_soma
from causalgia.afferents.model import FiberModel, with_blocks
from causalgia.afferents.presets.human_ganglion import (
    background,
    human_ganglion,
    neuropathic,
    pulse_ms,
)
from causalgia.cable.stimulus import Pulses
from causalgia.channels.blockers import blockers

HEALTHY = human_ganglion(96)
INJURED = neuropathic(HEALTHY)
DOSES = {"suzetrigine": 0.01, "am_2099": 0.6}


def under(model: FiberModel, drug: str | None) -> FiberModel:
    return (
        model
        if drug is None
        else with_blocks(model, blockers(drug, DOSES[drug], model.membrane.channels))
    )


def spontaneous(model: FiberModel, drug: str | None, injured: bool) -> np.ndarray:
    """Spikes of each neuron in 3 s at rest."""
    noise = background(model, 1, injured=injured)
    run = simulate_soma(under(model, drug), duration_ms=3500.0, currents=[noise])
    return run.spike_count(500.0)[0]


def evoked(drug: str | None) -> np.ndarray:
    """Spikes of each healthy neuron in half a second of a strong current."""
    step = Pulses((0,), 0.0, 500.0, 2.4)
    return simulate_soma(under(HEALTHY, drug), duration_ms=500.0, currents=[step]).spike_count()[0]


@pytest.fixture(scope="module")
def by_themselves() -> dict[str | None, np.ndarray]:
    return {drug: spontaneous(INJURED, drug, True) for drug in (None, *DOSES)}


@pytest.fixture(scope="module")
def when_driven() -> dict[str | None, np.ndarray]:
    return {drug: evoked(drug) for drug in (None, *DOSES)}


def test_injured_neurons_fire_by_themselves_and_healthy_ones_do_not(
    by_themselves: dict[str | None, np.ndarray],
) -> None:
    # 20-25 % in painful dermatomes, 0-5 % elsewhere (North 2019, recalled)
    assert 0.15 < np.mean(by_themselves[None] > 0) < 0.35
    assert np.mean(spontaneous(HEALTHY, None, False) > 0) < 0.05


def test_deep_nav1_8_block_ends_spontaneous_firing(
    by_themselves: dict[str | None, np.ndarray],
) -> None:
    active = by_themselves[None] > 0
    assert np.mean(by_themselves["suzetrigine"][active] > 0) < 0.1
    assert by_themselves["suzetrigine"].sum() < 0.05 * by_themselves[None].sum()


def test_deep_nav1_8_block_spares_evoked_action_potentials_of_most(
    when_driven: dict[str | None, np.ndarray],
) -> None:
    assert np.mean(when_driven[None] > 0) > 0.95
    assert np.mean(when_driven["suzetrigine"] > 0) > 0.6


@pytest.mark.xfail(
    strict=True,
    reason="repetitive firing is lost in all neurons (measured: diminished, not eliminated)",
)
def test_deep_nav1_8_block_leaves_repetitive_firing_in_many(
    when_driven: dict[str | None, np.ndarray],
) -> None:
    repeating = when_driven[None] >= 3
    assert np.mean(when_driven["suzetrigine"][repeating] >= 3) > 0.25


def test_nav1_7_block_raises_rheobase_and_leaves_repetitive_firing(
    when_driven: dict[str | None, np.ndarray],
) -> None:
    before, after = (
        rheobase_nA(under(HEALTHY, drug), width_ms=pulse_ms(), largest_nA=4.0)
        for drug in (None, "am_2099")
    )
    assert np.median(after / before) > 1.15
    repeating = when_driven[None] >= 3
    assert np.mean(when_driven["am_2099"][repeating] >= 3) > 0.6


@pytest.mark.xfail(
    strict=True,
    reason="none of 19 active neurons goes on (6 of 62 in the whole population): they need both",
)
def test_nav1_7_block_leaves_spontaneous_firing(
    by_themselves: dict[str | None, np.ndarray],
) -> None:
    active = by_themselves[None] > 0
    assert np.mean(by_themselves["am_2099"][active] > 0) > 0.5
