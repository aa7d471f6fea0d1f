r"""What a set of prescriptions does over time, as arrays that one compiled program takes.

Every push (an action of a prescription, or a removal of the cause) is one row; rows are padded to
a multiple of `ROW_BLOCK`, so that other prescriptions need no other program. Three first-order
stages lie between a dose and its effect: the drug's elimination $k_1 = CL/V$ (one compartment,
mean over the day), that of the metabolite it becomes, $k_2$ (at once where the drug itself acts),
and the delay to the site of effect, $k_3$. A change of the dose rate by $D$ at time $t_i$ adds
there

$$D \frac{f}{CL_f} \Big(1 - \sum_i e^{-k_i (t-t_i)} \prod_{j \ne i} \frac{k_j}{k_j-k_i}\Big)$$

with the share $f$ that becomes what acts (1 for the drug itself) and its clearance $CL_f$. What
competes for one target shares it: with $x = (C/C_{50})^h$ the strength is efficacy times
$x/(1 + \sum x)$, the sum over all that push the same mechanism through it; it fades where fibers
grow back and where tolerance develops. What slows CYP2D6 does so for the others with its
concentration of the time (`causalgia.treatments.inhibition`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.mechanisms import PLACES, entries
from causalgia.mechanisms.effects import Effect
from causalgia.treatments.inhibition import inhibition_of, inhibitors, slowed
from causalgia.treatments.kinetics import (
    PARENT,
    Kinetics,
    Traits,
    relative_clearance,
    relative_size,
)
from causalgia.treatments.prescription import Prescription
from causalgia.treatments.treatment import Action, Removal, Tolerance

__all__ = [
    "ROW_BLOCK",
    "Schedule",
    "apart",
    "build_schedule",
    "concentrations",
    "kept",
    "occupancy",
    "planned_level",
    "plateau_per_dose",
    "presence",
    "rates",
    "strengths",
]

ROW_BLOCK = 8
"""Rows come in blocks of this many, so that programs are few."""

_STEPS = 16
_FAST_PER_DAY = 500.0  # over within minutes
_AT_ONCE_PER_DAY = 1e4  # the metabolite's stage where there is none
_APART = 1.02  # rates closer than this are told apart no further
_NUMBERS = (
    *("half_maximal", "hill", "efficacy", "start_day", "hours", "daily", "site_bound"),
    *("clearance_L_per_h", "volume_L", "renal_share", "cyp2d6_share", "fall_per_decade"),
    "systemic",
    *("onset_per_day", "effect_per_day", "lag_days", "fade_per_day", "regrows"),
    *("is_metabolite", "formed_mass", "formed_cyp2d6_share"),
    *("metabolite_clearance", "metabolite_volume", "metabolite_renal", "metabolite_cyp2d6"),
    *("tolerance_share", "tolerance_per_day"),
)
_DIVISORS = (
    *("hill", "clearance_L_per_h", "volume_L", "effect_per_day", "onset_per_day"),
    *("metabolite_clearance", "metabolite_volume"),
)


class Schedule(eqx.Module):
    """Prescriptions as arrays, one row a push.

    `step_day` and `step_level` [row, step] are the changes of dose; `numbers` [number, row] hold
    the rest (see `_NUMBERS`); `factor` and `shift` [row, entry] are pushes on mechanisms,
    `removes` [row, kind, place] on insults; `shared` [row, row] is 1 between rows that push the
    same mechanism through the same target; `inhibits` [row, row], what a ng/mL of the latter takes
    off CYP2D6 for the former.
    """

    step_day: Float[Array, "row step"]
    step_level: Float[Array, "row step"]
    numbers: Float[Array, "number row"]
    factor: Float[Array, "row entry"]
    shift: Float[Array, "row entry"]
    removes: Float[Array, "row kind place"]
    shared: Float[Array, "row row"]
    inhibits: Float[Array, "row row"]

    def number(self, name: str) -> Float[Array, "row 1"]:
        """One of the numbers, ready to meet arrays [row, batch]."""
        return self.numbers[_NUMBERS.index(name)][:, None]


@dataclass(frozen=True)
class _Row:
    """One push, or none: what then counts is how much there is in plasma."""

    prescription: Prescription
    push: Action | Removal | None
    efficacy: float = 0.0


def build_schedule(
    prescriptions: Sequence[Prescription],
    insult_kinds: tuple[str, ...] = (),
    efficacies: Mapping[str, float] | None = None,
) -> Schedule:
    """Lay prescriptions out as arrays.

    **Arguments:** the `insult_kinds` that causes deal out, in their order; `efficacies` by target
    where they differ from those of the evidence.
    **Raises:** `InputError` for an insult that does not exist.
    """
    return _lay_out(tuple(prescriptions), insult_kinds, tuple(sorted((efficacies or {}).items())))


# Bounded: a server is asked for ever other doses and days.
@lru_cache(maxsize=512)
def _lay_out(
    prescriptions: tuple[Prescription, ...],
    insult_kinds: tuple[str, ...],
    efficacies: tuple[tuple[str, float], ...],
) -> Schedule:
    rows = [row for p in prescriptions for row in _rows(p, dict(efficacies))]
    rows += [_Row(prescriptions[i], None) for i in inhibitors(prescriptions)]
    count = ROW_BLOCK * max(1, math.ceil(len(rows) / ROW_BLOCK))
    step_day, step_level = np.zeros((count, _STEPS)), np.zeros((count, _STEPS))
    numbers = np.zeros((len(_NUMBERS), count))
    # Padding must divide by nothing that is zero.
    for name in _DIVISORS:
        numbers[_NUMBERS.index(name)] = 1.0
    factor, shift = np.zeros((count, len(entries()))), np.zeros((count, len(entries())))
    removes = np.zeros((count, len(insult_kinds), len(PLACES)))
    for i, row in enumerate(rows):
        step_day[i], step_level[i] = _changes(row.prescription)
        numbers[:, i] = _row_numbers(row)
        if isinstance(row.push, Action):
            factor[i], shift[i] = row.push.effect.weights()
        elif isinstance(row.push, Removal) and insult_kinds:
            removes[i] = _removal_weights(row.push, insult_kinds)

    def array(values: np.ndarray) -> Float[Array, ...]:
        return jnp.asarray(values, dtype=jnp.float32)

    return Schedule(
        step_day=array(step_day),
        step_level=array(step_level),
        numbers=array(numbers),
        factor=array(factor),
        shift=array(shift),
        removes=array(removes),
        shared=array(_shared(rows, count)),
        inhibits=array(inhibition_of(prescriptions, count)),
    )


def _shared(rows: Sequence[_Row], count: int) -> Float[np.ndarray, "row row"]:
    """1 where two rows compete: one target, one effect, one way to say how much is there."""
    keys: list[object] = [_competes_for(row.push) or i for i, row in enumerate(rows)]
    same = np.eye(count)
    same[: len(rows), : len(rows)] = [[one == other for other in keys] for one in keys]
    return same


def _competes_for(push: Action | Removal | None) -> tuple[str, Effect] | None:
    if isinstance(push, Action) and push.half_maximal > 0.0:
        return push.target, push.effect
    return None


def _rows(prescription: Prescription, efficacies: Mapping[str, float]) -> Iterator[_Row]:
    pushes: list[Action | Removal] = [*prescription.actions(), *prescription.removals()]
    for push in pushes:
        own = parameter(f"causalgia_efficacy/{push.target}").value
        yield _Row(prescription, push, efficacies.get(push.target, own))


def _changes(
    prescription: Prescription,
) -> tuple[Float[np.ndarray, " step"], Float[np.ndarray, " step"]]:
    """When the dose rate changes, and by how much (absorbed mg a day, or concentration)."""
    kinetics, steps = prescription.treatment.kinetics, prescription.steps()
    if len(steps) > _STEPS:
        raise InputError(
            f"{prescription.treatment.name}: {len(steps)} dose steps, at most {_STEPS}"
        )
    days, levels = np.zeros(_STEPS), np.zeros(_STEPS)
    days[: len(steps)] = [day for day, _ in steps]
    reached = np.array([kinetics.level(dose) for _, dose in steps])
    levels[: len(steps)] = np.diff(reached, prepend=0.0)
    return days, levels


def _row_numbers(row: _Row) -> Float[np.ndarray, " number"]:
    treatment, push = row.prescription.treatment, row.push
    kinetics = treatment.kinetics
    systemic = kinetics.form == "systemic"
    delay = push.delay_days if isinstance(push, Action) else None
    if push is None:
        delay = 0.0
    table = {
        "half_maximal": push.half_maximal if isinstance(push, Action) else 0.0,
        "hill": push.hill if isinstance(push, Action) else 1.0,
        "efficacy": row.efficacy,
        "start_day": row.prescription.start_day,
        "hours": kinetics.hours,
        "daily": float(kinetics.daily),
        "site_bound": float(kinetics.form == "local"),
        "clearance_L_per_h": kinetics.clearance_L_per_h if systemic else 1.0,
        "volume_L": kinetics.total_volume_L if systemic else 1.0,
        "renal_share": kinetics.renal_share,
        "cyp2d6_share": kinetics.cyp2d6_share,
        "fall_per_decade": kinetics.fall_per_decade,
        "systemic": float(systemic),
        "onset_per_day": _rate(kinetics.onset_days),
        "effect_per_day": _rate(kinetics.effect_delay_days if delay is None else delay),
        "lag_days": kinetics.lag_days,
        "fade_per_day": kinetics.fade_per_day,
        "regrows": float(kinetics.fades_by_regrowth),
        **_metabolite_numbers(kinetics, push.moiety if isinstance(push, Action) else PARENT),
        **_tolerance_numbers(treatment.tolerance, push.target if isinstance(push, Action) else ""),
    }
    return np.array([table[name] for name in _NUMBERS])


def _metabolite_numbers(kinetics: Kinetics, moiety: str) -> dict[str, float]:
    metabolite = kinetics.metabolite(moiety)
    return {
        "is_metabolite": float(metabolite is not None),
        "formed_mass": kinetics.formed_mass(metabolite) if metabolite else 1.0,
        "formed_cyp2d6_share": metabolite.formed_cyp2d6_share if metabolite else 0.0,
        "metabolite_clearance": metabolite.clearance_L_per_h if metabolite else 1.0,
        "metabolite_volume": metabolite.volume_L if metabolite else 1.0,
        "metabolite_renal": metabolite.renal_share if metabolite else 0.0,
        "metabolite_cyp2d6": metabolite.cyp2d6_share if metabolite else 0.0,
    }


def _tolerance_numbers(tolerance: Tolerance | None, target: str) -> dict[str, float]:
    mine = tolerance is not None and tolerance.target == target
    return {
        "tolerance_share": tolerance.share_lost if tolerance and mine else 0.0,
        "tolerance_per_day": _rate(tolerance.time_days) if tolerance and mine else 0.0,
    }


def _rate(time_days: float) -> float:
    return min(1.0 / time_days, _FAST_PER_DAY) if time_days > 0.0 else _FAST_PER_DAY


def _removal_weights(removal: Removal, kinds: tuple[str, ...]) -> Float[np.ndarray, "kind place"]:
    if removal.insult not in kinds:
        raise InputError(f"unknown insult {removal.insult!r}; {nearest(removal.insult, kinds)}")
    weights = np.zeros((len(kinds), len(PLACES)))
    for place in removal.places:
        weights[kinds.index(removal.insult), PLACES.index(place)] = 1.0
    return weights


def rates(
    schedule: Schedule, patients: Traits
) -> tuple[Float[Array, "row batch"], Float[Array, "row batch"], Float[Array, "row batch"]]:
    """Of each row's three stages, in 1/day: elimination, the metabolite's, the site of effect's.

    Where what is given acts itself, the metabolite's stage is over within seconds. Two stages of
    one rate have no closed form: see `apart`.
    """
    number, systemic = schedule.number, schedule.number("systemic")
    weight = relative_size(patients)
    washout = _clearance(schedule, patients) * 24.0 / (number("volume_L") * weight)
    elimination = systemic * washout + (1.0 - systemic) * number("onset_per_day")
    formed = number("is_metabolite")
    leaves = _metabolite_clearance(schedule, patients) * 24.0 / number("metabolite_volume") / weight
    metabolite = formed * leaves + (1.0 - formed) * _AT_ONCE_PER_DAY
    effect = jnp.broadcast_to(number("effect_per_day"), elimination.shape)
    return elimination, metabolite, effect


def apart(
    elimination: Float[Array, "row batch"],
    metabolite: Float[Array, "row batch"],
    effect: Float[Array, "row batch"],
) -> tuple[Float[Array, "row batch"], Float[Array, "row batch"], Float[Array, "row batch"]]:
    """The three rates from slow to fast, those that tie moved up by 2 %.

    The answer of a cascade does not depend on the order of its stages, and a tie would divide by
    zero.
    """
    slow, middle, fast = jnp.sort(jnp.stack([elimination, metabolite, effect]), axis=0)
    middle = jnp.maximum(middle, _APART * slow)
    return slow, middle, jnp.maximum(fast, _APART * middle)


def plateau_per_dose(schedule: Schedule, patients: Traits) -> Float[Array, "row batch"]:
    """Concentration (ng/mL) that a steady level of 1 leads to; see `planned_level`.

    Of the moiety that acts: for a metabolite the share formed over its clearance. 1 where a
    treatment is not in plasma.
    """
    number, clearance = schedule.number, _clearance(schedule, patients)
    by_cyp2d6 = number("formed_cyp2d6_share")
    enzymes = 1.0 - by_cyp2d6 + by_cyp2d6 * patients.cyp2d6_activity
    # Of liver alone: no renal share.
    size = relative_clearance(0.0, 0.0, patients, number("fall_per_decade"))
    forming = number("formed_mass") * number("clearance_L_per_h") * enzymes * size
    formed = forming / clearance / _metabolite_clearance(schedule, patients)
    return jnp.where(number("is_metabolite") > 0.0, formed, 1.0 / clearance)


def planned_level(schedule: Schedule, day: Float[Array, ""]) -> Float[Array, " row"]:
    """What is given at a time, as prescribed: ug an hour absorbed, or concentration or presence."""
    return jnp.sum(jnp.where(schedule.step_day <= day, schedule.step_level, 0.0), axis=1)


def concentrations(
    schedule: Schedule, day: Float[Array, ""], patients: Traits
) -> Float[Array, "row batch"]:
    """Concentration at the site of effect, in ng/mL of plasma (systemic) or the site's own unit.

    Local treatments are taken as lying on site; `presence` says for how much of a day they do. What
    slows CYP2D6 is taken to be there for as long as what it slows: levels follow it at once, where
    in truth they take some days.
    """

    def found(who: Traits) -> Float[Array, "row batch"]:
        return _without_inhibition(schedule, day, who)

    def with_inhibition() -> Float[Array, "row batch"]:
        return found(slowed(schedule, found(patients), patients))

    return jax.lax.cond(jnp.any(schedule.inhibits > 0.0), with_inhibition, lambda: found(patients))


def _without_inhibition(
    schedule: Schedule, day: Float[Array, ""], patients: Traits
) -> Float[Array, "row batch"]:
    stages = apart(*rates(schedule, patients))
    elapsed = jnp.maximum(day - schedule.step_day, 0.0)[..., None]
    left = jnp.zeros((*schedule.step_day.shape, stages[0].shape[-1]))
    for i, rate in enumerate(stages):
        first, second = (other for j, other in enumerate(stages) if j != i)
        weight = first / (first - rate) * (second / (second - rate))
        left = left + weight[:, None] * jnp.exp(-rate[:, None] * elapsed)
    # Rounding must not act before the first dose.
    risen = jnp.where(elapsed > 0.0, 1.0 - left, 0.0)
    total = jnp.sum(schedule.step_level[..., None] * risen, axis=1)
    return jnp.maximum(total, 0.0) * plateau_per_dose(schedule, patients)


def _clearance(schedule: Schedule, patients: Traits) -> Float[Array, "row batch"]:
    """Clearance in L/h; 1 if not systemic."""
    number, systemic = schedule.number, schedule.number("systemic")
    organs = relative_clearance(
        number("renal_share"), number("cyp2d6_share"), patients, number("fall_per_decade")
    )
    return number("clearance_L_per_h") * (systemic * organs + 1.0 - systemic)


def _metabolite_clearance(schedule: Schedule, patients: Traits) -> Float[Array, "row batch"]:
    number = schedule.number
    organs = relative_clearance(
        number("metabolite_renal"),
        number("metabolite_cyp2d6"),
        patients,
        number("fall_per_decade"),
    )
    return number("metabolite_clearance") * organs


def occupancy(
    schedule: Schedule, concentration: Float[Array, "row batch"]
) -> Float[Array, "row batch"]:
    """Each row's part of its target, times efficacy, at a concentration where it acts.

    Rows that compete for one target share it. Neither fading nor the hours on site are in this.
    """
    number = schedule.number
    half, hill = number("half_maximal"), number("hill")
    # exp(h log x) with x above 0: a power of 0 has no gradient.
    ratio = jnp.exp(hill * jnp.log(jnp.maximum(concentration, 1e-9) / jnp.maximum(half, 1e-9)))
    ratio = jnp.where(half > 0.0, ratio, 0.0)
    bound = ratio / (1.0 + schedule.shared @ ratio)
    share = jnp.where(half > 0.0, bound, jnp.minimum(concentration, 1.0))
    # The floor that keeps the logarithm finite must not act as a drug.
    return number("efficacy") * share * (concentration > 0.0).astype(share.dtype)


def kept(schedule: Schedule, day: Float[Array, ""], patients: Traits) -> Float[Array, "row batch"]:
    """What is left of each row's strength: fibers grow back, and tolerance develops."""
    number = schedule.number
    elapsed = day - number("start_day")
    grown = jnp.maximum(elapsed - number("lag_days"), 0.0)
    regrowth = 1.0 + number("regrows") * (patients.regrowth[None] - 1.0)
    fading = jnp.exp(-number("fade_per_day") * regrowth * grown)
    used = 1.0 - jnp.exp(-number("tolerance_per_day") * jnp.maximum(elapsed, 0.0))
    return fading * (1.0 - number("tolerance_share") * used)


