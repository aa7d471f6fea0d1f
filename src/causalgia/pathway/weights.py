"""Stored weights of the fitted stand-ins, tied to the model they were fitted to.

A stand-in is valid only for the simulation it learned from, so each file carries a hash of that
simulation's source and numbers, and is refused when they have changed.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np

from causalgia.channels import Membrane
from causalgia.errors import CausalgiaError
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.network import RateNetwork
from causalgia.statements import read_statements

__all__ = [
    "WEIGHTS",
    "StaleSurrogateError",
    "end_to_end_error",
    "healthy_ratings",
    "load",
    "model_hash",
    "report",
    "save",
    "save_healthy_ratings",
]

WEIGHTS = Path(__file__).parent / "fitted"
"""Where the stand-ins are stored."""


class StaleSurrogateError(CausalgiaError):
    """The stored weights were fitted to another version of the model."""


@cache
def model_hash(floor: str) -> str:
    """Hash of what a floor's stand-in learns from.

    Two things count: every number and form of the declared model (gates, densities, geometry),
    and the statements of the protocol that turns it into rates. Comments and layout do not, nor
    how the engine computes, which has tests of its own.
    """
    digest = hashlib.blake2b(digest_size=16)
    declared = jax.tree.map(_plain, FLOORS[floor].declared(), is_leaf=_is_membrane)
    leaves, structure = jax.tree.flatten(declared)
    digest.update(str(structure).encode())
    for leaf in leaves:
        text = isinstance(leaf, str)
        digest.update(leaf.encode() if text else _significant(leaf).tobytes())
    for file in FLOORS[floor].protocol:
        digest.update(_statements(Path(__file__).parent.parent / file))
    return digest.hexdigest()


def _is_membrane(node: object) -> bool:
    return isinstance(node, Membrane)


def _plain(node: object) -> object:
    """A membrane as what it declares, so that what else membranes can do leaves it as it was."""
    if not isinstance(node, Membrane):
        return node
    channels = [
        (channel.name, str(channel.carriers), str(channel.terms), _declared(channel.gates))
        for channel in node.channels
    ]
    further = [part for part in (node.ions, node.pumps, node.blocks) if part]
    return channels, node.reversal_mV, further


def _declared(node: object) -> object:
    """Forms and numbers of gates; which of them may move in longer steps is the engine's matter."""
    if isinstance(node, tuple):
        return [_declared(part) for part in node]
    if isinstance(node, eqx.Module):
        named = {part.name: getattr(node, part.name) for part in fields(node)}
        named.pop("slow", None)
        return type(node).__name__, {name: _declared(value) for name, value in named.items()}
    return node


def _significant(leaf: object) -> np.ndarray:
    """Nine significant digits, so that the last bits of another machine do not count."""
    values = np.asarray(leaf, dtype=np.float64)
    size = 10.0 ** (np.floor(np.log10(np.where(values == 0, 1.0, np.abs(values)))) - 8.0)
    return np.round(values / size).astype(np.int64)


def _statements(file: Path) -> bytes:
    """The statements of a source file, without comments, docstrings, annotations and imports."""
    tree = read_statements(file)
    tree.body = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.dump(tree).encode()


def _is_text(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def save(floor: str, network: RateNetwork, errors: dict[str, float]) -> None:
    """Store a fitted network with its errors and the hash of what it was fitted to."""
    WEIGHTS.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {
        f"weight{i}": np.asarray(w, np.float32) for i, w in enumerate(network.weights)
    }
    arrays |= {f"bias{i}": np.asarray(b, np.float32) for i, b in enumerate(network.biases)}
    np.savez(buffer, **arrays)
    (WEIGHTS / f"{floor}.npz").write_bytes(buffer.getvalue())
    about = {"fitted_to": model_hash(floor), "errors_on_unseen_points": errors}
    text = json.dumps(about, indent=2) + "\n"
    (WEIGHTS / f"{floor}.json").write_text(text, encoding="utf-8")


def report(floor: str) -> dict[str, object]:
    """What is known of a stored stand-in: hash of its model, errors on unseen points."""
    text = (WEIGHTS / f"{floor}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def load(floor: str) -> RateNetwork:
    """The stored network of a floor.

    **Raises:** `StaleSurrogateError` when the model has changed since the fit.
    """
    fitted_to = report(floor)["fitted_to"]
    if fitted_to != model_hash(floor):
        raise StaleSurrogateError(
            f"the model of {floor!r} has changed since the network that stands in for it was "
            f"fitted (to {str(fitted_to)[:8]}, it is now {model_hash(floor)[:8]}), so a case "
            "would be answered with the old model; undo the change (its numbers are in "
            "src/causalgia/evidence/data), or fit the network anew: "
            f"python scripts/fit_surrogates.py simulate {floor}, then fit {floor}"
        )
    arrays = np.load(WEIGHTS / f"{floor}.npz")
    count = len(arrays.files) // 2
    return RateNetwork(
        tuple(arrays[f"weight{i}"] for i in range(count)),
        tuple(arrays[f"bias{i}"] for i in range(count)),
    )


@cache
def healthy_ratings() -> tuple[float, ...]:
    """What the stand-ins together answer in health, test by test (0-10)."""
    return tuple(json.loads((WEIGHTS / "healthy.json").read_text(encoding="utf-8")))


def end_to_end_error() -> dict[str, float]:
    """How far the stand-ins are from the biophysical pathway, in points of the 0-10 rating.

    Median and 95th percentile on virtual patients not used in the fit, and the same between two
    biophysical runs that differ in noise only (`scatter`); by `scripts/check_surrogate.py`.
    """
    about = json.loads((WEIGHTS / "end_to_end.json").read_text(encoding="utf-8"))
    return {
        "median": about["rating_error_median"],
        "p95": about["rating_error_p95"],
        "scatter_median": about["rating_scatter_of_biophysical_median"],
        "scatter_p95": about["rating_scatter_of_biophysical_p95"],
    }


def save_healthy_ratings(ratings: tuple[float, ...]) -> None:
    """Store what the stand-ins together answer in health."""
    (WEIGHTS / "healthy.json").write_text(json.dumps(ratings) + "\n", encoding="utf-8")
    healthy_ratings.cache_clear()
