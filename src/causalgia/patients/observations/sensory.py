r"""The thirteen tests of the sensory battery, as z-scores of mechanisms; below 0 is loss.

Detection thresholds rise as fibers are lost, $\theta \propto (1 - L)^{-e}$, and are log-normal in
health: $z = -e \log_{10}[1/(1-L)] / \sigma_{10}$. Pain thresholds fall as the answer to a stimulus
grows: pain that grows as the power $n$ of a stimulus is reached at $\theta \propto \rho^{-1/n}$ of
it, where $\rho$ is the answer relative to health: fibers left, endings sensitized, gain of the
dorsal horn, and what of the tract is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.mechanisms.map import FIBERS
from causalgia.pathway.health import in_health
from causalgia.pathway.response import TESTS
from causalgia.patients.observations.drives import (
    amplification,
    disinhibition,
    fibers_left,
    lost_share,
)
from causalgia.patients.observations.numbers import Number, in_evidence
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


def _detection(number: Number, lost: Array, spread: str) -> Array:
    """The z of a detection threshold with so many fibers lost."""
    rise = -np.log10(1.0 - np.minimum(lost, _MOST_LOST))
    return -number("detection_by_loss") * rise / number(spread)


def _answer(number: Number, patients: VirtualPatients, test: str, fiber: str, center: str) -> Array:
    r"""Log of the answer to a stimulus, relative to health: $a \ln(1 - L) + \ln \sigma + g G$.

    Fibers left count less than in proportion ($a$ below 1: the most sensitive of them decide),
    sensitization $\sigma$ of each is what they send over their number, $G$ is the gain of the cord.
    """
    place, row = TESTS.index(test), FIBERS.index(fiber)
    usual = in_health().afferent_Hz
    evoked = patients.afferent_Hz[place, row] - patients.afferent_Hz[0, row]
    of_nerve = np.maximum(fibers_left(patients, fiber), 1.0 - _MOST_LOST)
    sensitized = evoked / (usual[place, row] - usual[0, row]) / of_nerve
    sensitized = np.maximum(sensitized, number("least_answer"))
    left = np.maximum(1.0 - lost_share(patients, fiber), number("least_answer"))
    gained = number(center) * _central_gain(patients)
    return number("pain_by_loss") * np.log(left) + np.log(sensitized) + gained


def _central_gain(patients: VirtualPatients) -> Array:
    """Gain of the dorsal horn: synapses strengthened and inhibition lost."""
    return amplification(patients) + disinhibition(patients)


def _pain_threshold(
    number: Number, answer: Array, exponent: str, distance: str, spread: str
) -> Array:
    """The z of a pain threshold on a scale of temperature, from how far it lies from the skin."""
    nearer = 1.0 - np.exp(-answer / number(exponent))
    return number(distance) * nearer / number(spread)


def _cdt(number: Number, patients: VirtualPatients) -> Array:
    return _detection(number, lost_share(patients, "a_delta"), "cold_detection_spread")


def _wdt(number: Number, patients: VirtualPatients) -> Array:
    return _detection(number, lost_share(patients, "c"), "warm_detection_spread")


def _tsl(number: Number, patients: VirtualPatients) -> Array:
    lost = 0.5 * (lost_share(patients, "a_delta") + lost_share(patients, "c"))
    return _detection(number, lost, "warm_detection_spread")


def _phs(number: Number, patients: VirtualPatients) -> Array:
    lost = lost_share(patients, "a_delta")
    left = 1.0 - lost_share(patients, "c")
    return number("paradoxical_heat_by_cold_loss") * lost * left


def _cpt(number: Number, patients: VirtualPatients) -> Array:
    answer = _answer(number, patients, "cold", "c", "thermal_gain")
    return _pain_threshold(
        number, answer, "cold_exponent", "cold_pain_distance", "cold_pain_spread"
    )


def _hpt(number: Number, patients: VirtualPatients) -> Array:
    answer = _answer(number, patients, "heat", "c", "thermal_gain")
    return _pain_threshold(
        number, answer, "heat_exponent", "heat_pain_distance", "heat_pain_spread"
    )


def _ppt(number: Number, patients: VirtualPatients) -> Array:
    answer = _answer(number, patients, "pinprick", "c", "pressure_gain")
    steep = number("pressure_exponent") * number("pressure_pain_spread") * np.log(10.0)
    return number("deep_share") * answer / steep


def _mpt(number: Number, patients: VirtualPatients) -> Array:
    answer = _answer(number, patients, "pinprick", "a_delta", "mechanical_gain")
    steep = number("pinprick_exponent") * number("pinprick_threshold_spread") * np.log(10.0)
    return answer / steep


def _mps(number: Number, patients: VirtualPatients) -> Array:
    answer = _answer(number, patients, "pinprick", "a_delta", "mechanical_gain")
    return answer / (number("pinprick_pain_spread") * np.log(10.0))


def _wur(number: Number, patients: VirtualPatients) -> Array:
    return number("wind_up_by_amplification") * amplification(patients)


def _mdt(number: Number, patients: VirtualPatients) -> Array:
    return _detection(number, lost_share(patients, "a_beta"), "touch_detection_spread")


def _vdt(number: Number, patients: VirtualPatients) -> Array:
    left = 1.0 - np.minimum(lost_share(patients, "a_beta"), _MOST_LOST)
    worse = left ** -number("detection_by_loss") - 1.0
    return -number("vibration_distance") * worse / number("vibration_spread")


def sensory_means(
    allodynia: Callable[[VirtualPatients], Array], number: Number = in_evidence
) -> Mapping[str, Callable[[VirtualPatients], Array]]:
    """The mean z-score of patients in each test.

    **Arguments:** `allodynia`, the z of pain on light touch, which is what an examiner finds with
    a brush and so belongs to the complaints; `number`, the numbers by name.
    """
    found: dict[str, Callable[[VirtualPatients], Array]] = {
        name: partial(mean, number) for name, mean in _MEANS.items()
    }
    found["DMA"] = allodynia
    return MappingProxyType({name: found[name] for name in SENSORY_TESTS})


_MEANS: Mapping[str, Callable[[Number, VirtualPatients], Array]] = MappingProxyType(
    {
        "CDT": _cdt,
        "WDT": _wdt,
        "TSL": _tsl,
        "PHS": _phs,
        "CPT": _cpt,
        "HPT": _hpt,
        "PPT": _ppt,
        "MPT": _mpt,
        "MPS": _mps,
        "WUR": _wur,
        "MDT": _mdt,
        "VDT": _vdt,
    }
)
