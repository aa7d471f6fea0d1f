r"""Axons and myelin: worn down by the cause, mended by the body, in part never again.

At each place and fiber class, with survival $S$, loss rate $k$ of the insult, growth rate $g$ and
the share $L$ that is lost for good,

$$\dot S = -kS + g\,(1 - S - L), \qquad \dot L = \delta k S + (1 - S - L)/\tau_w .$$

A severed axon may grow back while its way still has Schwann cells that guide it; the farther the
skin, the later it arrives, and the window $\tau_w$ may close before. Virus in a ganglion kills
neurons outright ($\delta$). Of the lost, the dead $D$ are silent; the rest end blindly and go on
signaling injury.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes import KINDS, Insult
from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES

__all__ = ["axon_pull", "growth_rate", "injury", "lose_for_good", "myelin_pull"]

_WEARING = ("compression", "viral", "metabolic")
_NERVE = len(PERIPHERAL_PLACES) - 1  # all places but the terminal have myelin

Axons = Float[Array, "place fiber batch"]


def _wear(constants: Constants, insult: Insult, tissue: str, fibers: tuple[str, ...]) -> Axons:
    """Rate of loss in 1/day that all kinds of insult make together."""
    total = jnp.zeros((insult.shape[1], len(fibers), insult.shape[2]), insult.dtype)
    for kind in _WEARING:
        rates = jnp.stack([constants[f"{tissue}_loss_{kind}_{fiber}"] for fiber in fibers])
        total += insult[KINDS.index(kind)][:, None, :] * rates[None, :, None]
    return total


def growth_rate(constants: Constants, patients: Patients) -> Float[Array, "place 1 batch"]:
    """Rate in 1/day at which severed axons reach the skin again, by the place of the cut.

    In the skin it is the measured regrowth of epidermal fibers; from farther away it is one over
    the time to grow each stretch of nerve at its own speed.
    """
    distal = constants["length_distal_nerve"] / constants["growth_speed_distal_nerve"]
    proximal = (
        distal + constants["length_proximal_nerve"] / constants["growth_speed_proximal_nerve"]
    )
    root = proximal + constants["length_root"] / constants["growth_speed_root"]
    skin = constants["terminal_regrowth_rate"]
    rates = jnp.stack([skin, 1.0 / distal, 1.0 / proximal, 1.0 / root])
    return rates[:, None, None] * patients.regrowth[None, None, :]


def axon_pull(constants: Constants, lost: Axons, insult: Insult, patients: Patients) -> Pull:
    """Where the survival of axons is drawn."""
    wear = _wear(constants, insult, "axon", FIBERS)
    growth = growth_rate(constants, patients)
    return Pull(growth * (1.0 - lost) / (wear + growth), wear + growth)


def lose_for_good(
    constants: Constants,
    survival: Axons,
    lost: Axons,
    dead: Axons,
    insult: Insult,
    span_days: Float[Array, ""],
) -> tuple[Axons, Axons]:
    """Axons lost for good, and the dead among them, after `span_days`."""
    viral = (
        jnp.zeros_like(insult).at[KINDS.index("viral"), -1].set(insult[KINDS.index("viral"), -1])
    )
    killing = constants["neurons_killed_by_virus"] * _wear(constants, viral, "axon", FIBERS)
    killed = survival * (1.0 - jnp.exp(-killing * span_days))
    severed = jnp.maximum(1.0 - survival - lost, 0.0)
    closing = severed * (1.0 - jnp.exp(-span_days / constants["regrowth_window"]))
    blind = jnp.maximum(lost - dead, 0.0)
    dying = blind * (1.0 - jnp.exp(-span_days / constants["severed_neuron_lifetime"]))
    return lost + killed + closing, dead + killed + dying


def myelin_pull(constants: Constants, insult: Insult) -> Pull:
    """Where myelin is drawn, at the places and fibers that have it: [place, fiber, batch]."""
    wear = _wear(constants, insult, "myelin", ("a_delta", "a_beta"))[-_NERVE:]
    repair = 1.0 / constants["remyelination_time"]
    return Pull(repair / (wear + repair), wear + repair)


def injury(constants: Constants, survival: Axons, dead: Axons, insult: Insult) -> Axons:
    """How strongly each place tells its fibers that they are injured, 0-1.

    Ongoing insult and axons without their target add up and saturate: $1 - e^{-x}$.
    """
    severed = jnp.maximum(1.0 - survival - dead, 0.0)
    weights = jnp.stack(
        [constants["injury_by_lost_ending"], *[constants["injury_by_cut_axon"]] * _NERVE]
    )
    ongoing = sum(constants[f"injury_by_{kind}"] * insult[KINDS.index(kind)] for kind in KINDS)
    return 1.0 - jnp.exp(-(weights[:, None, None] * severed + jnp.asarray(ongoing)[:, None, :]))
