"""The protocol of inference: odds and ranks in virtual people whose truth is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.patients.inference.calibration import Recovered
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Computed, Outcome

__all__ = ["odds_and_ranks"]

_PEOPLE, _SEED = 1000, 2
_Z95 = 1.959964


@measures("INF.*", slow=True)
def odds_and_ranks(ids: Collection[str]) -> Mapping[str, Outcome]:
    """What comes out for virtual people of the atlas, each inferred from all others in it."""
    from causalgia.patients.atlas import atlas
    from causalgia.patients.inference.calibration import recover, simulate_people
    from causalgia.patients.inference.scores import score, uniform_p

    stored = atlas()
    found = recover(simulate_people(stored, _PEOPLE, _SEED), stored, stored)
    how = f"{_PEOPLE} virtual people of the atlas, each inferred from all others"
    outcomes: dict[str, Outcome] = {
        f"INF.rank.{name.replace(' ', '_')}": uniform_p(ranks)
        for name, ranks in found.ranks.items()
    }
    outcomes |= {f"INF.reliability.{kind}": _excess(found, kind, how) for kind in found.right}
    scores = score(found)
    outcomes["INF.brier"] = scores["brier"] / scores["brier_before"]
    return outcomes


def _excess(found: Recovered, kind: str, how: str) -> Computed:
    """How much more often the first candidate is right than its odds say, in points."""
    excess = 100.0 * (found.right[kind] - found.first[kind])
    mean, error = float(excess.mean()), _Z95 * float(excess.std() / np.sqrt(len(excess)))
    return Computed(mean, mean - error, mean + error, how)
