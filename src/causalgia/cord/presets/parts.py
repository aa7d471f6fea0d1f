"""What published circuits share: their receptors, and contacts from all to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from causalgia.cord.network import Synapses
from causalgia.cord.receptors import Receptor
from causalgia.evidence import Parameter

__all__ = ["all_to_one", "receptors_of"]

MAGNESIUM_mM = 1.0


def receptors_of(
    own: Mapping[str, Parameter],
    kinds: Sequence[str],
    *,
    nk1: str | None = None,
    calcium_share: float = 0.0,
) -> tuple[Receptor, ...]:
    """Receptors of some kinds from a publication's numbers.

    **Arguments:** whose rise time NK1 receptors have, where they differ from cell to cell; the
    `calcium_share` of NMDA and NK1 currents.
    """
    made = []
    for kind in kinds:
        risen = f"nk1_{nk1}" if kind == "nk1" and nk1 else kind
        brings = kind in ("nmda", "nk1")
        made.append(
            Receptor(
                kind,
                own[f"{risen}_rise_time"].value,
                own[f"{kind}_decay_time"].value,
                own[f"{kind}_reversal"].value,
                magnesium_mM=MAGNESIUM_mM if kind == "nmda" else 0.0,
                calcium_share=calcium_share if brings else 0.0,
            )
        )
    return tuple(made)


def all_to_one(
    source: str, target: str, receptor: str, size: int, weight_uS: float, delay_ms: float
) -> Synapses:
    """One synapse from each of `size` members of a source onto a population's only neuron."""
    sources = np.arange(size)
    return Synapses(
        source,
        target,
        receptor,
        sources,
        np.zeros_like(sources),
        np.full(size, weight_uS),
        np.full(size, delay_ms),
    )
