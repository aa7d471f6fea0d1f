"""Fit what the brain needs to know about the dorsal horn; prints the numbers of causalgia_central.

From C fibers to lamina I in health, and how strongly the locus coeruleus must answer for a painful
stimulus elsewhere to take 25 % off the rating of heat (20-30 % pooled, recalled: row CB0106; 28 %
in Gehling 2016: row CB0051). Half of the brainstem's drive is kept at the discharge of C fibers
that gave it before.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from causalgia.brain.felt import FeltSettings, pain, transfer_of
from causalgia.cache import enable_compilation_cache
from causalgia.cord.drive import patients_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network
from causalgia.evidence import parameters
from causalgia.pathway.central import central, conditioned, horn_descending

C_Hz = np.array([1.0, 2.0, 4.0, 8.0, 13.45])
USUAL_Hz, DURATION_ms, ONSET_ms = 4.0, 2500.0, 500.0
GAINS = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
CONDITIONING_PAIN, WANTED = 4.4, 0.25
SEEDS = (1, 2)


def heat(drive: HornDrive, c_Hz: float) -> dict:
    """Heat that makes C fibers fire at a rate, over the background."""
    skin = drive.skin("heat", ONSET_ms, DURATION_ms, c_Hz / USUAL_Hz)
    return together(drive.background(DURATION_ms), skin)


def transfer() -> FeltSettings:
    """The cord's transfer in health, a mean of circuits."""
    rates = []
    for seed in SEEDS:
        network = dorsal_horn(seed)
        drive = HornDrive(network, seed)
        run = simulate_network(
            network,
            patients_of([heat(drive, rate) for rate in C_Hz]),
            duration_ms=DURATION_ms,
            dt_ms=0.1,
            patients=C_Hz.size,
        )
        rates.append(run.rate_Hz("lamina_i", ONSET_ms + 200.0))
        print(f"seed {seed}: lamina I {np.round(rates[-1], 2)} Hz for C fibers at {C_Hz} Hz")
    return transfer_of(C_Hz, np.mean(rates, axis=0))


def modulation(felt: FeltSettings, half_Hz: float, conditioning_Hz: float) -> np.ndarray:
    """Share of the rating that conditioning takes, for each of `GAINS` times the gain now."""
    network = dorsal_horn(SEEDS[0])
    drive = HornDrive(network)
    vigor = np.tile(GAINS, 2)
    elsewhere = np.repeat([0.0, conditioning_Hz], GAINS.size)
    settings = horn_descending(vigor=vigor, half_Hz=half_Hz)
    found = central(
        network,
        patients_of([heat(drive, C_Hz[-1])] * vigor.size),
        duration_ms=DURATION_ms,
        windows={"heat": (ONSET_ms + 200.0, DURATION_ms)},
        patients=vigor.size,
        descending=settings,
        state=conditioned(elsewhere, settings, vigor.size),
        elsewhere_Hz=elsewhere,
        felt=felt,
    )
    alone, during = found.pain("heat").reshape(2, -1)
    print(f"alone {np.round(alone, 2)}, conditioned {np.round(during, 2)}")
    return 1.0 - during / alone


def main() -> None:
    """Print the numbers."""
    enable_compilation_cache()
    felt, old = transfer(), FeltSettings()
    before = parameters("causalgia_brain_descending")["half_discharge"].value
    fold = (before / old.projection_at_threshold_Hz) ** (1.0 / old.transfer_exponent)
    half = felt.projection_at_threshold_Hz * fold**felt.transfer_exponent
    tried = np.geomspace(0.1, 300.0, 400)
    rated = np.asarray(pain(jnp.asarray(tried), felt))
    conditioning = float(np.interp(CONDITIONING_PAIN, rated, tried))
    less = modulation(felt, half, conditioning)
    print(f"less by {np.round(100 * less, 1)} %")
    gain = np.exp(np.interp(WANTED, less, np.log(GAINS))) * horn_descending().locus_gain
    print(f"projection_at_threshold {felt.projection_at_threshold_Hz:.3g} Hz")
    print(f"transfer_exponent {felt.transfer_exponent:.3g}")
    print(f"half_discharge {half:.3g} Hz (conditioning {conditioning:.3g} Hz)")
    print(f"locus_gain {gain:.3g}")


if __name__ == "__main__":
    main()
