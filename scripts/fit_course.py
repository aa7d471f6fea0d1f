"""Fit a few numbers of the slow dynamics to the natural history marked for calibration.

    python scripts/fit_course.py --rounds 2 --write

Each free number is a factor on one or more constants of `causalgia_course` that act together. A
search along one factor after the other keeps what lowers the misfit: squared differences of
logits of shares and of logarithms of times and ratios, each row against the error that its
published interval or number of patients implies, plus a weak pull of every factor toward 1. Rows
marked for validation are never computed here (`compute` refuses them), so that a fit cannot see
them. What was found is kept in a file after each step and taken up again from there; `--write` puts
the numbers into `causalgia_course.toml` with what was done in their notes.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from causalgia.cache import enable_compilation_cache
from causalgia.course import load_constants
from causalgia.course.constants import Constants
from causalgia.evidence import parameters
from causalgia.validation.course import compute
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.verdict import Computed

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "src" / "causalgia" / "evidence" / "data" / "causalgia_course.toml"
FIBERS = ("c", "a_delta", "a_beta")
FREE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "loss to virus": (tuple(f"axon_loss_viral_{f}" for f in FIBERS), ("Shingles",)),
    "loss to toxins": (tuple(f"axon_loss_toxic_{f}" for f in FIBERS), ("Chemotherapy",)),
    "loss to platinum": (tuple(f"axon_loss_neuronopathic_{f}" for f in FIBERS), ("Chemotherapy",)),
    "loss to sugar": (tuple(f"axon_loss_metabolic_{f}" for f in FIBERS), ("Diabetic neuropathy",)),
    "signal of sugar": (("injury_by_metabolic",), ("Diabetic neuropathy",)),
    "signal of cuts far out": (("far_cut_share",), ("Pain after surgery", "Phantom limb pain")),
    "signal of pressure": (
        ("injury_by_compression",),
        ("Pain after surgery", "Carpal tunnel", "Compressed roots"),
    ),
    "lesion of half a generator": (("half_lesion",), ("After a stroke", "Multiple sclerosis")),
    "rise of the generator": (("generator_rise_time",), ("After a stroke",)),
    "generator of lost input": (("generator_by_lost_input",), ("Phantom limb pain",)),
}
"""By name: the constants that a factor scales, and the kinds of rows that it moves."""

LARGEST, PRIOR = 2.5, 0.7
"""The largest factor; the standard deviation of its logarithm beforehand."""

SHARE_ERROR, LOG_ERROR = 0.35, 0.25
"""Errors of a logit and of a logarithm where a row gives none: what differs between cohorts."""


def misfit(row: Reference, value: float) -> float:
    """Squared difference in errors, 0 within the published interval.

    At most 16: one impossible row must not rule the fit.
    """
    if row.low <= value <= row.high:
        return 0.0
    if not math.isfinite(value):
        return 16.0
    if row.unit == "%":
        mine, theirs = (math.log(p / (1.0 - p)) for p in map(_inside, (value, row.value)))
        error = SHARE_ERROR
    else:
        mine, theirs = math.log(max(value, 1e-3)), math.log(max(row.value, 1e-3))
        error = LOG_ERROR
    return min(((mine - theirs) / error) ** 2, 16.0)


def _inside(percent: float) -> float:
    return min(max(percent / 100.0, 0.005), 0.995)


def rows_of(kinds: Sequence[str], rows: Mapping[str, Reference]) -> list[str]:
    """The rows of some kinds."""
    return [i for i, row in rows.items() if row.kind in kinds]


def changed(factors: Mapping[str, float]) -> Constants:
    """The constants with factors on them."""
    usual = load_constants()
    return load_constants(
        {
            constant: float(usual[constant]) * factor
            for name, factor in factors.items()
            for constant in FREE[name][0]
        }
    )


def total(
    factors: Mapping[str, float], ids: Sequence[str], rows: Mapping[str, Reference], patients: int
) -> float:
    """Misfit of some rows and of the factors."""
    found = compute(ids, changed(factors), patients=patients, draws=0, use="calibrate")
    apart = sum(misfit(rows[i], o.value) for i, o in found.items() if isinstance(o, Computed))
    return apart + sum((math.log(f) / PRIOR) ** 2 for f in factors.values())


def search(
    kept: dict[str, float],
    name: str,
    rows: Mapping[str, Reference],
    patients: int,
    step: float,
) -> float:
    """Try a factor up and down, keep the best, and say what it came to."""
    ids = rows_of(FREE[name][1], rows)
    if not ids:
        return math.nan
    start = kept[name]
    least = total(kept, ids, rows, patients)
    for direction in (step, 1.0 / step):
        factor = start * direction
        while 1.0 / LARGEST <= factor <= LARGEST:
            found = total({**kept, name: factor}, ids, rows, patients)
            if found >= least:
                break
            least, kept[name] = found, factor
            factor *= direction
        if kept[name] != start:
            break
    return least


def write(factors: Mapping[str, float]) -> None:
    """Put the fitted numbers into the table of constants."""
    text = TABLE.read_text(encoding="utf-8")
    table = parameters("causalgia_course")
    for name, factor in factors.items():
        if abs(math.log(factor)) < 1e-9:
            continue
        for constant in FREE[name][0]:
            value = float(f"{table[constant].value * factor:.3g}")
            pattern = rf"^({constant} = \{{ value = )[\d.eE+-]+(.*note = \")(fitted[^;]*; )?"
            said = rf"\g<1>{value}\g<2>fitted to natural history for calibration; "
            text, count = re.subn(pattern, said, text, flags=re.MULTILINE)
            assert count == 1, constant
            line = rf"^({constant} = \{{ value = [\d.eE+-]+, )(?!status)"
            text = re.sub(line, r'\g<1>status = "fitted", ', text, flags=re.MULTILINE)
    TABLE.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--patients", type=int, default=128, help="a stratum")
    parser.add_argument("--state", type=Path, default=Path("fit_course.json"))
    parser.add_argument("--only", nargs="*", help="free numbers, by name; else all")
    parser.add_argument("--write", action="store_true", help="write the numbers of the state")
    arguments = parser.parse_args()
    enable_compilation_cache()
    rows = {r.id: r for r in load_references("course") if r.use == "calibrate" and not r.left_out}
    kept = dict.fromkeys(FREE, 1.0)
    if arguments.state.exists():
        kept |= json.loads(arguments.state.read_text(encoding="utf-8"))
    for turn in range(arguments.rounds):
        for name in arguments.only or FREE:
            step = 1.2 if turn == 0 else 1.1
            found = search(kept, name, rows, arguments.patients, step)
            arguments.state.write_text(json.dumps(kept, indent=2), encoding="utf-8")
            print(f"{name}: factor {kept[name]:.3f}, misfit of its rows {found:.1f}", flush=True)
    if arguments.write:
        write(kept)
        arguments.state.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
