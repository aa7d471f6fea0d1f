"""How strong stimulation is: as a fraction of the amplitude at which it begins to be felt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causalgia.afferents.neurostimulation.bundle import Bundle, dorsal_column, dorsal_root
from causalgia.afferents.neurostimulation.program import Program
from causalgia.afferents.neurostimulation.recruitment import (
    AFTER_ms,
    Exposure,
    Recruitment,
    expose,
    recruitment,
)
from causalgia.afferents.neurostimulation.tissue import CordTissue
from causalgia.cable.electrodes import PointElectrode
from causalgia.evidence import parameters

__all__ = ["CordThresholds", "cord_thresholds", "program_recruitment"]

FELT_ms = 20.0
"""Pulses closer together than this may add up; a threshold is looked for over as long."""


@dataclass(frozen=True)
class CordThresholds:
    """Amplitudes (mA) of a program at which it is felt, and at which it becomes unpleasant."""

    paraesthesia_mA: float
    discomfort_mA: float

    def amplitude_mA(self, fraction: float) -> float:
        """The amplitude at a fraction of the paraesthesia threshold."""
        return fraction * self.paraesthesia_mA


def program_recruitment(
    exposure: Exposure,
    program: Program,
    *,
    between_mA: tuple[float, float] = (0.05, 200.0),
    tolerance: float = 0.02,
    workers: int | None = None,
) -> Recruitment:
    """Thresholds of all fibers to a program: a spike within its first 20 ms, one period at least.

    Pulses in quick succession add up, so that these are lower than for one pulse.
    """
    waveform, lasting = program.pulse, program.pulse.length_ms
    if program.pulses > 1 or program.period_ms < FELT_ms:
        lasting = max(FELT_ms, program.start_ms + program.period_ms)
        waveform = program.waveform(lasting)
    return recruitment(
        exposure,
        waveform,
        between_mA=between_mA,
        tolerance=tolerance,
        duration_ms=lasting + AFTER_ms,
        workers=workers,
    )


def cord_thresholds(
    contacts: Sequence[PointElectrode],
    tissue: CordTissue,
    program: Program,
    *,
    column: Bundle | None = None,
    roots: Bundle | None = None,
    workers: int | None = None,
) -> CordThresholds:
    """When a program is felt, and when it hurts, from the fibers that it excites.

    It is felt when a share of the large fibers of the superficial dorsal column is excited, and
    unpleasant when a share of the large fibers of dorsal roots is (`paraesthesia_share` and
    `discomfort_share` of `causalgia_neurostimulation`, both assumed).

    **Arguments:** the `contacts`; the `tissue`; the `program`; fibers other than the usual ones.
    **Raises:** `InputError` where no amplitude excites as many.
    """
    own = parameters("causalgia_neurostimulation")
    column = dorsal_column(fluid_um=tissue.fluid_um) if column is None else column
    roots = dorsal_root(fluid_um=tissue.fluid_um) if roots is None else roots
    felt, unpleasant = (
        program_recruitment(expose(bundle, contacts, tissue), program, workers=workers)
        for bundle in (column, roots)
    )
    return CordThresholds(
        felt.amplitude_mA(own["paraesthesia_share"].value, "a_beta_large"),
        unpleasant.amplitude_mA(own["discomfort_share"].value),
    )
