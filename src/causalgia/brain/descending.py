r"""Descending control: what the brainstem sends back to the dorsal horn while it is being told.

    ascending --> drive a --> locus coeruleus --> noradrenaline  (holds the dorsal horn back)
                          --> medulla, ON cells  --> serotonin   (eases it on)
                          --> medulla, OFF cells --> opioid      (hold back; they pause)

With the drive $a = I / (I + I_{1/2})$ of the ascending discharge $I$, and $x_0$ what it is at
rest,
$$\tau_h \dot h = a - h, \qquad \tau_L \dot L = 1 + v\,g_L [a - \kappa h - (1 - \kappa) a_0]_+ - L,
\qquad \tau_n \dot n = L - n,$$
$$\tau_p \dot p = p_\infty(a, m) - p \ \text{(ON)}, \qquad
\tau_q \dot q = q_\infty(a, m) - q \ \text{(OFF)}, \qquad
\tau_s \dot s = 1 + g_s (p - p_0) - s, \qquad \tau_o \dot o = 1 + g_o (q - q_0) - o.$$
The locus coeruleus adapts ($h$) in minutes, with a vigor $v$ that sleep restores;
ON cells burst and OFF cells pause within 200 ms and come back over tens of seconds; the midbrain
$m$ (periaqueductal gray: expectation, stress, opioid drugs) silences ON cells and holds OFF cells
active. At the resting discharge $L = n = s = o = 1$:
that is the equilibrium, and everything is linear around it but $a$, so each step is the exact
solution for inputs that hold still during it, stable for steps of any length.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = [
    "DescendingSettings",
    "DescendingState",
    "advance",
    "equilibrium",
    "release",
    "start",
]

Lanes = Float[Array, " batch"]


def _default(name: str, source: str = "causalgia_brain_descending") -> float:
    return field(default_factory=lambda: parameters(source)[name].value)


@dataclass(frozen=True)
class DescendingSettings:
    """Numbers of the loops (`causalgia_brain_descending` in the evidence store).

    **Arguments:** what differs from patient to patient, one number or [batch]: the capacities
    `noradrenergic_inhibition`, `serotonergic_facilitation` and `opioid_inhibition`, fold of
    healthy (the first two are entries of `Mechanisms`); `midbrain`, 0 to 1, how far the
    periaqueductal gray silences ON cells; `vigor`, fold of healthy, how strongly the locus
    coeruleus answers. Then the ascending discharge at rest and for half a drive (Hz a projection
    neuron), gains, the share of its drive that the locus coeruleus adapts to, and time constants
    (ms).
    **Raises:** `InputError` for a number out of range.
    """

    noradrenergic_inhibition: Float[np.ndarray, " batch"] | Lanes | float = 1.0
    serotonergic_facilitation: Float[np.ndarray, " batch"] | Lanes | float = 1.0
    opioid_inhibition: Float[np.ndarray, " batch"] | Lanes | float = 1.0
    midbrain: Float[np.ndarray, " batch"] | Lanes | float = 0.0
    vigor: Float[np.ndarray, " batch"] | Lanes | float = 1.0
    resting_Hz: float = _default("resting_discharge")
    half_Hz: float = _default("half_discharge")
    locus_gain: float = _default("locus_gain")
    locus_adaptation: float = _default("adaptation", "elam_1986")
    serotonin_gain: float = _default("serotonin_gain")
    opioid_gain: float = _default("opioid_gain")
    locus_ms: float = _default("locus_time")
    adaptation_ms: float = _default("adaptation_time")
    noradrenaline_ms: float = _default("noradrenaline_time")
    medulla_ms: float = _default("medulla_time")
    medulla_recovery_ms: float = _default("medulla_recovery_time")
    serotonin_ms: float = _default("serotonin_time")
    opioid_ms: float = _default("opioid_time")

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            lowest, highest = _allowed(name)
            # What is being differentiated has no value yet.
            if isinstance(value, jax.core.Tracer):
                continue
            given = np.asarray(value)
            if not ((given >= lowest) & (given <= highest)).all():
                raise InputError(f"{name} is {value}, allowed {lowest:g} to {highest:g}")

    @property
    def batch(self) -> int:
        """For how many patients there are numbers; 1 where they are the same for all."""
        return max(np.size(value) for value in vars(self).values())


def _allowed(name: str) -> tuple[float, float]:
    if name.endswith("_ms") or name == "half_Hz":
        return 1e-3, np.inf
    return (0.0, 1.0) if name in ("midbrain", "locus_adaptation") else (0.0, np.inf)


class DescendingState(eqx.Module):
    """Where the loops are; each [batch].

    `adapted`, the drive that the locus coeruleus is used to; `locus`, its firing, fold of rest;
    `on` and `off`, the activity of ON and OFF cells, 0 to 1; `noradrenaline`, `serotonin` and
    `opioid` in the dorsal horn, fold of rest; and the capacities that they are multiplied by.
    """

    adapted: Lanes
    locus: Lanes
    on: Lanes
    off: Lanes
    noradrenaline: Lanes
    serotonin: Lanes
    opioid: Lanes
    capacity: Float[Array, "transmitter batch"]


def drive(ascending_Hz: Lanes, settings: DescendingSettings) -> Lanes:
    r"""$a = I/(I + I_{1/2})$, 0 to 1, of an ascending discharge (Hz)."""
    positive = jnp.maximum(ascending_Hz, 0.0)
    return positive / (positive + settings.half_Hz)


def equilibrium(ascending_Hz: Lanes, settings: DescendingSettings) -> DescendingState:
    """Where the loops end under a steady ascending discharge [batch]."""
    a = drive(jnp.asarray(ascending_Hz, dtype=float), settings)
    locus = _locus(a, a, settings)
    on, off = _medulla(a, settings)
    shape = jnp.broadcast_shapes(a.shape, locus.shape, on.shape)
    capacities = (
        settings.noradrenergic_inhibition,
        settings.serotonergic_facilitation,
        settings.opioid_inhibition,
    )
    capacity = jnp.stack([jnp.broadcast_to(jnp.asarray(given), shape) for given in capacities])

    def wide(values: Lanes) -> Lanes:
        return jnp.broadcast_to(values, shape)

    return DescendingState(
        wide(a),
        wide(locus),
        wide(on),
        wide(off),
        wide(locus),
        wide(_serotonin(on, settings)),
        wide(_opioid(off, settings)),
        capacity,
    )


def start(batch: int, settings: DescendingSettings | None = None) -> DescendingState:
    """The equilibrium at rest: every tone at the patient's capacity, 1 in health."""
    settings = settings or DescendingSettings()
    return equilibrium(jnp.full(batch, settings.resting_Hz), settings)


