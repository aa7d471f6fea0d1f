r"""Osteoarthritis: a worn joint whose lining inflames sound nerve endings.

This is pain, but not neuropathic pain: no axon is harmed, endings are sensitized where they are.
It is here so that tests and questionnaires meet the pain that neuropathic pain is told from.
Inflammation $i = s\,b(t)\,(q + (1-q)\,w(t)) + f\,s\,b(t)\,e^{-\varphi(t)/\tau_f}$: it comes up over
weeks ($b$), most of it is there at first ($q$), the rest with the wear of years ($w$), and flares
come at an interval, $\varphi$ days ago, sooner in patients of high `persistence`.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun, fading, spread_by_rank

__all__ = ["OSTEOARTHRITIS"]

_number = numbers_of("osteoarthritis")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    first = _number("first_share")
    worn = first + (1.0 - first) * begun(day, _number("wear_time"))
    every_days = spread_by_rank(
        1.0 - patients.persistence, _number("flare_interval"), _number("flare_interval_log_sd")
    )
    # The first flare comes within the first interval, so that patients do not flare together.
    since = jnp.mod(jnp.maximum(day, 0.0) + patients.persistence * every_days, every_days)
    flare = _number("flare") * fading(since, _number("flare_time"))
    lasting = patients.severity * begun(day, _number("rise_time"))
    inflammation = _number("inflammation") * lasting * (worn + flare)
    return stack_insult({("inflammation", "terminal"): inflammation}, patients)


OSTEOARTHRITIS = Cause(
    name="osteoarthritis",
    label="Osteoarthritis (not neuropathic)",
    description="a worn joint inflames sound nerve endings: nociceptive pain, for comparison",
    kinds=("inflammation",),
    places=("terminal",),
    onset="first day on which the joint hurt",
    default_region="leg",
    removable_by=(),
    priors=(Prior("age_years", 45.0, 85.0), Prior("severity", 0.3, 0.9)),
    sources=("causalgia_causes",),
    insult=_insult,
    longest_step_days=7.0,
)
"""An inflamed joint with sound nerves, from the first day that it hurt on."""
