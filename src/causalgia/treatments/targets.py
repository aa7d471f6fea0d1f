"""Targets: what holding one of them in full does, the same for every drug that acts there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.mechanisms.effects import Effect

__all__ = ["Target", "find_target", "targets"]


@dataclass(frozen=True)
class Target:
    """A target: its `name`, a `label` in words, other names it goes by, its `effects` in full."""

    name: str
    label: str
    also: tuple[str, ...]
    effects: tuple[Effect, ...]


@cache
def targets() -> Mapping[str, Target]:
    """All targets by name."""
    text = resources.files(__package__).joinpath("targets.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: Target(
                name,
                row["label"],
                tuple(row["also"]),
                tuple(Effect(**_tuples(push)) for push in row["pushes"]),
            )
            for name, row in tomllib.loads(text).items()
        }
    )


def _tuples(push: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in push.items()}


def find_target(name: str) -> Target:
    """A target by its name, or by that of its gene ("SCN10A"), in small or large letters.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    called = {other.lower(): t for t in targets().values() for other in (t.name, *t.also)}
    try:
        return called[name.lower()]
    except KeyError:
        known = [*targets(), *(other for t in targets().values() for other in t.also)]
        raise InputError(f"unknown target {name!r}; {nearest(name, known)}") from None
