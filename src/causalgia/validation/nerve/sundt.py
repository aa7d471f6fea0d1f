"""The C-fiber neuron of Sundt (2015): rest, velocities, peaks, what passes the T-junction."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.presets.sundt_2015 import sundt_2015
from causalgia.cable import Electrics
from causalgia.cable.stimulus import Pulses
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["side_by_side", "single_spike", "spikes_passed"]

PULSE_nA, PULSE_ms = 0.2, 1.0
SOURCE_STEP_ms = 0.025
"""The step of the references that have no limit: peaks and counts, which still change with it."""

PUBLISHED_S_per_cm2 = 4e-4
"""The M current of the rows that name none."""


@measures("sundt_2015.rest", "sundt_2015.cv.*", "sundt_2015.peak.*")
def sundt_spike(_: Collection[str]) -> Mapping[str, Outcome]:
    """One spike along the whole neuron: velocities in short steps, peaks in the source's."""
    found = single_spike(sundt_2015(), 0.003125)
    coarse = single_spike(sundt_2015(), SOURCE_STEP_ms)
    return {row: (coarse if ".peak." in row else found)[row] for row in found}


@measures("sundt_2015.following.*", slow=True)
def sundt_following(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Trains into the peripheral axon: how many spikes come out of the central one."""
    found: dict[str, Outcome] = {}
    for frequency_Hz in sorted({f for i in ids if (f := _frequency_Hz(i)) is not None}):
        counts = spikes_passed(
            side_by_side([sundt_2015(0.0), sundt_2015(PUBLISHED_S_per_cm2)]), frequency_Hz, 20
        )
        row = f"sundt_2015.following.{frequency_Hz:g}hz"
        found |= {row: float(counts[0]), f"{row}.m": float(counts[1])}
    densities = {i: float(m[1].replace("_", ".")) for i in ids if (m := re.search(r"gm_(.+)", i))}
    if densities:
        models = [sundt_2015(1e-3 * density) for density in densities.values()]
        counts = spikes_passed(side_by_side(models), 50.0, 21)
        found |= {row: float(n) for row, n in zip(densities, counts, strict=True)}
    for row in ids:
        if stem := re.search(r"stem_(\d+)um", row):
            model = sundt_2015(0.0, stem_um=float(stem[1]))
            found[row] = float(spikes_passed(model, 100.0, 20)[0])
    return found


def single_spike(model: FiberModel, dt_ms: float) -> Mapping[str, Outcome]:
    """Rest, velocities of both axons and peaks along the neuron."""
    part = model.cable.section
    peripheral, central = part["peripheral"], part["central"]
    places = {
        "peripheral": int(peripheral[50]),
        "junction": int(part["peripheral_junction"][0]),
        "soma": int(part["soma"][0]),
        "central": int(central[80]),
    }
    sites = (int(peripheral[50]), int(peripheral[95]), int(central[20]), int(central[80]))
    run = simulate_fiber(
        model,
        duration_ms=60.0,
        dt_ms=dt_ms,
        currents=[Pulses((int(peripheral[20]),), 10.0, PULSE_ms, PULSE_nA)],
        voltage=tuple(places.values()),
        spikes=sites,
        every_ms=dt_ms,
    )
    spikes = [run.spike_times_ms(site, 0) for site in range(len(sites))]
    first = [float(times[0]) if times.size else np.nan for times in spikes]
    position = model.cable.position_um[list(sites)]
    speed = 1e-3 * np.diff(position) / np.diff(first)
    before = run.voltage_mV[run.time_ms < 10.0][-1, :, 0]
    found: dict[str, Outcome] = {
        "sundt_2015.cv.peripheral": float(speed[0]),
        "sundt_2015.cv.central": float(speed[2]),
        "sundt_2015.rest": float(before[np.argmax(np.abs(before - model.initial_mV))]),
    }
    for column, name in enumerate(places):
        found[f"sundt_2015.peak.{name}"] = float(run.voltage_mV[:, column, 0].max())
    return found


def spikes_passed(model: FiberModel, frequency_Hz: float, pulses: int) -> Int[np.ndarray, " lane"]:
    """Spikes in the central axon, in each lane, of a train into the peripheral one."""
    part, lanes = model.cable.section, model.electrics.densities_S_per_cm2.shape[2]
    run = simulate_train(
        model.cable,
        model.membrane,
        model.electrics,
        Train(
            np.arange(pulses) * 1e3 / frequency_Hz,
            int(part["peripheral"][20]),
            PULSE_ms,
            PULSE_nA,
            after_ms=60.0,
        ),
        sites=(int(part["central"][80]),),
        initial_mV=model.initial_mV,
        active=model.active,
        threshold_mV=model.crossing_mV,
        stepping=Stepping(shortest_ms=SOURCE_STEP_ms, longest_ms=1.0),
        batch=lanes,
    )
    return np.asarray(run.crossings[:, 0].sum(axis=0))


def side_by_side(models: Sequence[FiberModel]) -> FiberModel:
    """Fibers of one geometry as the lanes of one."""

    def joined(arrays: list[np.ndarray]) -> Float[np.ndarray, "..."]:
        return np.concatenate(arrays, axis=-1)

    electrics = [model.electrics for model in models]
    passive = [e.passive_S_per_cm2 for e in electrics if e.passive_S_per_cm2 is not None]
    return replace(
        models[0],
        electrics=Electrics(
            joined([e.densities_S_per_cm2 for e in electrics]),
            joined(passive),
            joined([np.asarray(e.passive_reversal_mV) for e in electrics]),
        ),
    )


def _frequency_Hz(row: str) -> float | None:
    named = re.search(r"following\.(\d+)hz", row)
    return float(named[1]) if named else None
