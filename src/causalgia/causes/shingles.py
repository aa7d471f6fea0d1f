r"""Shingles: the zoster virus wakes in a ganglion and runs along its nerve to the skin.

Virus $v(t) = s\,(1 - e^{-t/\tau_{rise}})\,e^{-t/\tau_{clear}}$, strongest in the ganglion; old age
raises it and delays its clearance. The rash inflames the skin for two to four weeks. The ganglion
stays inflamed for weeks to months after the virus has gone, a time that is lognormal between
patients by their `persistence` and that an antiviral, given when the rash is out, does not
shorten; in some, more of the old, it smolders for years. What remains afterwards is the damage.
Post-herpetic neuralgia is rare before sixty and common after (Helgason 2000, Drolet 2010); severe
rash raises its risk (Forbes 2016).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import fading, held_share, spread_by_rank

__all__ = ["SHINGLES"]

_number = numbers_of("shingles")


def _inflamed(
    day: Float[Array, ""], patients: Traits, age: Float[Array, " batch"]
) -> Float[Array, " batch"]:
    """What is left of the ganglionitis: most goes within months, a smoldering share over years."""
    days = spread_by_rank(
        patients.persistence, _number("ganglionitis_time"), _number("ganglionitis_log_sd")
    )
    rank = patients.persistence + _number("smoldering_age_slope") * (patients.age_years - 60.0)
    held = held_share(rank, _number("resolving_patients"), _number("resolving_spread"))
    slow = fading(day, _number("smoldering_time"))
    return held * slow + (1.0 - held) * fading(day, days * age)


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    age = jnp.clip(1.0 + _number("age_slope") * (patients.age_years - 60.0), 0.4, 1.6)
    clearance_days = _number("clearance_time") * age * (0.5 + patients.persistence)
    begun = 1.0 - jnp.exp(-jnp.maximum(day, 0.0) / _number("rise_time"))
    virus = patients.severity * age * begun * jnp.exp(-jnp.maximum(day, 0.0) / clearance_days)
    healing = jnp.exp(-jnp.maximum(day, 0.0) / (_number("rash_healing_time") * age))
    rash = jnp.minimum(_number("rash_strength") * patients.severity * begun * healing, 1.0)
    ganglionitis = patients.severity * age * begun * _inflamed(day, patients, age)
    return stack_insult(
        {
            ("viral", "root"): virus,
            ("viral", "proximal_nerve"): _number("share_in_proximal_nerve") * virus,
            ("viral", "distal_nerve"): _number("share_in_distal_nerve") * virus,
            ("viral", "terminal"): _number("share_in_skin") * virus,
            ("inflammation", "root"): _number("ganglionitis_strength") * ganglionitis,
            ("inflammation", "terminal"): rash,
        },
        patients,
    )


SHINGLES = Cause(
    name="shingles",
    label="Shingles (herpes zoster)",
    description="the virus inflames a ganglion, its nerve and the skin for some weeks",
    kinds=("viral", "inflammation"),
    places=("root", "proximal_nerve", "distal_nerve", "terminal"),
    onset="first day of pain or rash",
    default_region="chest",
    removable_by=("antiviral",),
    priors=(Prior("age_years", 50.0, 90.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "helgason_2000", "drolet_2010", "forbes_2016"),
    insult=_insult,
)
"""The virus in a ganglion, from the first day of the rash on."""
