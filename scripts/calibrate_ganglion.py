"""Draw ganglion neurons over wide ranges of densities, and keep those that are like measured ones.

Only ranges of `evidence/data/causalgia_ganglion.toml` decide: nothing that is to be predicted (what
a blocker or a mutation does) is looked at here. Writes the kept densities and their biomarkers into
the package.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import fields

import numpy as np

from causalgia.afferents.ganglion import (
    SomaBiomarkers,
    chosen,
    input_resistance_MOhm,
    lanes_of,
    resting_potential_mV,
    soma_biomarkers,
)
from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.human_ganglion import (
    DRAWN,
    KEPT_FILE,
    acceptable,
    drawn_neurons,
    pulse_ms,
    within,
)


def still_possible(model: FiberModel) -> np.ndarray:
    """Neurons whose rest and resistance do not refuse them already."""
    possible = within("kept_rest", resting_potential_mV(model))
    return np.flatnonzero(possible & within("kept_input_resistance", input_resistance_MOhm(model)))


def write(model: FiberModel, found: SomaBiomarkers) -> None:
    """One row a neuron: densities (S/cm2), then biomarkers."""
    names = [field.name for field in fields(found)]
    rows = [model.membrane.names.index(name) for name in DRAWN]
    densities = model.electrics.densities_S_per_cm2[rows, 0]
    with KEPT_FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*DRAWN, *names])
        for lane in range(lanes_of(model)):
            values = [*densities[:, lane], *(getattr(found, name)[lane] for name in names)]
            writer.writerow([f"{value:.6g}" for value in values])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="how many to draw")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=int, default=256, help="how many of those kept to store")
    given = parser.parse_args()
    drawn = drawn_neurons(given.count, given.seed)
    candidates = chosen(drawn, still_possible(drawn))
    found = soma_biomarkers(candidates, pulse_ms=pulse_ms())
    keep = acceptable(found)
    stored = np.flatnonzero(keep)[: given.keep]
    print(f"kept {keep.sum()} of {given.count}, stored {stored.size}")
    kept = {field.name: getattr(found, field.name)[stored] for field in fields(found)}
    write(chosen(candidates, stored), SomaBiomarkers(**kept))


if __name__ == "__main__":
    main()
