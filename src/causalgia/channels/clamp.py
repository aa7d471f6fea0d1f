r"""Voltage clamp of a single channel: traces, activation, availability, recovery.

At a held voltage a gate follows $x(t) = x_\infty + (x_0 - x_\infty) e^{-t/\tau}$, so that every
time of a trace is one exact step from the start of its pulse. Conductances are per channel: the
share of channels that is open, which a chord conductance is to an ohmic channel and a tail
current to one that follows Goldman, Hodgkin and Katz.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.channels.boltzmann import Boltzmann, fit_boltzmann
from causalgia.channels.channel import Channel
from causalgia.channels.gates import AbstractSensingGate
from causalgia.channels.ions import ghk, thermal_mV
from causalgia.channels.stack import GateStack, GateValues
from causalgia.errors import InputError, nearest

__all__ = [
    "CONCENTRATIONS_MM",
    "ClampTraces",
    "GateSummary",
    "Recovery",
    "activation",
    "availability",
    "gate_summary",
    "recovery",
    "voltage_clamp",
]

Values = Float[np.ndarray, "..."]

CONCENTRATIONS_MM: Mapping[str, tuple[float, float]] = {
    "sodium": (11.4, 154.0),
    "potassium": (121.7, 5.6),
    "calcium": (1e-4, 2.0),
}
"""Ion to its concentrations inside and outside where a clamp is not told otherwise."""

VALENCES = {"sodium": 1, "potassium": 1, "calcium": 2}
PEAK_TIMES = 600


@dataclass(frozen=True)
class GateSummary:
    r"""One gate over the voltage.

    **Arguments:** `half_mV`, where the steady state is one half, or half of its largest value
    for a gate that never gets there; `slope_mV`, $1 / (4\,dx_\infty/dV)$ there, positive where
    depolarization opens; both None for a gate that never crosses; `steady` (0-1) and
    `time_constant_ms` at `voltage_mV`, all [voltage].
    """

    half_mV: float | None
    slope_mV: float | None
    voltage_mV: Values
    steady: Values
    time_constant_ms: Values


@dataclass(frozen=True)
class ClampTraces:
    """Steps from a holding potential: `current` and `open_fraction` [time, step].

    The current is that of a conductance of 1 S/cm2 (mA/cm2), or of a permeability of 1 cm/s.
    """

    time_ms: Values
    voltage_mV: Values
    current: Values
    open_fraction: Values


@dataclass(frozen=True)
class Recovery:
    """How much of the peak is back (0-1, [interval]), and after how long 63% of what was lost."""

    interval_ms: Values
    fraction: Values
    time_constant_ms: float


def gate_summary(
    channel: Channel,
    gate_index: int,
    voltage_mV: Values | None = None,
    concentrations: Mapping[str, tuple[float, float]] | None = None,
) -> GateSummary:
    """Half-point, slope, steady state and time constant of one gate of a channel.

    **Arguments:** `voltage_mV` [voltage], by default -140 to 80 mV; `concentrations` inside and
    outside (mM) of ions that differ from `CONCENTRATIONS_MM`.
    **Raises:** `InputError` where the channel has no such gate.
    """
    if not 0 <= gate_index < len(channel.gates):
        raise InputError(
            f"gate_index is {gate_index}, channel {channel.name!r} has {len(channel.gates)} gates"
        )
    asked = np.arange(-140.0, 80.5, 0.5) if voltage_mV is None else np.asarray(voltage_mV, float)
    fine = np.arange(-250.0, 250.0, 0.05)
    steady, speed = _kinetics(channel, gate_index, asked, concentrations)
    half, slope = _half_point(fine, _kinetics(channel, gate_index, fine, concentrations)[0])
    return GateSummary(half, slope, asked, steady, 1.0 / speed)


def voltage_clamp(
    channel: Channel,
    holding_mV: float,
    steps_mV: Sequence[float] | Values,
    duration_ms: float,
    dt_ms: float,
    concentrations: Mapping[str, tuple[float, float]] | None = None,
    *,
    prepulse: tuple[float, float] | None = None,
    temperature_degC: float = 22.0,
    cation_reversal_mV: float = 0.0,
) -> ClampTraces:
    """Currents of a channel stepped from a long rest at `holding_mV` to each of `steps_mV`.

    **Arguments:** `duration_ms` of the steps, recorded every `dt_ms`; `concentrations` inside and
    outside (mM); a `prepulse` as (mV, ms); `temperature_degC`, which sets reversal potentials
    (gates have their own); the reversal of carriers that are no ion ("cation", "leak").
    **Raises:** `InputError` for a step or a duration that is not positive.
    """
    for name, value in (("duration_ms", duration_ms), ("dt_ms", dt_ms)):
        if not value > 0.0:
            raise InputError(f"{name} is {value:g}, must be above 0")
    time = np.arange(1, round(duration_ms / dt_ms) + 1) * dt_ms
    voltage = np.asarray(steps_mV, float)
    with jax.enable_x64(True):
        clamped = _Clamped.of(channel, concentrations)
        start = clamped.rest(np.full_like(voltage, holding_mV))
        if prepulse is not None:
            held = np.full_like(voltage, prepulse[0])
            start = clamped.after(start, held, np.asarray([prepulse[1]]))
        opened = np.asarray(clamped.opened(start, voltage, time))
        opened = np.broadcast_to(opened, (time.size, voltage.size))
        driving = _driving(channel, voltage, concentrations, temperature_degC, cation_reversal_mV)
    return ClampTraces(time, voltage, opened * driving, opened)


def activation(
    channel: Channel,
    holding_mV: float,
    steps_mV: Sequence[float] | Values,
    duration_ms: float,
    concentrations: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[Values, Boltzmann]:
    """Largest conductance during steps from `holding_mV` [step], and a Boltzmann curve through it.

    The curve is fitted up to the largest conductance: beyond it, inactivation outruns opening.
    **Arguments:** as of `voltage_clamp`; times are chosen here, dense where gates are fast.
    """
    voltage = np.asarray(steps_mV, float)
    with jax.enable_x64(True):
        clamped = _Clamped.of(channel, concentrations)
        start = clamped.rest(np.full_like(voltage, holding_mV))
        peak = clamped.peak(start, voltage, duration_ms)
    opening = _up_to_the_peak(voltage, peak)
    return peak, fit_boltzmann(voltage[opening], peak[opening])


def availability(
    channel: Channel,
    holding_mV: float,
    prepulses_mV: Sequence[float] | Values,
    prepulse_ms: float,
    test_mV: float,
    test_ms: float,
    concentrations: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[Values, Boltzmann]:
    """Peak at `test_mV` after each prepulse, of the largest [prepulse], and a Boltzmann curve.

    What no prepulse takes away is the floor of the curve.
    """
    voltage = np.asarray(prepulses_mV, float)
    with jax.enable_x64(True):
        clamped = _Clamped.of(channel, concentrations)
        start = clamped.rest(np.full_like(voltage, holding_mV))
        held = clamped.after(start, voltage, np.asarray([prepulse_ms]))
        peak = clamped.peak(held, np.full_like(voltage, test_mV), test_ms)
    share = peak / peak.max()
    return share, fit_boltzmann(voltage, share, with_floor=True)


def recovery(
    channel: Channel,
    recovery_mV: float,
    intervals_ms: Sequence[float] | Values,
    *,
    conditioning_mV: float = -10.0,
    conditioning_ms: float = 20.0,
    test_ms: float = 10.0,
    concentrations: Mapping[str, tuple[float, float]] | None = None,
) -> Recovery:
    """Recovery from inactivation by two pulses to `conditioning_mV` with a growing interval.

    **Arguments:** `recovery_mV` before, between and where the channel rests; rising
    `intervals_ms`; how long the first and the second pulse last.
    **Raises:** `InputError` where the first pulse takes nothing away.
    """
    interval = np.asarray(intervals_ms, float)
    lanes = np.ones_like(interval)
    with jax.enable_x64(True):
        clamped = _Clamped.of(channel, concentrations)
        rest = clamped.rest(recovery_mV * lanes)
        pulse = conditioning_mV * lanes
        full = clamped.peak(rest, pulse, test_ms)
        lost = clamped.after(rest, pulse, np.asarray([conditioning_ms]))
        again = clamped.peak(
            clamped.after(lost, recovery_mV * lanes, interval[None]), pulse, test_ms
        )
        least = clamped.peak(lost, pulse, test_ms)
    fraction, floor = again / full, float(least[0] / full[0])
    if floor > 0.99:
        raise InputError(
            f"conditioning_ms is {conditioning_ms:g}: a pulse to {conditioning_mV:g} mV "
            f"leaves {100 * floor:.0f}% of {channel.name!r}, nothing to recover from"
        )
    back = (fraction - floor) / (1.0 - floor)
    return Recovery(interval, fraction, float(np.interp(1.0 - np.exp(-1.0), back, interval)))


class _Clamped(eqx.Module):
    """A channel whose gates are stepped; arrays are [gate, time, lane]."""

    channel: Channel
    stack: GateStack
    inside: dict[str, jax.Array]

    @classmethod
    def of(
        cls, channel: Channel, concentrations: Mapping[str, tuple[float, float]] | None
    ) -> _Clamped:
        given = _concentrations(concentrations)
        inside = {ion: jnp.full((1, 1), pair[0]) for ion, pair in given.items()}
        return cls(channel, GateStack.of([channel]), inside)

    @eqx.filter_jit
    def rest(self, voltage: Values) -> GateValues:
        """Gates [gate, 1, lane] after a long time at a voltage."""
        return self.stack.steady_state(jnp.asarray(voltage)[None], self.inside)

    @eqx.filter_jit
    def after(self, gates: GateValues, voltage: Values, time_ms: Values) -> GateValues:
        """Gates at each time [time] of a pulse, or at one of each lane [1, lane]."""
        times = jnp.asarray(time_ms)
        every = times if times.ndim == 2 else times[:, None]
        return self.stack.advance(gates, jnp.asarray(voltage)[None], every, self.inside)

    @eqx.filter_jit
    def opened(self, gates: GateValues, voltage: Values, time_ms: Values) -> jax.Array:
        """Open fraction [time, lane] along a pulse."""
        moved = self.after(gates, voltage, time_ms)
        return jnp.asarray(self.channel.open_fraction(self.stack.of_channel(moved, 0)))

    def peak(self, gates: GateValues, voltage: Values, duration_ms: float) -> Values:
        """Largest open fraction [lane] of a pulse."""
        time = np.geomspace(1e-4 * min(1.0, duration_ms), duration_ms, PEAK_TIMES)
        peak = np.asarray(self.opened(gates, voltage, time)).max(axis=0)
        return np.broadcast_to(peak, voltage.shape)


def _concentrations(
    given: Mapping[str, tuple[float, float]] | None,
) -> Mapping[str, tuple[float, float]]:
    for ion in given or {}:
        if ion not in CONCENTRATIONS_MM:
            raise InputError(f"concentrations: unknown ion {ion!r}; {nearest(ion, VALENCES)}")
    return {**CONCENTRATIONS_MM, **(given or {})}


def _driving(
    channel: Channel,
    voltage: Values,
    concentrations: Mapping[str, tuple[float, float]] | None,
    temperature_degC: float,
    cation_reversal_mV: float,
) -> Values:
    """Current (mA/cm2) of a wholly open channel of conductance or permeability one."""
    known = _concentrations(concentrations)
    total = np.zeros_like(voltage)
    for ion, share in channel.carriers:
        if channel.law == "ghk":
            inside, outside = known[ion]
            flow = ghk(VALENCES[ion], jnp.asarray(voltage), inside, outside, temperature_degC)
            total = total + share * np.asarray(flow)
            continue
        reversal = cation_reversal_mV
        if ion in known:
            inside, outside = known[ion]
            reversal = thermal_mV(temperature_degC) / VALENCES[ion] * np.log(outside / inside)
        total = total + share * (voltage - reversal)
    return total


def _kinetics(
    channel: Channel,
    gate_index: int,
    voltage: Values,
    concentrations: Mapping[str, tuple[float, float]] | None,
) -> tuple[Values, Values]:
    gate = channel.gates[gate_index]
    with jax.enable_x64(True):
        at = jnp.asarray(voltage, float)
        if isinstance(gate, AbstractSensingGate):
            inside = _concentrations(concentrations)[gate.ion][0]
            steady, speed = gate.kinetics_at(at, jnp.full_like(at, inside))
        else:
            steady, speed = gate.kinetics(at)
        shape = voltage.shape
        return np.broadcast_to(steady, shape), np.broadcast_to(speed, shape)


def _up_to_the_peak(voltage: Values, peak: Values) -> np.ndarray:
    """Which steps lie on the side from which the channel opens, all where those are too few."""
    order = np.argsort(voltage)
    halves = np.array_split(peak[order], 2)
    reached = voltage[peak.argmax()]
    opening = voltage <= reached if halves[1].sum() > halves[0].sum() else voltage >= reached
    return opening if opening.sum() >= 5 else np.ones(voltage.shape, bool)


def _half_point(voltage: Values, steady: Values) -> tuple[float | None, float | None]:
    largest = min(1.0, float(steady.max()))
    half = 0.5 if largest > 0.5 else 0.5 * largest
    above = steady >= half
    (crossings,) = np.nonzero(above[1:] != above[:-1])
    if not crossings.size:
        return None, None
    at = int(crossings[0])
    rise = float((steady[at + 1] - steady[at]) / (voltage[at + 1] - voltage[at]))
    return float(voltage[at] + (half - steady[at]) / rise), float(0.5 * half / rise)
