"""Which virtual patients a published row is about: read from `strata.toml`."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from causalgia import causes, treatments
from causalgia.causes import Prior
from causalgia.errors import InputError, nearest

__all__ = ["Crossing", "Given", "MONTH_days", "Stratum", "missing", "strata", "with_ranges"]

MONTH_days = 30.4375
"""The mean month."""


@dataclass(frozen=True)
class Given:
    """A treatment `name`, from `day` after enrollment, for `days` (None: for good), at a `dose`."""

    name: str
    day: float
    days: float | None = None
    dose: float | None = None


@dataclass(frozen=True)
class Crossing:
    """The `share` of an arm that changes to the arm `to`: those who hurt most at `month`."""

    to: str
    share: float
    month: float


@dataclass(frozen=True)
class Stratum:
    """A virtual population and what is done to it.

    **Arguments:** its `name`; the `cause`; `months` to follow after enrollment; `ranges` of
    covariates where they differ from the cause's; `enrolled_month` after the onset, and
    `least_pain` (0-10) of those enrolled then (0 months: all, from the onset on); `treatments`;
    the `crossing` to another arm; a `note` on what was assumed.
    """

    name: str
    cause: str
    months: float
    ranges: tuple[Prior, ...] = ()
    enrolled_month: float = 0.0
    least_pain: float = 0.0
    treatments: tuple[Given, ...] = ()
    crossing: Crossing | None = None
    note: str = ""

    @property
    def follow_days(self) -> float:
        """How many days to follow from the onset of the cause."""
        return (self.enrolled_month + self.months) * MONTH_days

    def describe(self) -> str:
        """Who they are and what is done, in words."""
        words = [self.cause.replace("_", " ")]
        for one in self.ranges:
            covariate, _, unit = one.covariate.partition("_")
            words.append(" ".join([covariate, f"{one.low:g}-{one.high:g}", unit]).strip())
        if self.enrolled_month:
            when, pain = self.enrolled_month, self.least_pain
            words.append(f"enrolled at {when:g} months with pain >= {pain:g}")
        for given in self.treatments:
            since = "enrollment" if self.enrolled_month else "onset"
            lasting = "" if given.days is None else f" for {given.days:g} days"
            name = given.name.replace("_", " ")
            words.append(f"{name} {given.day:g} days after {since}{lasting}")
        if self.crossing is not None:
            share, month = self.crossing.share, self.crossing.month
            words.append(f"{100 * share:g} % (those worst off) cross over at {month:g} months")
        if self.note:
            words.append(self.note)
        return ", ".join(words)


@cache
def strata() -> Mapping[str, Stratum]:
    """All strata by name.

    **Raises:** `InputError` naming the stratum for a table that makes no sense.
    """
    text = resources.files(__package__).joinpath("strata.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    return MappingProxyType({name: _read(name, entries) for name in entries})


def _read(name: str, entries: Mapping[str, Any]) -> Stratum:
    entry = dict(entries[name])
    while "like" in entry:
        like = entry.pop("like")
        if like not in entries:
            raise InputError(f"strata.toml: {name}: like is {like!r}; {nearest(like, entries)}")
        entry = {**entries[like], **entry}
    try:
        ranges = tuple(Prior(c, low, high) for c, (low, high) in entry.pop("ranges", {}).items())
        given = tuple(Given(**one) for one in entry.pop("treatments", []))
        crossing = entry.pop("crossing", None)
        return Stratum(
            name=name,
            ranges=ranges,
            treatments=given,
            crossing=None if crossing is None else Crossing(**crossing),
            **entry,
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"strata.toml: {name}: {error}") from None


def missing(stratum: Stratum) -> str:
    """What the model lacks to follow a stratum, in words; empty where it lacks nothing."""
    if stratum.cause not in causes.names():
        return f"the cause {stratum.cause!r} is not modeled"
    for given in stratum.treatments:
        if given.name not in treatments.names():
            return f"the treatment {given.name!r} is not modeled"
    if stratum.crossing is not None:
        return missing(strata()[stratum.crossing.to])
    return ""


def with_ranges(cause: causes.Cause, ranges: tuple[Prior, ...]) -> causes.Cause:
    """A cause whose patients are found in other ranges of some covariates."""
    changed = {prior.covariate for prior in ranges}
    kept = tuple(prior for prior in cause.priors if prior.covariate not in changed)
    return dataclasses.replace(cause, priors=(*kept, *ranges))
