"""Red flags: what must be seen to before any plan for pain."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from causalgia.errors import InputError, nearest

__all__ = ["RedFlag", "find_red_flag", "raised", "red_flags", "unasked"]


@dataclass(frozen=True)
class RedFlag:
    """One sign: what to `ask`, what it `may_be`, what to `do`; its `urgency`, "now" or "soon"."""

    name: str
    urgency: str
    ask: str
    may_be: str
    do: str

    def __str__(self) -> str:
        return f"{self.may_be[:1].upper()}{self.may_be[1:]}? {self.do[:1].upper()}{self.do[1:]}."


@cache
def red_flags() -> Mapping[str, RedFlag]:
    """All red flags by name."""
    text = resources.files(__package__).joinpath("red_flags.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {name: RedFlag(name=name, **row) for name, row in tomllib.loads(text).items()}
    )


def find_red_flag(name: str) -> RedFlag:
    """One red flag by name.

    **Raises:** `InputError` with the nearest names.
    """
    found = red_flags().get(name)
    if found is None:
        raise InputError(f"unknown red flag {name!r}; {nearest(name, red_flags())}")
    return found


def raised(answers: Mapping[str, bool]) -> tuple[RedFlag, ...]:
    """The flags that are there, the most urgent first."""
    found = [flag for name, flag in red_flags().items() if answers.get(name)]
    return tuple(sorted(found, key=lambda flag: flag.urgency != "now"))


def unasked(answers: Mapping[str, bool]) -> tuple[RedFlag, ...]:
    """The flags nobody asked about: silence says nothing."""
    return tuple(flag for name, flag in red_flags().items() if name not in answers)
