"""What is refused before a run begins, in one line each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Cable
from causalgia.cable.recording import Recorder
from causalgia.cable.stimulus import AbstractCurrent, Pulses
from causalgia.channels.membrane import Membrane
from causalgia.errors import InputError

__all__ = ["check_electrics", "check_pulses", "check_run"]


def check_run(
    cable: Cable, active: tuple[int, ...], recorder: Recorder, batch: int, precision: str
) -> None:
    """Raise `InputError` for an unknown precision, no lane, or a compartment that is not there."""
    if precision not in ("float32", "float64"):
        raise InputError(f"precision is {precision!r}; allowed: float32, float64")
    if batch < 1:
        raise InputError(f"batch is {batch}, must be 1 or more")
    named = {
        "active": active,
        "recorder.voltage": recorder.voltage,
        "spikes": recorder.spikes,
        "recorder.concentrations": recorder.concentrations,
    }
    for name, sites in named.items():
        outside = [site for site in sites if not 0 <= site < cable.size]
        if outside:
            raise InputError(
                f"{name}: compartment {outside[0]} is not one of the cable's {cable.size}"
            )
    passive_sites = sorted(set(recorder.concentrations) - set(active))
    if passive_sites:
        raise InputError(
            f"recorder.concentrations: compartment {passive_sites[0]} is not an active one"
        )
    if len(set(active)) < len(active):
        raise InputError("active: a compartment is named twice")


def check_electrics(
    cable: Cable, membrane: Membrane, electrics: Electrics, active: tuple[int, ...], batch: int
) -> None:
    """Raise `InputError` for arrays of another shape, and for conductances below zero."""
    shape = electrics.densities_S_per_cm2.shape
    expected = (len(membrane.names), len(active))
    if shape[:2] != expected or len(shape) != 3 or shape[2] not in (1, batch):
        raise InputError(
            f"densities_S_per_cm2 has shape {shape}, must be ({expected[0]} currents, "
            f"{expected[1]} active compartments, 1 or {batch} lanes)"
        )
    # The scale of a pump may have a sign.
    for channel, densities in zip(membrane.channels, electrics.densities_S_per_cm2, strict=False):
        _check_not_negative(f"density of {channel.name!r}", densities)
    for label in ("passive_S_per_cm2", "capacitance_uF_per_cm2"):
        values = getattr(electrics, label)
        if values is None:
            continue
        if values.ndim != 2 or values.shape[0] != cable.size or values.shape[1] not in (1, batch):
            raise InputError(
                f"{label} has shape {values.shape}, must be ({cable.size} compartments, 1 or "
                f"{batch} lanes)"
            )
        _check_not_negative(label, values)
    factor = np.asarray(electrics.axial_factor)
    if factor.ndim and (
        factor.ndim != 2 or factor.shape not in ((cable.size, 1), (cable.size, batch))
    ):
        raise InputError(
            f"axial_factor has shape {factor.shape}, must be ({cable.size} compartments, 1 or "
            f"{batch} lanes)"
        )
    _check_not_negative("axial_factor", factor)
    scale = np.asarray(electrics.diameter_scale)
    if not np.all(scale > 0):
        raise InputError(f"diameter_scale is {scale.min():g}, must be positive")


def check_pulses(currents: Sequence[AbstractCurrent], dt_ms: float) -> None:
    """Raise `InputError` where a pulse is narrower than a step, which might miss it."""
    for current in currents:
        if isinstance(current, Pulses):
            narrowest = float(np.min(np.asarray(current.width_ms)))
            if dt_ms > narrowest * (1.0 + 1e-6):
                raise InputError(
                    f"dt_ms is {dt_ms:g}, must be at most {narrowest:g}, the width of a pulse"
                )


def _check_not_negative(name: str, values: np.ndarray) -> None:
    bad = ~(np.asarray(values) >= 0)
    if bad.any():
        worst = np.asarray(values)[bad][0]
        raise InputError(f"{name} is {worst:g} in places, must be 0 or more")
