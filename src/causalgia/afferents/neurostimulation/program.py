"""What a stimulator is set to give: pulses at a rate, in bursts, or an alternating current."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from causalgia.cable.waveforms import AbstractWaveform, Biphasic, Delayed, Repeated, burst, train
from causalgia.errors import InputError

__all__ = ["Program", "burst_program", "kilohertz", "tonic"]


@dataclass(frozen=True)
class Program:
    """A pulse given at a rate, or groups of it.

    **Arguments:** a `name`; the `pulse`, of unit amplitude; `rate_Hz` of pulses or of groups;
    `pulses` in a group and the rate `within_Hz` it; `start_ms`, when the first one comes.
    **Raises:** `InputError` for a group without a rate within it, or numbers that are not positive.
    """

    name: str
    pulse: AbstractWaveform
    rate_Hz: float
    pulses: int = 1
    within_Hz: float | None = None
    start_ms: float = 1.0

    def __post_init__(self) -> None:
        if not (self.rate_Hz > 0 and self.pulses >= 1 and self.start_ms >= 0):
            raise InputError(
                f"program {self.name!r}: rate_Hz is {self.rate_Hz}, pulses {self.pulses} and"
                f" start_ms {self.start_ms}; need a positive rate, 1 or more pulses, 0 or more ms"
            )
        if (self.pulses > 1) != (self.within_Hz is not None):
            raise InputError(
                f"program {self.name!r}: within_Hz is {self.within_Hz}, needed with more than one"
                f" pulse and only then; pulses is {self.pulses}"
            )
        self.waveform(self.start_ms + self.period_ms)  # refuses a pulse too long for its rate

    @property
    def period_ms(self) -> float:
        """From one pulse, or group, to the next."""
        return 1e3 / self.rate_Hz

    @property
    def pulses_per_s(self) -> float:
        """How many pulses it gives in a second."""
        return self.pulses * self.rate_Hz

    def waveform(self, duration_ms: float) -> AbstractWaveform:
        """As many whole periods as end within `duration_ms`, one at least."""
        count = max(1, int((duration_ms - self.start_ms) * self.rate_Hz * 1e-3 + 1e-6))
        repeated: Repeated
        if self.within_Hz is None:
            repeated = train(self.pulse, self.rate_Hz, count)
        else:
            repeated = burst(self.pulse, self.within_Hz, self.pulses, self.rate_Hz, count)
        return Delayed(repeated, self.start_ms)

    def window_ms(self, least_ms: float) -> float:
        """A whole, even number of periods that lasts `least_ms` or longer, after the start."""
        return self.start_ms + 2.0 * ceil(0.5 * least_ms / self.period_ms - 1e-9) * self.period_ms


def tonic(rate_Hz: float = 50.0, width_ms: float = 0.3) -> Program:
    """Balanced pulses at a steady rate, cathodic first; recovery is ten times as long and low."""
    recovery = min(10.0 * width_ms, 0.4 * 1e3 / rate_Hz)
    pulse = Biphasic(width_ms, gap_ms=0.1, recovery_width_ms=recovery)
    return Program(f"tonic {rate_Hz:g} Hz", pulse, rate_Hz)


def burst_program(
    rate_Hz: float = 40.0, within_Hz: float = 500.0, pulses: int = 5, width_ms: float = 1.0
) -> Program:
    """Groups of pulses, five at 500 Hz forty times a second unless told otherwise.

    Each pulse is balanced before the next, which differs from stimulators that recover after
    the group.
    """
    recovery = 0.9 * (1e3 / within_Hz - width_ms)
    pulse = Biphasic(width_ms, recovery_width_ms=recovery)
    return Program(
        f"burst {pulses} x {within_Hz:g} Hz at {rate_Hz:g} Hz", pulse, rate_Hz, pulses, within_Hz
    )


def kilohertz(frequency_Hz: float = 10000.0, width_ms: float = 0.03) -> Program:
    """Symmetric balanced pulses of 30 us without a pause between them to speak of."""
    return Program(f"{1e-3 * frequency_Hz:g} kHz", Biphasic(width_ms), frequency_Hz)
