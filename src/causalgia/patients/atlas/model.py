"""What an atlas was made of: one hash of the statements and numbers that make it.

Comments, docstrings, annotations, layout, labels and notes do not count, nor does what is computed
after an atlas has been made. Versions of Python and of libraries do not count either: they move
last bits, and an atlas is stored in coarser steps.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from causalgia.evidence import all_parameters
from causalgia.statements import read_statements

__all__ = ["atlas_hash"]

_PACKAGE = Path(__file__).resolve().parents[2]
# Folders and files whose statements make histories and treat them.
_FOLDERS = ("brain", "causes", "course", "mechanisms", "pathway", "treatments")
_FILES = (
    *("afferents/endings.py", "cord/rates.py", "patients/population.py", "patients/streams.py"),
    *(f"patients/atlas/{name}.py" for name in ("arms", "histories", "seen", "stepping")),
)
_APART = (
    *("course/chronification.py", "course/chronification_sensitivity.py", "pathway/biophysical.py"),
    *("pathway/weights.py", "pathway/central.py", "treatments/exposure.py"),
    *("treatments/pharmacokinetics.py", "treatments/side_effects.py", "treatments/warnings.py"),
    "treatments/wording.py",
)
_FITTED = ("pathway/fitted/*.npz", "pathway/fitted/healthy.json")
_TABLES = ("mechanisms/map.toml", "treatments/targets.toml", "treatments/data/*.toml")
# What is only shown or warned of.
_WORDS = (
    *("label", "note", "description", "sources", "source", "also", "side_effects", "groups"),
    *("renal_limits", "contraindications", "investigational", "status"),
)
# Who comes to a clinic is asked after an atlas has been made.
_AFTERWARDS = ("share_of_", "painless_referral")


@cache
def atlas_hash() -> str:
    """Hash of the model that makes an atlas."""
    digest, texts = hashlib.blake2b(digest_size=16), []
    for name, text in (*_statements(), *_tables()):
        digest.update(f"{name} {hashlib.blake2b(text.encode()).hexdigest()}\n".encode())
        texts.append(text)
    for pattern in _FITTED:
        for file in sorted(_PACKAGE.glob(pattern)):
            digest.update(hashlib.blake2b(file.read_bytes().replace(b"\r\n", b"\n")).digest())
    for name, value in sorted(_numbers("\n".join(texts)).items()):
        digest.update(f"{name} {value!r}\n".encode())
    return digest.hexdigest()


def _statements() -> Iterator[tuple[str, str]]:
    files = [_PACKAGE / name for name in _FILES]
    for folder in _FOLDERS:
        files += sorted((_PACKAGE / folder).rglob("*.py"))
    for file in files:
        name = file.relative_to(_PACKAGE).as_posix()
        if name not in _APART:
            yield name, _plain(read_statements(file))


def _plain(node: Any) -> str:
    """Statements as text, the same in every version of Python; what is empty is left out."""
    if isinstance(node, list):
        return "[" + " ".join(_plain(part) for part in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, (ast.Import, ast.ImportFrom)) or _is_text(node):
        return ""
    parts = [type(node).__name__]
    for name, value in ast.iter_fields(node):
        if value is None or value == [] or name in ("annotation", "returns", "ctx", "kind"):
            continue
        parts.append(f"{name}={_plain(value)}")
    return "(" + " ".join(parts) + ")"


def _is_text(node: ast.AST) -> bool:
    """Whether it is a docstring."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _tables() -> Iterator[tuple[str, str]]:
    for pattern in _TABLES:
        for file in sorted(_PACKAGE.glob(pattern)):
            table = _without_words(tomllib.loads(file.read_text(encoding="utf-8")))
            yield file.relative_to(_PACKAGE).as_posix(), json.dumps(table, sort_keys=True)


def _without_words(table: Any) -> Any:
    if isinstance(table, dict):
        return {name: _without_words(own) for name, own in table.items() if name not in _WORDS}
    return [_without_words(own) for own in table] if isinstance(table, list) else table


def _numbers(texts: str) -> dict[str, float]:
    """Every number of the evidence that statements or tables name, alone or with its file."""
    words = set(re.findall(r"[a-z][a-z0-9_]*(?:/[a-z0-9_]+)?", texts))
    return {
        number.path: float(number.value)
        for number in all_parameters()
        if (number.source in words or number.path in words)
        and not number.name.startswith(_AFTERWARDS)
    }
