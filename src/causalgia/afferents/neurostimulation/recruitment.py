"""Which fibers of a bundle a pulse excites, against its amplitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.neurostimulation.bundle import Bundle
from causalgia.afferents.neurostimulation.side_by_side import lanes_taken
from causalgia.afferents.neurostimulation.tissue import CordTissue, epidural_potential_mV_per_mA
from causalgia.cable.amplitude_search import first_change, search_amplitudes
from causalgia.cable.electrodes import Electrode, Medium, potential_mV_per_mA
from causalgia.cable.recording import Recording
from causalgia.cable.stimulus import Extracellular
from causalgia.cable.waveforms import AbstractWaveform
from causalgia.errors import InputError

__all__ = ["Exposure", "Recruitment", "expose", "recruitment", "run_exposed"]

RECORD_EVERY_ms = 0.5
"""Spikes are counted at most once in this time."""

AFTER_ms = 2.5
"""How long a run goes on after a pulse: a spike must get from the contact to a site."""


@dataclass(frozen=True, eq=False)
class Exposure:
    """A bundle in the field of contacts: `potential_mV_per_mA` [compartment, lane]."""

    bundle: Bundle
    potential_mV_per_mA: Float[np.ndarray, "compartment lane"]


@dataclass(frozen=True, eq=False)
class Recruitment:
    """Thresholds of a bundle's fibers, `threshold_mA` [lane], infinite where none was found."""

    bundle: Bundle
    threshold_mA: Float[np.ndarray, " lane"]

    def share(
        self, amplitude_mA: float | Float[np.ndarray, " amplitude"], kind: str | None = None
    ) -> Float[np.ndarray, " amplitude"]:
        """Share (0 to 1) of the fibers, or of those of a kind, that each amplitude excites."""
        weight = self._weight(kind)
        given = np.atleast_1d(np.asarray(amplitude_mA, dtype=float))
        excited = self.threshold_mA[:, None] <= given
        return np.asarray((weight[:, None] * excited).sum(axis=0) / weight.sum())

    def amplitude_mA(self, share: float, kind: str | None = None) -> float:
        """The smallest amplitude that excites a share of the fibers, or of those of a kind.

        **Raises:** `InputError` for a share outside 0 to 1, or one that none reaches.
        """
        if not 0 < share <= 1:
            raise InputError(f"share is {share}, must be above 0 and at most 1")
        weight = self._weight(kind)
        order = np.argsort(self.threshold_mA)
        reached = np.cumsum(weight[order]) >= share * weight.sum() * (1.0 - 1e-9)
        found = float(self.threshold_mA[order][int(np.argmax(reached))])
        if not np.isfinite(found):
            raise InputError(f"share is {share}: no amplitude that was tried excites so many")
        return found

    def _weight(self, kind: str | None) -> Float[np.ndarray, " lane"]:
        weight = self.bundle.weight
        return weight if kind is None else weight * self.bundle.chosen(kind)


def expose(
    bundle: Bundle, electrodes: Electrode | Sequence[Electrode], tissue: CordTissue | Medium
) -> Exposure:
    """Put a bundle into the field of contacts: in the layers of the cord, or one medium."""
    lanes, compartments, _ = bundle.path_um.shape
    places = bundle.path_um.reshape(-1, 3)
    if isinstance(tissue, CordTissue):
        chosen = electrodes if isinstance(electrodes, Sequence) else [electrodes]
        flat = epidural_potential_mV_per_mA(chosen, places, tissue)
    else:
        flat = potential_mV_per_mA(electrodes, places, tissue)
    return Exposure(bundle, flat.reshape(lanes, compartments).T)


def recruitment(
    exposure: Exposure,
    pulse: AbstractWaveform,
    *,
    between_mA: tuple[float, float] = (0.05, 100.0),
    tolerance: float = 0.02,
    amplitudes: int = 8,
    duration_ms: float | None = None,
    workers: int | None = None,
) -> Recruitment:
    """The threshold of every fiber, all searched side by side in a few runs.

    A fiber counts as excited where a spike leaves toward either end.

    **Arguments:** the `exposure`; the `pulse`, of unit amplitude; the amplitudes to look
    `between_mA`, above which a fiber counts as not excitable; the relative `tolerance`; how many
    `amplitudes` of each fiber in a run; the `duration_ms` of a run (None: the pulse and 2.5 ms).
    **Raises:** `InputError` where a fiber is excited at the smallest amplitude already.
    """
    lasting = pulse.length_ms + AFTER_ms if duration_ms is None else duration_ms
    top = np.full((exposure.bundle.size, 1), between_mA[1])

    def excites(grid: np.ndarray) -> Bool[np.ndarray, "lane amplitude"]:
        run = run_exposed(exposure, pulse, grid, duration_ms=lasting, workers=workers)
        if (grid[:, 0] == 0).all():
            # The first look, which may have to end below the range where membranes would tear.
            top[:] = grid[:, -1:]
        spiked = (run.spike_count()[[0, 3]] > 0).any(axis=0).reshape(grid.shape)
        # A fiber that nothing excites is bracketed by the top of the range, and told by that.
        return np.asarray(spiked | (grid >= top))

    found = search_amplitudes(
        excites,
        exposure.bundle.size,
        between=between_mA,
        tolerance=tolerance,
        amplitudes=amplitudes,
        change=first_change,
        outcome="excites",
    )
    return Recruitment(exposure.bundle, np.where(found.high >= top[:, 0], np.inf, found.high))


def run_exposed(
    exposure: Exposure,
    waveform: AbstractWaveform,
    amplitude_mA: Float[np.ndarray, "lane amplitude"],
    *,
    duration_ms: float,
    every_ms: float = RECORD_EVERY_ms,
    workers: int | None = None,
) -> Recording:
    """Run every fiber at every one of its amplitudes, side by side; lanes fiber by fiber.

    Spikes are recorded at the bundle's `sites`.
    """
    bundle = exposure.bundle
    lanes = np.repeat(np.arange(bundle.size), amplitude_mA.shape[1])
    return simulate_fiber(
        lanes_taken(bundle.fiber, lanes),
        duration_ms=duration_ms,
        extracellular=Extracellular(
            exposure.potential_mV_per_mA[:, lanes] * amplitude_mA.reshape(-1),
            waveform.samples(bundle.fiber.dt_ms, duration_ms)[:, None],
        ),
        spikes=bundle.sites,
        every_ms=min(every_ms, duration_ms),
        batch=lanes.size,
        workers=workers,
    )
