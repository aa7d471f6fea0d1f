"""What a fit may change: densities and coefficients of gates, within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels import Membrane
from causalgia.errors import InputError, nearest

__all__ = ["Free", "applied", "bounded", "check_free", "coefficients"]


@dataclass(frozen=True)
class Free:
    """A number that a fit may change.

    **Arguments:** its `name`, that of a channel or pump for its density ("nav1_8"), or of a
    coefficient of a gate ("nav1_8/0/opening/midpoint_mV": channel, number of the gate, and on to
    the coefficient); its lowest and highest value; whether it is searched on a logarithmic scale
    (None: if both bounds are positive).
    """

    name: str
    low: float
    high: float
    log: bool | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise InputError(
                f"{self.name}: bounds are {self.low} and {self.high}, need low < high, both finite"
            )
        if self.log and self.low <= 0:
            raise InputError(
                f"{self.name}: low is {self.low}, a logarithmic scale needs it above 0"
            )

    @property
    def is_log(self) -> bool:
        """Whether it is searched on a logarithmic scale."""
        return self.low > 0 if self.log is None else self.log


def bounded(free: Sequence[Free], unit: Float[Array, "free start"]) -> dict[str, Array]:
    """Values within their bounds from unbounded numbers, by a logistic curve."""
    share = jax.nn.sigmoid(unit)
    values = {}
    for row, item in enumerate(free):
        if item.is_log:
            values[item.name] = item.low * (item.high / item.low) ** share[row]
        else:
            values[item.name] = item.low + (item.high - item.low) * share[row]
    return values


def check_free(membrane: Membrane, free: Sequence[Free]) -> None:
    """Raise `InputError` for a name that is neither a density nor a coefficient, or is twice."""
    known = [*membrane.names, *coefficients(membrane)]
    for index, item in enumerate(free):
        if item.name not in known:
            raise InputError(f"cannot fit {item.name!r}; {nearest(item.name, known)}")
        if any(item.name == other.name for other in free[:index]):
            raise InputError(f"{item.name!r} is named twice")


def coefficients(membrane: Membrane) -> dict[str, float]:
    """Every coefficient of every gate by name, with its value."""
    found: dict[str, float] = {}
    for channel in membrane.channels:
        for index, gate in enumerate(channel.gates):
            found |= dict(_leaves(gate, f"{channel.name}/{index}"))
    return found


def applied(
    membrane: Membrane,
    densities: Float[np.ndarray, " current"],
    values: Mapping[str, Float[Array, " start"]],
) -> tuple[Membrane, Float[Array, "current 1 start"]]:
    """A membrane and its densities with values put in, one lane for each start."""
    width = max([1, *(np.size(value) for value in values.values())])
    rows = [
        jnp.broadcast_to(values.get(n, jnp.asarray(d)), (width,))
        for n, d in _named(membrane, densities)
    ]
    stack = membrane.stack
    for name, value in values.items():
        if name not in membrane.names:
            channel, gate, *path = name.split("/")
            place = stack.places[membrane.names.index(channel)][int(gate)]
            groups = list(stack.groups)
            groups[place[0]] = _put(groups[place[0]], path, place[1], value)
            stack = replace(stack, groups=tuple(groups))
    return replace(membrane, stack=stack), jnp.stack(rows)[:, None, :]


def _named(membrane: Membrane, densities: Float[np.ndarray, " current"]) -> list[tuple[str, float]]:
    return list(zip(membrane.names, np.asarray(densities, dtype=float).tolist(), strict=True))


def _leaves(node: Any, name: str) -> list[tuple[str, float]]:
    if isinstance(node, eqx.Module):
        parts = [(part.name, getattr(node, part.name)) for part in fields(node)]
        return [leaf for label, value in parts for leaf in _leaves(value, f"{name}/{label}")]
    is_number = isinstance(node, float | int) and not isinstance(node, bool)
    return [(name, float(node))] if is_number else []


def _put(node: Any, path: Sequence[str], row: int, value: Array) -> Any:
    """A group of gates with one coefficient of one gate replaced, a value a lane."""
    if not path:
        old = jnp.asarray(node)
        lanes = jnp.broadcast_to(old, (*old.shape[:2], np.size(value)))
        return lanes.at[row, 0].set(value)
    head, *rest = path
    return replace(node, **{head: _put(getattr(node, head), rest, row, value)})
