r"""Release: what a spike that arrives at a terminal sets free.

Short-term plasticity (Tsodyks and Markram 1998): of the resources $R$ a spike releases the share
$u$, after $u$ has grown by $U (1 - u)$; $R$ recovers with $\tau_{rec}$ and $u$ falls back with
$\tau_{fac}$. What is released is counted in units of a first spike's. Contacts on the terminal
(axo-axonic) cut release by $1 - a\, x / (x + 1)$, with $x$ the conductance they have opened in
units of that which cuts it by half of the most, $a$.
"""

from __future__ import annotations

from dataclasses import dataclass

from causalgia.errors import InputError

__all__ = ["AxoAxonic", "Release"]


@dataclass(frozen=True)
class Release:
    """How terminals of one kind release.

    **Arguments:** `utilization` $U$, the share of resources a first spike releases; `recovery_ms`
    of what was released; `facilitation_ms`, how long a spike's facilitation lasts.
    **Raises:** `InputError` for a share outside 0-1 or a time that is not positive.
    """

    utilization: float
    recovery_ms: float
    facilitation_ms: float

    def __post_init__(self) -> None:
        if not 0 < self.utilization <= 1:
            raise InputError(f"utilization is {self.utilization}, must be above 0 and at most 1")
        for label in ("recovery_ms", "facilitation_ms"):
            if not getattr(self, label) > 0:
                raise InputError(f"{label} is {getattr(self, label)}, must be positive")


@dataclass(frozen=True)
class AxoAxonic:
    """What contacts on afferent terminals do: presynaptic GABA-A or GABA-B receptors.

    **Arguments:** `rise_ms` and `decay_ms` of their effect; `most`, the largest share of release
    they take away.
    **Raises:** `InputError` for a rise slower than the decay or a share outside 0-1.
    """

    rise_ms: float
    decay_ms: float
    most: float

    def __post_init__(self) -> None:
        if not 0 < self.rise_ms < self.decay_ms:
            raise InputError(
                f"rise_ms is {self.rise_ms} and decay_ms {self.decay_ms}, "
                "need 0 < rise_ms < decay_ms"
            )
        if not 0 <= self.most <= 1:
            raise InputError(f"most is {self.most}, must be 0 to 1")
