"""Whether any virtual patient would answer like this: findings held against the model.

Two checks. Each finding against what the others lead to expect: the probability of an answer at
least as improbable. And all together: virtual patients drawn by their weights answer anew, and the
share is counted in whom the given answers fit no worse than their own do.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from causalgia.evidence import parameter
from causalgia.patients.atlas import Atlas
from causalgia.patients.inference.posterior import CauseOdds, Surprise, Verdict
from causalgia.patients.inference.weighing import Weighed, normalized
from causalgia.patients.observations import find_observation
from causalgia.patients.streams import stream

__all__ = ["predictive_p", "surprises", "verdict_of"]

_REPLICAS = 400
_NEGLIGIBLE = 1e-7

Rows = Float[np.ndarray, " row"]


def _number(name: str) -> float:
    return parameter(f"causalgia_inference/{name}").value


def surprises(
    observed: Mapping[str, float],
    log_likelihoods: Mapping[str, Rows],
    weighed: Weighed,
    atlas: Atlas,
) -> tuple[Surprise, ...]:
    """Each answer against what all others lead to expect, the most surprising first."""
    found = []
    weights = np.log(np.maximum(weighed.weights, 1e-300))
    power = weighed.powers[atlas.patients.cause]
    for name, value in observed.items():
        # Without this finding, to the same power as all count.
        without = normalized(weights - power * log_likelihoods[name])
        rows = np.flatnonzero(without > _NEGLIGIBLE * without.max())
        observation = find_observation(name)
        chance = observation.chance(atlas.patients.select(rows)) @ without[rows]
        nearest = int(np.argmin(np.abs(np.array(observation.outcomes) - value)))
        p = float(chance[chance <= chance[nearest] * (1.0 + 1e-9)].sum())
        found.append(Surprise(name, value, min(p, 1.0)))
    return tuple(sorted(found, key=lambda own: own.p))


def predictive_p(
    observed: Mapping[str, float],
    log_likelihoods: Mapping[str, Rows],
    weighed: Weighed,
    atlas: Atlas,
) -> float:
    """The share of virtual patients, drawn by their weights, who answer no more probably than this
    (1 where nothing is observed).
    """
    if not observed:
        return 1.0
    generator = stream(0, "inference", "replicas")
    rows = generator.choice(len(weighed.weights), _REPLICAS, p=weighed.weights)
    drawn = atlas.patients.select(rows)
    given, own = np.zeros(_REPLICAS), np.zeros(_REPLICAS)
    for name in observed:
        observation = find_observation(name)
        answers = observation.draw(drawn, generator)
        given += log_likelihoods[name][rows]
        own += _each(name, answers, atlas, rows)
    # Half of a tie, as with one answer of yes or no.
    return float(np.mean((own < given - 1e-9) + 0.5 * (np.abs(own - given) <= 1e-9)))


def _each(
    name: str, answers: Float[np.ndarray, " replica"], atlas: Atlas, rows: np.ndarray
) -> Float[np.ndarray, " replica"]:
    """Log-likelihood of each replica's own answer in the patient who gave it."""
    observation = find_observation(name)
    if observation.kind == "z_score":
        # Answers are told apart by outcomes: densities of each would be as many calls.
        outcomes = np.array(observation.outcomes)
        answers = outcomes[np.abs(answers[:, None] - outcomes).argmin(axis=1)]
    found = np.zeros(len(rows))
    for value in np.unique(answers):
        same = np.flatnonzero(answers == value)
        patients = atlas.patients.select(rows[same])
        found[same] = observation.log_likelihood(float(value), patients)
    return found


def verdict_of(
    causes: tuple[CauseOdds, ...], surprises: tuple[Surprise, ...], p: float, weighed: Weighed
) -> Verdict:
    """What can be said, in words."""
    first = causes[0]
    odd = [own.name.replace("_", " ") for own in surprises if own.p < _number("odd_finding_p")]
    few = "" if weighed.tempering == 1.0 else _FEW.format(power=weighed.tempering)
    if p < _number("contradiction_p"):
        what = f" Least expected: {', '.join(odd[:3])}." if odd else ""
        return Verdict(
            "contradictory",
            "Hardly any virtual patient would answer like this: some findings contradict each "
            f"other or the model, and no odds should be trusted.{what}{few}",
            p,
        )
    share = f"{100 * first.probability:.0f} % ({100 * first.low:.0f} to {100 * first.high:.0f})"
    if first.probability >= _number("clear_odds"):
        return Verdict("clear", f"{first.label} is probable: {share}.{few}", p)
    if first.probability >= _number("leading_odds"):
        text = f"{first.label} is the most probable, {share}, but not the only candidate.{few}"
        return Verdict("leading", text, p)
    text = (
        f"The data cannot tell: no cause is more probable than not; first, {first.label}, {share}."
    )
    return Verdict("open", text + few, p)


_FEW = (
    " Few virtual patients resemble this person: within the cause, what is known was weighed less "
    "(to the power of {power:.2f}), so that answers are less particular than they might be."
)
