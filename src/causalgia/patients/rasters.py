"""Spikes of the virtual patient who fits best, every membrane integrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float

from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES
from causalgia.pathway.biophysical import Nerve, simulate_nerve
from causalgia.patients.result import Arm, RasterPanel, RasterRow
from causalgia.patients.simulate import CaseRun

__all__ = ["record_rasters"]

_FIBER_WORDS = {"c": "C", "a_delta": "Aδ", "a_beta": "Aβ"}
_FIBERS_SIMULATED = 2
_DURATION_MS = 1000.0


def record_rasters(
    run: CaseRun, arms: Sequence[Arm], site_names: Mapping[str, str], *, seed: int
) -> tuple[RasterPanel, ...]:
    """One fiber of each class at rest: today, and under the treatments that tell most.

    These are the one that moves something in the nerve and helps least, and the one that helps
    most.
    **Arguments:** the `run`; its `arms` as judged, in the same order; `site_names` by place; the
    `seed` of the membranes' noise.
    """
    patient = int(np.argmax(run.match.weights))
    chosen = _choose(arms)
    states = [run.today.mechanisms, *(run.arms[i].treated.mechanisms for i in chosen)]
    values = np.stack([np.array(state[:, patient], dtype=float) for state in states], axis=1)

    def record(fiber: str) -> Nerve:
        return simulate_nerve(
            fiber, values, fibers=_FIBERS_SIMULATED, duration_ms=_DURATION_MS, seed=seed
        )

    # A few lanes fill one core only: the classes share the cores instead. Two at a time, for
    # the two myelinated classes are one program, which the later one finds compiled.
    with ThreadPoolExecutor(2) as pool:
        nerves = dict(zip(FIBERS, pool.map(record, FIBERS), strict=True))
    # The same fiber in every panel: the one that fires most today and still reaches the cord.
    fibers = {name: _liveliest(nerve) for name, nerve in nerves.items()}
    labels = ["Today", *(arms[i].label for i in chosen)]
    return tuple(
        RasterPanel(label, _rows(nerves, fibers, index, site_names), _DURATION_MS)
        for index, label in enumerate(labels)
    )


def _choose(arms: Sequence[Arm]) -> list[int]:
    """The arm that works on the nerve and helps least, then the arm that helps most."""
    order = sorted(range(1, len(arms)), key=lambda i: arms[i].change.mean)
    on_nerve = [
        i for i in order if arms[i].moves and set(arms[i].acts_at) <= set(PERIPHERAL_PLACES)
    ]
    return list(dict.fromkeys([*on_nerve[-1:], *order[:1]]))


def _liveliest(nerve: Nerve) -> int:
    counts = [
        len(nerve.spikes_ms(0, 0, fiber, -1)) * float(nerve.reaches[0, fiber])
        for fiber in range(nerve.fibers)
    ]
    return int(np.argmax(counts))


def _rows(
    nerves: Mapping[str, Nerve],
    fibers: Mapping[str, int],
    patient: int,
    site_names: Mapping[str, str],
) -> tuple[RasterRow, ...]:
    """For each class, from skin to cord: what passes the middle of every place."""
    rows = []
    for name, nerve in nerves.items():
        for site, place in enumerate((*PERIPHERAL_PLACES, "cord"), start=1):
            reaches = bool(nerve.reaches[patient, fibers[name]])
            times: Float[np.ndarray, " spike"] = nerve.spikes_ms(patient, 0, fibers[name], site)
            if place == "cord" and not reaches:
                times = times[:0]
            where = "spinal cord" if place == "cord" else site_names[place]
            rows.append(RasterRow(f"{_FIBER_WORDS[name]} · {where}", times))
    return tuple(rows)
