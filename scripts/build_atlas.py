"""Simulate the atlas of virtual patients that comes with the package.

    python scripts/build_atlas.py                 # writes src/causalgia/patients/atlas/stored.npz
    python scripts/build_atlas.py --check         # says whether the stored one is of this model

Virtual patients of every cause are followed to a day of their own, and on from there without and
with every treatment. About six minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from causalgia.cache import enable_compilation_cache
from causalgia.patients.atlas.build import build_atlas
from causalgia.patients.atlas.histories import Wanted
from causalgia.patients.atlas.library import ROWS, STORED, write_atlas
from causalgia.patients.atlas.model import atlas_hash
from causalgia.patients.atlas.packing import made_of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS, help="virtual patients of each cause")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=STORED)
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")
    parser.add_argument("--check", action="store_true", help="only compare hashes of the model")
    arguments = parser.parse_args()
    if arguments.check:
        stored = made_of(arguments.out)
        print(f"stored: {stored}, model: {atlas_hash()}")
        return 0 if stored == atlas_hash() else 1
    enable_compilation_cache()
    start = time.perf_counter()

    def tell(text: str) -> None:
        print(f"{time.perf_counter() - start:6.0f} s  {text}", flush=True)

    wanted = Wanted(rows=arguments.rows, seed=arguments.seed)
    made = build_atlas(wanted, workers=arguments.workers, tell=tell)
    write_atlas(made, arguments.out)
    size = arguments.out.stat().st_size / 1e6
    tell(f"{made.count} virtual patients, {len(made.treatments)} arms, {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
