"""Dorsal column stimulation: from the electrode to the answer of wide-dynamic-range neurons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

import numpy as np

from causalgia.afferents.neurostimulation.bundle import dorsal_column
from causalgia.afferents.neurostimulation.collateral import ending_trains
from causalgia.afferents.neurostimulation.isolated_cord import isolated_cord_thresholds
from causalgia.afferents.neurostimulation.program import Program, kilohertz, tonic
from causalgia.afferents.neurostimulation.recruitment import Exposure, expose, recruitment
from causalgia.afferents.neurostimulation.tissue import cord_tissue, plate
from causalgia.afferents.neurostimulation.trains import StimulatedTrains, stimulated_trains
from causalgia.cord.answers import answers
from causalgia.cord.drive import Fired, patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network
from causalgia.validation.cord.windows import sign_of_change
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = [
    "collaterals",
    "followed",
    "human_column",
    "isolated_cord",
    "stimulated_below_feeling",
    "under_gaba_block",
]

WIDE = "wide_dynamic_range"
ONSETS_ms, DURATION_ms = 500.0 + 1005.0 * np.arange(4), 4500.0
"""Each onset comes a quarter of the period of 50 Hz later in it: no phase of it decides."""

TUBE_um, LARGE, FELT_SHARE = 1000.0, "a_beta_large", 0.1
"""The fluid over the cord, the fibers that are felt, and how many of them."""

STRONG, WEAK = 1.4, 0.9
"""Of the amplitude at which stimulation is felt."""

RATES_Hz = (50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0)
FOLLOWED = 0.95
"""Spikes for each pulse, from which a fiber follows."""


@measures("CB0077.gaba_a")
def under_gaba_block(_: Collection[str]) -> Mapping[str, Outcome]:
    """What is left (percent) of the effect of 50 Hz on the C response without GABA-A receptors."""
    network = dorsal_horn(1)
    drive = HornDrive(network)
    background, volleys = drive.background(DURATION_ms), drive.volleys(ONSETS_ms)
    column = collaterals(tonic(50.0, 0.2), STRONG, DURATION_ms)
    # Without volleys too: with the block, stimulation alone makes these neurons fire.
    drives = [
        together(background, given, shocked) for given in ({}, column) for shocked in ({}, volleys)
    ]
    blocked = np.repeat([0.0, 1.0], len(drives))
    run = simulate_network(
        network,
        patients_of(drives * 2),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=blocked.size,
        modulation=modulation_of(CordHandles(occupied={"gaba_a": blocked})),
    )
    counts = answers(run, WIDE, ONSETS_ms).sum(axis=0).reshape(2, 2, 2)
    evoked = counts[..., 1] - counts[..., 0]
    effect = 1.0 - evoked[:, 1] / evoked[:, 0]
    return {"CB0077.gaba_a": 100.0 * float(effect[1] / effect[0])}


@measures("CB0101.*")
def human_column(_: Collection[str]) -> Mapping[str, Outcome]:
    """Amplitude (mA) that excites large fibers of a person's column, and how fast they conduct."""
    tissue = cord_tissue()
    column = dorsal_column((50.0, 150.0), (0.0, 1000.0), fluid_um=tissue.fluid_um)
    exposed = expose(column, plate(0.0, 1.0) + plate(8000.0, -1.0), tissue)
    program = tonic(50.0)
    felt = recruitment(exposed, program.pulse).amplitude_mA(FELT_SHARE, LARGE)
    trains = stimulated_trains(exposed, program, STRONG * felt, duration_ms=50.0, window_ms=40.0)
    large = trains.velocity_m_per_s[column.chosen(LARGE)]
    return {"CB0101.current": felt, "CB0101.velocity": float(np.nanmean(large))}


@measures("CB0103")
def followed(_: Collection[str]) -> Mapping[str, Outcome]:
    """The highest rate (Hz) of some that a large fiber follows pulse by pulse."""
    best = 0.0
    for rate in RATES_Hz:
        trains = _trains(tonic(rate, 0.2), STRONG, 200.0)
        if float(trains.per_pulse[trains.assigned(1, LARGE)[0]]) < FOLLOWED:
            break
        best = rate
    return {"CB0103": best}


@measures("CB0047.*")
def isolated_cord(_: Collection[str]) -> Mapping[str, Outcome]:
    """How much more current roots and the tract of Lissauer need than the column, in a mouse."""
    found = isolated_cord_thresholds()
    return {
        "CB0047.root": found.root_mA / found.column_mA,
        "CB0047.lissauer": found.lissauer_mA / found.column_mA,
    }


@measures("CB0007.1_khz", "CB0012.*")
def stimulated_below_feeling(_: Collection[str]) -> Mapping[str, Outcome]:
    """Sign of what a program below feeling does: none where no touch fiber carries a spike."""
    programs = {
        "CB0007.1_khz": (kilohertz(1000.0, 0.2), 0.8),
        "CB0012.200_hz": (tonic(200.0, 0.2), WEAK),
        "CB0012.500_hz": (tonic(500.0, 0.2), WEAK),
        "CB0012.1200_hz": (kilohertz(1200.0, 0.2), WEAK),
        "CB0012.10_khz": (kilohertz(10000.0), WEAK),
    }
    return {row: _sign(collaterals(*given, DURATION_ms)) for row, given in programs.items()}


def _sign(column: Mapping[str, Fired]) -> float:
    """Of the change of a C response under what the touch fibers carry."""
    if all(fired.time_ms.size == 0 for fired in column.values()):
        return 0.0
    network = dorsal_horn(1)
    drive = HornDrive(network)
    shocked = [drive.background(DURATION_ms), drive.volleys(ONSETS_ms)]
    run = simulate_network(
        network,
        patients_of([together(*shocked), together(*shocked, column)]),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=2,
    )
    before, after = answers(run, WIDE, ONSETS_ms).sum(axis=0)
    return sign_of_change(float(before), float(after))


def collaterals(program: Program, fraction: float, duration_ms: float) -> Mapping[str, Fired]:
    """What gets to the endings of touch fibers under a program at a fraction of what is felt."""
    column = _trains(program, fraction, duration_ms)
    times = ending_trains(column, program, duration_ms=duration_ms).events_ms(20, LARGE)
    each = Fired(np.concatenate(times), np.repeat(np.arange(20), [t.size for t in times]))
    return {"a_beta": each, "surround_a_beta": each}


def _trains(program: Program, fraction: float, duration_ms: float) -> StimulatedTrains:
    return stimulated_trains(
        _exposed(),
        program,
        fraction * _felt_mA(),
        duration_ms=duration_ms,
        distance_mm=20.0,
        window_ms=40.0,
    )


@cache
def _exposed() -> Exposure:
    """A large fiber under a bipole, through little fluid."""
    column = dorsal_column((50.0,), (0.0,), fluid_um=TUBE_um, nodes=19)
    return expose(column, plate(0.0, 1.0) + plate(8000.0, -1.0), cord_tissue(TUBE_um))


@cache
def _felt_mA() -> float:
    return recruitment(_exposed(), tonic(50.0).pulse).amplitude_mA(FELT_SHARE, LARGE)
