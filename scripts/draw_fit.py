"""Draw the figures of `docs/fitting.md` anew, and print the numbers of its tables.

    python scripts/draw_fit.py

Writes `docs/fit.svg` (the example current clamp and its fit), `docs/sensitivity.svg` and
`docs/degeneracy.svg` (human ganglion neurons), and prints Sobol indices of Verma's neuron and of a
human one as tables of Markdown. Takes a minute or two.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.human_ganglion import DRAWN, human_ganglion
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.fitting import (
    Free,
    Ladder,
    current_clamp_residuals,
    degeneracy,
    excitability,
    fit,
    read_sweeps,
    sensitivity,
)
from causalgia.fitting.sensitivity import Sensitivity
from causalgia.reports.channel_figure import standalone
from causalgia.reports.fit_figure import draw_degenerate, draw_fit, draw_sensitivity

ROOT = Path(__file__).resolve().parents[1]
SPREAD = 0.1
"""Half of the width of the windows of rheobase, as a share."""

PULSE_ms, STEP_ms = 100.0, 0.05


def fitted_figure() -> str:
    """The example recording and its fit, whose values are printed."""
    cell = verma_2020()
    data = read_sweeps(ROOT / "examples" / "data" / "current_clamp.csv", "current clamp")
    free = [Free(name, 1e-5 if name == "leak" else 1e-3, 1e-1) for name in cell.membrane.names]
    residuals = current_clamp_residuals(
        cell.membrane,
        cell.electrics.densities_S_per_cm2[:, 0, 0],
        free,
        data,
        area_cm2=21.68e-6,
        capacitance_uF_per_cm2=0.93,
        steps_per_sample=4,
    )
    found = fit(residuals, free, starts=16)
    assert found.standard_error is not None
    for name, value in found.best.items():
        print(f"| {name} | {value:.4g} | {found.standard_error[name][0]:.2g} |")
    arrived = int(np.sum(found.loss < 1.01 * found.loss[0]))
    print(f"{arrived} of {found.loss.size} starts arrived, {found.lost} lost")
    return draw_fit(data, residuals.predicted(found.best), found)


def studied(
    model: FiberModel, names: Sequence[str], ladder: Ladder, factor: float, samples: int
) -> Sensitivity:
    """Sensitivity of a neuron to factors of all its conductances, printed."""
    ranges = [Free(name, 1.0 / factor, factor) for name in names]
    found = sensitivity(excitability(model, ladder, dt_ms=STEP_ms), ranges, samples=samples)
    models = samples * (len(names) + 2)
    print(f"\n{model.name}: {models} models, factors {1 / factor:g} to {factor:g}")
    rheobase, amplitudes = found.outputs["rheobase_nA"], ladder.amplitudes_nA
    highest = amplitudes[ladder.doublings * ladder.per_doubling]
    print(f"by themselves {np.mean(rheobase < ladder.lowest_nA):.3f}, ", end="")
    print(f"silent {np.mean(rheobase > highest):.3f}")
    print("| conductance | " + " | ".join(found.names) + " |")
    for column, name in enumerate(found.parameters):
        cells = [
            f"{found.first_order[row, column]:.2f} / {found.total_order[row, column]:.2f} "
            f"({found.total_order_range[0, row, column]:.2f}–"
            f"{found.total_order_range[1, row, column]:.2f})"
            for row in range(len(found.names))
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder")
    parser.add_argument("--samples", type=int, default=512, help="a power of two")
    arguments = parser.parse_args()
    figures = {"fit.svg": fitted_figure()}
    verma = verma_2020()
    studied(verma, verma.membrane.names, Ladder(0.01, 6, PULSE_ms), 1.5, arguments.samples // 4)
    human = studied(human_ganglion(1), DRAWN, Ladder(0.05, 5, PULSE_ms), 2.0, arguments.samples)
    middle = float(np.median(human.outputs["rheobase_nA"]))
    window = (middle * (1.0 - SPREAD), middle * (1.0 + SPREAD))
    same = degeneracy(human, {"rheobase_nA": window, "spikes": (0.5, 1.5)})
    print(f"\n{same.accepted.sum()} of {same.accepted.size} fire alike, {window} nA")
    for row, (name, fold) in enumerate(same.folds.items()):
        others = ", ".join(f"{value:.2f}" for value in same.correlations[row])
        print(f"{name} {fold:.2f} of {same.drawn_folds[name]:.2f}; {others}")
    figures["sensitivity.svg"] = draw_sensitivity(human, "rheobase_nA", "the rheobase")
    figures["degeneracy.svg"] = draw_degenerate(human, same)
    for name, figure in figures.items():
        (arguments.out / name).write_text(standalone(figure), encoding="utf-8")
        print(f"{name}: {(arguments.out / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
