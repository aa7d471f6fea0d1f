r"""Whether the odds mean what they say: virtual people with known truth, assessed as if real.

People come from an atlas of other histories (another seed), or from the same one, which then infers
without them. They get an origin, answers, signs and a drawing at random; every person has another
subset of findings. If the posterior is right, the rank of the truth among posterior patients is
uniform for every quantity (simulation-based calibration, Talts 2018), and of all causes given a
probability $p$ a share $p$ is true (reliability). Whoever asks the model about patients of the
model sees it at its best: what it does not know of real people is not in these numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from jaxtyping import Float, Int

from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.mechanisms.map import rows as rows_of
from causalgia.patients.anatomy import Origin, draw_areas, draw_signs, origins_of, signs
from causalgia.patients.atlas import Atlas
from causalgia.patients.findings import Findings
from causalgia.patients.inference.clinic import clinic_mix, referral
from causalgia.patients.inference.infer import infer
from causalgia.patients.inference.lesions import large_fiber_loss
from causalgia.patients.inference.likelihood import single_questions
from causalgia.patients.inference.mechanism import DOMINANT, central_share, dominant
from causalgia.patients.inference.posterior import Posterior
from causalgia.patients.observations import find_observation
from causalgia.patients.streams import stream

__all__ = ["QUANTITIES", "Known", "Recovered", "recover", "simulate_nonsense", "simulate_people"]

# What is known of a person: everybody is known in other parts.
_HOW = ("told", "examined", "measured")
_SHARE_ANSWERED, _SHARE_EXAMINED, _SHARE_MEASURED = 0.4, 0.7, 0.3
_SHARE_DRAWN, _SHARE_AGE, _SHARE_DURATION = 0.7, 0.9, 0.9
_SIGNS, _TESTS = 12, 6
# People say "two years" of anything within this factor.
_ROUNDING = 1.25
_TIE = 1e-4

Rows = Float[np.ndarray, " row"]


def _large_fibers(atlas: Atlas) -> Rows:
    survival = atlas.patients.mechanisms[
        list(rows_of("fiber_survival", PERIPHERAL_PLACES, ("a_beta",)))
    ]
    return survival.min(axis=0)


QUANTITIES: Mapping[str, Callable[[Atlas], Rows]] = MappingProxyType(
    {
        "severity": lambda atlas: atlas.patients.covariates["severity"],
        "large fibers left": _large_fibers,
        "pain at rest": lambda atlas: atlas.patients.rated("rest"),
        "pain without input": lambda atlas: atlas.patients.rating_without_input,
        "central sensitization": lambda atlas: central_share(atlas.patients),
        "pain in half a year": lambda atlas: atlas.pain_untreated[list(atlas.weeks).index(26), 0],
        "relief by gabapentin": lambda atlas: atlas.relief(atlas.arm("gabapentin")),
        "relief by duloxetine": lambda atlas: atlas.relief(atlas.arm("duloxetine")),
    }
)
"""What is recovered of each person beside cause, origin and mechanism."""


@dataclass(frozen=True)
class Known:
    """A virtual person of whom the truth is known: the `row` of the atlas they come from, their
    `cause` and `origin`, and the `findings` that are told of them.
    """

    row: int
    cause: str
    origin: Origin
    findings: Findings


@dataclass(frozen=True)
class Recovered:
    """What was found in people whose truth is known.

    `probabilities` [person, cause] and the `truth` [person] among `causes`; for "cause", "origin"
    and "mechanism" [person]: the probability of the `first` candidate and whether it is `right`,
    and the probability of the truth, `of_truth`; `ranks` [person] by quantity, 0-1; `sizes`,
    effective numbers of patients, and `tempering` [person]; `kinds`, the verdict on each;
    `before` [cause].
    """

    causes: tuple[str, ...]
    probabilities: Float[np.ndarray, "person cause"]
    truth: Int[np.ndarray, " person"]
    before: Float[np.ndarray, " cause"]
    first: Mapping[str, Float[np.ndarray, " person"]]
    right: Mapping[str, Float[np.ndarray, " person"]]
    of_truth: Mapping[str, Float[np.ndarray, " person"]]
    ranks: Mapping[str, Float[np.ndarray, " person"]]
    sizes: Float[np.ndarray, " person"]
    tempering: Float[np.ndarray, " person"]
    kinds: tuple[str, ...]


def simulate_people(atlas: Atlas, count: int, seed: int) -> tuple[Known, ...]:
    """People as a clinic sees them, each with some findings.

    **Arguments:** an `atlas` whose histories are not those that infer; how many; the `seed`.
    """
    generator = stream(seed, "inference", "people")
    mix = clinic_mix()
    weight = atlas.prior_weight * referral(atlas)
    cause = atlas.patients.cause
    weight = weight / np.bincount(cause, weight, minlength=len(atlas.causes))[cause]
    weight = weight * np.array([mix[name] for name in atlas.causes])[cause]
    rows = generator.choice(atlas.count, count, p=weight / weight.sum())
    return tuple(_person(atlas, int(row), generator) for row in rows)


def _person(atlas: Atlas, row: int, generator: np.random.Generator) -> Known:
    cause = atlas.causes[atlas.patients.cause[row]]
    found = origins_of(cause)
    shares = np.array([share for _, share in found])
    origin = found[generator.choice(len(found), p=shares / shares.sum())][0]
    days = atlas.hurting_days if generator.random() < 0.5 else atlas.patients.duration_days
    since, known = max(float(days[row]), 1.0), atlas.patients.covariates["age_years"][row]
    spread = _ROUNDING ** generator.random()
    duration = (since / spread, since / spread * _ROUNDING)
    return Known(
        row,
        cause,
        origin,
        Findings(
            observed=_answers(atlas, row, generator),
            areas=draw_areas(origin, generator) if _is(generator, _SHARE_DRAWN) else None,
            signs=_signs(atlas, row, origin, generator),
            known={"age_years": float(known)} if _is(generator, _SHARE_AGE) else {},
            duration_days=duration if _is(generator, _SHARE_DURATION) else None,
        ),
    )


def _is(generator: np.random.Generator, share: float) -> bool:
    return bool(generator.random() < share)


def _answers(atlas: Atlas, row: int, generator: np.random.Generator) -> dict[str, float]:
    """Some of what is told, and maybe some of what is examined and measured."""
    patient = atlas.patients.select([row])
    asked = []
    by_how = {
        how: [n for n in single_questions() if find_observation(n).how == how] for how in _HOW
    }
    asked += [name for name in by_how["told"] if _is(generator, _SHARE_ANSWERED)]
    if _is(generator, _SHARE_EXAMINED):
        asked += [name for name in by_how["examined"] if _is(generator, _SHARE_ANSWERED)]
    if _is(generator, _SHARE_MEASURED):
        asked += list(generator.choice(by_how["measured"], _TESTS, replace=False))
    return {name: float(find_observation(name).draw(patient, generator)[0]) for name in asked}


def _signs(
    atlas: Atlas, row: int, origin: Origin, generator: np.random.Generator
) -> dict[str, bool]:
    if not _is(generator, _SHARE_EXAMINED):
        return {}
    names = [str(name) for name in generator.choice(tuple(signs()), _SIGNS, replace=False)]
    loss = float(large_fiber_loss(atlas, origin.place)[row])
    return dict(draw_signs(names, origin, loss, generator))


def simulate_nonsense(like: Sequence[Known], seed: int) -> tuple[Findings, ...]:
    """Findings of nobody: what is known of as many people, with every answer drawn by chance."""
    generator = stream(seed, "inference", "nonsense")
    return tuple(
        replace(
            person.findings,
            observed={name: _anything(name, generator) for name in person.findings.observed},
            signs={name: _is(generator, 0.5) for name in person.findings.signs},
        )
        for person in like
    )


def _anything(name: str, generator: np.random.Generator) -> float:
    return float(generator.choice(find_observation(name).outcomes))


def recover(
    people: Sequence[Known],
    truth: Atlas,
    atlas: Atlas,
    *,
    tell: Callable[[int], None] = lambda _: None,
) -> Recovered:
    """Infer what is wrong with people, and hold it against what is.

    **Arguments:** the `people`; the atlas they come from (`truth`); the `atlas` that infers, of
    the same causes, without the person where it is the same; `tell`, told how many are done.
    """
    generator = stream(0, "inference", "ties")
    values = {name: (of(truth), of(atlas)) for name, of in QUANTITIES.items()}
    labels, same = dominant(truth.patients), truth is atlas
    found: dict[str, list[float]] = {}
    kinds: list[str] = []
    probabilities = np.zeros((len(people), len(atlas.causes)))
    for number, person in enumerate(people):
        posterior = infer(person.findings, atlas=_others(atlas, person) if same else atlas)
        kinds.append(posterior.verdict.kind)
        for odds in posterior.causes:
            probabilities[number, atlas.causes.index(odds.name)] = odds.probability
        own = _held_against(posterior, person, tuple(DOMINANT)[labels[person.row]])
        own |= {
            f"rank/{name}": _rank(of[person.row], among, posterior.weights, generator)
            for name, (of, among) in values.items()
        }
        for name, value in own.items():
            found.setdefault(name, []).append(value)
        tell(number + 1)
    arrays = {name: np.array(column) for name, column in found.items()}
    mix = clinic_mix()
    return Recovered(
        causes=atlas.causes,
        probabilities=probabilities,
        truth=np.array([atlas.causes.index(person.cause) for person in people]),
        before=np.array([mix[name] for name in atlas.causes]),
        first=_under(arrays, "first/"),
        right=_under(arrays, "right/"),
        of_truth=_under(arrays, "truth/"),
        ranks=_under(arrays, "rank/"),
        sizes=arrays["size"],
        tempering=arrays["tempering"],
        kinds=tuple(kinds),
    )


def _others(atlas: Atlas, person: Known) -> Atlas:
    """Everybody but the person."""
    weight = atlas.prior_weight.copy()
    weight[person.row] = 0.0
    return replace(atlas, prior_weight=weight)


def _under(arrays: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): own for name, own in arrays.items() if prefix in name}


def _held_against(posterior: Posterior, person: Known, mechanism: str) -> dict[str, float]:
    """The first candidates and the truth, of cause, origin and mechanism."""
    own = {"size": posterior.size, "tempering": posterior.weighed.tempering}
    for kind, odds, true in (
        ("cause", posterior.causes, person.cause),
        ("origin", posterior.origins, person.origin.name),
        ("mechanism", posterior.mechanisms, mechanism),
    ):
        own[f"first/{kind}"] = odds[0].probability
        own[f"right/{kind}"] = float(odds[0].name == true)
        own[f"truth/{kind}"] = sum(one.probability for one in odds if one.name == true)
    return own


def _rank(value: float, among: Rows, weights: Rows, generator: np.random.Generator) -> float:
    """The share of the weight below a value, ties split at random."""
    below = float(weights[among < value - _TIE].sum())
    tied = float(weights[np.abs(among - value) <= _TIE].sum())
    return below + float(generator.random()) * tied
