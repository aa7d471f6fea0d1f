"""What a document sent to the server may not hold: the names of files of its machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from causalgia.errors import InputError
from causalgia.tables import shorten

__all__ = ["refuse_files"]


def refuse_files(field: str, document: object, sent_along: Collection[str] = ()) -> None:
    """Refuse a document in which any text, keys included, looks like the name of a file.

    The commands read treatments of one's own from files ending in `.toml`; what was `sent_along`
    may be named.
    **Raises:** `InputError` for the first such text, blaming the `field`.
    """
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and ".toml" in one.casefold() and one.strip() not in sent_along:
            raise InputError(
                f"{field}: {shorten(one)} names a file, and no file is read here; in a trial, "
                "send a compound's text along as one of the compounds"
            )
