"""Statements of the package's own files, of which versions of the model are told."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

__all__ = ["read_statements"]

# CPython 3.11 counts the depth of all trees that are being made in one place: where threads take
# turns while they parse, as they do in a callback of garbage collection, it ends in a SystemError.
_ONE_AT_A_TIME = threading.Lock()


def read_statements(file: Path) -> ast.Module:
    """The statements of a Python file; may be called from several threads."""
    text = file.read_text(encoding="utf-8")
    with _ONE_AT_A_TIME:
        return ast.parse(text)
