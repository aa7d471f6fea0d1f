"""What decides a simulated trial beside its design: one hash of the model that computes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path

__all__ = ["history_hash", "model_hash"]

_PACKAGE = Path(__file__).resolve().parent.parent
_DECIDING = (".py", ".toml", ".csv", ".json", ".npz")
# What shows, checks or says results, and never decides one.
_SHOWING = ("cli.py", "command_options.py", "doctor.py", "reports", "validation", "web")
# What a patient's history before a trial hangs on.
_HISTORY = ("brain", "causes", "cord", "course", "evidence", "mechanisms", "pathway", "patients")
_AFTER_HISTORY = (
    *("causalgia_efficacy.toml", "causalgia_treatments.toml", "causalgia_trials.toml"),
    *("arakawa_2015.toml", "product_labels.toml"),
)
# What is concluded about a person: no participant of a trial is made of it.
_CONCLUDED = tuple(
    f"causalgia_{name}.toml"
    for name in ("anatomy", "clinic", "history", "inference", "observations", "planning")
)
_LIBRARIES = ("jax", "jaxlib", "equinox", "numpy", "pandas", "pyarrow")


@cache
def model_hash() -> str:
    """Hash of all that computes a shard: version, code, numbers, stored stand-ins, libraries.

    Every file of the package counts (evidence, treatments, weights, statements) but those that
    only show results; line ends do not. Two machines with other versions of the numerical
    libraries may differ in last bits, so these versions count as well.
    """
    return _hash(lambda inside: inside.parts[0] not in _SHOWING and not _is_concluded(inside))


@cache
def history_hash() -> str:
    """Hash of all that makes histories before a trial: not of treatments, nor of the trial.

    The pool that draws them counts as well.
    """

    def counts(inside: Path) -> bool:
        if inside.name in _AFTER_HISTORY or _is_concluded(inside):
            return False
        return inside.parts[0] in _HISTORY or inside.parts == ("trials", "pool.py")

    return _hash(counts)


def _is_concluded(inside: Path) -> bool:
    """Whether a file is of the packages of `patients`, or of their numbers."""
    package = inside.parts[0] == "patients" and len(inside.parts) > 2
    return package or inside.name in _CONCLUDED


def _hash(counts: Callable[[Path], bool]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for file in sorted(_PACKAGE.rglob("*")):
        inside = file.relative_to(_PACKAGE)
        if file.suffix not in _DECIDING or not counts(inside):
            continue
        content = file.read_bytes()
        if file.suffix != ".npz":
            content = content.replace(b"\r\n", b"\n")
        own = hashlib.blake2b(content, digest_size=16).hexdigest()
        digest.update(f"{inside.as_posix()} {own}\n".encode())
    return digest.hexdigest()
