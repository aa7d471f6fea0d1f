"""Participants who go through a trial together, in lanes of one compiled program."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.causes import Cause
from causalgia.course import Patients, load_constants
from causalgia.course.observation import diary_key
from causalgia.course.plan import Respond
from causalgia.errors import SimulationDiverged
from causalgia.patients.streams import stream_key
from causalgia.trials.decisions import Attendance
from causalgia.trials.participants import Traits
from causalgia.trials.protocol import Protocol
from causalgia.trials.week import Given, Standing, simulate_week, week_numbers

__all__ = ["Group", "Means", "chosen", "joined", "lanes_of", "width_for"]

_WIDTHS = (32, 64, 128, 256, 512)


def width_for(count: int) -> int:
    """Lanes for so many participants: few widths, so that programs stay few."""
    return next((width for width in _WIDTHS if width >= count), _WIDTHS[-1])


@dataclass(frozen=True)
class Means:
    """Means of participants over a week, each [batch], as in `causalgia.trials.week.Week`."""

    diary: Float[np.ndarray, " batch"]
    pain: Float[np.ndarray, " batch"]
    sleep: Float[np.ndarray, " batch"]
    symptoms: Float[np.ndarray, " batch"]
    rescue: Float[np.ndarray, " batch"]


@dataclass
class Group:
    """Participants side by side, all arrays [..., batch].

    `patients` and where they are `standing`; what the trial adds: `traits` and `attendance`;
    `extra` columns by name. What is given comes from the `protocol`, what is felt from `respond`.
    """

    protocol: Protocol
    cause: Cause
    respond: Respond
    patients: Patients
    standing: Standing
    traits: Traits
    attendance: Attendance
    extra: dict[str, np.ndarray]

    @property
    def count(self) -> int:
        """How many."""
        return self.traits.count

    @property
    def day(self) -> float:
        """Days since the onset of the illness."""
        return float(self.standing.course.day)

    def run_week(self, belief_factor: Float[np.ndarray, " batch"]) -> Means:
        """Go through a week; what is believed is relative to an even chance of treatment."""
        seed, own = self.protocol.design.seed, np.arange(self.count)
        lanes = np.minimum(np.arange(width_for(self.count)), self.count - 1)
        end, week = simulate_week(
            lanes_of(self.standing, lanes),
            lanes_of(self._given(belief_factor), lanes),
            self.cause,
            self.respond,
            lanes_of(self.patients, lanes),
            self.protocol.schedule,
            load_constants(),
            diary_key(seed),
            stream_key(seed, "trial", "fluctuation"),
            week_numbers(self.protocol.numbers),
        )
        self.standing = lanes_of(end, own)
        if self.protocol.inhibits:
            in_plasma = self.standing.exposure[0]
            self.attendance.exposure = self.protocol.exposures(self.patients, in_plasma)
        means = Means(**{name: np.asarray(values)[own] for name, values in vars(week).items()})
        if not np.isfinite(means.pain).all():
            raise SimulationDiverged(
                f"pain of a participant is not a number by day {self.day:g} of the illness"
            )
        return means

    def _given(self, belief_factor: Float[np.ndarray, " batch"]) -> Given:
        here, protocol, traits = self.attendance, self.protocol, self.traits
        rescue = protocol.design.rescue
        belief = np.minimum(traits.belief * belief_factor, protocol.numbers["belief_most"])
        rising = np.where(
            belief_factor > 0.0,
            self.protocol.numbers["belief_time"],
            self.protocol.numbers["belief_loss_time"],
        )

        def array(values: Any) -> Array:
            return jnp.asarray(values, dtype=jnp.float32)

        return Given(
            began=array(protocol.rows(here.began, np.inf)),
            share=array(protocol.rows(here.share * here.fixed_share, 0.0)),
            rescue=array(protocol.rescue),
            threshold=array(10.0 if rescue is None else rescue.threshold),
            belief=array(belief),
            belief_time=array(rising),
        )


def chosen(group: Group, lanes: Int[np.ndarray, " chosen"]) -> Group:
    """Some participants of a group, in this order."""
    return dataclasses.replace(
        group,
        patients=lanes_of(group.patients, lanes),
        standing=lanes_of(group.standing, lanes),
        traits=_fields(lambda values: values[..., lanes], group.traits),
        attendance=_fields(lambda values: values[..., lanes], group.attendance),
        extra={name: values[..., lanes] for name, values in group.extra.items()},
    )


def joined(groups: Sequence[Group]) -> Group:
    """Groups of one protocol and cause that stand on the same day, side by side."""
    first = groups[0]

    def beside(*arrays: Any) -> Any:
        if np.ndim(arrays[0]) == 0:
            return arrays[0]
        return jax.device_put(np.concatenate(arrays, axis=-1))

    def together(*arrays: Any) -> Any:
        return np.concatenate(arrays, axis=-1)

    return dataclasses.replace(
        first,
        patients=jax.tree.map(beside, *(g.patients for g in groups)),
        standing=jax.tree.map(beside, *(g.standing for g in groups)),
        traits=_fields(together, *(g.traits for g in groups)),
        attendance=_fields(together, *(g.attendance for g in groups)),
        extra={name: together(*(g.extra[name] for g in groups)) for name in first.extra},
    )


def lanes_of(tree: Any, lanes: Int[np.ndarray, " chosen"]) -> Any:
    """Some lanes of every array whose last axis is the batch."""
    # By NumPy: JAX would compile a program for every new number of lanes. What is one for all
    # (a last axis of 1) is repeated.
    return jax.tree.map(
        lambda leaf: (
            jax.device_put(np.take(np.asarray(leaf), lanes, axis=-1, mode="clip"))
            if np.ndim(leaf)
            else leaf
        ),
        tree,
    )


def _fields(function: Any, *tables: Any) -> Any:
    names = [field.name for field in dataclasses.fields(tables[0])]
    return type(tables[0])(**{n: function(*(getattr(t, n) for t in tables)) for n in names})
