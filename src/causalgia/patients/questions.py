r"""What to find out next: questions, signs, tests and events of the history, by what they tell.

Answers, signs and blocks have their expected gain from `causalgia.patients.inference`. An event of
the history $E$ hangs on the cause $C$ alone, so that its gain about cause and origin is

$$I(E; C) = \sum_{c, e} P(c)\, P(e \mid c) \log_2 \frac{P(e \mid c)}{P(e)}.$$
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from causalgia.patients.history import Event, events
from causalgia.patients.inference import DOMINANT, Gain, Posterior, information_gain
from causalgia.patients.inference.mechanism import dominant

__all__ = ["EFFORT", "LEAST_BITS", "event_gains", "next_questions"]

EFFORT = ("told", "examined", "measured", "block")
"""How an answer is had, the least effort first."""

LEAST_BITS = 0.005
"""What tells less about cause and origin is not worth asking for."""

_EACH = 4


def next_questions(posterior: Posterior, known: Mapping[str, bool]) -> tuple[Gain, ...]:
    """The most telling things to find out, of each effort a few: first what can simply be asked.

    **Arguments:** the `posterior`; events of the history that are `known`. Single items of
    questionnaires are left out: they ask what a complaint asks.
    """
    wanted = [gain for gain in information_gain(posterior) if "." not in gain.name]
    wanted += event_gains(posterior, known)
    telling = sorted(
        (gain for gain in wanted if gain.about_lesion >= LEAST_BITS),
        key=lambda gain: -gain.about_lesion,
    )
    return tuple(
        gain for effort in EFFORT for gain in [own for own in telling if own.how == effort][:_EACH]
    )


def event_gains(posterior: Posterior, known: Mapping[str, bool]) -> list[Gain]:
    """What each event of the history that is not known would tell."""
    atlas = posterior.atlas
    label = dominant(atlas.patients)
    joint = np.zeros((len(DOMINANT), len(atlas.causes)))
    np.add.at(joint, (label, atlas.patients.cause), posterior.weights)
    return [
        _gain(event, atlas.causes, joint) for name, event in events().items() if name not in known
    ]


def _gain(event: Event, causes: tuple[str, ...], joint: Float[np.ndarray, "label cause"]) -> Gain:
    told = np.array([event.share(cause) for cause in causes])
    about_cause = _bits(joint.sum(axis=0), told)
    with_label = joint.sum(axis=1)
    given = joint @ told / np.maximum(with_label, 1e-300)
    return Gain(
        name=event.name,
        label=event.ask,
        how="told",
        about_cause=about_cause,
        about_lesion=about_cause,
        about_mechanism=_bits(with_label, np.clip(given, 0.0, 1.0)),
    )


def _bits(weight: Float[np.ndarray, " target"], chance: Float[np.ndarray, " target"]) -> float:
    """Mutual information of a target of these weights and a yes of this chance in each, in bits."""
    weight = weight / weight.sum()
    total = 0.0
    for share in (chance, 1.0 - chance):
        mean = float(weight @ share)
        there = (share > 0.0) & (weight > 0.0)
        total += float(weight[there] @ (share[there] * np.log2(share[there] / max(mean, 1e-300))))
    return max(total, 0.0)
