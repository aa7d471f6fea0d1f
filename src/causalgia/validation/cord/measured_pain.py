"""Cord and brain in one loop: conditioned modulation, and ongoing pain under a nerve block."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.brain.conditioned import condition
from causalgia.brain.descending import DescendingSettings
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.pathway.central import central, conditioned, horn_descending
from causalgia.validation.cord.injury import INJURED_KCC2, ECTOPIC_Hz
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["conditioned_by_water", "conditioned_heat", "pain_under_block"]

TEST_Hz, CONDITIONING_Hz = 120.0, 50.0
"""Discharge rated about 6 of 10, and 4.4 of 10: heat of 60 of 100, and water of 10 degC."""

USUAL_C_Hz, TEST_C_Hz, ELSEWHERE_Hz = 4.0, 13.45, 33.0
"""What `skin("heat")` gives; heat that hurts (Yarnitsky 1992); what ascends from ice water."""

REUPTAKE = 0.8
"""Share of transporters that duloxetine occupies at 60 mg (assumed)."""


@measures("CB0049", "CB0050", "CB0051")
def conditioned_by_water(_: Collection[str]) -> Mapping[str, Outcome]:
    """Points of 100 (percent for CB0051) less during and after a foot in cold water."""
    found = condition(np.array([TEST_Hz]), np.array([CONDITIONING_Hz]), DescendingSettings())
    before, during, after = map(float, 10.0 * found.rating[:, 0])
    return {
        "CB0049": float(before - during),
        "CB0050": float(before - after),
        "CB0051": float(found.percent_during[0]),
    }


@measures("CB0106.pain", "CB0113")
def conditioned_heat(_: Collection[str]) -> Mapping[str, Outcome]:
    """Percent less pain of heat under conditioning, and how much more with duloxetine."""
    network, duration, begin = dorsal_horn(1), 2500.0, 500.0
    drive = HornDrive(network)
    hot = drive.skin("heat", begin, duration, TEST_C_Hz / USUAL_C_Hz)
    heat = together(drive.background(duration), hot)
    elsewhere, treated = np.array([0.0, ELSEWHERE_Hz] * 2), np.array([0.0, 0.0, 1.0, 1.0])
    occupied = {
        name: REUPTAKE * treated for name in ("noradrenaline_transporter", "serotonin_transporter")
    }
    settings = horn_descending()
    found = central(
        network,
        patients_of([heat] * elsewhere.size),
        CordHandles(occupied=occupied),
        duration_ms=duration,
        windows={"heat": (begin + 200.0, duration)},
        patients=elsewhere.size,
        descending=settings,
        state=conditioned(elsewhere, settings, elsewhere.size),
        elsewhere_Hz=elsewhere,
    )
    alone, during = found.pain("heat").reshape(2, 2).T
    usual, drugged = 100.0 * (1.0 - during / alone)
    return {"CB0106.pain": float(usual), "CB0113": float(drugged - usual)}


@measures("CB0110", "CB0111")
def pain_under_block(_: Collection[str]) -> Mapping[str, Outcome]:
    """Percent of ongoing pain that goes when nothing arrives from the nerve any more."""
    network, duration, blocked_ms = dorsal_horn(1), 3500.0, 1500.0
    drive = HornDrive(network)
    background = drive.background(duration)
    drives = [
        together(background, drive.ectopic(ECTOPIC_Hz, 0.0, until))
        for until in (duration, blocked_ms)
    ]
    found = central(
        network,
        patients_of(drives),
        CordHandles(kcc2=INJURED_KCC2),
        duration_ms=duration,
        windows={"block": (blocked_ms + 1000.0, duration)},
        patients=2,
    )
    lasting, blocked = found.pain("block")
    gone = 100.0 * float(1.0 - blocked / lasting)
    return {"CB0110": gone, "CB0111": gone}
