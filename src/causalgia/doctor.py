"""What a bug report needs to say about the machine it comes from."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import causalgia
from causalgia.cache import cache_folder

__all__ = ["describe_machine", "format_description"]

Description = Mapping[str, str | int | float | bool | Mapping[str, str] | None]

# What a number depends on, whether or not the package is installed and says that it needs it.
_NUMERICAL = ("jax", "jaxlib", "equinox", "numpy", "scipy", "optax", "neuron")


def describe_machine() -> Description:
    """Versions, hardware and folders, by name.

    The hardware JAX sees is asked of JAX, which loads it: about half a second.
    """
    return {
        "causalgia": causalgia.__version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "cores": _usable_cores(),
        "memory_gb": _memory_gb(),
        "devices": _devices(),
        "cache_folder": str(cache_folder()),
        "cache_writable": _is_writable(cache_folder()),
        "dependencies": _dependency_versions(),
        "surrogates": _surrogate_hashes(Path(causalgia.__file__).parent),
    }


def format_description(description: Description) -> str:
    """The description as aligned lines, nested tables indented."""
    lines = []
    for name, value in description.items():
        if not isinstance(value, Mapping):
            lines.append(f"{name:<16} {'unknown' if value is None else value}")
            continue
        lines.append(name if value else f"{name:<16} none")
        lines += [f"  {entry:<14} {detail}" for entry, detail in value.items()]
    return "\n".join(lines)


def _usable_cores() -> int | None:
    """The cores this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _memory_gb() -> float | None:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # there is no sysconf on Windows
        return None
    return round(total / 1e9, 1)


def _devices() -> str:
    try:
        import jax

        return ", ".join(str(device) for device in jax.devices())
    except Exception as error:  # a broken accelerator is exactly what the report must show
        return f"{type(error).__name__}: {error}".splitlines()[0]


def _is_writable(folder: Path) -> bool:
    """Whether the folder could be written, or made where it does not exist yet."""
    existing = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return existing is not None and existing.is_dir() and os.access(existing, os.W_OK)


def _dependency_versions() -> dict[str, str]:
    names = [*_declared_dependencies(), *_NUMERICAL]
    return {name: _version(name) for name in dict.fromkeys(names)}


def _declared_dependencies() -> list[str]:
    """What the installed package says it needs, without extras."""
    try:
        declared = metadata.requires("causalgia") or []
    except metadata.PackageNotFoundError:  # run from a source folder
        return []
    return [
        match[0]
        for line in declared
        if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))
    ]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _surrogate_hashes(package: Path) -> dict[str, str]:
    """The start of the SHA-256 of every stored surrogate: the weights a result came from."""
    return {
        file.relative_to(package).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in sorted(package.rglob("*.npz"))
    }
