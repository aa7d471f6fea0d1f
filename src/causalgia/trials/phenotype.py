"""Who may enter by what is wrong with them: a phenotype, written in one short text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, nearest
from causalgia.mechanisms import entries
from causalgia.tables import shorten

__all__ = ["NAMED_PHENOTYPES", "Phenotype", "read_phenotype"]

NAMED_PHENOTYPES = ("any", "irritable_nociceptor", "non_irritable_nociceptor")
"""Phenotypes with a name of their own."""

_CONDITION = re.compile(r"\s*([\w@/]+)\s*([<>])\s*(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*")


@dataclass(frozen=True)
class Phenotype:
    """A condition on patients.

    **Arguments:** the `text` as written; for a condition on a mechanism, the `row` of the map of
    mechanisms, whether it must lie `above` (else below) the `limit`; `row` is None for a name.
    """

    text: str
    row: int | None = None
    above: bool = True
    limit: float = 0.0

    def holds(
        self, mechanisms: Float[np.ndarray, "entry batch"], irritable: Bool[np.ndarray, " batch"]
    ) -> Bool[np.ndarray, " batch"]:
        """Who meets it, by their mechanisms and by whether their nociceptors are irritable."""
        if self.row is not None:
            values = np.asarray(mechanisms)[self.row]
            return values > self.limit if self.above else values < self.limit
        if self.text == "any":
            return np.ones_like(irritable, dtype=bool)
        wanted = self.text == "irritable_nociceptor"
        return np.asarray(irritable, dtype=bool) == wanted


def read_phenotype(given: object) -> Phenotype:
    """A phenotype from its text: a name, or a mechanism with a limit ("nav1_8@terminal/c > 1.5").

    **Raises:** `InputError` for anything else, and for limits that nobody or everybody meets.
    """
    if isinstance(given, Phenotype):
        return given
    if not isinstance(given, str):
        raise InputError(f"{shorten(given)} is no phenotype; {_ALLOWED}")
    if given in NAMED_PHENOTYPES:
        return Phenotype(given)
    match = _CONDITION.fullmatch(given)
    if match is None:
        if not re.search(r"[@<>]", given):
            hint = nearest(given, NAMED_PHENOTYPES)
            raise InputError(f"unknown phenotype {shorten(given)}; {hint}")
        raise InputError(f"{shorten(given)} is no phenotype; {_ALLOWED}")
    return _condition(match[1], match[2] == ">", float(match[3]))


def _condition(name: str, above: bool, limit: float) -> Phenotype:
    names = [entry.name for entry in entries()]
    if name not in names:
        raise InputError(f"no mechanism {shorten(name)}; {nearest(name, names)}")
    row = names.index(name)
    entry = entries()[row]
    if not entry.low < limit < entry.high:
        raise InputError(
            f"{limit:g} is no limit for {name}; allowed: between {entry.low:g} and {entry.high:g}"
        )
    return Phenotype(f"{name} {'>' if above else '<'} {limit:g}", row, above, limit)


_ALLOWED = (
    f"allowed: {', '.join(NAMED_PHENOTYPES)}, or a mechanism with a limit as "
    "'nav1_8@terminal/c > 1.5'"
)
