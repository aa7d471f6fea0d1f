"""Wind-up of wide-dynamic-range neurons, and what drugs and the dorsal columns do to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from jaxtyping import Float

from causalgia.afferents.neurostimulation.program import tonic
from causalgia.cord.answers import C_WINDOW_ms, answers
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Discharge
from causalgia.validation.cord.measured_gate import KETAMINE
from causalgia.validation.cord.measured_stimulation import STRONG, collaterals
from causalgia.validation.cord.windows import sign_of_change
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["windup_at_half_a_hertz"]

WIDE = "wide_dynamic_range"
FIRST_ms, PERIOD_ms, DURATION_ms = 500.0, 2000.0, 31500.0
ONSETS_ms = FIRST_ms + PERIOD_ms * np.arange(16)
RARE_ms = FIRST_ms + 10e3 * np.arange(4)
EARLY_ms = (0.0, 20.0)
"""When, after a shock, what A-beta fibers evoke is counted."""

LATE_ms = (1000.0, 2000.0)
"""After a shock, when what it evoked has gone: what is fired without it."""

LANES = ("control", "rare", "nmda", "ketamine", "morphine", "50 Hz")
MORPHINE = 0.5
"""Share of mu-opioid receptors that an effective dose occupies (assumed)."""


@measures(
    "CB0006",
    "CB0007.50_hz",
    "CB0008",
    "CB0018.*",
    "CB0042.*",
    "CB0091.*",
    "CB0092",
    "CB0093.*",
    "CB0094.*",
    slow=True,
)
def windup_at_half_a_hertz(_: Collection[str]) -> Mapping[str, Outcome]:
    """Spikes a neuron fires to each of 16 volleys, under each condition, in one run."""
    run = _run()
    counts = _lanes(answers(run, WIDE, ONSETS_ms))
    touch = _lanes(answers(run, WIDE, ONSETS_ms, EARLY_ms))
    rare = answers(run, WIDE, RARE_ms)[:, LANES.index("rare")]
    evoked = _evoked(run)
    grown = {name: float(each[-1] - each[0]) for name, each in counts.items()}
    lost = 100.0 * (1.0 - counts["morphine"].sum() / counts["control"].sum())
    first = 100.0 * (counts["nmda"][0] / counts["control"][0] - 1.0)
    return {
        "CB0006": evoked["control"],
        "CB0007.50_hz": evoked["50 Hz"],
        "CB0008": 100.0 * (1.0 - evoked["50 Hz"] / evoked["control"]),
        "CB0018.windup": sign_of_change(grown["control"], grown["morphine"]),
        "CB0042.threshold": sign_of_change(counts["control"][0], counts["ketamine"][0]),
        "CB0091.half": sign_of_change(counts["control"][0], counts["control"][-1]),
        "CB0091.tenth": sign_of_change(rare[0], rare[-1]),
        "CB0092": float(counts["control"][-1] / counts["control"][0]),
        "CB0093.windup": 100.0 * (1.0 - grown["nmda"] / grown["control"]),
        "CB0093.first": float(first),
        "CB0094.c": float(lost),
        "CB0094.touch": float(100.0 * (1.0 - touch["morphine"].sum() / touch["control"].sum())),
    }


def _run() -> Discharge:
    network = dorsal_horn(1)
    drive = HornDrive(network)
    background, column = (
        drive.background(DURATION_ms),
        collaterals(tonic(50.0, 0.2), STRONG, DURATION_ms),
    )
    drives = []
    for lane in LANES:
        volleys = drive.volleys(RARE_ms if lane == "rare" else ONSETS_ms)
        drives.append(together(background, volleys, column if lane == "50 Hz" else {}))
    occupied = {
        "nmda": np.array([{"nmda": 1.0, "ketamine": KETAMINE}.get(lane, 0.0) for lane in LANES]),
        "mu_opioid": np.array([MORPHINE * (lane == "morphine") for lane in LANES]),
    }
    return simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(LANES),
        modulation=modulation_of(CordHandles(occupied=occupied)),
    )


def _lanes(counts: Float[np.ndarray, "onset patient"]) -> dict[str, np.ndarray]:
    return dict(zip(LANES, counts.T, strict=True))


def _evoked(run: Discharge) -> dict[str, float]:
    """Spikes of all 16 C components, less what is fired in as long a time between them."""
    share = (C_WINDOW_ms[1] - C_WINDOW_ms[0]) / (LATE_ms[1] - LATE_ms[0])
    evoked = answers(run, WIDE, ONSETS_ms) - share * answers(run, WIDE, ONSETS_ms, LATE_ms)
    return dict(zip(LANES, map(float, evoked.sum(axis=0)), strict=True))
