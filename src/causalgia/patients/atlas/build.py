"""Making an atlas: histories of every cause, and every treatment in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from causalgia import causes
from causalgia.cable.parallel import map_blocks
from causalgia.patients.atlas.arms import all_arms, follow_arms, judged_weeks
from causalgia.patients.atlas.atlas import Atlas
from causalgia.patients.atlas.histories import Histories, Wanted, simulate_histories
from causalgia.patients.atlas.model import atlas_hash
from causalgia.patients.atlas.seen import beside, seen

__all__ = ["build_atlas"]

Tell = Callable[[str], None]


def build_atlas(
    wanted: Wanted,
    *,
    of: Sequence[str] | None = None,
    with_treatments: bool = True,
    workers: int | None = None,
    tell: Tell = lambda _: None,
) -> Atlas:
    """Simulate an atlas; the same whatever the number of `workers`.

    **Arguments:** which patients are `wanted` of each cause; the causes (`of`, None: all); whether
    treatments are simulated as well; threads to use (None: all cores); `tell`, told what is done.
    """
    names = tuple(causes.names() if of is None else of)

    def one(name: str) -> tuple[Histories, np.ndarray, np.ndarray]:
        histories = simulate_histories(causes.find(name), wanted)
        untreated, treated = follow_arms(histories, with_treatments=with_treatments)
        tell(f"{name}: {histories.count} of {histories.candidates} virtual patients")
        return histories, untreated, treated

    # The first alone, or every thread would compile the programs.
    parts = [one(names[0]), *map_blocks(one, names[1:], workers)]
    histories, untreated, treated = zip(*parts, strict=True)
    return Atlas(
        patients=beside([seen(own) for own in histories]),
        hurting_days=np.concatenate([own.hurting_days for own in histories]),
        prior_weight=np.concatenate([own.weight for own in histories]),
        weeks=np.array(judged_weeks()),
        pain_untreated=np.concatenate(untreated, axis=-1),
        treatments=all_arms() if with_treatments else (),
        pain_treated=np.concatenate(treated, axis=-1),
        made_of=atlas_hash(),
    )
