"""Channels of the library under the voltage clamps of those who measured them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.channels import Channel, Membrane
from causalgia.channels.blockers import blockers
from causalgia.channels.clamp import activation, availability, gate_summary
from causalgia.channels.gates import AbstractSensingGate
from causalgia.channels.library import channel
from causalgia.channels.mutations import mutated
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["half_activation_mV", "half_inactivation_mV", "time_constant_ms"]

ROOM_degC, BODY_degC = 22.0, 37.0
REST_mV = -60.0
STEADY_ms = 15000.0
"""Prepulses of the laboratory of the human Cav3.2: its gate takes seconds to settle (recalled)."""

Numbers = Sequence[tuple[str, Callable[[], float]]]
"""Row ids and what computes each."""


@measures("CH000[12]", "CH001*", "CH002[02-9]*", "CH00[3-9]*", "CH0100", "CH01[1-9]*")
def measured_channels(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Every channel row at the temperature of its measurement, room where none is named."""
    known = dict([*_sodium(), *_others(), *_mutations(), *_drugs()])
    return {row: known[row]() for row in ids if row in known}


def half_activation_mV(given: Channel, pulse_ms: float = 50.0) -> float:
    """Half-point of the largest conductance during pulses from -120 mV."""
    steps = np.arange(-100.0, 61.0, 5.0)
    return activation(given, -120.0, steps, pulse_ms)[1].half_mV


def half_inactivation_mV(given: Channel, prepulse_ms: float = 500.0) -> float:
    """Half-point of what prepulses leave of the peak at 0 mV."""
    return _availability(given, prepulse_ms)[1]


def time_constant_ms(given: Channel, gate: int, voltage_mV: float) -> float:
    """Time constant of one gate."""
    return float(gate_summary(given, gate, np.array([voltage_mV])).time_constant_ms[0])


def _availability(
    given: Channel, prepulse_ms: float
) -> tuple[Float[np.ndarray, " prepulse"], float, float]:
    prepulses = np.arange(-130.0, 1.0, 5.0)
    share, curve = availability(given, -120.0, prepulses, prepulse_ms, 0.0, 20.0)
    return np.interp([-90.0, REST_mV], prepulses, share), curve.half_mV, curve.slope_mV


def _room(name: str) -> Channel:
    return channel(name, ROOM_degC)


def _sodium() -> Numbers:
    eight, nine, seven, three = (_room(f"nav1_{n}") for n in (8, 9, 7, 3))
    steps = np.arange(-100.0, 61.0, 5.0)
    rows: list[tuple[str, Callable[[], float]]] = [
        ("CH0010", partial(half_activation_mV, eight)),
        ("CH0012", partial(time_constant_ms, eight, 0, -20.0)),
        ("CH0013", partial(time_constant_ms, eight, 0, -10.0)),
        ("CH0014", partial(half_inactivation_mV, eight)),
        ("CH0015", partial(time_constant_ms, eight, 1, -20.0)),
        ("CH0016", partial(time_constant_ms, eight, 1, -10.0)),
        ("CH0028", partial(half_inactivation_mV, eight)),
        ("CH0100", partial(half_inactivation_mV, eight, 1000.0)),
        ("CH0031", partial(_lost_percent, eight)),
        ("CH0040", partial(half_activation_mV, nine)),
        ("CH0094.half", partial(half_activation_mV, seven)),
        ("CH0094.slope", lambda: activation(seven, -120.0, steps, 50.0)[1].slope_mV),
        ("CH0095.half", partial(half_inactivation_mV, seven)),
        ("CH0095.slope", lambda: _availability(seven, 500.0)[2]),
        ("CH0099", partial(half_inactivation_mV, seven)),
        ("CH0118", partial(half_activation_mV, seven)),
        ("CH0119", partial(half_inactivation_mV, seven)),
        ("CH0185.tau", partial(time_constant_ms, three, 1, -10.0)),
    ]
    for voltage in (-60, -50, -20, -10):
        for row, gate in (("CH0041", 0), ("CH0043", 1)):
            rows.append((f"{row}.at_m{-voltage}", partial(time_constant_ms, nine, gate, voltage)))
    for row, name in (("CH0185", "nav1_3"), ("CH0181", "nav1_6"), ("CH0136", "nav1_1")):
        rows.append((f"{row}.activation", partial(half_activation_mV, _room(name))))
        rows.append((f"{row}.inactivation", partial(half_inactivation_mV, _room(name))))
    return rows


def _lost_percent(given: Channel) -> float:
    """How much less is available at -60 than at -90 mV, in percent."""
    early, late = _availability(given, 500.0)[0]
    return float(100.0 * (1.0 - late / early))


