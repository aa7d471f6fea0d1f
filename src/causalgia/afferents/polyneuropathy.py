"""C nociceptors of a polyneuropathy, painful or painless: how many are ill is what differs.

A share of the fibers is ill, each to a degree of its own; the rest is healthy. Ill endings are
sensitized (`causalgia.afferents.spontaneous`) and have lost delayed rectifiers: a spike that an
electrode starts runs into the ending, goes round there, and is sent back once the branch is no
longer refractory. Such fibers answer one stimulus with two spikes or more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from causalgia.afferents.c_classes import CRecipe, c_lanes, c_recipe
from causalgia.afferents.injury import with_folds
from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.population import draw_c_class
from causalgia.afferents.spontaneous import active_endings, neuropathic_ending
from causalgia.afferents.terminals import c_endings
from causalgia.cable.stimulus import Pulses
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["Nociceptors", "Polyneuropathy", "draw_nociceptors", "electrical_answers", "with_ill"]

CLASSES = ("c_polymodal", "c_silent")
LENGTH_um, COMPARTMENTS, ENDING = 6000.0, 120, 10
"""The branch that is stimulated at its end, and how many compartments are the ending."""

REST_ms, AFTER_ms, WATCHED = 50.0, 250.0, 100
PULSE_ms, PULSE_nA = 1.0, 2.0


@dataclass(frozen=True)
class Nociceptors:
    """Fibers of a nerve, sorted by class, and what each does ill and healthy.

    **Arguments:** `recipes`; `risk` (0 to 1): with a share of fibers ill, those below it are;
    `spikes` and `interval_ms` (NaN for one spike) of the answer to one electrical stimulus and
    the spontaneous `rate_Hz`, all [healthy or ill, fiber]; which count as `active`.
    """

    recipes: tuple[CRecipe, ...]
    risk: Float[np.ndarray, " fiber"]
    spikes: Int[np.ndarray, "state fiber"]
    interval_ms: Float[np.ndarray, "state fiber"]
    rate_Hz: Float[np.ndarray, "state fiber"]
    active: Bool[np.ndarray, "state fiber"]


@dataclass(frozen=True)
class Polyneuropathy:
    """What microneurography finds in a nerve: one value a fiber.

    Which are `ill`; `spikes` to one electrical stimulus, the `interval_ms` of the first two (NaN
    for one); which are `active` with nothing done, and at what `rate_Hz`.
    """

    ill: Bool[np.ndarray, " fiber"]
    spikes: Int[np.ndarray, " fiber"]
    interval_ms: Float[np.ndarray, " fiber"]
    rate_Hz: Float[np.ndarray, " fiber"]
    active: Bool[np.ndarray, " fiber"]

    @property
    def double(self) -> Bool[np.ndarray, " fiber"]:
        """Which fibers answer one stimulus with two spikes or more."""
        return self.spikes >= 2

    @property
    def active_percent(self) -> float:
        """Share of fibers that are active."""
        return 100.0 * float(self.active.mean())

    @property
    def double_percent(self) -> float:
        """Share of fibers with double spikes."""
        return 100.0 * float(self.double.mean())


def draw_nociceptors(count: int, seed: int) -> Nociceptors:
    """Polymodal and silent fibers in their shares, run healthy and ill.

    **Raises:** `InputError` for fewer than 8.
    """
    if count < 8:
        raise InputError(f"count is {count}, must be 8 or more")
    own = parameters("causalgia_fibers")
    shares = np.array([own[f"{name}_share"].value for name in CLASSES])
    first = round(count * shares[0] / shares.sum())
    sizes = {"c_polymodal": first, "c_silent": count - first}
    drawn = [draw_c_class(name, size, seed) for name, size in sizes.items()]
    recipes = tuple(recipe for group in drawn for recipe in group)
    random = np.random.default_rng([seed, *b"polyneuropathy"])
    risk, severity = random.random(count), random.random(count)
    found = [electrical_answers(recipes, worse) for worse in (np.zeros(count), severity)]
    rates = np.concatenate([_at_rest(group, seed) for group in drawn], axis=-1)
    return Nociceptors(
        recipes,
        risk,
        np.stack([spikes for spikes, _ in found]),
        np.stack([interval for _, interval in found]),
        rates[:, 0],
        rates[:, 1] > 0,
    )


def with_ill(nociceptors: Nociceptors, share: float) -> Polyneuropathy:
    """The nerve with a share of its fibers ill; who is ill in a mild disease is so in a worse one.

    **Raises:** `InputError` for a share outside 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise InputError(f"share is {share:g}, allowed 0 to 1")
    ill = nociceptors.risk < share
    state, fiber = ill.astype(int), np.arange(ill.size)
    return Polyneuropathy(
        ill,
        nociceptors.spikes[state, fiber],
        nociceptors.interval_ms[state, fiber],
        nociceptors.rate_Hz[state, fiber],
        nociceptors.active[state, fiber],
    )


def electrical_answers(
    recipes: tuple[CRecipe, ...], severity: Float[np.ndarray, " fiber"]
) -> tuple[Int[np.ndarray, " fiber"], Float[np.ndarray, " fiber"]]:
    """Spikes to one stimulus of a branch far from its ending, and the interval of the first two.

    **Arguments:** the `recipes`; how ill each ending is, from 0 to 1.
    """
    own = parameters("causalgia_fibers")
    thin = own["polyneuropathy_branch_diameter"].value
    branches = [
        replace(r, diameter_um=thin * r.diameter_um / c_recipe(r.name).diameter_um) for r in recipes
    ]
    left = 1.0 - own["polyneuropathy_delayed_rectifier_lost"].value * np.asarray(severity)
    model = with_folds(
        c_lanes(branches, LENGTH_um, COMPARTMENTS),
        np.arange(ENDING),
        {
            "nav1_8": own["polyneuropathy_ending_nav1_8"].value,
            "m_current": own["polyneuropathy_ending_m_current"].value,
            "delayed_rectifier": left,
        },
    )
    run = simulate_fiber(
        model,
        duration_ms=REST_ms + AFTER_ms,
        currents=[Pulses((COMPARTMENTS - 1,), REST_ms, PULSE_ms, PULSE_nA)],
        spikes=(WATCHED,),
        every_ms=1.0,
        batch=len(recipes),
    )
    times = [run.spike_times_ms(0, lane) for lane in range(len(recipes))]
    # what comes before the stimulus is no answer to it
    times = [found[found > REST_ms] for found in times]
    interval = [float(found[1] - found[0]) if found.size > 1 else np.nan for found in times]
    return np.array([found.size for found in times]), np.array(interval)


def _at_rest(recipes: tuple[CRecipe, ...], seed: int) -> Float[np.ndarray, "state kind fiber"]:
    """Rate (Hz) and whether it counts as activity, of fibers of one class, healthy and ill."""
    healthy = c_endings(recipes)
    found = [
        active_endings(endings, seed=seed)
        for endings in (healthy, neuropathic_ending(healthy, 1.0))
    ]
    return np.array([[each.rate_Hz, each.active.astype(float)] for each in found])
