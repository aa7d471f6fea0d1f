"""Check that odds mean what they say, on virtual people whose truth is known.

    python scripts/check_inference.py            # 1,000 people; prints a table, draws the figure
    python scripts/check_inference.py --json build/inference.json

People come from histories of another seed than the stored atlas, each with another subset of
findings. Writes `docs/inference.svg`. About ten minutes on two cores, most of them for the
histories, which are kept in the user's cache.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from causalgia.cache import cache_folder, enable_compilation_cache
from causalgia.errors import InputError
from causalgia.patients.atlas import Atlas, atlas
from causalgia.patients.atlas.build import build_atlas
from causalgia.patients.atlas.histories import Wanted
from causalgia.patients.atlas.library import write_atlas
from causalgia.patients.atlas.packing import made_of, unpack
from causalgia.patients.inference import infer
from causalgia.patients.inference.calibration import (
    Known,
    recover,
    simulate_nonsense,
    simulate_people,
)
from causalgia.patients.inference.scores import score
from causalgia.reports.fiber_figures import standalone
from causalgia.reports.inference_figure import draw_inference

ROOT = Path(__file__).resolve().parents[1]
ROWS = 64


def held_out(seed: int, like: Atlas) -> Atlas:
    """Histories of another seed, simulated once for a model."""
    file = cache_folder() / "atlas" / f"held_out_{seed}_{like.made_of}.npz"
    if made_of(file) == like.made_of:
        return unpack(file)
    other = build_atlas(Wanted(rows=ROWS, seed=seed), tell=print)
    write_atlas(other, file)
    return other


def nonsense(people: Sequence[Known], stored: Atlas) -> dict[str, float]:
    """What is said where every answer is drawn by chance."""
    found = [infer(findings, atlas=stored) for findings in simulate_nonsense(people, 1)]
    kinds = [posterior.verdict.kind for posterior in found]
    return {kind: kinds.count(kind) / len(kinds) for kind in dict.fromkeys(kinds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of histories and findings, not 0")
    parser.add_argument("--json", type=Path, help="file for all numbers")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of the figure")
    parser.add_argument("--held-out", type=Path, help="an atlas of other histories")
    arguments = parser.parse_args()
    if arguments.seed == 0:
        raise InputError("--seed: 0 is the seed of the stored atlas; allowed: any other")
    enable_compilation_cache()
    stored = atlas(print)
    held = unpack(arguments.held_out) if arguments.held_out else held_out(arguments.seed, stored)
    people = simulate_people(held, arguments.people, arguments.seed)
    start = time.perf_counter()
    found = recover(people, held, stored)
    seconds = (time.perf_counter() - start) / len(people)
    scores = {**score(found), "seconds_a_person": seconds}
    scores["answers_by_chance"] = nonsense(people[: len(people) // 5], stored)
    print(json.dumps(scores, indent=2))
    if arguments.json is not None:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    figure = arguments.out / "inference.svg"
    figure.write_text(standalone(draw_inference(found)), encoding="utf-8")
    print(f"{figure.name}: {figure.stat().st_size} bytes")


if __name__ == "__main__":
    main()