def strengths(
    schedule: Schedule, day: Float[Array, ""], patients: Traits, *, on_site: bool = False
) -> Float[Array, "row batch"]:
    """Strength of every push at a time, in days since the onset of the cause.

    **Arguments:** `on_site`, take local treatments as present whatever the hour.
    """
    share = occupancy(schedule, concentrations(schedule, day, patients))
    here = 1.0 if on_site else _is_on_site(schedule, day)
    return share * kept(schedule, day, patients) * here


def _is_on_site(schedule: Schedule, day: Float[Array, ""]) -> Float[Array, "row 1"]:
    number = schedule.number
    elapsed = day - number("start_day")
    hour = 24.0 * jnp.where(number("daily") > 0.0, elapsed - jnp.floor(elapsed), elapsed)
    there = (hour >= 0.0) & (hour < number("hours"))
    return jnp.where(number("site_bound") > 0.0, there, True).astype(schedule.numbers.dtype)


def presence(
    schedule: Schedule, day: Float[Array, ""], span_days: Float[Array, ""]
) -> Float[Array, "row 1"]:
    """The share of the time from `day` on, `span_days` long, that each push is there (0-1)."""
    number = schedule.number
    length = number("hours") / 24.0
    start = number("start_day")
    once = jnp.minimum(day + span_days, start + length) - jnp.maximum(day, start)
    once = jnp.clip(once, 0.0) / span_days
    daily = jnp.where(day + span_days > start, length, 0.0)
    share = jnp.where(number("daily") > 0.0, daily, once)
    return jnp.where(number("site_bound") > 0.0, share, 1.0)
