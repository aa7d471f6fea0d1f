"""Computing the model's side of a floor's published numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from causalgia.errors import CausalgiaError, InputError, nearest
from causalgia.validation.protocol import Protocol, protocol_of, protocols
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.verdict import NotComputed, Outcome, Row, Tally, count, judge

__all__ = ["Validation", "chosen", "validate"]


@dataclass(frozen=True)
class Validation:
    """A floor held against what is published.

    **Arguments:** the `floor`; its `rows`; whether it was a `quick` look; `seconds` by protocol.
    """

    floor: str
    rows: tuple[Row, ...]
    quick: bool
    seconds: Mapping[str, float]

    @property
    def tally(self) -> Tally:
        """How many rows have each verdict."""
        return count(self.rows)


def validate(
    floor: str,
    *,
    only: str | None = None,
    quick: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Validation:
    """Compute the model's number for each published one of a floor, and judge it.

    **Arguments:** the `floor`; `only` the rows whose id, kind or model matches a pattern ("*" and
    "?" stand for any characters); `quick`, leave out what takes minutes; `tell`, called with the
    name of each protocol as it starts.
    **Raises:** `InputError` for an unknown floor or a pattern that matches nothing.
    """
    references = chosen(load_references(floor), only)
    available = protocols(floor)
    outcomes: dict[str, Outcome] = {}
    seconds: dict[str, float] = {}
    waiting: dict[str, list[str]] = {}
    by_name = {protocol.name: protocol for protocol in available}
    for reference in references:
        protocol = protocol_of(reference.id, available)
        if reference.left_out:
            outcomes[reference.id] = NotComputed(reference.left_out)
        elif protocol is None:
            outcomes[reference.id] = NotComputed("no protocol computes it")
        elif quick and protocol.slow and protocol.quick is None:
            outcomes[reference.id] = NotComputed("left out of a quick look")
        else:
            waiting.setdefault(protocol.name, []).append(reference.id)
    for name, ids in waiting.items():
        tell(name.replace("_", " "))
        started = time.perf_counter()
        outcomes.update(_measured(by_name[name], ids, quick))
        seconds[name] = time.perf_counter() - started
    rows = tuple(judge(reference, outcomes[reference.id]) for reference in references)
    return Validation(floor, rows, quick, seconds)


def chosen(references: Sequence[Reference], only: str | None) -> Sequence[Reference]:
    """The rows whose id, kind or model matches a pattern; all where there is none.

    **Raises:** `InputError` where nothing matches.
    """
    if only is None:
        return references
    pattern = only.casefold()

    def matches(reference: Reference) -> bool:
        names = (reference.id, reference.kind, reference.model)
        return any(fnmatchcase(name.casefold(), pattern) for name in names)

    matching = [reference for reference in references if matches(reference)]
    if not matching:
        allowed = {name for r in references for name in (r.kind, r.model)}
        raise InputError(
            f"--only: no row's id, kind or model matches {only!r}; {nearest(only, allowed)}"
        )
    return matching


def _measured(protocol: Protocol, ids: Sequence[str], quick: bool) -> Mapping[str, Outcome]:
    """The numbers of a protocol; a simulation that fails misses its rows, not the table."""
    measure = protocol.quick if quick and protocol.quick is not None else protocol.measure
    try:
        found = measure(ids)
    except CausalgiaError as error:
        return dict.fromkeys(ids, NotComputed(str(error), failed=True))
    missing = NotComputed(f"protocol {protocol.name} gave no number", failed=True)
    return {row_id: found.get(row_id, missing) for row_id in ids}
