"""Spontaneous activity of C nociceptors: which of many unlike endings fire with nothing done.

In health receptor channels open now and then at skin temperature, and next to no ending answers.
In a neuropathy sodium channels are more, potassium channels fewer and TRPV1 is sensitized; since
endings differ, some cross the line and most do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from causalgia.afferents.injury import with_folds
from causalgia.afferents.population import draw_c_class
from causalgia.afferents.terminals import Ending, Stimulus, c_endings, respond
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["Spontaneous", "active_endings", "neuropathic_ending", "spontaneous_activity"]

SETTLING_ms = 2000.0
"""Left out: a spike or a few while the ending finds its balance are no spontaneous activity."""

ENDING_COMPARTMENTS = 6


@dataclass(frozen=True)
class Spontaneous:
    """Rate (Hz) of each of many endings with nothing done, and which count as active."""

    rate_Hz: Float[np.ndarray, " ending"]
    active: Bool[np.ndarray, " ending"]

    @property
    def active_percent(self) -> float:
        """Share of endings that are active."""
        return 100.0 * float(self.active.mean())


def neuropathic_ending(
    ending: Ending,
    severity: float,
    *,
    nav1_8: bool = True,
    trpv1_shift_mV: float | None = None,
) -> Ending:
    """Endings in a painful neuropathy, from 0 (healthy) to 1, or without any Nav1.8.

    **Arguments:** `trpv1_shift_mV` at full severity, by default that of the evidence.

    **Raises:** `InputError` for a severity outside 0 to 1.
    """
    if not 0.0 <= severity <= 1.0:
        raise InputError(f"severity is {severity:g}, allowed 0 to 1")
    own = parameters("causalgia_fibers")
    names = ("nav1_7", "nav1_8", "delayed_rectifier")
    folds: dict[str, float | np.ndarray] = {
        name: 1.0 + severity * (own[f"neuropathy_{name}"].value - 1.0) for name in names
    }
    if not nav1_8:
        folds["nav1_8"] = 0.0
    model = with_folds(ending.model, np.arange(ENDING_COMPARTMENTS), folds)
    full = own["neuropathy_trpv1_shift"].value if trpv1_shift_mV is None else trpv1_shift_mV
    shift = severity * full
    sensitized = {**ending.sensitized_mV, "trpv1": ending.sensitized_mV.get("trpv1", 0.0) + shift}
    return replace(ending, model=model, sensitized_mV=sensitized)


def active_endings(endings: Ending, *, duration_ms: float = 6000.0, seed: int = 0) -> Spontaneous:
    """What endings, one a lane, do at skin temperature.

    An ending is active that sends two spikes or more once it has settled.
    """
    skin = parameters("causalgia_fibers")["skin_temperature"].value
    held = Stimulus(np.full(round(duration_ms / 10.0), skin))
    run = respond(endings, [held], seed=seed, settle_ms=SETTLING_ms)
    spikes = run.spike_count(after_ms=SETTLING_ms)[1]
    return Spontaneous(1e3 * spikes / duration_ms, spikes >= 2)


def spontaneous_activity(
    name: str,
    severity: float,
    *,
    count: int = 64,
    duration_ms: float = 6000.0,
    seed: int = 0,
    nav1_8: bool = True,
) -> Spontaneous:
    """What many unlike endings of a class do, healthy (0) to neuropathic (1).

    The endings of a seed are the same at every severity.
    """
    healthy = c_endings(draw_c_class(name, count, seed))
    endings = neuropathic_ending(healthy, severity, nav1_8=nav1_8)
    return active_endings(endings, duration_ms=duration_ms, seed=seed)
