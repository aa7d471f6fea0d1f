"""The library's own fibers and neurons as microneurography and patch clamp would find them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from causalgia.afferents.a_classes import a_beta_touch, a_delta_nociceptor
from causalgia.afferents.c_classes import C_CLASSES, c_fiber_model, c_lanes, c_polymodal, c_recipe
from causalgia.afferents.ganglion import soma_biomarkers
from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.human_ganglion import human_ganglion
from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.afferents.slowing import (
    conduction_velocity_m_per_s,
    latency_change_percent,
    low_frequency_train_ms,
    regular_train_ms,
    respond_to_train,
)
from causalgia.validation.nerve.pyfibers import strength_duration_of
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["relative_refractory_ms"]

NEURONS = 32
"""Human neurons that medians are taken over."""

STEP_ms = 200.0
"""Of the steps of current that give rheobases."""

STRETCH_um, STRETCH = 5000.0, 100
"""The piece of C-fiber that is stimulated for minutes, and its compartments."""


@measures("AF0005", "AF0017", "AF0032", "AF0039", "AF0082", "AF0083", "AF0108.*", "AF012[012]")
def measured_velocities(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Velocities of one spike in resting fibers."""
    known: Mapping[str, Callable[[], float]] = {
        "AF0005": lambda: _class_velocity("c_touch"),
        "AF0017": lambda: _class_velocity("c_polymodal"),
        "AF0032": lambda: _class_velocity("c_polymodal"),
        "AF0082": lambda: _class_velocity("c_polymodal"),
        "AF0108.polymodal": lambda: _class_velocity("c_polymodal"),
        "AF0108.silent": lambda: _class_velocity("c_silent"),
        "AF0083": lambda: float(conduction_velocity_m_per_s(sundt_2015_axon())[0]),
        "AF0122": _velocity_q10,
        "AF0039": lambda: _myelinated_velocity(a_delta_nociceptor()),
        "AF0121": lambda: _myelinated_velocity(a_delta_nociceptor()),
        "AF0120": lambda: _myelinated_velocity(a_beta_touch()),
    }
    return {row: known[row]() for row in ids}


@measures("AF0001", "AF0002", "AF0003", "AF0110", slow=True)
def measured_slowing(_: Collection[str]) -> Mapping[str, Outcome]:
    """Three minutes at 2 Hz for the four classes of C-fibers, side by side."""
    fibers = c_lanes([c_recipe(name) for name in C_CLASSES], STRETCH_um, STRETCH)
    slowing = respond_to_train(fibers, regular_train_ms(2.0, 180.0)).slowing_percent[-1]
    rows = {"c_polymodal": "AF0001", "c_cold": "AF0002", "c_touch": "AF0003", "c_silent": "AF0110"}
    return {rows[name]: float(s) for name, s in zip(C_CLASSES, slowing, strict=True)}


@measures("AF0109.*", slow=True)
def measured_low_frequency(_: Collection[str]) -> Mapping[str, Outcome]:
    """Slowing at the end of 1/8, 1/4 and 1/2 Hz."""
    fibers = c_lanes([c_recipe("c_polymodal"), c_recipe("c_silent")], STRETCH_um, STRETCH)
    slowing = respond_to_train(fibers, low_frequency_train_ms()).slowing_percent[-1]
    return {"AF0109.polymodal": float(slowing[0]), "AF0109.silent": float(slowing[1])}


@measures("AF0007", slow=True)
def measured_recovery(_: Collection[str]) -> Mapping[str, Outcome]:
    """The recovery cycle after one spike."""
    return {"AF0007": relative_refractory_ms()}


@measures("AF0079", "AF0123.*", slow=True)
def measured_chronaxies(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Strength-duration time constants (Weiss) of an electrode beside the fiber."""
    fibers = {"AF0079": "mcintyre_10um", "AF0123.a_beta": "mcintyre_10um", "AF0123.c": "tigerholm"}
    return {row: strength_duration_of(fibers[row]).weiss.chronaxie_ms for row in ids}


@measures("AF0064", "AF0065", "AF0066", "AF0067")
def measured_rodent_neurons(_: Collection[str]) -> Mapping[str, Outcome]:
    """Biomarkers of the published small neuron."""
    found = soma_biomarkers(verma_2020(), pulse_ms=STEP_ms)
    return {
        "AF0064": float(found.width_ms[0]),
        "AF0065": float(found.rheobase_nA[0]),
        "AF0066": float(found.peak_mV[0] - found.rest_mV[0]),
        "AF0067": float(found.rest_mV[0]),
    }


@measures("AF013[23456]")
def measured_human_neurons(_: Collection[str]) -> Mapping[str, Outcome]:
    """Medians of the population of human neurons."""
    found = soma_biomarkers(human_ganglion(NEURONS), pulse_ms=STEP_ms)
    return {
        "AF0132": float(np.median(found.rest_mV)),
        "AF0133": float(np.median(found.capacitance_pF)),
        "AF0134": float(np.median(found.input_resistance_MOhm)),
        "AF0135": 1e3 * float(np.median(found.rheobase_nA)),
        "AF0136": float(np.median(found.width_ms)),
    }


def relative_refractory_ms() -> float:
    """The interval from which on a second spike is no slower than the first, NaN for none."""
    intervals = np.geomspace(4.0, 200.0, 32)
    change = latency_change_percent(c_polymodal(), intervals)
    faster = np.flatnonzero(change <= 0.0)
    return float(intervals[faster[0]]) if faster.size else np.nan


def _class_velocity(name: str) -> float:
    model = c_fiber_model(c_recipe(name))
    return float(conduction_velocity_m_per_s(model, dt_ms=0.005)[0])


def _myelinated_velocity(model: FiberModel) -> float:
    velocity = conduction_velocity_m_per_s(model, amplitude_nA=3.0, pulse_ms=0.1)
    return float(velocity[0])


def _velocity_q10() -> float:
    warm, cool = (
        conduction_velocity_m_per_s(tigerholm_2014(gating_degC=degC, nernst_degC=degC), dt_ms=0.005)
        for degC in (37.0, 27.0)
    )
    return float(warm[0] / cool[0])
