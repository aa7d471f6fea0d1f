"""What one number and one publication are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from causalgia.errors import InputError, nearest

__all__ = ["STATUSES", "Parameter", "Source", "Status"]

Status = Literal["measured", "fitted", "assumed"]
"""How far a number can be trusted; `fitted` means to data, here or in its publication."""

STATUSES: tuple[Status, ...] = get_args(Status)
"""All of them, the firmest first."""


@dataclass(frozen=True)
class Source:
    """Where numbers come from: a publication, a model archive, or the project's own assumptions.

    **Arguments:** `key` as `author_year`; `authors` as "Family AB, Family CD"; `identifier` with
    its scheme in front ("doi:...", "pmid:...", "modeldb:..."); `note` for journal and remarks.
    """

    key: str
    authors: str
    title: str
    year: int
    identifier: str = ""
    note: str = ""


@dataclass(frozen=True)
class Parameter:
    """One number with unit, status and source.

    **Arguments:** `value` in `unit` ("1" where it has none); `source`, the key of a `Source`;
    `where`, the table or figure in it; `temperature_c`, the temperature it holds at, in degC;
    `uncertainty`, one standard deviation in `unit`; `low` and `high`, the plausible range.
    **Raises:** `InputError` where the status is unknown, the unit is missing or the value lies
    outside its own range.
    """

    name: str
    value: float
    unit: str
    status: Status
    source: str
    where: str = ""
    species: str = ""
    temperature_c: float | None = None
    uncertainty: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            hint = nearest(str(self.status), STATUSES)
            raise InputError(f"{self.path}: status {self.status!r} is not known; {hint}")
        if not self.unit:
            raise InputError(f"{self.path}: unit is missing; write '1' where there is none")
        for field in ("value", "temperature_c", "uncertainty", "low", "high"):
            self._check_number(field)
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        if not low <= self.value <= high:
            raise InputError(f"{self.path}: value {self.value:g} is outside {low:g} to {high:g}")

    def _check_number(self, field: str) -> None:
        number = getattr(self, field)
        if number is None and field != "value":
            return
        # TOML has booleans and infinities, and Python counts booleans as numbers.
        is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not is_number or not math.isfinite(number):
            raise InputError(f"{self.path}: {field} {number!r} is not a finite number")

    @property
    def path(self) -> str:
        """The name that `causalgia.evidence.parameter` finds it by: `source/name`."""
        return f"{self.source}/{self.name}"
