"""Statements of the package's own files, of which versions of the model are told."""

from __future__ import annotations

import ast
import gc
import threading
from pathlib import Path

__all__ = ["read_statements"]

# CPython 3.11 counts the depth of all trees that are being made in one place: where threads take
# turns while one is made, it ends in a SystemError. They do in a callback of garbage collection,
# and libraries parse as well (`inspect.signature` does), so that a lock alone is not enough.
_ONE_AT_A_TIME = threading.Lock()


def read_statements(file: Path) -> ast.Module:
    """The statements of a Python file; may be called from several threads."""
    text = file.read_text(encoding="utf-8")
    with _ONE_AT_A_TIME:
        collects = gc.isenabled()
        gc.disable()
        try:
            return ast.parse(text)
        finally:
            if collects:
                gc.enable()
