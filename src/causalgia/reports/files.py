"""Writing several files as one: all of them, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from causalgia.errors import InputError

__all__ = ["text_writers", "write_together"]


def text_writers(texts: Mapping[str, str]) -> dict[str, Callable[[Path], object]]:
    """What writes each of some texts, by the name of its file: the same bytes on every platform."""

    def writer(text: str) -> Callable[[Path], object]:
        return lambda path: path.write_text(text, encoding="utf-8", newline="\n")

    return {name: writer(text) for name, text in texts.items()}


def write_together(folder: Path, writers: Mapping[str, Callable[[Path], object]]) -> None:
    """Write every file beside its place, then move all of them there.

    **Arguments:** the `folder`, made where it is missing; `writers`, from the name of a file
    or a folder to what writes it at a given path.
    **Raises:** `InputError` where the folder cannot be written. If a writer fails nothing of what
    was there is touched.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".causalgia-", dir=folder))
    except OSError as error:
        raise InputError(f"--out: {folder}: cannot be written: {error.strerror}") from None
    try:
        for name, write in writers.items():
            write(draft / name)
        for name in writers:
            if (folder / name).is_dir():
                # A folder is not written over: the old one goes with the draft.
                os.replace(folder / name, draft / f"old-{name}")
            os.replace(draft / name, folder / name)
    except OSError as error:
        raise InputError(f"--out: {folder}: cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
