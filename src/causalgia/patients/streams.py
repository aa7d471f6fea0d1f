"""Named random streams: every decision draws from its own, so that nobody else is moved.

A stream is a counter-based generator whose key is the hash of the seed and of the names of the
module and the decision. Values are drawn in the order of the patients, one draw a patient: the
first patients of a large population are the patients of a small one, and a decision that is added
or left out changes no other.
"""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator for one decision, the same wherever and whenever it is asked for.

    **Arguments:** the `seed` of the run; the `names` of module and decision. One stream serves
    one array of one value a patient; take another name for another array.
    """
    # Lengths go into the hash so that ("ab", "c") and ("a", "bc") differ.
    text = "|".join(f"{len(part)}:{part}" for part in (str(int(seed)), *names))
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
    key = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
    return np.random.Generator(np.random.Philox(key=key))
