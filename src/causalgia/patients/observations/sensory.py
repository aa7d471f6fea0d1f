r"""The thirteen tests of the sensory battery, as z-scores of mechanisms; below 0 is loss.

Detection thresholds rise as fibers are lost, $\theta \propto (1 - L)^{-e}$, and are log-normal in
health: $z = -e \log_{10}[1/(1-L)] / \sigma_{10}$. Pain thresholds fall as the answer to a stimulus
grows: pain that grows as the power $n$ of a stimulus is reached at $\theta \propto \rho^{-1/n}$ of
it, where $\rho$ is the answer relative to health: fibers left, endings sensitized, gain of the
dorsal horn, and what of the tract is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.evidence import parameter
from causalgia.mechanisms.map import FIBERS
from causalgia.pathway.response import TESTS
from causalgia.patients.observations.drives import (
    amplification,
    central_lesion,
    disinhibition,
    in_health,
    lost_share,
)
from causalgia.patients.virtual import VirtualPatients

__all__ = ["SENSORY_TESTS", "sensory_means"]

Array = Float[np.ndarray, " patient"]

SENSORY_TESTS = (
    "CDT",
    "WDT",
    "TSL",
    "PHS",
    "CPT",
    "HPT",
    "PPT",
    "MPT",
    "MPS",
    "DMA",
    "WUR",
    "MDT",
    "VDT",
)
"""Detection of cold, warmth and of a change; paradoxical heat; pain thresholds of cold, heat,
pressure and pinprick; pinprick pain; pain on light touch; wind-up; detection of touch and of
vibration."""

_MOST_LOST = 0.99


def _number(name: str) -> float:
    return parameter(f"causalgia_observations/{name}").value


def _detection(lost: Array, spread: str) -> Array:
    """The z of a detection threshold with so many fibers lost."""
    rise = -np.log10(1.0 - np.minimum(lost, _MOST_LOST))
    return -_number("detection_by_loss") * rise / _number(spread)


def _answer(patients: VirtualPatients, test: str, fiber: str, center: str) -> Array:
    """Log of the answer to a stimulus, relative to health."""
    place, row = TESTS.index(test), FIBERS.index(fiber)
    evoked = patients.afferent_Hz[place, row] - patients.afferent_Hz[0, row]
    usual = in_health().afferent_Hz
    share = evoked / (usual[place, row] - usual[0, row])
    reaching = np.maximum(share * (1.0 - central_lesion(patients)), _number("least_answer"))
    return np.log(reaching) + _number(center) * _central_gain(patients)


def _central_gain(patients: VirtualPatients) -> Array:
    """Gain of the dorsal horn: synapses strengthened and inhibition lost."""
    return amplification(patients) + disinhibition(patients)


def _pain_threshold(answer: Array, exponent: str, distance: str, spread: str) -> Array:
    """The z of a pain threshold on a scale of temperature, from how far it lies from the skin."""
    nearer = 1.0 - np.exp(-answer / _number(exponent))
    return _number(distance) * nearer / _number(spread)


def _cdt(patients: VirtualPatients) -> Array:
    return _detection(lost_share(patients, "a_delta"), "cold_detection_spread")


def _wdt(patients: VirtualPatients) -> Array:
    return _detection(lost_share(patients, "c"), "warm_detection_spread")


def _tsl(patients: VirtualPatients) -> Array:
    lost = 0.5 * (lost_share(patients, "a_delta") + lost_share(patients, "c"))
    return _detection(lost, "warm_detection_spread")


def _phs(patients: VirtualPatients) -> Array:
    lost = lost_share(patients, "a_delta")
    left = 1.0 - lost_share(patients, "c")
    return _number("paradoxical_heat_by_cold_loss") * lost * left


def _cpt(patients: VirtualPatients) -> Array:
    answer = _answer(patients, "cold", "c", "thermal_gain")
    return _pain_threshold(answer, "cold_exponent", "cold_pain_distance", "cold_pain_spread")


def _hpt(patients: VirtualPatients) -> Array:
    answer = _answer(patients, "heat", "c", "thermal_gain")
    return _pain_threshold(answer, "heat_exponent", "heat_pain_distance", "heat_pain_spread")


def _ppt(patients: VirtualPatients) -> Array:
    answer = _answer(patients, "pinprick", "c", "pressure_gain")
    steep = _number("pressure_exponent") * _number("pressure_pain_spread") * np.log(10.0)
    return _number("deep_share") * answer / steep


def _mpt(patients: VirtualPatients) -> Array:
    answer = _answer(patients, "pinprick", "a_delta", "mechanical_gain")
    steep = _number("pinprick_exponent") * _number("pinprick_threshold_spread") * np.log(10.0)
    return answer / steep


def _mps(patients: VirtualPatients) -> Array:
    answer = _answer(patients, "pinprick", "a_delta", "mechanical_gain")
    return answer / (_number("pinprick_pain_spread") * np.log(10.0))


def _wur(patients: VirtualPatients) -> Array:
    return _number("wind_up_by_amplification") * amplification(patients)


def _mdt(patients: VirtualPatients) -> Array:
    return _detection(lost_share(patients, "a_beta"), "touch_detection_spread")


def _vdt(patients: VirtualPatients) -> Array:
    left = 1.0 - np.minimum(lost_share(patients, "a_beta"), _MOST_LOST)
    worse = left ** -_number("detection_by_loss") - 1.0
    return -_number("vibration_distance") * worse / _number("vibration_spread")


def sensory_means(
    allodynia: Callable[[VirtualPatients], Array],
) -> Mapping[str, Callable[[VirtualPatients], Array]]:
    """The mean z-score of patients in each test.

    **Arguments:** `allodynia`, the z of pain on light touch, which is what an examiner finds with
    a brush and so belongs to the complaints.
    """
    found = (_cdt, _wdt, _tsl, _phs, _cpt, _hpt, _ppt, _mpt, _mps, allodynia, _wur, _mdt, _vdt)
    return MappingProxyType(dict(zip(SENSORY_TESTS, found, strict=True)))
