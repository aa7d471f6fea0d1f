"""Causalgia: an open in-silico laboratory for neuropathic pain, from ion channel to trial.

The front door, loaded when used: `read_case` and `simulate_case` answer a case, `to_dataset` gives
the answer as labeled arrays, `cite` the sources.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

__all__ = ["__version__", "cite", "read_case", "simulate_case", "to_dataset"]

_ROOMS = {
    "cite": "causalgia.evidence",
    "read_case": "causalgia.patients.case",
    "simulate_case": "causalgia.patients.run",
    "to_dataset": "causalgia.patients.export",
}


def __getattr__(name: str) -> object:
    """Load a public function from its room on first use: importing the package stays quick."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'causalgia' has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
