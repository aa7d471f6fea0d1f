"""The command `causalgia validate`: compute, compare, say."""

from __future__ import annotations

import sys
from pathlib import Path

from causalgia.cache import enable_compilation_cache
from causalgia.errors import InputError
from causalgia.reports.progress import progress
from causalgia.validation.reference import FLOORS, load_references
from causalgia.validation.run import Validation, chosen, validate

__all__ = ["run_validate"]

NARROWEST = 100
"""Columns of the table where nobody is looking, or only at a narrow window."""


def run_validate(
    floor: str | None = None,
    *,
    as_json: bool = False,
    out: Path | None = None,
    only: str | None = None,
    quick: bool = False,
) -> int:
    """Hold one floor, or all of them, against what is published.

    **Arguments:** the `floor`; `as_json`, print the rows as JSON and nothing else; the folder
    `out` for a page and the rows; `only` rows that match a pattern; a `quick` look.
    **Returns:** the exit status, 0 however many numbers miss: a miss is a finding, not an error.
    **Raises:** `InputError` for a wrong option; then nothing is computed or written.
    """
    floors = _matching(only) if floor is None else (floor,)
    for name in floors:
        load_references(name)
    if out is not None and out.exists() and not out.is_dir():
        raise InputError(f"--out: {out} is a file; give a folder")
    enable_compilation_cache()
    with progress() as tell:
        found = [validate(name, only=only, quick=quick, tell=tell) for name in floors]
    if out is not None:
        _write(found, out)
    _say(found, as_json)
    if out is not None and not as_json:
        print(f"Page and rows: {out / 'validation.json'}")
    return 0


def _matching(only: str | None) -> tuple[str, ...]:
    """The floors with rows that match a pattern."""
    rows = chosen([row for name in FLOORS for row in load_references(name)], only)
    held = {row.floor for row in rows}
    return tuple(name for name in FLOORS if name in held)


def _write(validations: list[Validation], folder: Path) -> None:
    from causalgia.reports.files import text_writers, write_together
    from causalgia.validation.listing import as_markdown, to_json

    texts = {f"{validation.floor}.md": as_markdown(validation) for validation in validations}
    texts["validation.json"] = to_json(validations)
    write_together(folder, text_writers(texts))


def _say(validations: list[Validation], as_json: bool) -> None:
    if as_json:
        from causalgia.validation.listing import to_json

        sys.stdout.write(to_json(validations))
        return
    from rich.console import Console

    from causalgia.validation.table import print_validation

    console = Console()
    console = Console(width=max(NARROWEST, console.width))
    for validation in validations:
        print_validation(validation, console)
