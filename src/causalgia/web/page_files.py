"""The files of the page, held in memory: nothing on the disk is named by a request.

A file is found at `/page/HASH/NAME`, where the hash is that of all files together, so that a
browser may keep it for good. The first file, `index.html`, says `./NAME` for the others; it is sent
with their hashed addresses, and asked for each time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

__all__ = ["PageFile", "PageFiles", "load_page"]

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_HASH_LENGTH = 16


@dataclass(frozen=True)
class PageFile:
    """One file: its `content`, `type` and `tag`, a hash of the content."""

    content: bytes
    type: str
    tag: str


@dataclass(frozen=True)
class PageFiles:
    """All files by name, folders separated by "/"; `hash` is that of all of them."""

    files: Mapping[str, PageFile]
    hash: str

    @property
    def index(self) -> PageFile:
        """The first file, with the hashed addresses of the others."""
        return self.files["index.html"]


def load_page(folder: Traversable | None = None) -> PageFiles:
    """Read the files of a folder (default: the package's), those of known types."""
    root = resources.files(__package__).joinpath("page") if folder is None else folder
    found = dict(sorted(_contents(root, "")))
    digest = hashlib.blake2b(digest_size=_HASH_LENGTH // 2)
    for name, content in found.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    whole = digest.hexdigest()
    text = found["index.html"].decode("utf-8")
    addressed = re.sub(r'\b(src|href)="\./', rf'\1="/page/{whole}/', text)
    found["index.html"] = addressed.encode("utf-8")
    files = {
        name: PageFile(content, _TYPES[_suffix(name)], hashlib.sha256(content).hexdigest()[:32])
        for name, content in found.items()
    }
    return PageFiles(files, whole)


def _contents(folder: Traversable, before: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{before}{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, f"{name}/")
        elif _suffix(name) in _TYPES:
            yield name, entry.read_bytes()


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2]}"
