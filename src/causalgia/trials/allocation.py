"""Who is randomized to what: permuted blocks within strata."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int

from causalgia.patients.streams import stream
from causalgia.trials.design import Design

__all__ = ["allocate"]


def allocate(
    design: Design, strata: np.ndarray, names: tuple[str, ...]
) -> Int[np.ndarray, " batch"]:
    """The sequence of the design that each patient is randomized to, as its index.

    Blocks hold every sequence twice its allocation; each stratum begins somewhere within one.

    **Arguments:** labels of `strata` [batch]; `names` of the random stream.
    """
    block = np.repeat(
        np.arange(len(design.sequences)), [2 * s.allocation for s in design.sequences]
    )
    allocated = np.zeros(len(strata), dtype=int)
    for label in sorted(set(strata.tolist())):
        mine = np.flatnonzero(strata == label)
        generator = stream(design.seed, "trial", *names, "allocation", str(label))
        count = -(-len(mine) // len(block)) + 1
        drawn = np.concatenate([generator.permutation(block) for _ in range(count)])
        first = generator.integers(len(block))
        allocated[mine] = drawn[first : first + len(mine)]
    return allocated
