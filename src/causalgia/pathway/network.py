"""The small networks that stand in for a floor once they have been fitted to it.

Rates are handled as square roots, which makes the scatter of spike counts alike at all rates.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

__all__ = ["RateNetwork", "features"]

Rows = Float[Array, "input *batch"]


def features(
    values: Rows,
    low: Float[np.ndarray, " input"],
    high: Float[np.ndarray, " input"],
    roots: tuple[bool, ...],
) -> Rows:
    """Inputs scaled to -1..1; those marked in `roots` (rates, conductances) by square root."""
    shape = (-1, *([1] * (values.ndim - 1)))
    root = np.array(roots).reshape(shape)
    low, high = low.reshape(shape), high.reshape(shape)
    clipped = jnp.clip(values, low, high)
    bend = jnp.where(root, jnp.sqrt(jnp.maximum(clipped, 0.0)), clipped)
    bottom, top = (
        np.where(root, np.sqrt(np.maximum(low, 0.0)), low),
        np.where(root, np.sqrt(np.maximum(high, 0.0)), high),
    )
    return (2.0 * (bend - bottom) / (top - bottom) - 1.0).astype(jnp.float32)


class RateNetwork(eqx.Module):
    r"""A rate (Hz) from scaled inputs: $\sqrt r = T \sqrt{r_{in}} + E$.

    Two hidden layers of tanh units; $T$ (0-1) is what passes through, $E$ what is made here. A
    floor without an input rate has only the second head.
    """

    weights: tuple[Float[Array, "out in"], ...]
    biases: tuple[Float[Array, " out"], ...]

    def __call__(self, scaled: Rows, input_Hz: Float[Array, "*batch"] | None = None) -> Array:
        """Rate (Hz), shape as one input row."""
        hidden = scaled
        shape = (-1, *([1] * (scaled.ndim - 1)))
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            hidden = jnp.tensordot(weight, hidden, axes=1) + bias.reshape(shape)
            if index < len(self.weights) - 1:
                hidden = jnp.tanh(hidden)
        made = jax.nn.softplus(hidden[0])
        if input_Hz is None:
            return made**2
        passed = jax.nn.sigmoid(hidden[1]) * jnp.sqrt(jnp.maximum(input_Hz, 0.0) + 1e-9)
        return (passed + made) ** 2

    @classmethod
    def random(cls, inputs: int, heads: int, hidden: int, key: Array) -> RateNetwork:
        """A network to start a fit from; it passes everything and makes almost nothing."""
        sizes = [inputs, hidden, hidden, heads]
        keys = jax.random.split(key, 3)
        weights = [
            jax.random.normal(k, (n, m)) / np.sqrt(m)
            for k, m, n in zip(keys, sizes[:-1], sizes[1:], strict=True)
        ]
        last = jnp.array([-2.0, 3.0][:heads])
        return cls(tuple(weights), (jnp.zeros(hidden), jnp.zeros(hidden), last))
