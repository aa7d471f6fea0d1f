"""Who takes part: draws from a pool, screened, with all that a trial adds to a patient.

Every trait is drawn from a stream of its own, keyed by the seed and the number of the batch, so
that arms and designs share the same people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from jaxtyping import Float, Int

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters
from causalgia.patients.streams import stream

__all__ = ["REASONS", "Numbers", "Traits", "draw_traits", "take", "trial_numbers"]

REASONS = ("", "adverse event", "lack of efficacy", "other")
"""Why somebody stops; the first: nobody did."""


Numbers = Mapping[str, float]
"""Numbers of `causalgia_trials` by name."""


def trial_numbers(changes: Numbers | None = None) -> Numbers:
    """The numbers of the evidence, but for the `changes` given.

    **Raises:** `InputError` for a name that does not exist, with the nearest names.
    """
    table = {name: entry.value for name, entry in parameters("causalgia_trials").items()}
    for name in changes or {}:
        if name not in table:
            raise InputError(f"unknown number {name!r}; {nearest(name, table)}")
    return MappingProxyType({**table, **(changes or {})})


@dataclass(frozen=True)
class Traits:
    """What a trial adds to patients, one value each.

    `history`, which patient of the pool (its place there); `fluctuation` of pain on the first
    day, in points; `belief`, the share of pain that full belief in a treatment takes away;
    `adherence`, share of doses taken of what people take themselves; `patience` and
    `steadiness`, the cumulative hazards at which they leave for lack of efficacy and for other
    reasons; per side effect [effect, batch]: `liability`, the rank that its probability must
    exceed, `sensitivity`, the rank below which the affected stop, `spontaneous`, the rank that its
    share on placebo must exceed, and `spontaneous_day`, when it then comes.
    """

    history: Int[np.ndarray, " batch"]
    fluctuation: Float[np.ndarray, " batch"]
    belief: Float[np.ndarray, " batch"]
    adherence: Float[np.ndarray, " batch"]
    patience: Float[np.ndarray, " batch"]
    steadiness: Float[np.ndarray, " batch"]
    liability: Float[np.ndarray, "effect batch"]
    sensitivity: Float[np.ndarray, "effect batch"]
    spontaneous: Float[np.ndarray, "effect batch"]
    spontaneous_day: Float[np.ndarray, "effect batch"]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.history)


def draw_traits(
    histories: int,
    effects: tuple[str, ...],
    numbers: Numbers,
    *,
    count: int,
    seed: int,
    names: tuple[str, ...],
    believing: float = 1.0,
) -> Traits:
    """Draw people: a history each, and their traits.

    **Arguments:** how many `histories` the pool has; names of side `effects`; the `numbers` of
    `causalgia_trials`; `count`; `seed` of the trial; `names` of the streams, different for
    different people; how much more than usual they are `believing`.
    """

    def generator(trait: str) -> np.random.Generator:
        return stream(seed, "trial", *names, trait)

    mean, spread = believing * numbers["belief_mean"], numbers["belief_log_deviation"]
    belief = mean * np.exp(spread * generator("belief").standard_normal(count) - spread**2 / 2)
    kept, shape = numbers["adherence_mean"], numbers["adherence_shape"]

    def ranks(trait: str) -> Float[np.ndarray, "effect batch"]:
        # By name of the effect, so that another design shares the person.
        drawn = [generator(f"{trait} {effect}").random(count) for effect in effects]
        return np.array(drawn).reshape(len(effects), count)

    return Traits(
        history=generator("history").integers(0, histories, count),
        fluctuation=numbers["fluctuation_deviation"] * generator("pain").standard_normal(count),
        belief=np.minimum(belief, numbers["belief_most"]),
        adherence=generator("adherence").beta(kept * shape, (1.0 - kept) * shape, count),
        patience=generator("patience").exponential(1.0, count),
        steadiness=generator("steadiness").exponential(1.0, count),
        liability=ranks("liability"),
        sensitivity=ranks("sensitivity"),
        spontaneous=ranks("spontaneous"),
        spontaneous_day=numbers["first_weeks_of_side_effects"] * ranks("spontaneous day"),
    )


def take(traits: Traits, lanes: Int[np.ndarray, " chosen"]) -> Traits:
    """Some of them."""
    return Traits(**{f.name: getattr(traits, f.name)[..., lanes] for f in fields(Traits)})
