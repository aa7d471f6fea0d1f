"""The numbers of the slow dynamics, as one array that a compiled program takes as an argument.

A fit may thus change them without compiling again.
"""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter, parameters

__all__ = ["Constants", "load_constants", "sources_of_constants"]

_SOURCE = "causalgia_course"
_MEASURED = {
    "terminal_regrowth_rate": "kennedy_2010/regrowth_rate",
    "kcc2_fall": "coull_2003/kcc2_reduction",
    "gaba_recovery_time": "gaba_compression_2015/gaba_recovery_time",
    "noradrenergic_fall_time": "hughes_2013/noradrenergic_fall_time",
    "wallerian_time": "chaudhry_1992/wallerian_time",
    "cortical_fall_time": "rodriguez_raecke_2009/cortical_return_time",
}
"""Numbers of the dynamics that publications give, by the name that the equations use."""


class Constants(eqx.Module):
    """Numbers by name: `constants["microglia_rise_time"]` is a scalar."""

    values: Float[Array, " constant"]
    names: tuple[str, ...] = eqx.field(static=True)

    def __getitem__(self, name: str) -> Float[Array, ""]:
        return jax.lax.index_in_dim(self.values, self.names.index(name), keepdims=False)


def load_constants(changes: Mapping[str, float] | None = None) -> Constants:
    """The numbers of the evidence, but for the `changes` given.

    **Raises:** `InputError` for a name that does not exist, with the nearest names.
    """
    table = {name: entry.value for name, entry in parameters(_SOURCE).items()}
    table.update({name: parameter(path).value for name, path in _MEASURED.items()})
    for name in changes or {}:
        if name not in table:
            raise InputError(f"unknown constant {name!r}; {nearest(name, table)}")
    table.update(changes or {})
    return Constants(jnp.asarray(list(table.values()), dtype=jnp.float32), tuple(table))


def sources_of_constants() -> dict[str, str]:
    """Where each number stands in the evidence, as "source/name", by the name equations use."""
    return {name: f"{_SOURCE}/{name}" for name in parameters(_SOURCE)} | _MEASURED
