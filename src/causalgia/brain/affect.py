r"""Mood and sleep: how much a discharge bothers, and how well the brainstem holds it back.

A night without sleep makes two minutes of cold water hurt 17 % more (a rise of 8.2 against 7.0
points on Borg's scale, 27 people). Here it lowers how strongly the locus coeruleus answers what
ascends, by as much as that takes; that it impairs conditioned modulation (Staffe 2019, direction)
follows. Mood moves experimental pain little: a pooled effect of 0.14 standard
deviations for the worse and 0.24 for the better (Mikkelsen 2023), the former weakly supported; how
unpleasant pain is moves more (Rainville 2005, Loggia 2008), hence the exponent of
`causalgia.brain.felt.unpleasantness`.
"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.brain.descending import DescendingSettings
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["affective_gain", "rested"]

Values = Float[Array, "*shape"] | Float[np.ndarray, "*shape"] | float


def _own(name: str) -> float:
    return parameters("causalgia_brain_affect")[name].value


def affective_gain(mood: Values) -> Float[Array, "*shape"]:
    """What a mood multiplies the rating by: -1 as bad as an experiment makes it, 1 as good.

    **Raises:** `InputError` for a mood beyond those.
    """
    _check("mood", mood, -1.0)
    value = jnp.asarray(mood, dtype=float)
    spread = _own("rating_spread")
    effects = parameters("mikkelsen_2023")
    worse = effects["negative_effect"].value * jnp.maximum(-value, 0.0)
    better = effects["positive_effect"].value * jnp.maximum(value, 0.0)
    return 1.0 + spread * (worse - better)


def rested(settings: DescendingSettings, sleep_quality: Values) -> DescendingSettings:
    """The loops of descending control after a night of such sleep.

    **Arguments:** `sleep_quality`, 0 a night without sleep to 1, as in `Mechanisms`.
    """
    _check("sleep_quality", sleep_quality, 0.0)
    kept = 1.0 - _own("sleepless_inhibition") * (1.0 - jnp.asarray(sleep_quality, dtype=float))
    return replace(settings, vigor=settings.vigor * kept)


def _check(name: str, value: Values, lowest: float) -> None:
    if not isinstance(value, jax.core.Tracer):
        given = np.asarray(value)
        if not ((given >= lowest) & (given <= 1.0)).all():
            raise InputError(f"{name} is {value}, allowed {lowest:g} to 1")
