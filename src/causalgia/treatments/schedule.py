r"""What a set of prescriptions does over time, as arrays that one compiled program takes.

Every push (an action of a prescription, or a removal of the cause) is one row; rows are padded to
a multiple of `ROW_BLOCK`, so that other prescriptions need no other program. A change of the dose
rate by $\Delta$ at time $t_i$ adds, at the site of effect,

$$\Delta C\,\left(1 - \frac{k_e e^{-k(t-t_i)} - k e^{-k_e(t-t_i)}}{k_e - k}\right)$$

with elimination $k = CL/V$ and the effect site's $k_e$ (one compartment, mean over the day). The
strength is efficacy times occupancy $C^h/(C^h + C_{50}^h)$, and fades where fibers grow back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.mechanisms import PLACES, entries
from causalgia.treatments.prescription import Prescription
from causalgia.treatments.treatment import Action, Kinetics, Removal, Traits

__all__ = ["ROW_BLOCK", "Schedule", "build_schedule", "concentrations", "presence", "strengths"]

ROW_BLOCK = 8
"""Rows come in blocks of this many, so that programs are few."""

_STEPS = 16
_FAST_PER_DAY = 500.0  # over within minutes
_REFERENCE_WEIGHT_KG, _REFERENCE_CLEARANCE_ML_MIN = 70.0, 100.0
_ALLOMETRIC_EXPONENT = 0.75
_NUMBERS = (
    *("half_maximal", "hill", "efficacy", "start_day", "hours", "daily", "site_bound"),
    *("clearance_L_per_h", "volume_L", "renal_share", "cyp2d6_share", "systemic"),
    *("onset_per_day", "effect_per_day", "lag_days", "fade_per_day"),
)


class Schedule(eqx.Module):
    """Prescriptions as arrays, one row a push.

    `step_day` and `step_level` [row, step] are the changes of dose; `numbers` [number, row] hold
    the rest (see `_NUMBERS`); `factor` and `shift` [row, entry] are pushes on mechanisms,
    `removes` [row, kind, place] on insults.
    """

    step_day: Float[Array, "row step"]
    step_level: Float[Array, "row step"]
    numbers: Float[Array, "number row"]
    factor: Float[Array, "row entry"]
    shift: Float[Array, "row entry"]
    removes: Float[Array, "row kind place"]

    def number(self, name: str) -> Float[Array, "row 1"]:
        """One of the numbers, ready to meet arrays [row, batch]."""
        return self.numbers[_NUMBERS.index(name)][:, None]


@dataclass(frozen=True)
class _Row:
    prescription: Prescription
    push: Action | Removal
    efficacy: float


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


@cache
def _lay_out(
    prescriptions: tuple[Prescription, ...],
    insult_kinds: tuple[str, ...],
    efficacies: tuple[tuple[str, float], ...],
) -> Schedule:
    rows = [row for p in prescriptions for row in _rows(p, dict(efficacies))]
    count = ROW_BLOCK * max(1, math.ceil(len(rows) / ROW_BLOCK))
    step_day, step_level = np.zeros((count, _STEPS)), np.zeros((count, _STEPS))
    numbers = np.zeros((len(_NUMBERS), count))
    # Padding must divide by nothing that is zero.
    for name in ("hill", "clearance_L_per_h", "volume_L", "effect_per_day", "onset_per_day"):
        numbers[_NUMBERS.index(name)] = 1.0
    factor, shift = np.zeros((count, len(entries()))), np.zeros((count, len(entries())))
    removes = np.zeros((count, len(insult_kinds), len(PLACES)))
    for i, row in enumerate(rows):
        step_day[i], step_level[i] = _changes(row.prescription)
        numbers[:, i] = _row_numbers(row)
        if isinstance(row.push, Action):
            factor[i], shift[i] = row.push.effect.weights()
        elif insult_kinds:
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
    )


def _rows(prescription: Prescription, efficacies: Mapping[str, float]) -> Iterator[_Row]:
    pushes: list[Action | Removal] = [*prescription.actions(), *prescription.treatment.removals]
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
    reached = np.array([_level(kinetics, dose) for _, dose in steps])
    levels[: len(steps)] = np.diff(reached, prepend=0.0)
    return days, levels


def _level(kinetics: Kinetics, dose: float) -> float:
    if kinetics.form == "systemic":
        absorbed = kinetics.bioavailability / (1.0 + dose / kinetics.saturating_dose_mg)
        # mg a day over L an hour times 24 hours is mg/L; concentrations are in ng/mL.
        return absorbed * dose * 1000.0 / 24.0
    return kinetics.concentration_per_dose * dose


def _row_numbers(row: _Row) -> Float[np.ndarray, " number"]:
    kinetics, push = row.prescription.treatment.kinetics, row.push
    systemic = kinetics.form == "systemic"
    table = {
        "half_maximal": push.half_maximal if isinstance(push, Action) else 0.0,
        "hill": push.hill if isinstance(push, Action) else 1.0,
        "efficacy": row.efficacy,
        "start_day": row.prescription.start_day,
        "hours": kinetics.hours,
        "daily": float(kinetics.daily),
        "site_bound": float(kinetics.form == "local"),
        "clearance_L_per_h": kinetics.clearance_L_per_h if systemic else 1.0,
        "volume_L": kinetics.volume_L if systemic else 1.0,
        "renal_share": kinetics.renal_share,
        "cyp2d6_share": kinetics.cyp2d6_share,
        "systemic": float(systemic),
        "onset_per_day": _rate(kinetics.onset_days),
        "effect_per_day": _rate(kinetics.effect_delay_days),
        "lag_days": kinetics.lag_days,
        "fade_per_day": kinetics.fade_per_day,
    }
    return np.array([table[name] for name in _NUMBERS])


def _rate(time_days: float) -> float:
    return min(1.0 / time_days, _FAST_PER_DAY) if time_days > 0.0 else _FAST_PER_DAY


def _removal_weights(removal: Removal, kinds: tuple[str, ...]) -> Float[np.ndarray, "kind place"]:
    if removal.insult not in kinds:
        raise InputError(f"unknown insult {removal.insult!r}; {nearest(removal.insult, kinds)}")
    weights = np.zeros((len(kinds), len(PLACES)))
    for place in removal.places:
        weights[kinds.index(removal.insult), PLACES.index(place)] = 1.0
    return weights


def concentrations(
    schedule: Schedule, day: Float[Array, ""], patients: Traits
) -> Float[Array, "row batch"]:
    """Concentration at the site of effect, in ng/mL of plasma (systemic) or the site's own unit.

    Local treatments are taken as lying on site; `presence` says for how much of a day they do.
    """
    clearance, elimination = _clearance(schedule, patients)
    # An exact tie of the two rates would divide by zero.
    effect = jnp.broadcast_to(schedule.number("effect_per_day"), elimination.shape)
    effect = jnp.where(jnp.abs(effect - elimination) < 0.01 * effect, 1.02 * elimination, effect)
    elapsed = jnp.maximum(day - schedule.step_day, 0.0)[..., None]
    slow, fast = elimination[:, None], effect[:, None]
    left = (fast * jnp.exp(-slow * elapsed) - slow * jnp.exp(-fast * elapsed)) / (fast - slow)
    total = jnp.sum(schedule.step_level[..., None] * (1.0 - left), axis=1)
    return jnp.maximum(total, 0.0) / clearance


def _clearance(
    schedule: Schedule, patients: Traits
) -> tuple[Float[Array, "row batch"], Float[Array, "row batch"]]:
    """Clearance in L/h and elimination rate in 1/day; 1 and the onset rate if not systemic."""
    number, systemic = schedule.number, schedule.number("systemic")
    renal, cyp2d6 = number("renal_share"), number("cyp2d6_share")
    weight = (patients.weight_kg / _REFERENCE_WEIGHT_KG)[None]
    organs = (
        renal * (patients.renal_clearance_mL_min / _REFERENCE_CLEARANCE_ML_MIN)[None]
        + cyp2d6 * patients.cyp2d6_activity[None]
        + 1.0
        - renal
        - cyp2d6
    )
    # Renal clearance is given for the person; the rest grows with the size of the body.
    size = renal + (1.0 - renal) * weight**_ALLOMETRIC_EXPONENT
    clearance = number("clearance_L_per_h") * (systemic * organs * size + 1.0 - systemic)
    washout = clearance * 24.0 / (number("volume_L") * weight)
    elimination = systemic * washout + (1.0 - systemic) * number("onset_per_day")
    return clearance, elimination


def strengths(
    schedule: Schedule, day: Float[Array, ""], patients: Traits, *, on_site: bool = False
) -> Float[Array, "row batch"]:
    """Strength of every push at a time, in days since the onset of the cause.

    **Arguments:** `on_site`, take local treatments as present whatever the hour.
    """
    concentration = concentrations(schedule, day, patients)
    number = schedule.number
    half, hill = number("half_maximal"), number("hill")
    # exp(h log x) with x above 0: a power of 0 has no gradient.
    ratio = jnp.exp(hill * jnp.log(jnp.maximum(concentration, 1e-9) / jnp.maximum(half, 1e-9)))
    occupancy = jnp.where(half > 0.0, ratio / (1.0 + ratio), jnp.minimum(concentration, 1.0))
    grown = jnp.maximum(day - number("start_day") - number("lag_days"), 0.0)
    fading = jnp.exp(-number("fade_per_day") * patients.regrowth[None] * grown)
    here = 1.0 if on_site else _is_on_site(schedule, day)
    # The floor that keeps the logarithm finite must not act as a drug.
    taken = (concentration > 0.0).astype(occupancy.dtype)
    return number("efficacy") * occupancy * fading * here * taken


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
