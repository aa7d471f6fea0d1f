r"""When pain no longer needs its cause: the bistable region, the window, and what moves them.

The central part of a patient is a loop: discharge makes gains, gains make discharge. A state *holds
itself* when, with nothing coming in from the nerve, it stays: patients in whom health stays as well
are *bistable*, and which of both they are in is a matter of their history. The *window* is the time
in which taking the cause away still ends the pain. Neither is coded: both are read from patients
who are put there and followed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from causalgia.causes import Cause, Insult
from causalgia.causes.cause import Traits, stack_insult
from causalgia.course.constants import Constants, load_constants
from causalgia.course.patients import Patients, typical
from causalgia.course.plan import Respond
from causalgia.course.run import follow
from causalgia.course.state import SCARS, CourseState, healthy_state
from causalgia.mechanisms.map import rows
from causalgia.pathway import TESTS
from causalgia.treatments import prescribe

__all__ = ["Bistability", "Window", "bistability", "sensitized", "window"]

_REST = TESTS.index("rest")
_HURTS = 1.0
_LONG_days = 1092.0


def _nothing(day: Float[Array, ""], patients: Traits) -> Insult:
    return stack_insult({}, patients)


NOTHING = Cause(
    name="nothing",
    label="No cause",
    description="nothing insults the pathway any longer",
    kinds=(),
    places=(),
    onset="any day",
    default_region="hand",
    removable_by=(),
    priors=(),
    sources=(),
    insult=_nothing,
    longest_step_days=7.0,
)
"""What is left of a cause once it has been taken away."""


@dataclass(frozen=True)
class Bistability:
    """Who keeps a sensitized state without input, over a plane.

    `sensitization` [level], how far cord and brain were put from health toward what strong pain
    makes in the end (0-1); `trait` and its `values` [value]; `begun`, pain at rest without input
    on the first day, and `end`, after three years, both [value, level].
    """

    sensitization: Float[np.ndarray, " level"]
    trait: str
    values: Float[np.ndarray, " value"]
    begun: Float[np.ndarray, "value level"]
    end: Float[np.ndarray, "value level"]

    @property
    def holds(self) -> Bool[np.ndarray, "value level"]:
        """Where pain is still there."""
        return self.end >= _HURTS

    @property
    def is_bistable(self) -> Bool[np.ndarray, " value"]:
        """For which values of the trait health stays healthy and the worst state stays ill."""
        return ~self.holds[:, 0] & self.holds[:, -1]

    @property
    def threshold(self) -> Float[np.ndarray, " value"]:
        """The least sensitization that holds itself; NaN where none does."""
        first = self.sensitization[np.argmax(self.holds, axis=1)]
        return np.where(self.holds.any(axis=1), first, np.nan)


def sensitized(
    patients: Patients, level: Float[Array, " batch"], constants: Constants | None = None
) -> CourseState:
    """Patients whose nerve is healthy and whose cord and brain went so far (0-1) from health.

    At 1 every quantity is where strong discharge for years would draw it.
    """
    constants = load_constants() if constants is None else constants
    state = healthy_state(patients, constants=constants)
    gaba = (1.0 - constants["gaba_fall"] * level) * (
        1.0 - constants["most_interneurons_lost"] * level
    )
    targets = {
        "ampa_gain": 1.0 + constants["ampa_potentiation"] * level,
        "nmda_gain": 1.0 + constants["nmda_potentiation"] * level,
        "kcc2": 1.0 - constants["kcc2_fall"] * level,
        "interneuron_survival": gaba,
        "microglia": level,
    }
    values = state.mechanisms
    for quantity, target in targets.items():
        values = values.at[rows(quantity)[0]].set(target)
    tired = 1.0 - constants["noradrenergic_fall"] * level
    values = values.at[rows("noradrenergic_inhibition")[0]].multiply(tired)
    eased = constants["facilitation_gain"] * level
    values = values.at[rows("serotonergic_facilitation")[0]].add(eased)
    scars = state.scars
    for name, amount in (
        ("bdnf", level),
        ("consolidation", level),
        ("cortical", level),
        ("interneurons_lost", constants["most_interneurons_lost"] * level),
    ):
        scars = scars.at[SCARS.index(name)].set(amount)
    return dataclasses.replace(state, mechanisms=values, scars=scars)


def bistability(
    respond: Respond,
    trait: str,
    values: Sequence[float],
    *,
    levels: int = 21,
    constants: Constants | None = None,
    covariates: Mapping[str, float] | None = None,
) -> Bistability:
    """Put patients at every level of sensitization, without input, and see who stays.

    **Arguments:** `respond`, the pathway; a `trait` of `Patients` and its `values`; how many
    `levels` from 0 to 1; `constants`; other `covariates` of everybody.
    """
    sensitization = np.linspace(0.0, 1.0, levels)
    level, value = (grid.ravel() for grid in np.meshgrid(sensitization, np.asarray(values)))
    who = typical(level.size, **{**(covariates or {}), trait: value})
    start = sensitized(who, jnp.asarray(level, jnp.float32), constants)
    course = follow(
        NOTHING,
        who,
        respond=respond,
        days=_LONG_days,
        start=start,
        record_every_days=28.0,
        constants=constants,
    )
    shape = (len(values), levels)
    first = np.asarray(respond(start.mechanisms).rating[_REST])
    return Bistability(
        sensitization=sensitization,
        trait=trait,
        values=np.asarray(values, dtype=float),
        begun=first.reshape(shape),
        end=course.rating[-1, _REST].reshape(shape),
    )


@dataclass(frozen=True)
class Window:
    """What becomes of pain when the cause is taken away after each delay.

    `delay_days` [delay]; `resolved` [delay], the share free of pain a year after, of those who
    hurt without treatment both at that delay and a year later; `counted` [delay], how many.
    """

    cause: str
    treatment: str
    delay_days: Float[np.ndarray, " delay"]
    resolved: Float[np.ndarray, " delay"]
    counted: Float[np.ndarray, " delay"]


def window(
    cause: Cause,
    treatment: str,
    patients: Patients,
    delays_days: Sequence[float],
    *,
    respond: Respond,
    after_days: float = 364.0,
    constants: Constants | None = None,
) -> Window:
    """Take the cause away at each delay, and see in whom pain is gone a year later.

    Untreated patients are followed once; every delay branches from where they stand then.
    """
    common = {"respond": respond, "constants": constants, "record_every_days": 7.0}
    weeks = round(after_days / 7.0)
    state, day, resolved, counted = None, 0.0, [], []
    untreated: list[np.ndarray] = []
    starts: list[tuple[float, CourseState]] = []
    for delay in delays_days:
        part = follow(cause, patients, days=delay - day, start=state, **common)  # type: ignore[arg-type]
        untreated.append(part.rating[:, _REST])
        state, day = part.state, delay
        starts.append((delay, state))
    last = follow(cause, patients, days=after_days, start=state, **common)  # type: ignore[arg-type]
    pain = np.concatenate([*untreated, last.rating[:, _REST]])
    for delay, start in starts:
        rx = prescribe(treatment, delay)
        after = follow(cause, patients, (rx,), days=after_days, start=start, **common)  # type: ignore[arg-type]
        week = round(delay / 7.0)
        stays = (pain[week - 1] >= _HURTS) & (pain[week + weeks - 1] >= _HURTS)
        counted.append(float(stays.sum()))
        gone = after.rating[-1, _REST][stays] < _HURTS
        resolved.append(float(gone.mean()) if gone.size else np.nan)
    return Window(
        cause=cause.name,
        treatment=treatment,
        delay_days=np.asarray(delays_days, dtype=float),
        resolved=np.asarray(resolved),
        counted=np.asarray(counted),
    )
