"""What stimulation of a root ganglion does to spikes that come through it.

Three mechanisms act. A pulse strong enough starts spikes both ways; those that go toward the
periphery meet the spikes that come from there, and both end (collision). Every spike loads thin
axons with sodium, until some no longer pass the junction or the thin central axon. And calcium
that enters with each spike opens SK channels at the junction, which shunt it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from jaxtyping import Bool, Float

from causalgia.afferents.model import FiberModel
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.errors import InputError

__all__ = [
    "PARTS",
    "Drive",
    "JunctionFollowing",
    "arrivals_after_collision",
    "junction_following",
]

Drive: TypeAlias = Literal["periphery", "ganglion"]
"""Where the spikes of a train start: far out in the peripheral axon, or in the soma."""

PARTS = ("peripheral", "peripheral_junction", "soma", "central_junction", "central")
"""Where arrivals are watched: in the middle of each of these."""

PULSE_ms, PERIPHERY_nA, GANGLION_nA = 1.0, 1.0, 4.0
"""Brief and strong enough that the first spike of any train starts."""

STEPPING = Stepping(0.025, 2.0, 0.05)


@dataclass(frozen=True, eq=False)
class JunctionFollowing:
    """How the spikes of a train fared at each of `PARTS`.

    `rate_Hz`; `arrived` [pulse, part, lane]; `voltage_mV` [pulse, part, lane] just before the
    next pulse; `inside_mM` by ion, [pulse, part, lane].
    """

    rate_Hz: float
    arrived: Bool[np.ndarray, "pulse part lane"]
    voltage_mV: Float[np.ndarray, "pulse part lane"]
    inside_mM: dict[str, Float[np.ndarray, "pulse part lane"]]

    def passed(self, part: str = "central") -> Float[np.ndarray, "second lane"]:
        """Share (0 to 1) of the pulses of each second whose spike arrived at a part.

        **Raises:** `InputError` for a part that was not watched.
        """
        if part not in PARTS:
            raise InputError(f"part is {part!r}; allowed: {', '.join(PARTS)}")
        arrived = self.arrived[:, PARTS.index(part)]
        second = (np.arange(len(arrived)) / self.rate_Hz).astype(int)
        count = np.bincount(second)
        sums = np.zeros((count.size, arrived.shape[1]))
        np.add.at(sums, second, arrived)
        return sums / count[:, None]


def junction_following(
    neuron: FiberModel, rate_Hz: float, duration_s: float, *, drive: Drive = "periphery"
) -> JunctionFollowing:
    """Run the lanes of a neuron with a T-junction through a train, in adaptive steps.

    **Arguments:** a `neuron` with the sections of `t_junction`; the train's rate and duration;
    where its spikes start (`drive`).
    **Raises:** `InputError` for an unknown drive or a neuron without a junction.
    """
    if drive not in get_args(Drive):
        raise InputError(f"drive is {drive!r}; allowed: {', '.join(get_args(Drive))}")
    if not (rate_Hz > 0 and duration_s > 0):
        raise InputError(f"rate_Hz is {rate_Hz} and duration_s {duration_s}, must be positive")
    section = neuron.cable.section
    missing = [part for part in PARTS if part not in section]
    if missing:
        raise InputError(f"{neuron.name} has no section {missing[0]!r}, which a junction has")
    watched = [int(section[part][len(section[part]) // 2]) for part in PARTS]
    outer = int(section["peripheral"][len(section["peripheral"]) // 10])
    site, amplitude = (outer, PERIPHERY_nA) if drive == "periphery" else (watched[2], GANGLION_nA)
    count = max(1, round(rate_Hz * duration_s))
    run = simulate_train(
        neuron.cable,
        neuron.membrane,
        neuron.electrics,
        Train(1e3 / rate_Hz * np.arange(count), site, PULSE_ms, amplitude, 1e3 / rate_Hz),
        sites=watched,
        initial_mV=neuron.initial_mV,
        active=neuron.active,
        threshold_mV=neuron.crossing_mV,
        stepping=STEPPING,
        batch=neuron.electrics.densities_S_per_cm2.shape[2],
    )
    inside = {ion: mM for (ion, side), mM in run.concentration_mM.items() if side == "inside"}
    return JunctionFollowing(rate_Hz, np.isfinite(run.latency_ms), run.voltage_mV, inside)


def arrivals_after_collision(
    peripheral_ms: Float[np.ndarray, " spike"],
    antidromic_ms: Float[np.ndarray, " spike"],
    transit_ms: float,
) -> Float[np.ndarray, " spike"]:
    """When the spikes that start in the periphery arrive at the ganglion, if none meets them.

    A spike that starts at $p$ in the periphery and one that starts at $g$ in the ganglion are both
    in the axon where $|p - g|$ is less than the `transit_ms` between the two places; spikes do not
    pass one another, so that each ends the first that it meets.

    **Arguments:** times of starting (ms), rising; the conduction time of the peripheral axon.
    **Returns:** times of arrival (ms).
    """
    if not transit_ms >= 0:
        raise InputError(f"transit_ms is {transit_ms}, must be 0 or more")
    surviving, next_one = [], 0
    coming = np.sort(np.asarray(antidromic_ms, dtype=float))
    for start in np.sort(np.asarray(peripheral_ms, dtype=float)):
        while next_one < coming.size and coming[next_one] <= start - transit_ms:
            next_one += 1  # has reached the periphery already
        if next_one < coming.size and coming[next_one] < start + transit_ms:
            next_one += 1
        else:
            surviving.append(start + transit_ms)
    return np.array(surviving)
