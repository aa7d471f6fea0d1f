"""The numbers of one cause, as its file names them."""

from __future__ import annotations

from collections.abc import Callable

from causalgia.evidence import parameter

__all__ = ["numbers_of"]


def numbers_of(prefix: str) -> Callable[[str], float]:
    """Look numbers up in `causalgia_causes` by what follows a prefix and an underscore."""

    def number(name: str) -> float:
        return parameter(f"causalgia_causes/{prefix}_{name}").value

    return number
