"""What the server refuses, beside wrong input."""

from __future__ import annotations

from causalgia.errors import CausalgiaError

__all__ = ["BusyError", "MissingError", "TooManyError"]


class MissingError(CausalgiaError):
    """What was asked for does not exist."""


class TooManyError(CausalgiaError):
    """A client, or all of them together, want too much at a time."""


class BusyError(CausalgiaError):
    """The server has too much to do; the client may come again."""
