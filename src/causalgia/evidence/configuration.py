"""One short name for all that decides a result."""

from __future__ import annotations

import hashlib
import json

from causalgia import __version__
from causalgia.evidence.store import all_parameters

__all__ = ["configuration_of"]


def configuration_of(protocol: str, seed: int) -> str:
    """A hash of version, `protocol`, every number with a source, and `seed`."""
    content = {
        "version": __version__,
        "protocol": protocol,
        "numbers": {number.path: number.value for number in all_parameters()},
        "seed": seed,
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()
