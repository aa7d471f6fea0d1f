r"""Axons and myelin: worn down by the cause, mended by the body, in part never again.

At each place and fiber class, with survival $S$, loss rate $k$ of the insult, growth rate $g$ and
the share $L$ that is lost for good,

$$\dot S = -kS + g\,(1 - S - L), \qquad \dot L = \delta k S + (1 - S - L)/\tau_w .$$

A severed axon may grow back while its way still has Schwann cells that guide it; the farther the
skin, the later it arrives, and the window $\tau_w$ may close before. A gap holds growth up, and so
does what Wallerian degeneration has not yet cleared away: the debris $W$ of each place follows
$\dot W = k S - W/\tau_d$ and irritates the axons that are left. Virus and platinum in a ganglion
kill neurons outright ($\delta$). Of the lost, the dead $D$ are silent; the rest end blindly and go
on signaling injury.
"""

from __future__ import annotations

from collections.abc import Mapping

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes import KINDS, Insult
from causalgia.course.constants import Constants
from causalgia.course.patients import Patients
from causalgia.course.relaxation import Pull
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES

__all__ = ["axon_pull", "debris_pull", "growth_rate", "injury", "lose_for_good", "myelin_pull"]

_CUTTING: Mapping[str, tuple[str, ...]] = {
    "compression": FIBERS,
    "viral": FIBERS,
    "metabolic": FIBERS,
    "section": FIBERS,
    "toxic": FIBERS,
    "neuronopathic": FIBERS,
    "channelopathy": ("c",),
}
_STRIPPING = dict.fromkeys(
    ("compression", "viral", "metabolic", "toxic", "demyelinating"), ("a_delta", "a_beta")
)
"""Kinds of insult that wear down axons and myelin, and whose: each has a rate by its name."""

_IRRITATING = tuple(kind for kind in KINDS if kind not in ("gap", "lesion"))
_KILLING = {"viral": "neurons_killed_by_virus", "neuronopathic": "neurons_killed_by_platinum"}
"""Kinds that kill in the ganglion, and the share of their wear there that is dead neurons."""

_NERVE = len(PERIPHERAL_PLACES) - 1  # all places but the terminal have myelin

Axons = Float[Array, "place fiber batch"]


def _wear(
    constants: Constants, insult: Insult, tissue: str, wearing: Mapping[str, tuple[str, ...]]
) -> Axons:
    """Rate of loss in 1/day, [place, fiber, batch], that kinds of insult make together."""
    total = jnp.zeros((insult.shape[1], len(FIBERS), insult.shape[2]), insult.dtype)
    for kind, fibers in wearing.items():
        rates = [
            constants[f"{tissue}_loss_{kind}_{f}"] if f in fibers else jnp.zeros(()) for f in FIBERS
        ]
        total += insult[KINDS.index(kind)][:, None, :] * jnp.stack(rates)[None, :, None]
    return total


def growth_rate(constants: Constants, patients: Patients) -> Float[Array, "place 1 batch"]:
    """Rate in 1/day at which severed axons reach the skin again, by the place of the cut.

    In the skin it is the measured regrowth of epidermal fibers; from farther away it is one over
    the time to grow each stretch of nerve at its own speed, less in the old.
    """
    distal = constants["length_distal_nerve"] / constants["growth_speed_distal_nerve"]
    proximal = (
        distal + constants["length_proximal_nerve"] / constants["growth_speed_proximal_nerve"]
    )
    root = proximal + constants["length_root"] / constants["growth_speed_root"]
    skin = constants["terminal_regrowth_rate"]
    years = jnp.maximum(patients.age_years - constants["age_of_full_regrowth"], 0.0)
    slowed = jnp.maximum(1.0 - constants["regrowth_lost_a_year"] * years, 0.2)
    nerve = jnp.stack([1.0 / distal, 1.0 / proximal, 1.0 / root])[:, None] * slowed[None]
    rates = jnp.concatenate([jnp.broadcast_to(skin, (1, patients.count)), nerve])
    return rates[:, None, :] * patients.regrowth[None, None, :]


def axon_pull(
    constants: Constants,
    lost: Axons,
    debris: Float[Array, "place batch"],
    insult: Insult,
    patients: Patients,
) -> Pull:
    """Where the survival of axons is drawn."""
    wear = _wear(constants, insult, "axon", _CUTTING)
    way = jnp.clip(1.0 - insult[KINDS.index("gap")], 0.0, 1.0) * (1.0 - debris)
    # Never quite 0: the target is a ratio of rates.
    growth = growth_rate(constants, patients) * jnp.maximum(way, 1e-6)[:, None, :]
    return Pull(growth * (1.0 - lost) / (wear + growth), wear + growth)


def debris_pull(constants: Constants, survival: Axons, insult: Insult) -> Pull:
    """Where the debris of cut axons is drawn, [place, batch], 0-1."""
    falling = jnp.mean(_wear(constants, insult, "axon", _CUTTING) * survival, axis=1)
    clearing = 1.0 / constants["wallerian_time"]
    return Pull(falling / (falling + clearing), falling + clearing)


def lose_for_good(
    constants: Constants,
    survival: Axons,
    lost: Axons,
    dead: Axons,
    insult: Insult,
    span_days: Float[Array, ""],
) -> tuple[Axons, Axons]:
    """Axons lost for good, and the dead among them, after `span_days`."""
    killing = sum(
        constants[share] * _wear(constants, insult, "axon", {kind: FIBERS})
        for kind, share in _KILLING.items()
    )
    killing = jnp.zeros_like(survival).at[-1].set(jnp.asarray(killing)[-1])  # in the ganglion
    killed = survival * (1.0 - jnp.exp(-killing * span_days))
    severed = jnp.maximum(1.0 - survival - lost, 0.0)
    closing = severed * (1.0 - jnp.exp(-span_days / constants["regrowth_window"]))
    blind = jnp.maximum(lost - dead, 0.0)
    dying = blind * (1.0 - jnp.exp(-span_days / constants["severed_neuron_lifetime"]))
    return lost + killed + closing, dead + killed + dying


def myelin_pull(constants: Constants, insult: Insult) -> Pull:
    """Where myelin is drawn, at the places and fibers that have it: [place, fiber, batch]."""
    wear = _wear(constants, insult, "myelin", _STRIPPING)[-_NERVE:, FIBERS.index("a_delta") :]
    repair = 1.0 / constants["remyelination_time"]
    return Pull(repair / (wear + repair), wear + repair)


def injury(
    constants: Constants,
    survival: Axons,
    dead: Axons,
    debris: Float[Array, "place batch"],
    insult: Insult,
) -> Axons:
    """How strongly each place tells its fibers that they are injured, 0-1.

    Ongoing insult, debris and axons without their target add up and saturate: $1 - e^{-x}$.
    """
    severed = jnp.maximum(1.0 - survival - dead, 0.0)
    cut, far = constants["injury_by_cut_axon"], constants["far_cut_share"]
    weights = jnp.stack([constants["injury_by_lost_ending"], cut * far * far, cut * far, cut])
    ongoing = constants["injury_by_debris"] * debris
    for kind in _IRRITATING:
        ongoing += constants[f"injury_by_{kind}"] * insult[KINDS.index(kind)]
    return 1.0 - jnp.exp(-(weights[:, None, None] * severed + ongoing[:, None, :]))
