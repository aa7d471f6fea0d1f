"""Where published trials tell otherwise than virtual patients do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["doubts"]


@cache
def doubts() -> Mapping[str, str]:
    """What trials say otherwise, by the name of a treatment; most have no entry."""
    text = resources.files(__package__).joinpath("doubts.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))
