r"""Receptors of a neuron: what a released transmitter does to its membrane.

After an event of weight $w$ the conductance is $w\,(e^{-t/\tau_d} - e^{-t/\tau_r}) / N$ with $N$
the peak of the bracket, so that a weight is a peak conductance. Magnesium blocks NMDA receptors by
the share $1 - 1/(1 + [Mg]\, e^{-0.062 V}/3.57)$ (Jahr and Stevens 1990).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from causalgia.errors import InputError

__all__ = ["CHLORIDE", "Receptor"]

CHLORIDE = "chloride"
"""In the place of a reversal potential: it follows the chloride inside the neuron."""


@dataclass(frozen=True)
class Receptor:
    """A receptor of one kind on one place of a neuron.

    **Arguments:** a `name`; `rise_ms` and `decay_ms` of its conductance; `reversal_mV`, or
    `CHLORIDE` where that follows the chloride inside; `magnesium_mM` outside, which blocks it (0:
    it is not blocked); `calcium_share` of its current; `plastic`, whether its synapses potentiate;
    `site`, the compartment it sits in (None: the neuron's input site).
    **Raises:** `InputError` for times that are not positive or a rise slower than the decay.
    """

    name: str
    rise_ms: float
    decay_ms: float
    reversal_mV: float | str
    magnesium_mM: float = 0.0
    calcium_share: float = 0.0
    plastic: bool = False
    site: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.rise_ms < self.decay_ms:
            raise InputError(
                f"receptor {self.name!r}: rise_ms is {self.rise_ms} and decay_ms {self.decay_ms}, "
                "need 0 < rise_ms < decay_ms"
            )
        if not 0 <= self.calcium_share <= 1:
            raise InputError(
                f"receptor {self.name!r}: calcium_share is {self.calcium_share}, must be 0 to 1"
            )
        if isinstance(self.reversal_mV, str) and self.reversal_mV != CHLORIDE:
            raise InputError(
                f"receptor {self.name!r}: reversal_mV is {self.reversal_mV!r}, must be a number "
                f"or {CHLORIDE!r}"
            )

    @property
    def peak(self) -> float:
        """The highest value of the difference of its exponentials."""
        rise, decay = self.rise_ms, self.decay_ms
        time = math.log(decay / rise) * rise * decay / (decay - rise)
        return math.exp(-time / decay) - math.exp(-time / rise)
