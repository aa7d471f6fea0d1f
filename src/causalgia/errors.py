"""Every error a user can meet: one base class, and one clear line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["CausalgiaError", "InputError", "SimulationDiverged", "nearest"]


class CausalgiaError(Exception):
    """Base class of all errors raised on purpose by the package."""


class InputError(CausalgiaError, ValueError):
    """What the user gave is wrong: the message names the field, the value and what is allowed."""


class SimulationDiverged(CausalgiaError, ArithmeticError):
    """A simulated value ran away; the message says when, where and with which parameters.

    `lanes` are those of the batch in which one did, for callers that can do with the others.
    """

    def __init__(self, message: str, lanes: Iterable[int] = ()) -> None:
        super().__init__(message)
        self.lanes = tuple(int(lane) for lane in lanes)


def nearest(name: str, allowed: Iterable[str], count: int = 3) -> str:
    """Say which allowed names look most like the one given, or list them all.

    **Arguments:** the unknown `name`, the `allowed` names, how many neighbors to offer.
    **Returns:** a phrase that ends an error message.
    """
    names = sorted(allowed)
    close = difflib.get_close_matches(name, names, n=count, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(repr(item) for item in close) + "?"
    return "allowed: " + ", ".join(names)
