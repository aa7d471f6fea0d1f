"""Named random streams: every decision draws from its own, so that nobody else is moved.

A stream is a counter-based generator whose key is the hash of the seed and of the names of the
module and the decision. Values are drawn in the order of the patients, one draw a patient: the
first patients of a large population are the patients of a small one, and a decision that is added
or left out changes no other.
"""

from __future__ import annotations

import hashlib

import numpy as np
from jaxtyping import Array, Key

__all__ = ["stream", "stream_key"]


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator for one decision, the same wherever and whenever it is asked for.

    **Arguments:** the `seed` of the run; the `names` of module and decision. One stream serves
    one array of one value a patient; take another name for another array.
    """
    key = np.frombuffer(_digest(seed, names, 16), dtype="<u8").astype(np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def stream_key(seed: int, *names: str) -> Key[Array, ""]:
    """The key of a stream from which compiled programs draw.

    **Arguments:** the `seed` of the run; the `names` of module and decision.
    """
    import jax
    import jax.numpy as jnp

    words = np.frombuffer(_digest(seed, names, 8), dtype="<u4").astype(np.uint32)
    return jax.random.wrap_key_data(jnp.asarray(words))


def _digest(seed: int, names: tuple[str, ...], size: int) -> bytes:
    # Lengths go into the hash so that ("ab", "c") and ("a", "bc") differ.
    text = "|".join(f"{len(part)}:{part}" for part in (str(int(seed)), *names))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=size).digest()
