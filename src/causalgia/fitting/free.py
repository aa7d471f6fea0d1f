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

_REVERSAL = "reversal_mV"

__all__ = [
    "Free",
    "applied",
    "bounded",
    "check_free",
    "coefficients",
    "spread_logits",
    "value_slopes",
]


@dataclass(frozen=True)
class Free:
    """A number that a fit may change.

    **Arguments:** its `name`, that of a channel or pump for its density ("nav1_8"), of a
    coefficient of a gate ("nav1_8/0/opening/midpoint_mV": channel, number of the gate, and on to
    the coefficient) or of a fixed reversal potential ("leak/reversal_mV"); its lowest and highest
    value; whether it is searched on a logarithmic scale (None: if both bounds are positive).
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


def spread_logits(count: int, starts: int, seed: int) -> Float[np.ndarray, "free start"]:
    """Logits of shares that fill the range of each of `count` numbers evenly, from 2 to 98 %.

    A Latin hypercube: every start has a stratum of its own in every number.
    """
    random = np.random.default_rng(seed)
    ranks = np.stack([random.permutation(starts) for _ in range(count)])
    share = 0.02 + 0.96 * (ranks + random.random((count, starts))) / starts
    return np.log(share / (1.0 - share))


def value_slopes(
    free: Sequence[Free], values: Mapping[str, Float[np.ndarray, " start"]]
) -> Float[np.ndarray, "free start"]:
    """How much each value moves for a small step of its logit."""
    slopes = []
    for item in free:
        value = np.asarray(values[item.name])
        if item.is_log:
            span = np.log(item.high / item.low)
            share, scale = np.log(value / item.low) / span, value * span
        else:
            share, scale = (value - item.low) / (item.high - item.low), item.high - item.low
        slopes.append(scale * share * (1.0 - share))
    return np.stack(slopes)


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


def check_free(
    membrane: Membrane, densities: Float[np.ndarray, " current"], free: Sequence[Free]
) -> None:
    """Raise `InputError` for what cannot be fitted to a membrane of given densities.

    A name that is neither a density, a coefficient nor a reversal potential, or is there twice; a
    density that may become negative; densities of another number than the membrane's currents.
    """
    if np.shape(densities) != (len(membrane.names),):
        raise InputError(
            f"densities has shape {np.shape(densities)}, must be ({len(membrane.names)},): "
            f"{', '.join(membrane.names)}"
        )
    known = [*membrane.names, *coefficients(membrane)]
    for index, item in enumerate(free):
        if item.name not in known:
            raise InputError(f"cannot fit {item.name!r}; {nearest(item.name, known)}")
        if item.name in membrane.names and item.low < 0:
            raise InputError(f"{item.name}: low is {item.low}, a density must be 0 or more")
        if any(item.name == other.name for other in free[:index]):
            raise InputError(f"{item.name!r} is named twice")


def coefficients(membrane: Membrane) -> dict[str, float]:
    """Every coefficient of every gate and every fixed reversal potential by name, with its value.

    A channel that several ions share has no reversal potential of its own.
    """
    found: dict[str, float] = {}
    for channel, reversals in zip(membrane.channels, membrane.reversal_mV, strict=True):
        if len(reversals) == 1 and reversals[0] is not None:
            found[f"{channel.name}/{_REVERSAL}"] = float(reversals[0])
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
    stack, reversals = membrane.stack, list(membrane.reversal_mV)
    for name, value in values.items():
        if name in membrane.names:
            continue
        channel, *path = name.split("/")
        row = membrane.names.index(channel)
        if path == [_REVERSAL]:
            reversals[row] = (value,)  # type: ignore[assignment]  # a lane each
            continue
        group, member = stack.places[row][int(path[0])]
        groups = list(stack.groups)
        groups[group] = _put(groups[group], path[1:], member, value)
        stack = replace(stack, groups=tuple(groups))
    changed = replace(membrane, stack=stack, reversal_mV=tuple(reversals))
    return changed, jnp.stack(rows)[:, None, :]


def _named(membrane: Membrane, densities: Float[np.ndarray, " current"]) -> list[tuple[str, float]]:
    return list(zip(membrane.names, np.asarray(densities, dtype=float).tolist(), strict=True))


def _leaves(node: Any, name: str) -> list[tuple[str, float]]:
    if isinstance(node, eqx.Module):
        # What is static has shaped the program, such as a power.
        kept = [part for part in fields(node) if not part.metadata.get("static", False)]
        parts = [(part.name, getattr(node, part.name)) for part in kept]
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
