"""What opens lamina I to touch: who answers brush and pinch, and where inhibition reverses."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import jax.numpy as jnp
import numpy as np

from causalgia.cord.answers import responding
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Discharge
from causalgia.validation.cord.injury import INJURED_KCC2
from causalgia.validation.cord.windows import sign_of_change
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["lamina_i_classes", "reversal_of_inhibition"]

SEEDS = (1, 2, 3)
FROM_ms, COUNTED_ms, DURATION_ms = 300.0, 500.0, 1500.0
STIMULI = ("brush", "pinch", "brush", "pinch", "brush")
"""In two healthy and three injured lanes, the last with NMDA receptors blocked."""

KETAMINE = 0.5
"""Share of NMDA receptors that a dose below anesthesia blocks (assumed)."""


@measures("CB0080.*", "CB0082")
def reversal_of_inhibition(_: Collection[str]) -> Mapping[str, Outcome]:
    """Where inhibition of a lamina I neuron reverses (mV), chloride at rest."""
    load = dorsal_horn().population("lamina_i").chloride
    assert load is not None
    told = modulation_of(CordHandles(bdnf=1.0)).kcc2
    kcc2 = {"CB0080.naive": 1.0, "CB0080.injured": INJURED_KCC2, "CB0082": float(np.asarray(told))}
    return {
        row: float(load.reversal_mV(load.balance_mM(jnp.asarray(fold))))
        for row, fold in kcc2.items()
    }


@measures("CB0001", "CB0002", "CB0041.brush")
def lamina_i_classes(_: Collection[str]) -> Mapping[str, Outcome]:
    """Percent of lamina I neurons by what they answer, in three circuits; brush under ketamine."""
    runs = [_run(seed) for seed in SEEDS]
    found = np.stack([responding(run, "lamina_i", COUNTED_ms, DURATION_ms) for run in runs])
    brush, pinch, injured_brush, injured_pinch = np.moveaxis(found, -1, 0)[:4]
    rates = np.mean([run.rate_Hz("lamina_i", COUNTED_ms) for run in runs], axis=0)
    return {
        "CB0001": 100.0 * float((pinch & ~brush).sum() / pinch.sum()),
        "CB0002": 100.0 * float((injured_pinch & injured_brush).sum() / injured_pinch.sum()),
        "CB0041.brush": sign_of_change(rates[2], rates[4]),
    }


def _run(seed: int) -> Discharge:
    network = dorsal_horn(seed)
    drive = HornDrive(network, seed)
    background = drive.background(DURATION_ms)
    drives = [together(background, drive.skin(s, FROM_ms, DURATION_ms)) for s in STIMULI]
    kcc2 = np.array([1.0, 1.0, INJURED_KCC2, INJURED_KCC2, INJURED_KCC2])
    blocked = np.array([0.0, 0.0, 0.0, 0.0, KETAMINE])
    return simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(drives),
        modulation=modulation_of(CordHandles(kcc2=kcc2, occupied={"nmda": blocked})),
    )
