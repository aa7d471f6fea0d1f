"""What a treatment asks of a person beyond its side effects."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from causalgia.evidence import parameter
from causalgia.treatments import Treatment

__all__ = ["Burden", "burden_of"]


@dataclass(frozen=True)
class Burden:
    """A class of burden: its `label`, its `points` of relief in percent, its place in a plan.

    `first_step` is the step of a plan from which on such a treatment may come (0: never unless a
    doctor asks for it).
    """

    name: str
    label: str
    points: float
    first_step: int
    treatments: tuple[str, ...]
    groups: tuple[str, ...]


@cache
def _burdens() -> tuple[Burden, ...]:
    text = resources.files(__package__).joinpath("burdens.toml").read_text(encoding="utf-8")
    return tuple(
        Burden(
            name=name,
            label=row["label"],
            points=parameter(f"causalgia_planning/burden_{name}").value,
            first_step=row["steps"],
            treatments=tuple(row.get("treatments", [])),
            groups=tuple(row.get("groups", [])),
        )
        for name, row in tomllib.loads(text).items()
    )


def burden_of(treatment: Treatment) -> Burden:
    """The heaviest class that names the treatment; the lightest where none does."""
    found = [
        burden
        for burden in _burdens()
        if treatment.name in burden.treatments or set(treatment.groups) & set(burden.groups)
    ]
    return max(found, key=lambda burden: burden.points, default=_burdens()[0])
