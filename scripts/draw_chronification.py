"""Draw the figures of `docs/chronification.md` anew, and print their numbers.

    python scripts/draw_chronification.py

Writes `docs/bistability.svg` (who keeps pain without input), `docs/window.svg` (how long taking the
cause away still ends the pain, and what moves that), `docs/chronification_traits.svg` and
`docs/chronification_mechanisms.svg` (Sobol indices of the pain that is left). About ten minutes on
two cores; `--quick` leaves the last figure out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from causalgia import causes
from causalgia.cache import enable_compilation_cache
from causalgia.course.chronification import bistability, window
from causalgia.course.chronification_sensitivity import (
    sensitivity_to_mechanisms,
    sensitivity_to_traits,
)
from causalgia.course.patients import Patients
from causalgia.pathway.surrogate import respond
from causalgia.patients.population import draw_patients
from causalgia.patients.simulate import covariates
from causalgia.reports.chronification_figures import draw_bistability, draw_window
from causalgia.reports.fiber_figures import standalone
from causalgia.reports.fit_figure import draw_sensitivity

ROOT = Path(__file__).resolve().parents[1]
CAUSE, TREATMENT = "cervical_radiculopathy", "decompression"
DELAYS_days = (21.0, 56.0, 112.0, 182.0, 273.0, 364.0, 546.0, 728.0)
CAPACITIES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5)
MOVED_BY = {
    "age 30": ("age_years", 30.0),
    "age 80": ("age_years", 80.0),
    "extent 0.4": ("severity", 0.4),
    "extent 0.9": ("severity", 0.9),
    "calm": ("distress", 0.5),
    "distressed": ("distress", 2.0),
    "sleep 1": ("sleep", 1.0),
    "sleep 0.6": ("sleep", 0.6),
}
"""What is held at one value or another; all other covariates vary."""


def people(count: int, seed: int = 1, **known: float) -> Patients:
    """Patients in whom the cause lasts."""
    known = {"persistence": 0.95, **known}
    return covariates(draw_patients(causes.find(CAUSE), known, count=count, seed=seed))


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder")
    parser.add_argument("--quick", action="store_true", help="without the mechanisms")
    arguments = parser.parse_args()
    enable_compilation_cache()

    def keep(name: str, figure: str) -> None:
        path = arguments.out / f"{name}.svg"
        path.write_text(standalone(figure), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size} bytes", flush=True)

    reactive = {"microglial_reactivity": 2.0}
    both = bistability(respond, "descending_capacity", CAPACITIES, covariates=reactive)
    for value, threshold in zip(both.values, both.threshold, strict=True):
        print(f"descending capacity {value:g}: holds from {threshold:.2f} on")
    keep("bistability", draw_bistability(both, "descending inhibition"))
    usual = bistability(respond, "descending_capacity", CAPACITIES)
    print("usual microglia, holds from", usual.threshold)

    lines = []
    for tone, (name, (trait, value)) in enumerate(MOVED_BY.items()):
        found = window(
            causes.find(CAUSE), TREATMENT, people(256, **{trait: value}), DELAYS_days,
            respond=respond,
        )  # fmt: skip
        print(name, np.round(found.resolved, 2), found.counted, flush=True)
        lines.append((name, tone // 2, found))
    keep("window", draw_window(lines))

    traits = sensitivity_to_traits(causes.find(CAUSE), TREATMENT, respond=respond, samples=256)
    print(dict(zip(traits.parameters, np.round(traits.total_order[0], 2), strict=True)))
    keep("chronification_traits", draw_sensitivity(traits, "pain left"))
    if not arguments.quick:
        who = people(32, channel_plasticity=1.3)
        found = sensitivity_to_mechanisms(
            causes.find(CAUSE), TREATMENT, who, respond=respond, samples=32
        )
        print(dict(zip(found.parameters, np.round(found.total_order[0], 2), strict=True)))
        keep("chronification_mechanisms", draw_sensitivity(found, "pain left"))


if __name__ == "__main__":
    main()