def advance(
    state: DescendingState,
    ascending_Hz: Lanes,
    dt_ms: float | Float[Array, ""],
    settings: DescendingSettings,
) -> DescendingState:
    """One step of `dt_ms` under an ascending discharge (Hz a projection neuron) [batch].

    The discharge is all that ascends, from wherever in the body: the loops are diffuse.
    """
    a = drive(ascending_Hz, settings)
    adapted = _toward(state.adapted, a, settings.adaptation_ms, dt_ms)
    locus = _toward(state.locus, _locus(a, adapted, settings), settings.locus_ms, dt_ms)
    on_target, off_target = _medulla(a, settings)
    # The burst and the pause come at once and outlast what caused them.
    on = _toward(state.on, on_target, _speed(on_target > state.on, settings), dt_ms)
    off = _toward(state.off, off_target, _speed(off_target < state.off, settings), dt_ms)
    return DescendingState(
        adapted,
        locus,
        on,
        off,
        _toward(state.noradrenaline, locus, settings.noradrenaline_ms, dt_ms),
        _toward(state.serotonin, _serotonin(on, settings), settings.serotonin_ms, dt_ms),
        _toward(state.opioid, _opioid(off, settings), settings.opioid_ms, dt_ms),
        state.capacity,
    )


def release(state: DescendingState) -> dict[str, Lanes]:
    """Tone of each transmitter in the dorsal horn, fold of that of a healthy person at rest."""
    tones = (state.noradrenaline, state.serotonin, state.opioid)
    names = ("noradrenaline", "serotonin", "opioid")
    return {
        name: capacity * jnp.maximum(tone, 0.0)
        for name, tone, capacity in zip(names, tones, state.capacity, strict=True)
    }


def _toward(
    value: Lanes, target: Lanes, time_ms: float | Lanes, dt_ms: float | Float[Array, ""]
) -> Lanes:
    return target + (value - target) * jnp.exp(-dt_ms / time_ms)


def _speed(attacks: Lanes, settings: DescendingSettings) -> Lanes:
    return jnp.where(attacks, settings.medulla_ms, settings.medulla_recovery_ms)


def _locus(a: Lanes, adapted: Lanes, settings: DescendingSettings) -> Lanes:
    share = settings.locus_adaptation
    novel = a - share * adapted - (1.0 - share) * _resting_drive(settings)
    # Being used to a stimulus takes the response away; its end does not silence the neurons.
    return 1.0 + jnp.asarray(settings.vigor) * settings.locus_gain * jnp.maximum(novel, 0.0)


def _medulla(a: Lanes, settings: DescendingSettings) -> tuple[Lanes, Lanes]:
    """Activity that ON and OFF cells tend to."""
    free = 1.0 - jnp.asarray(settings.midbrain)
    return a * free, 1.0 - a * free


def _serotonin(on: Lanes, settings: DescendingSettings) -> Lanes:
    return 1.0 + settings.serotonin_gain * (on - _resting_drive(settings))


def _opioid(off: Lanes, settings: DescendingSettings) -> Lanes:
    return 1.0 + settings.opioid_gain * (off - 1.0 + _resting_drive(settings))


def _resting_drive(settings: DescendingSettings) -> float:
    return settings.resting_Hz / (settings.resting_Hz + settings.half_Hz)
