"""Random numbers counted, not carried: a word of noise is a function of key, step, site and lane.

The generator is Threefry-2x32 of 20 rounds (Salmon et al. 2011), the one behind `jax.random`,
written out as plain arithmetic: JAX's own is a loop of small kernels, which on a CPU costs more
than the membrane it drives.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, UInt32

__all__ = ["threefry_2x32", "white_noise"]

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_PER_BLOCK = 4


def threefry_2x32(
    key: UInt32[Array, "2"], first: UInt32[Array, "..."], second: UInt32[Array, "..."]
) -> tuple[UInt32[Array, "..."], UInt32[Array, "..."]]:
    """Two random words for each pair of counters, which broadcast."""
    keys = (key[0], key[1], key[0] ^ key[1] ^ jnp.uint32(_PARITY))
    first, second = first + keys[0], second + keys[1]
    for group in range(5):
        for rotation in _ROTATIONS[group % 2]:
            first = first + second
            second = (second << rotation) | (second >> (32 - rotation))
            second = second ^ first
        first = first + keys[(group + 1) % 3]
        second = second + keys[(group + 2) % 3] + jnp.uint32(group + 1)
    return first, second


def white_noise(
    key: Array, step: Array, sites: int, lane: Array, dtype: jnp.dtype
) -> Float[Array, "site lane"]:
    """Independent numbers of mean 0 and variance 1 for each site and lane in one step.

    They are uniform: a membrane adds up hundreds of steps, and for a solution in distribution
    only the first moments of an increment count (Kloeden and Platen 1992, section 14.1). Four
    numbers come from one block of the generator, 16 bits each.

    **Arguments:** a JAX `key`; the number of the `step`, of `sites`, and of each `lane`.
    """
    words = jax.random.key_data(key) if jnp.issubdtype(key.dtype, jax.dtypes.prng_key) else key
    # The step is part of the key: counters then number sites and lanes, in any batch alike.
    now = jnp.stack([words[0], words[1] + step.astype(jnp.uint32)])
    blocks = -(-sites // _PER_BLOCK)
    block = jnp.arange(blocks, dtype=jnp.uint32)[:, None]
    first, second = threefry_2x32(now, lane.astype(jnp.uint32)[None], block)
    halves = [first & 0xFFFF, first >> 16, second & 0xFFFF, second >> 16]
    drawn = jnp.stack(halves).reshape(_PER_BLOCK * blocks, -1)[:sites]
    centered = (drawn.astype(dtype) + 0.5) * (1.0 / 65536) - 0.5
    return centered * 12.0**0.5
