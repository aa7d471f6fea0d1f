"""What keeps the pain of each virtual patient going, and how far its cord and brain are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from jaxtyping import Float, Int

from causalgia.evidence import parameter
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES, entries
from causalgia.mechanisms.map import index_of
from causalgia.patients.virtual import VirtualPatients

__all__ = ["DOMINANT", "central_share", "dominant", "persists"]

DOMINANT: Mapping[str, str] = MappingProxyType(
    {
        "skin": "spikes born in the skin",
        "distal_nerve": "spikes born in the nerve of the limb",
        "proximal_nerve": "spikes born in the nerve near the trunk",
        "root": "spikes born in root or ganglion",
        "cord": "a cord that keeps itself sensitized",
        "brain": "a generator above the cord",
        "evoked": "no pain at rest; touch or temperature hurts",
        "none": "no pain",
    }
)
"""What can dominate, and what it means."""

_NAMES = tuple(DOMINANT)
_HALF = 0.5


def dominant(patients: VirtualPatients) -> Int[np.ndarray, " patient"]:
    """What dominates each patient's pain: its place in `DOMINANT`.

    Pain at rest of which at least half stays without input is central: of the generator where most
    discharge arises there, else of the cord. Otherwise it is where most of the spikes are born
    that reach the cord at rest, A-beta fibers apart.
    """
    least = parameter("causalgia_patients/ongoing_pain_threshold").value
    rest = patients.rated("rest")
    central = patients.rating_without_input >= _HALF * np.maximum(rest, 1e-6)
    generator = patients.mechanism("central_generator", "brain")
    above = generator >= _HALF * np.maximum(patients.projection_Hz[0], 1e-6)
    nociceptors = [FIBERS.index("c"), FIBERS.index("a_delta")]
    born = patients.origin_Hz[: len(PERIPHERAL_PLACES), nociceptors].sum(axis=1)
    label = born.argmax(axis=0)
    label = np.where(central, np.where(above, _NAMES.index("brain"), _NAMES.index("cord")), label)
    evoked = np.maximum(patients.rated("brush"), patients.qualities[-2:].max(axis=0)) >= least
    quiet = np.where(evoked, _NAMES.index("evoked"), _NAMES.index("none"))
    return np.where(rest >= least, label, quiet)


def persists(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
    """1 where pain at rest stays when no spike reaches the cord, else 0."""
    least = parameter("causalgia_patients/ongoing_pain_threshold").value
    return (patients.rating_without_input >= least).astype(float)


def central_share(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
    """How far cord and brain are from health, 0-1: as `course.central_sensitization`."""
    more = ("microglia", "ampa_gain", "nmda_gain", "serotonergic_facilitation")
    less = ("kcc2", "interneuron_survival", "noradrenergic_inhibition")
    ways = []
    for name in (*more, *less):
        place = (
            "brain" if name in ("serotonergic_facilitation", "noradrenergic_inhibition") else "cord"
        )
        row = index_of(name, place)
        entry = entries()[row]
        limit = entry.high if name in more else entry.low
        way = (patients.mechanisms[row] - entry.healthy) / (limit - entry.healthy)
        ways.append(np.clip(way, 0.0, 1.0))
    return np.mean(ways, axis=0)
