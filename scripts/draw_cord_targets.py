"""Draw what drug targets do to the dorsal horn's C-fiber synapse.

Writes `docs/cord_targets.svg` (the potential that a C fiber evokes in lamina I against the share of
receptors occupied) and prints the numbers, with those of inhibition.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from causalgia.cache import enable_compilation_cache
from causalgia.cord.assays import evoked_potential_mV, inhibitory_potential_mV
from causalgia.cord.handles import CordHandles
from causalgia.cord.horn import dorsal_horn
from causalgia.reports.curves_figure import Axis, Series, draw_curves
from causalgia.reports.fiber_figures import standalone

ROOT = Path(__file__).resolve().parents[1]
OCCUPIED = np.linspace(0.0, 1.0, 9)
RELEASE = (
    "n_type_calcium",
    "mu_opioid",
    "gaba_b",
    "alpha2",
    "alpha2delta",
    "noradrenaline_transporter",
)
INHIBITION = ("gaba_a_modulator", "gaba_a", "glycine", "kcc2")


def doses(targets: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Each target at each occupancy, one after the other."""
    size = OCCUPIED.size
    made = {name: np.zeros(size * len(targets)) for name in targets}
    for index, name in enumerate(targets):
        made[name][index * size : (index + 1) * size] = OCCUPIED
    return made


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder")
    arguments = parser.parse_args()
    enable_compilation_cache()
    network, size = dorsal_horn(1), OCCUPIED.size
    evoked = evoked_potential_mV(
        network, "c", "lamina_i", CordHandles(occupied=doses(RELEASE)), size * len(RELEASE)
    ).reshape(-1, size)
    lines = []
    for tone, (name, row) in enumerate(zip(RELEASE, evoked, strict=True)):
        lines.append(Series(name.replace("_", " "), 100 * OCCUPIED, 100 * row / row[0], tone))
        print(f"{name}: {np.round(100 * row / row[0])} %")
    kcc2 = np.where(np.repeat([name == "kcc2" for name in INHIBITION], size), 0.35, 1.0)
    handles = CordHandles(kcc2=kcc2, occupied=doses(INHIBITION))
    moved = inhibitory_potential_mV(network, handles, kcc2.size).reshape(-1, size)
    for name, row in zip(INHIBITION, moved, strict=True):
        print(f"{name}: {np.round(row, 2)} mV")
    figure = draw_curves(
        "cord-targets",
        lines,
        Axis("receptors occupied, %"),
        Axis("potential of a C fiber in lamina I, %"),
    )
    path = arguments.out / "cord_targets.svg"
    path.write_text(standalone(figure), encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
