"""Virtual patients as they are on the day on which each is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from causalgia.causes import KINDS
from causalgia.pathway import TESTS
from causalgia.patients.atlas.histories import Histories
from causalgia.patients.atlas.stepping import BLOCK, insult_on, look, silenced
from causalgia.patients.population import COVARIATES
from causalgia.patients.virtual import VirtualPatients
from causalgia.treatments import build_schedule

__all__ = ["beside", "in_blocks", "seen"]

_ARRAYS = (
    *("duration_days", "mechanisms", "insult", "afferent_Hz", "origin_Hz", "projection_Hz"),
    *("rating", "qualities", "rating_without_input"),
)


def seen(histories: Histories) -> VirtualPatients:
    """The patients as they are on the day on which each is seen."""
    return beside(in_blocks(histories, _seen_block)).select(np.arange(histories.count))


def in_blocks(histories: Histories, work: Callable[[Histories], Any]) -> list[Any]:
    """`work` done block by block, the last block filled up with its last patient."""
    parts = []
    for first in range(0, histories.count, BLOCK):
        lanes = np.minimum(np.arange(first, first + BLOCK), histories.count - 1)
        parts.append(work(_take(histories, lanes)))
    return parts


def beside(parts: Sequence[VirtualPatients]) -> VirtualPatients:
    """Patients side by side, the causes of all of them together."""
    causes = tuple(dict.fromkeys(name for part in parts for name in part.causes))
    own = {n: np.concatenate([getattr(p, n) for p in parts], axis=-1) for n in _ARRAYS}
    cause = [np.array([causes.index(n) for n in part.causes])[part.cause] for part in parts]
    return VirtualPatients(
        causes=causes,
        cause=np.concatenate(cause),
        covariates={
            n: np.concatenate([p.covariates[n] for p in parts]) for n in parts[0].covariates
        },
        **own,
    )


def _take(histories: Histories, lanes: np.ndarray) -> Histories:
    def take(leaf: Any) -> Any:
        return jax.device_put(np.asarray(leaf)[..., lanes]) if np.ndim(leaf) else leaf

    patients, state = jax.tree.map(take, (histories.patients, histories.state))
    return replace(
        histories,
        patients=patients,
        state=state,
        duration_days=histories.duration_days[lanes],
        hurting_days=histories.hurting_days[lanes],
        weight=histories.weight[lanes],
    )


def _seen_block(histories: Histories) -> VirtualPatients:
    patients, state, nothing = histories.patients, histories.state, build_schedule((), KINDS)
    now = jnp.float32(0.0)
    response = look(state.mechanisms, nothing, now, patients)
    quiet = look(jnp.asarray(silenced(np.asarray(state.mechanisms))), nothing, now, patients)
    return VirtualPatients(
        causes=(histories.cause.name,),
        cause=np.zeros(BLOCK, dtype=np.int64),
        duration_days=histories.duration_days,
        covariates={name: np.asarray(getattr(patients, name)) for name in COVARIATES},
        mechanisms=np.asarray(state.mechanisms),
        insult=insult_on(histories.cause, histories.duration_days, patients),
        afferent_Hz=np.asarray(response.afferent_Hz),
        origin_Hz=np.asarray(response.origin_Hz),
        projection_Hz=np.asarray(response.projection_Hz),
        rating=np.asarray(response.rating),
        qualities=np.asarray(response.qualities),
        rating_without_input=np.asarray(quiet.rating)[TESTS.index("rest")],
    )
