"""The source folder of the site: documents of the repository beside the generated pages.

Documents stay readable where they are. In their copies only links are changed, to what lies
outside `docs/`: another page of the site, or a file that is offered for download.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from _builder import (
    channel_pages,
    circuit_pages,
    command_pages,
    disease_pages,
    evidence_pages,
    membrane_pages,
    reference_pages,
    result_pages,
)

__all__ = ["stage"]

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# Documents from elsewhere in the repository, by their place on the site.
ELSEWHERE = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/README.md": "benchmarks/README.md",
}
PICTURES = (".svg", ".png", ".jpg", ".webp")
FOLDER_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s#<>:]+)\)")
LINK = re.compile(r"(\]\()([^)\s#<>]+)(#[^)\s]*)?(\))|(src=\")([^\"]+)(\")")


class _Tree:
    """The folder that is filled; what is not written again is removed at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: set[Path] = set()

    def write(self, name: str, text: str) -> None:
        """Write a page, unless it is there as it is: Sphinx reads again what is newer."""
        file = self.folder / name
        self.kept.add(file)
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def copy(self, source: Path, name: str) -> None:
        """Copy a file, with its time."""
        file = self.folder / name
        self.kept.add(file)
        if not file.is_file() or file.stat().st_mtime != source.stat().st_mtime:
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, file)

    def prune(self) -> None:
        """Remove what an earlier build left."""
        for file in sorted(self.folder.rglob("*"), reverse=True):
            if file.is_file() and file not in self.kept:
                file.unlink()
            elif file.is_dir() and not any(file.iterdir()):
                file.rmdir()


def stage(folder: Path) -> None:
    """Fill a folder with everything that Sphinx reads."""
    tree = _Tree(folder)
    for file in sorted(DOCS.rglob("*")):
        name = file.relative_to(DOCS)
        if file.is_file() and not name.parts[0].startswith(("_", ".")):
            _take(file, name.as_posix(), tree)
    for source, name in ELSEWHERE.items():
        tree.write(name, _linked(ROOT / source, name, tree))
    for part, pages in _generated().items():
        for name, text in pages().items():
            tree.write(f"{part}/{name}", text)
    tree.write("tutorials.md", _tutorials())
    _write_front(tree)
    tree.prune()


def _take(file: Path, name: str, tree: _Tree) -> None:
    """One file of `docs/`."""
    if ".ipynb_checkpoints" in name or name in ("index.md", "conf.py"):
        return
    if file.suffix == ".md":
        tree.write(name, _linked(file, name, tree))
    elif file.suffix == ".ipynb":
        tree.write(name, _notebook(file, name, tree))
    elif file.suffix in PICTURES:
        tree.copy(file, name)


def _write_front(tree: _Tree) -> None:
    """The front page, without entries for what is not there."""
    others = _others()
    front = _relinked(_front_page(), DOCS / "index.md", "index.md", tree)
    if others:
        toc = "\n".join(others)
        tree.write("more.md", f"# More\n\n```{{toctree}}\n:maxdepth: 1\n\n{toc}\n```\n")
    else:
        front = front.replace("\nmore\n", "\n")
    if not (DOCS / "gallery.md").is_file():
        front = front.replace("\ngallery\n", "\n")
    tree.write("index.md", front)


def _generated() -> Mapping[str, Callable[[], Mapping[str, str]]]:
    return {
        "model": _model,
        "reference": lambda: {
            **reference_pages.pages(),
            "commands.md": command_pages.command_page(),
            "http.md": command_pages.http_page(),
        },
        "validation": result_pages.validation_pages,
        "benchmarks": result_pages.benchmark_pages,
    }


def _model() -> Mapping[str, str]:
    return {
        **channel_pages.pages(),
        "fibers.md": membrane_pages.fiber_page(),
        "cells.md": membrane_pages.cell_page(),
        "circuits.md": circuit_pages.circuit_page(),
        "mechanisms.md": disease_pages.mechanism_page(),
        "causes.md": disease_pages.cause_page(),
        "treatments.md": disease_pages.treatment_page(),
        "numbers.md": evidence_pages.number_page(),
        "sources.md": evidence_pages.source_page(),
    }


def _notebook(file: Path, name: str, tree: _Tree) -> str:
    """A notebook with the links of its words changed."""
    book = json.loads(file.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            cell["source"] = _relinked(text, file, name, tree).splitlines(keepends=True)
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def _linked(file: Path, name: str, tree: _Tree) -> str:
    """A document as the site has it."""
    text = _relinked(file.read_text(encoding="utf-8"), file, name, tree)
    # No lexer is known for NMODL.
    return text.replace("```mod\n", "```text\n")


def _relinked(text: str, file: Path, name: str, tree: _Tree) -> str:
    """Text with the links that lead out of the site changed."""
    here = Path(name).parent

    def changed(found: re.Match[str]) -> str:
        before, target, place, after = (
            (found[1], found[2], found[3] or "", found[4])
            if found[1]
            else (found[5], found[6], "", found[7])
        )
        if re.match(r"[a-z]+:", target):
            return found[0]
        wanted = Path(os.path.normpath(file.parent / target))
        return before + _on_site(wanted, here, tree, target) + place + after

    def named(found: re.Match[str]) -> str:
        """A folder that is no part of the site is named and not linked."""
        wanted = Path(os.path.normpath(file.parent / found[2]))
        is_elsewhere = wanted.is_dir() and not (wanted / "README.md").is_file()
        return found[1] if is_elsewhere else found[0]

    return LINK.sub(changed, FOLDER_LINK.sub(named, text))


def _on_site(wanted: Path, here: Path, tree: _Tree, target: str) -> str:
    """Where a file of the repository lies on the site, seen from a page."""
    try:
        inside = wanted.relative_to(ROOT).as_posix()
    except ValueError:
        return target
    if inside in ELSEWHERE:
        return os.path.relpath(ELSEWHERE[inside], here)
    if inside.startswith("docs/"):
        inside = inside.removeprefix("docs/")
        if wanted.is_dir() and (wanted / "README.md").is_file():
            inside += "/README.md"
        return os.path.relpath(inside or ".", here)
    if inside == "README.md":
        return os.path.relpath("index.md", here)
    if wanted.is_file():
        tree.copy(wanted, f"files/{inside}")
        return os.path.relpath(f"files/{inside}", here)
    return target


TUTORIAL_HEAD = """# Tutorials

A notebook for each kind of user. Each runs from top to bottom in a minute or so, in Jupyter or any
editor that opens notebooks.
"""


def _tutorials() -> str:
    notebooks = sorted((DOCS / "notebooks").glob("*.ipynb"))
    if not notebooks:
        return f"{TUTORIAL_HEAD}\nNone is there yet.\n"
    toc = "\n".join(f"notebooks/{file.stem}" for file in notebooks)
    return f"{TUTORIAL_HEAD}\n```{{toctree}}\n:maxdepth: 1\n\n{toc}\n```\n"


def _others() -> list[str]:
    """Documents that the front page does not list: none is lost for want of an entry there."""
    listed = set(re.findall(r"^(?:.*<)?([\w/]+)>?$", _front_page(), flags=re.MULTILINE))
    found = sorted(file.stem for file in DOCS.glob("*.md"))
    return [name for name in found if name not in listed and name != "index"]


def _front_page() -> str:
    return (DOCS / "index.md").read_text(encoding="utf-8")
