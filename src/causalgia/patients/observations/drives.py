"""Drives: what in a virtual patient can make a complaint, a sign or a threshold.

Each is a number from 0 (health) to about 1 (a plain case) and beyond. Complaints hang on drives
and not on the pathway's own qualities: those saturate within the range of patients who hurt, and
the pathway leaves A fibers silent at rest however unstable they are, so that their instability
stands in for the volleys that are felt as shocks and tingling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.causes import KINDS
from causalgia.evidence import parameter
from causalgia.mechanisms.map import FIBERS, PERIPHERAL_PLACES, PLACES
from causalgia.pathway.health import in_health
from causalgia.pathway.response import TESTS
from causalgia.patients.virtual import VirtualPatients

__all__ = [
    "DRIVES",
    "amplification",
    "central_lesion",
    "disinhibition",
    "fibers_left",
    "lost_share",
]

Strength = Float[np.ndarray, " patient"]

_MYELINATED = ("distal_nerve", "proximal_nerve", "root")


def central_lesion(patients: VirtualPatients) -> Strength:
    """Share of the sensory tract of cord or brain that is destroyed."""
    lesion = patients.insult[KINDS.index("lesion")]
    rows = [PLACES.index(place) for place in ("cord", "brain")]
    return np.clip(lesion[rows].max(axis=0), 0.0, 1.0)


def fibers_left(patients: VirtualPatients, fiber: str) -> Strength:
    """Share of a fiber class that is continuous where the nerve has lost most."""
    places = PERIPHERAL_PLACES
    left: Strength = np.min(
        [patients.mechanism("fiber_survival", place, fiber) for place in places], axis=0
    )
    return left


def lost_share(patients: VirtualPatients, fiber: str) -> Strength:
    r"""Share of a fiber class that no longer reports: $1 - (1 - L_{nerve})(1 - L_{tract})$."""
    left = fibers_left(patients, fiber) * (1.0 - central_lesion(patients))
    return np.clip(1.0 - left, 0.0, 1.0)


def _compressed(rate_Hz: Strength) -> Strength:
    """A rate as it is felt: the compressive law of pain, 1 at 1 Hz."""
    exponent = parameter("causalgia_brain_felt/pain_exponent").value
    return np.maximum(rate_Hz, 0.0) ** exponent


def c_activity(patients: VirtualPatients) -> Strength:
    """C-fiber input at rest beyond health, as it is felt."""
    rest = TESTS.index("rest")
    usual = in_health().afferent_Hz[rest, FIBERS.index("c")]
    return _compressed(patients.afferent_Hz[rest, FIBERS.index("c")] - usual)


def generator(patients: VirtualPatients) -> Strength:
    """Discharge that arises above the dorsal horn, as it is felt."""
    return _compressed(patients.mechanism("central_generator", "brain"))


def a_instability(patients: VirtualPatients) -> Strength:
    """Potassium channels lost and persistent sodium current gained by A fibers, worst place."""
    return np.max(
        [
            (1.0 - patients.mechanism("potassium", place, fiber))
            + (patients.mechanism("persistent_sodium", place, fiber) - 1.0)
            for place in _MYELINATED
            for fiber in FIBERS[1:]
        ],
        axis=0,
    ).clip(0.0)


def demyelination(patients: VirtualPatients) -> Strength:
    """Share of myelin lost by A fibers where most is lost: bare axons fire in volleys."""
    left = np.min(
        [
            patients.mechanism("myelin", place, fiber)
            for place in _MYELINATED
            for fiber in FIBERS[1:]
        ],
        axis=0,
    )
    return np.clip(1.0 - left, 0.0, 1.0)


def touch_loss(patients: VirtualPatients) -> Strength:
    """Share of A-beta input lost."""
    return lost_share(patients, "a_beta")


def pinprick_loss(patients: VirtualPatients) -> Strength:
    """Share of A-delta input lost: pinprick and cold."""
    return lost_share(patients, "a_delta")


def warm_loss(patients: VirtualPatients) -> Strength:
    """Share of C input lost: warmth."""
    return lost_share(patients, "c")


def disinhibition(patients: VirtualPatients) -> Strength:
    """Share of dorsal horn inhibition lost, by chloride and by interneurons."""
    kept = patients.mechanism("kcc2", "cord") * patients.mechanism("interneuron_survival", "cord")
    return np.clip(1.0 - kept, 0.0, 1.0)


def touch_unmasked(patients: VirtualPatients) -> Strength:
    """Disinhibition that touch can still reach: the share lost times the A-beta input left."""
    return disinhibition(patients) * (1.0 - touch_loss(patients))


def amplification(patients: VirtualPatients) -> Strength:
    """Gain of nociceptor synapses beyond health, mean of AMPA and NMDA."""
    gain = patients.mechanism("ampa_gain", "cord") + patients.mechanism("nmda_gain", "cord")
    return np.maximum(0.5 * gain - 1.0, 0.0)


def inflammation(patients: VirtualPatients) -> Strength:
    """Sensitization of the skin, 0-1."""
    return np.clip(patients.mechanism("prostaglandin", "terminal"), 0.0, None)


def limb_inflammation(patients: VirtualPatients) -> Strength:
    """Inflammation that acts on skin and on the nerve in the limb, whichever is stronger."""
    insult = patients.insult[KINDS.index("inflammation")]
    rows = [PLACES.index(place) for place in ("terminal", "distal_nerve")]
    return np.maximum(insult[rows].min(axis=0), 0.0)


def _added(test: str) -> Callable[[VirtualPatients], Strength]:
    def added(patients: VirtualPatients) -> Strength:
        place = TESTS.index(test)
        usual = in_health().projection_Hz
        own = patients.projection_Hz[place] - patients.projection_Hz[0]
        healthy = max(float(usual[place] - usual[0]), 1.0)
        return np.log(np.maximum(own / healthy, 1.0))

    added.__doc__ = f"Log of how much more than in health the projection answers to {test}."
    return added


def ongoing(patients: VirtualPatients) -> Strength:
    """Pain at rest, as a share of the worst."""
    return patients.rated("rest") / 10.0


def brush_pain(patients: VirtualPatients) -> Strength:
    """Points of 0-10 that brush adds."""
    return np.maximum(patients.rated("brush") - patients.rated("rest"), 0.0)


def sleeplessness(patients: VirtualPatients) -> Strength:
    """How far sleep is from undisturbed, 0-1."""
    return np.clip(1.0 - patients.mechanism("sleep_quality", "brain"), 0.0, 1.0)


def disuse(patients: VirtualPatients) -> Strength:
    """How much less the patient moves than usual, 0-1."""
    return np.clip(1.0 - patients.mechanism("activity", "brain"), 0.0, 1.0)


def nerve_activity(patients: VirtualPatients) -> Strength:
    r"""C input at rest that burns and itches: $d\,(1 - m)^{n}$.

    $d$ is the input beyond health, as it is felt, less the share born in endings that are inflamed
    while their nerve is sound (a joint aches). Volleys of A fibers that have lost a share $m$ of
    their myelin mask it: attacks of trigeminal neuralgia do not burn.
    """
    rest, c = TESTS.index("rest"), FIBERS.index("c")
    excess = patients.afferent_Hz[rest, c] - in_health().afferent_Hz[rest, c]
    born = np.maximum(patients.origin_Hz.sum(axis=1), 0.0)
    in_endings = born[0] / np.maximum(born.sum(axis=0), 1e-9)
    sound_nerve = skin_inflammation(patients) / np.maximum(_inflamed_endings(patients), 1e-9)
    of_nerve = 1.0 - np.clip(in_endings * sound_nerve, 0.0, 1.0)
    masking = parameter("causalgia_observations/masking_exponent").value
    return _compressed(excess) * of_nerve * (1.0 - demyelination(patients)) ** masking


def root_inflammation(patients: VirtualPatients) -> Strength:
    """Inflammation of ganglion and root, which the dorsal horn shares."""
    return np.maximum(patients.insult[KINDS.index("inflammation"), PLACES.index("root")], 0.0)


def compression(patients: VirtualPatients) -> Strength:
    """Pressure on a nerve in a narrow place; at night the limb swells and it rises."""
    insult = patients.insult[KINDS.index("compression")]
    rows = [PLACES.index(place) for place in ("distal_nerve", "proximal_nerve")]
    return np.maximum(insult[rows].max(axis=0), 0.0)


def affect(patients: VirtualPatients) -> Strength:
    """How unpleasant a pain is beyond its strength, 0-1."""
    return np.clip(patients.mechanism("affective_gain", "brain") - 1.0, 0.0, 1.0)


def _inflamed_endings(patients: VirtualPatients) -> Strength:
    return patients.insult[KINDS.index("inflammation"), PLACES.index("terminal")]


def skin_inflammation(patients: VirtualPatients) -> Strength:
    """Inflammation that acts on endings and not on a nerve: a joint, a burn, a wound."""
    insult = patients.insult[KINDS.index("inflammation")]
    endings = _inflamed_endings(patients)
    nerve = insult[[PLACES.index(place) for place in _MYELINATED]].max(axis=0)
    return np.maximum(endings - nerve, 0.0)


def motor_loss(patients: VirtualPatients) -> Strength:
    """Share of large fibers lost between limb and cord, or of the tract: motor axons run along."""
    left = np.min(
        [patients.mechanism("fiber_survival", place, "a_beta") for place in _MYELINATED], axis=0
    )
    return np.clip(1.0 - left * (1.0 - central_lesion(patients)), 0.0, 1.0)


def nerve_origin(patients: VirtualPatients) -> Strength:
    """Share of the pain at rest that is born along the nerve or at the root, not in the skin."""
    born = patients.origin_Hz.sum(axis=1)
    usual = in_health().origin_Hz.sum(axis=1)[:, None]
    excess = np.maximum(born - usual, 0.0)
    along = excess[1:].sum(axis=0)
    share: Strength = along / np.maximum(excess.sum(axis=0), 1e-6)
    return share * c_activity(patients)


DRIVES: Mapping[str, Callable[[VirtualPatients], Strength]] = MappingProxyType(
    {
        drive.__name__: drive
        for drive in (
            c_activity,
            generator,
            a_instability,
            demyelination,
            touch_loss,
            pinprick_loss,
            warm_loss,
            disinhibition,
            touch_unmasked,
            amplification,
            inflammation,
            limb_inflammation,
            ongoing,
            brush_pain,
            sleeplessness,
            disuse,
            central_lesion,
            motor_loss,
            nerve_origin,
            nerve_activity,
            root_inflammation,
            compression,
            affect,
            skin_inflammation,
        )
    }
    | {
        "pinprick_gain": _added("pinprick"),
        "heat_gain": _added("heat"),
        "cold_gain": _added("cold"),
    }
)
"""All drives by name."""