def _others() -> Numbers:
    rows: list[tuple[str, Callable[[], float]]] = []
    for row, name in (("CH0060", "hcn2"), ("CH0063", "hcn1"), ("CH0074", "m_current")):
        rows.append((row, partial(_steady_half_mV, _room(name))))
    for row, name in (("CH0061", "hcn2"), ("CH0064", "hcn1")):
        rows.append((row, partial(time_constant_ms, _room(name), 0, -120.0)))
    t_type, shaker, a_like = _room("cav3_2"), _room("kv1"), _room("kv1_4")
    rows += [
        ("CH0070", partial(half_activation_mV, t_type)),
        ("CH0066", partial(half_activation_mV, t_type)),
        ("CH0071", partial(half_inactivation_mV, t_type, STEADY_ms)),
        ("CH0067", partial(half_inactivation_mV, t_type, 1000.0)),
        ("CH0072.activation", partial(time_constant_ms, t_type, 0, -30.0)),
        ("CH0072.inactivation", partial(time_constant_ms, t_type, 1, -30.0)),
        ("CH0196.half", partial(half_activation_mV, shaker, 200.0)),
        ("CH0196.tau", partial(time_constant_ms, shaker, 0, -32.0)),
        ("CH0169.tau", partial(time_constant_ms, a_like, 1, 0.0)),
        ("CH0173.half", lambda: 1e3 * _sensed(_room("sk"))[0]),
        ("CH0173.hill", lambda: _sensed(_room("sk"))[1]),
        ("CH0175.half", lambda: _sensed(channel("kna", BODY_degC))[0]),
        ("CH0146", lambda: _sensed(channel("kna", BODY_degC))[0]),
    ]
    for row in ("CH0169", "CH0170"):
        rows.append((f"{row}.activation", partial(half_activation_mV, a_like)))
        rows.append((f"{row}.inactivation", partial(half_inactivation_mV, a_like, 1000.0)))
    return rows


def _steady_half_mV(given: Channel) -> float:
    """Half-point of the steady state, for what is too slow for a pulse."""
    half = gate_summary(given, 0).half_mV
    return np.nan if half is None else half


def _sensed(given: Channel) -> tuple[float, float]:
    """Concentration (mM) that half opens a channel at rest, and its Hill coefficient there."""
    (gate,) = (g for g in given.gates if isinstance(g, AbstractSensingGate))
    mM = np.geomspace(1e-6, 1e4, 20001)
    with jax.enable_x64(True):
        steady, _ = gate.kinetics_at(jnp.full(mM.size, REST_mV), jnp.asarray(mM))
    share = np.asarray(steady) / float(steady[-1])
    half = float(np.interp(0.5, share, mM))
    inner = (share > 0.4) & (share < 0.6)
    hill = np.polyfit(np.log(mM[inner]), np.log(share[inner] / (1.0 - share[inner])), 1)[0]
    return half, float(hill)


def _mutations() -> Numbers:
    seven, nine = _room("nav1_7"), _room("nav1_9")
    shifts = {
        "CH0020.L858H": (seven, "L858H"),
        "CH0020.I848T": (seven, "I848T"),
        "CH0022": (seven, "I234T"),
        "CH0023": (seven, "I136V"),
        "CH0024": (nine, "N816K"),
        "CH0120": (seven, "L858H"),
        "CH0121": (seven, "I848T"),
        "CH0190": (seven, "L823R"),
        "CH0193": (seven, "delL955"),
        "CH0194": (seven, "Q10E"),
    }
    rows: list[tuple[str, Callable[[], float]]] = [
        (row, partial(_moved_mV, given, name, half_activation_mV))
        for row, (given, name) in shifts.items()
    ]
    for row, name in (("CH0046.V1298F", "V1298F"), ("CH0126", "M1627K")):
        rows.append((row, partial(_moved_mV, seven, name, half_inactivation_mV)))
    return rows


def _moved_mV(given: Channel, name: str, half_mV: Callable[[Channel], float]) -> float:
    return half_mV(mutated(given, name)) - half_mV(given)


def _drugs() -> Numbers:
    doses_nM = np.geomspace(1e-3, 1e3, 601)

    def half_block_nM() -> float:
        return float(np.exp(np.interp(0.5, _bound(doses_nM), np.log(doses_nM))))

    return [
        ("CH0001", half_block_nM),
        ("CH0002", lambda: 100.0 * float(_bound(np.array([100.0]))[0])),
    ]


def _bound(doses_nM: Float[np.ndarray, " dose"]) -> Float[np.ndarray, " dose"]:
    """Share of Nav1.8 that suzetrigine holds at rest and body temperature."""
    membrane = Membrane.of([channel("nav1_8", BODY_degC)], {"sodium": 60.0})
    with jax.enable_x64(True):
        blocked = membrane.blocked_by(blockers("suzetrigine", 1e-3 * doses_nM, membrane.channels))
        state = blocked.start(jnp.full((1, doses_nM.size), REST_mV))
        return np.asarray(state.bound[0, 0])
