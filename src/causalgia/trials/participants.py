"""Who takes part: draws from a pool, screened, with all that a trial adds to a patient.

Every trait is drawn from a stream of its own, keyed by the seed and the number of the batch, so
that arms and designs share the same people.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float, Int

from causalgia.evidence import parameter
from causalgia.patients.streams import stream

__all__ = ["REASONS", "Traits", "draw_traits", "number", "take"]

REASONS = ("", "adverse event", "lack of efficacy", "other")
"""Why somebody stops; the first: nobody did."""


def number(name: str) -> float:
    """A number of `causalgia_trials`."""
    return parameter(f"causalgia_trials/{name}").value


@dataclass(frozen=True)
class Traits:
    """What a trial adds to patients, one value each.

    `history`, which patient of the pool (its place there); `fluctuation` of pain on the first
    day, in points; `belief`, the share of pain that full belief in a treatment takes away;
    `adherence`, share of doses taken; `patience` and `steadiness`, the cumulative hazards at which
    they leave for lack of efficacy and for other reasons; per side effect [effect, batch]:
    `liability`, the rank that its probability must exceed, `sensitivity`, the rank below which the
    affected stop, `spontaneous`, the rank that its share on placebo must exceed, and
    `spontaneous_day`, when it then comes.
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
    histories: int, effects: tuple[str, ...], *, count: int, seed: int, names: tuple[str, ...]
) -> Traits:
    """Draw people: a history each, and their traits.

    **Arguments:** how many `histories` the pool has; names of side `effects`; `count`; `seed` of
    the trial; `names` of the streams, different for different people.
    """

    def generator(trait: str) -> np.random.Generator:
        return stream(seed, "trial", *names, trait)

    mean, spread = number("belief_mean"), number("belief_log_deviation")
    belief = mean * np.exp(spread * generator("belief").standard_normal(count) - spread**2 / 2)
    kept, shape = number("adherence_mean"), number("adherence_shape")

    def ranks(trait: str) -> Float[np.ndarray, "effect batch"]:
        # By name of the effect, so that another design shares the person.
        drawn = [generator(f"{trait} {effect}").random(count) for effect in effects]
        return np.array(drawn).reshape(len(effects), count)

    return Traits(
        history=generator("history").integers(0, histories, count),
        fluctuation=number("fluctuation_deviation") * generator("pain").standard_normal(count),
        belief=np.minimum(belief, number("belief_most")),
        adherence=generator("adherence").beta(kept * shape, (1.0 - kept) * shape, count),
        patience=generator("patience").exponential(1.0, count),
        steadiness=generator("steadiness").exponential(1.0, count),
        liability=ranks("liability"),
        sensitivity=ranks("sensitivity"),
        spontaneous=ranks("spontaneous"),
        spontaneous_day=number("first_weeks_of_side_effects") * ranks("spontaneous day"),
    )


def take(traits: Traits, lanes: Int[np.ndarray, " chosen"]) -> Traits:
    """Some of them."""
    return Traits(**{f.name: getattr(traits, f.name)[..., lanes] for f in fields(Traits)})
