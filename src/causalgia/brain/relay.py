r"""A thalamic relay neuron: single spikes when depolarized, bursts when it has lost its input.

One compartment with the currents of a relay cell (Destexhe 1998; McCormick and Huguenard 1992):
spikes, low-threshold calcium (Cav3.1, the T type), a hyperpolarization-activated cation current
and two leaks. What reaches the cell from below and from the brainstem holds it depolarized, so
that its calcium channels stay inactivated and every burst of input is passed on as spikes.
Without it the membrane falls to where they recover, the cation current depolarizes it slowly, and
the low-threshold spike that follows carries a burst; then it starts again, with no input at all.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from causalgia.cable import Cable, Electrics, unbranched
from causalgia.channels import Channel, Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.channel import temperature_factor
from causalgia.channels.dorsal_horn import spike_potassium
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.ions import Ion
from causalgia.channels.rates import (
    Exponential,
    Linear,
    Linoid,
    Piecewise,
    Reciprocal,
    Sigmoid,
    Sum,
)
from causalgia.evidence import parameters

__all__ = [
    "TEMPERATURE_degC",
    "relay_cable",
    "relay_cation",
    "relay_electrics",
    "relay_membrane",
    "relay_sodium",
    "relay_t_type",
]

TEMPERATURE_degC = 36.0
"""Of all its kinetics."""

Q10_T_TYPE = 2.5
T_TYPE_DEGC = 24.0
SCREENING_mV = -1.0


def relay_sodium(threshold_mV: float) -> Channel:
    r"""Fast sodium of Traub and Miles (1991): $g m^3 h (V - E_{Na})$.

    `threshold_mV` shifts all its voltages. Dorsal horn neurons have the same with an $h$ that lies
    5 mV lower (`causalgia.channels.dorsal_horn`).
    """
    m = OpenClose(
        Linoid(0.32 * 4.0, threshold_mV + 13.0, 4.0), Linoid(0.28 * 5.0, threshold_mV + 40.0, -5.0)
    )
    h = OpenClose(
        Exponential(0.128, threshold_mV + 17.0, -18.0), Sigmoid(4.0, threshold_mV + 40.0, -5.0)
    )
    return Channel("sodium", "sodium", (m, h), ((1.0, (3, 1)),), "destexhe_1998")


def relay_t_type(temperature_degC: float = TEMPERATURE_degC) -> Channel:
    r"""Low-threshold calcium of relay cells (Cav3.1): $P m^2 h$ times the flux of calcium.

    $m$ half at -56 mV, $h$ at -80 mV; $\tau_h$ tens of ms at rest, which is why a cell must have
    been hyperpolarized for 100 ms before it can burst. $Q_{10}$ 2.5 from 24 degC (Destexhe 1998).
    """
    speed = temperature_factor(Q10_T_TYPE, temperature_degC, T_TYPE_DEGC)
    s = SCREENING_mV
    m = Relaxation(
        Sigmoid(1.0, -57.0 - s, -6.2),
        Sum(
            Linear(0.0, 0.612),
            Reciprocal(Sum(Exponential(1.0, -132.0 - s, -16.7), Exponential(1.0, -16.8 - s, 18.2))),
        ),
        speed,
    )
    h = Relaxation(
        Sigmoid(1.0, -81.0 - s, 4.0),
        Piecewise(
            Exponential(1.0, -467.0 - s, 66.6),
            Sum(Linear(0.0, 28.0), Exponential(1.0, -22.0 - s, -10.5)),
            -80.0 - s,
        ),
        speed,
    )
    return Channel("relay_t_type", "calcium", (m, h), ((1.0, (2, 1)),), "destexhe_1998", "ghk")


def relay_cation() -> Channel:
    r"""Hyperpolarization-activated cation current: $g n (V - E_h)$, half open at -75 mV.

    $\tau = 1/(e^{-14.59 - 0.086 V} + e^{-1.87 + 0.0701 V})$ ms at 36 degC (McCormick and
    Huguenard 1992).
    """
    n = Relaxation(
        Sigmoid(1.0, -75.0, 5.5),
        Reciprocal(
            Sum(
                Exponential(1.0, -14.59 / 0.086, -1.0 / 0.086),
                Exponential(1.0, 1.87 / 0.0701, 1.0 / 0.0701),
            )
        ),
    )
    return Channel("relay_cation", "cation", (n,), ((1.0, (1,)),), "mccormick_1992")


def relay_membrane() -> Membrane:
    """The channels of a relay cell, in the order of the rows of `relay_electrics`."""
    own = parameters("destexhe_1998")
    threshold_mV = own["spike_threshold_shift"].value
    calcium = Ion("calcium", 2, own["calcium_inside"].value, own["calcium_outside"].value)
    return Membrane.of(
        [
            relay_sodium(threshold_mV),
            spike_potassium(threshold_mV),
            relay_t_type(),
            relay_cation(),
            open_channel("potassium_leak", "potassium", "mccormick_1992"),
            open_channel("drive", "drive", "causalgia_brain_generator"),
        ],
        {
            "sodium": own["sodium_reversal"].value,
            "potassium": own["potassium_reversal"].value,
            "cation": parameters("mccormick_1992")["cation_reversal"].value,
            "drive": 0.0,
        },
        ions=[calcium],
        temperature_degC=TEMPERATURE_degC,
    )


def relay_cable() -> Cable:
    """One compartment of 100 by 76.58 um."""
    own = parameters("destexhe_1998")
    return unbranched(
        own["length"].value,
        own["diameter"].value,
        1,
        capacitance_uF_per_cm2=own["capacitance"].value,
    )


def relay_electrics(
    potassium_leak_S_per_cm2: Float[np.ndarray, " lane"],
    drive_S_per_cm2: Float[np.ndarray, " lane"],
    t_type: Float[np.ndarray, " lane"] | float = 1.0,
) -> Electrics:
    """Densities of one cell a lane.

    **Arguments:** its potassium leak and its depolarizing drive; its T-type calcium channels, fold
    of healthy.
    """
    own, assumed = parameters("destexhe_1998"), parameters("causalgia_brain_generator")
    permeability = own["t_type_permeability"].value * assumed["t_type_fold"].value
    rows = np.broadcast_arrays(
        own["sodium_conductance"].value,
        own["potassium_conductance"].value,
        permeability * np.asarray(t_type),
        assumed["cation_conductance"].value,
        potassium_leak_S_per_cm2,
        drive_S_per_cm2,
    )
    passive = np.full((1, 1), own["leak_conductance"].value)
    return Electrics(np.stack(rows)[:, None], passive, own["leak_reversal"].value)
