"""Waveforms of stimuli: what a stimulator gives over time, for an amplitude of one.

A waveform knows its charge up to any time in closed form, and a sample is the mean over its step.
So the samples carry the exact charge whatever the step, and a balanced waveform stays balanced.
Signs follow the current: for an electrode outside, negative is cathodic; for a current injected
into a fiber, positive depolarizes.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

__all__ = [
    "AbstractAlternating",
    "AbstractWaveform",
    "Biphasic",
    "Delayed",
    "Monophasic",
    "Repeated",
    "Sign",
    "Sinusoid",
    "SquareWave",
    "Tabulated",
    "burst",
    "train",
]

Sign: TypeAlias = Literal[-1, 1]
"""Direction of a first phase: -1 is cathodic outside a fiber, 1 depolarizes when injected."""

STEPS_A_PHASE = 4
"""The shortest phase must have this many steps, or its shape is lost."""


class AbstractWaveform(abc.ABC):
    """A current over time with a largest size of about one, zero before 0 and after its end."""

    @property
    @abc.abstractmethod
    def length_ms(self) -> float:
        """When it is over; infinite for one that goes on."""

    @property
    @abc.abstractmethod
    def shortest_phase_ms(self) -> float:
        """The shortest time that it keeps one sign."""

    @abc.abstractmethod
    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """Its integral from 0 to each time (unit amplitude times ms)."""

    def samples(self, dt_ms: float, duration_ms: float) -> Float[np.ndarray, " sample"]:
        """Means over steps of `dt_ms`, from 0 to the end of the waveform or of `duration_ms`.

        **Raises:** `InputError` where the shortest phase has fewer than 4 steps, or a waveform
        that ends does so after `duration_ms`.
        """
        if not (0 < dt_ms < np.inf and 0 < duration_ms < np.inf):
            raise InputError(f"dt_ms is {dt_ms} and duration_ms {duration_ms}, must be positive")
        largest = self.shortest_phase_ms / STEPS_A_PHASE
        if dt_ms > largest * (1.0 + 1e-9):
            raise InputError(
                f"dt_ms is {dt_ms:g}, must be at most {largest:g} for a phase of"
                f" {self.shortest_phase_ms:g} ms"
            )
        length = self.length_ms
        if duration_ms < length * (1.0 - 1e-9) and np.isfinite(length):
            raise InputError(
                f"duration_ms is {duration_ms:g}, shorter than the waveform's {length:g} ms"
            )
        steps = int(np.ceil(min(duration_ms, length) / dt_ms - 1e-6))
        return np.asarray(np.diff(self.charge_ms(dt_ms * np.arange(steps + 1))) / dt_ms)


@dataclass(frozen=True)
class Monophasic(AbstractWaveform):
    """One rectangular pulse, cathodic unless told otherwise."""

    width_ms: float
    sign: Sign = -1

    def __post_init__(self) -> None:
        _check_positive(self, "width_ms")
        _check_sign(self.sign)

    @property
    def length_ms(self) -> float:
        """The width."""
        return self.width_ms

    @property
    def shortest_phase_ms(self) -> float:
        """The width."""
        return self.width_ms

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """A ramp that ends with the pulse."""
        return self.sign * np.clip(time_ms, 0.0, self.width_ms)


@dataclass(frozen=True)
class Biphasic(AbstractWaveform):
    """A rectangular pulse and the recovery of its charge by one of the other sign.

    **Arguments:** `width_ms` of the first phase, of unit amplitude and of `sign`; the `gap_ms`
    between the phases; `recovery_width_ms` (default: the same width); `recovery_amplitude`
    (default: what balances the charge); `balanced`, whether charge must balance.
    **Raises:** `InputError` for an amplitude that leaves charge behind where balance is asked for.
    """

    width_ms: float
    gap_ms: float = 0.0
    recovery_width_ms: float | None = None
    recovery_amplitude: float | None = None
    sign: Sign = -1
    balanced: bool = True

    def __post_init__(self) -> None:
        _check_positive(self, "width_ms", "recovery_width_ms", "recovery_amplitude")
        _check_sign(self.sign)
        if not 0 <= self.gap_ms < np.inf:
            raise InputError(f"biphasic: gap_ms is {self.gap_ms}, must be 0 or more")
        if self.balanced and abs(self._net_charge_ms) > 1e-6 * self.width_ms:
            raise InputError(
                f"biphasic: recovery_amplitude is {self.recovery_amplitude:g}, must be"
                f" {self.width_ms / self._second_ms:g} to balance the charge of the first phase"
                " (or say balanced=False)"
            )

    @property
    def _second_ms(self) -> float:
        return self.width_ms if self.recovery_width_ms is None else self.recovery_width_ms

    @property
    def _second_amplitude(self) -> float:
        if self.recovery_amplitude is None:
            return self.width_ms / self._second_ms
        return self.recovery_amplitude

    @property
    def _net_charge_ms(self) -> float:
        return self.width_ms - self._second_amplitude * self._second_ms

    @property
    def length_ms(self) -> float:
        """Both phases and the gap."""
        return self.width_ms + self.gap_ms + self._second_ms

    @property
    def shortest_phase_ms(self) -> float:
        """The shorter of the two phases."""
        return min(self.width_ms, self._second_ms)

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """Up, level, and back."""
        corners = np.cumsum([0.0, self.width_ms, self.gap_ms, self._second_ms])
        heights = np.array([0.0, self.width_ms, self.width_ms, self._net_charge_ms])
        return self.sign * np.interp(time_ms, corners, heights)


@dataclass(frozen=True)
class AbstractAlternating(AbstractWaveform):
    """Phases of unit amplitude that begin with `sign`, for `duration_ms` or without end."""

    frequency_Hz: float
    duration_ms: float = np.inf
    sign: Sign = -1

    def __post_init__(self) -> None:
        _check_positive(self, "frequency_Hz")
        _check_sign(self.sign)
        if not self.duration_ms > 0:
            raise InputError(f"duration_ms is {self.duration_ms}, must be positive")

    @property
    def length_ms(self) -> float:
        """Its duration."""
        return self.duration_ms

    @property
    def shortest_phase_ms(self) -> float:
        """Half a period."""
        return 500.0 / self.frequency_Hz


class Sinusoid(AbstractAlternating):
    """A sine."""

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """One minus a cosine."""
        omega = 2e-3 * np.pi * self.frequency_Hz
        return self.sign * (1.0 - np.cos(omega * np.clip(time_ms, 0.0, self.duration_ms))) / omega


class SquareWave(AbstractAlternating):
    """Symmetric rectangular phases without gaps, such as 10 kHz."""

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """A triangle."""
        period = 1e3 / self.frequency_Hz
        phase = np.mod(np.clip(time_ms, 0.0, self.duration_ms), period)
        return self.sign * np.minimum(phase, period - phase)


@dataclass(frozen=True, eq=False)
class Tabulated(AbstractWaveform):
    """Any waveform, as values that are each held for `step_ms`.

    **Arguments:** `values` [sample]; `step_ms`; whether the values must be `balanced`.
    **Raises:** `InputError` for values that are not finite or, where balance is asked for, do not
    sum to 0.
    """

    values: Float[np.ndarray, " sample"]
    step_ms: float
    balanced: bool = False

    def __post_init__(self) -> None:
        _check_positive(self, "step_ms")
        values = np.asarray(self.values, dtype=float)
        if values.ndim != 1 or not values.size or not np.isfinite(values).all():
            raise InputError("tabulated: values must be one or more finite numbers in a row")
        object.__setattr__(self, "values", values)
        left = float(values.sum())
        if self.balanced and abs(left) > 1e-6 * np.abs(values).sum():
            raise InputError(f"tabulated: values sum to {left:g}, must be 0 to balance charge")

    @property
    def length_ms(self) -> float:
        """All values."""
        return self.step_ms * self.values.size

    @property
    def shortest_phase_ms(self) -> float:
        """The shortest run of values of one sign; a single value is as long as its step."""
        turns = np.flatnonzero(np.diff(np.sign(self.values))) + 1
        edges = np.concatenate([[0], turns, [self.values.size]])
        on = self.values[edges[:-1]] != 0
        return self.step_ms * float(np.diff(edges)[on].min()) if on.any() else np.inf

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """The running sum, straight between samples."""
        edges = self.step_ms * np.arange(self.values.size + 1)
        sums = self.step_ms * np.concatenate([[0.0], np.cumsum(self.values)])
        return np.interp(time_ms, edges, sums)


@dataclass(frozen=True)
class Delayed(AbstractWaveform):
    """A waveform that begins at `start_ms`."""

    waveform: AbstractWaveform
    start_ms: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms < np.inf:
            raise InputError(f"delayed: start_ms is {self.start_ms}, must be 0 or more")

    @property
    def length_ms(self) -> float:
        """The delay and the waveform."""
        return self.start_ms + self.waveform.length_ms

    @property
    def shortest_phase_ms(self) -> float:
        """That of the waveform."""
        return self.waveform.shortest_phase_ms

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """That of the waveform, later."""
        return self.waveform.charge_ms(np.maximum(time_ms - self.start_ms, 0.0))


@dataclass(frozen=True)
class Repeated(AbstractWaveform):
    """A waveform given `count` times, one every `period_ms`.

    **Raises:** `InputError` where the waveform is longer than the period.
    """

    waveform: AbstractWaveform
    period_ms: float
    count: int

    def __post_init__(self) -> None:
        _check_positive(self, "period_ms")
        if self.count < 1:
            raise InputError(f"repeated: count is {self.count}, must be 1 or more")
        length = self.waveform.length_ms
        if length > self.period_ms * (1.0 + 1e-9):
            raise InputError(
                f"repeated: a waveform of {length:g} ms does not fit in a period of"
                f" {self.period_ms:g} ms"
            )

    @property
    def length_ms(self) -> float:
        """Until the last one is over."""
        return (self.count - 1) * self.period_ms + self.waveform.length_ms

    @property
    def shortest_phase_ms(self) -> float:
        """That of the waveform."""
        return self.waveform.shortest_phase_ms

    def charge_ms(self, time_ms: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """The charge of those that are over, and of the one that is on."""
        index = np.clip(np.floor(time_ms / self.period_ms), 0, self.count - 1)
        whole = self.waveform.charge_ms(np.array([self.waveform.length_ms]))[0]
        within = np.maximum(time_ms - index * self.period_ms, 0.0)
        return index * whole + self.waveform.charge_ms(within)


def train(waveform: AbstractWaveform, rate_Hz: float, count: int) -> Repeated:
    """Repeat a waveform `count` times at a rate.

    **Raises:** `InputError` where the waveform does not fit in the period.
    """
    if not 0 < rate_Hz < np.inf:
        raise InputError(f"train: rate_Hz is {rate_Hz}, must be positive")
    return Repeated(waveform, 1e3 / rate_Hz, count)


def burst(
    pulse: AbstractWaveform, within_Hz: float, pulses: int, rate_Hz: float, count: int
) -> Repeated:
    """Repeat a group of `pulses` at `within_Hz` at a lower rate, such as five at 500 Hz at 40 Hz.

    **Raises:** `InputError` where a pulse does not fit in a group, or a group in the period.
    """
    return train(train(pulse, within_Hz, pulses), rate_Hz, count)


def _check_positive(waveform: AbstractWaveform, *names: str) -> None:
    for name in names:
        value = getattr(waveform, name)
        if value is not None and not 0 < value < np.inf:
            kind = type(waveform).__name__.lower()
            raise InputError(f"{kind}: {name} is {value}, must be positive")


def _check_sign(sign: int) -> None:
    if sign not in (-1, 1):
        raise InputError(f"sign is {sign}; allowed: -1 (cathodic first), 1 (anodic first)")
