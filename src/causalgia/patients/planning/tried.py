r"""What was tried tells how the rest will do.

The relief told of a treatment counts as normal around the simulated one, so that virtual patients
in whom it did as little count more: where gabapentin failed, its like is expected to fail as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from causalgia.evidence import parameter
from causalgia.patients.planning.outcomes import Outcomes
from causalgia.patients.weights import effective_sample_size

__all__ = ["hear_tried"]


def hear_tried(outcomes: Outcomes, reliefs: Mapping[str, float]) -> Outcomes:
    """The outcomes with weights that also count what was tried.

    **Arguments:** relief (0-1) by the name of a treatment; of one that can be put at several
    places, the place is not known and its mean relief over them is taken. Others are left out.
    """
    spread = parameter("causalgia_planning/tried_relief_sd").value
    log = np.zeros(len(outcomes.weights))
    for name, told in reliefs.items():
        rows = [i for i, own in enumerate(outcomes.names) if own == name]
        if rows:
            simulated = np.clip(outcomes.relief[rows].mean(axis=0), 0.0, 1.0)
            log -= 0.5 * ((told - simulated) / spread) ** 2
    if not log.any():
        return outcomes
    weights = outcomes.weights * np.exp(log - log.max())
    weights = weights / weights.sum()
    # The share of the size that is left is that of the weights themselves.
    share = effective_sample_size(weights) / effective_sample_size(outcomes.weights)
    return replace(outcomes, weights=weights, size=outcomes.size * min(share, 1.0))
