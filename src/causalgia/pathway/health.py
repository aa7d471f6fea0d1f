"""What the healthy pathway fires, stored beside the stand-ins: read, not computed anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from causalgia.pathway.response import Response
from causalgia.pathway.weights import WEIGHTS

__all__ = ["Health", "in_health", "save_health"]

_FILE = WEIGHTS / "healthy_rates.json"


@dataclass(frozen=True)
class Health:
    """What the healthy pathway fires.

    `afferent_Hz` [test, fiber], `origin_Hz` [place, fiber] and `projection_Hz` [test].
    """

    afferent_Hz: Float[np.ndarray, "test fiber"]
    origin_Hz: Float[np.ndarray, "place fiber"]
    projection_Hz: Float[np.ndarray, " test"]


@cache
def in_health() -> Health:
    """The healthy pathway."""
    table = json.loads(_FILE.read_text(encoding="utf-8"))
    return Health(**{name: np.array(values) for name, values in table.items()})


def save_health(response: Response) -> None:
    """Store what the stand-ins together fire in health: the answer to one healthy person."""
    table = {
        name: np.round(np.asarray(getattr(response, name), dtype=float)[..., 0], 5).tolist()
        for name in ("afferent_Hz", "origin_Hz", "projection_Hz")
    }
    _FILE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    in_health.cache_clear()
