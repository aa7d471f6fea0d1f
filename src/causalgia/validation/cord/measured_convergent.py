"""Wide-dynamic-range neurons at rest and under the skin stimuli, in health and after injury."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from jaxtyping import Float

from causalgia.cord.answers import responding
from causalgia.cord.drive import Fired, patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import HORN_POPULATIONS, dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Discharge
from causalgia.validation.cord.injury import INJURED_KCC2, SURVIVING, ECTOPIC_Hz
from causalgia.validation.cord.windows import sign_of_change
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["convergent_neurons"]

WIDE = "wide_dynamic_range"
FROM_ms, COUNTED_ms, UNTIL_ms, DURATION_ms = 1000.0, 1200.0, 2500.0, 3600.0
GONE_ms = 100.0
"""After the stimulus: what fires still is afterdischarge, counted for a second."""

MORE_Hz, MORE_FOLD = 2.0, 2.0
"""Afterdischarge is faster than before the stimulus by so much and so many times."""

SHOWN = ("rest", "brush", "heat", "pinch")
LANES = (
    *(f"healthy {stimulus}" for stimulus in SHOWN),
    *(f"injured {stimulus}" for stimulus in SHOWN),
    *(f"untreated {stimulus}" for stimulus in ("rest", "heat", "pinch")),
    *(f"pregabalin {stimulus}" for stimulus in ("rest", "heat", "pinch")),
)
ALPHA2DELTA, PREGABALIN = 1.5, 0.9
"""Of the lanes with and without pregabalin: fold after injury and occupied share (assumed)."""


@measures("CB0059", "CB0060", "CB0062.*", "CB0063", "CB0064", "CB009[6-9].*", "CB0098")
def convergent_neurons(_: Collection[str]) -> Mapping[str, Outcome]:
    """Rates (Hz) and what becomes of them after injury and under pregabalin, in one run."""
    run = _run()
    wide, rest = _by_lane(run, WIDE, COUNTED_ms), _by_lane(run, WIDE, 200.0)
    specific = _by_lane(run, "lamina_i", COUNTED_ms)
    change = wide["injured pinch"] / wide["healthy pinch"] - 1.0
    after = _afterdischarging(run)
    active = _active_percent(run)
    return {
        "CB0059": 100.0 * change,
        "CB0060": sign_of_change(rest["healthy rest"], rest["injured rest"]),
        "CB0062.heat": sign_of_change(specific["untreated heat"], specific["pregabalin heat"]),
        "CB0062.mechanical": sign_of_change(
            specific["untreated pinch"], specific["pregabalin pinch"]
        ),
        "CB0062.spontaneous": sign_of_change(wide["untreated rest"], wide["pregabalin rest"]),
        "CB0063": active["healthy rest"],
        "CB0064": active["injured rest"],
        "CB0096.naive": rest["healthy rest"],
        "CB0096.injured": rest["injured rest"],
        "CB0097.brush": wide["healthy brush"],
        "CB0097.pinch": wide["healthy pinch"],
        "CB0097.heat": wide["healthy heat"],
        "CB0098": rest["injured rest"] / rest["healthy rest"],
        "CB0099.naive": after["healthy pinch"],
        "CB0099.injured": after["injured pinch"],
    }


def _run() -> Discharge:
    network = dorsal_horn(1)
    background = HornDrive(network).background(DURATION_ms)
    drives = [_drive(lane, HornDrive(network), background) for lane in LANES]
    healthy, treated, drugged = (
        np.array([lane.startswith(name) for lane in LANES], dtype=float)
        for name in ("healthy", ("untreated", "pregabalin"), "pregabalin")
    )
    handles = CordHandles(
        kcc2=INJURED_KCC2 + (1.0 - INJURED_KCC2) * healthy,
        alpha2delta=1.0 + (ALPHA2DELTA - 1.0) * treated,
        occupied={"alpha2delta": PREGABALIN * drugged},
    )
    return simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(LANES),
        modulation=modulation_of(handles),
    )


def _drive(lane: str, healthy: HornDrive, background: Mapping[str, Fired]) -> Mapping[str, Fired]:
    kind, stimulus = lane.split()
    injured = kind != "healthy"
    drive = HornDrive(healthy.network, surviving=SURVIVING) if injured else healthy
    pieces = [background]
    if injured:
        pieces.append(drive.ectopic(ECTOPIC_Hz, 0.0, DURATION_ms))
    if stimulus != "rest":
        pieces.append(drive.skin(stimulus, FROM_ms, UNTIL_ms))
    return together(*pieces)


def _by_lane(run: Discharge, population: str, after_ms: float) -> dict[str, float]:
    rates = run.rate_Hz(population, after_ms, UNTIL_ms)
    return dict(zip(LANES, map(float, rates), strict=True))


def _afterdischarging(run: Discharge) -> dict[str, float]:
    """Percent of wide-dynamic-range neurons that fire on once the stimulus has ended."""
    before = _neuron_Hz(run, 0.0, FROM_ms)
    after = _neuron_Hz(run, UNTIL_ms + GONE_ms, DURATION_ms)
    lasting = (after > MORE_FOLD * before) & (after > before + MORE_Hz)
    return dict(zip(LANES, map(float, 100.0 * lasting.mean(axis=0)), strict=True))


def _neuron_Hz(
    run: Discharge, after_ms: float, before_ms: float
) -> Float[np.ndarray, "neuron patient"]:
    events = run.events[WIDE]
    inside = (events.time_ms >= after_ms) & (events.time_ms < before_ms)
    counts = np.zeros((run.sizes[WIDE], run.patients))
    np.add.at(counts, (events.neuron[inside], events.patient[inside]), 1)
    return np.asarray(1e3 * counts / (before_ms - after_ms))


def _active_percent(run: Discharge) -> dict[str, float]:
    """Percent of all neurons that fire without a stimulus, in a second before any."""
    firing = [responding(run, name, 0.0, FROM_ms, 0.0) for name in HORN_POPULATIONS]
    share = 100.0 * np.concatenate(firing).mean(axis=0)
    return dict(zip(LANES, map(float, share), strict=True))
