"""Chloride: where inhibition reverses, checked against the balance of what goes in and out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.cord.chloride import THERMAL_VOLTAGE_mV, inhibition_reversal_mV
from causalgia.evidence import parameter, parameters


def inside_mM(reversal_mV: float) -> float:
    """The Nernst equation, turned round."""
    outside = parameters("causalgia_cord")["chloride_outside"].value
    return outside * math.exp(reversal_mV / THERMAL_VOLTAGE_mV)


def reversal(kcc2: float) -> float:
    return float(inhibition_reversal_mV(np.array(kcc2)))


def test_the_thermal_voltage_is_that_of_36_degrees() -> None:
    assert pytest.approx(1e3 * 8.314462 * 309.15 / 96485.33, rel=1e-3) == THERMAL_VOLTAGE_mV


def test_with_all_of_its_kcc2_a_healthy_neuron_reverses_near_minus_73_mV() -> None:
    # Coull 2003: -72.8 mV in naive rats.
    measured = parameter("coull_2003/anion_reversal_naive").value
    assert reversal(1.0) == pytest.approx(measured, abs=2.1)


def test_with_half_of_it_inhibition_comes_close_to_excitation() -> None:
    # Coull 2003: KCC2 falls by 50-60 % and the reversal rises to -49.0 mV, above the -55 mV at
    # which lamina I neurons rest; the smallest change that the model makes of it is a rise of 10.
    lost = parameter("coull_2003/kcc2_reduction").value
    injured = parameter("coull_2003/anion_reversal_nerve_injured").value
    assert reversal(1.0 - lost) > reversal(1.0) + 10.0
    assert reversal(1.0 - lost) < injured + 5.0


@given(st.floats(0.1, 1.2))
def test_what_leaks_in_is_what_kcc2_carries_out(kcc2: float) -> None:
    # Extrusion is kcc2 * (inside - equilibrium); the load does not depend on KCC2.
    equilibrium = inside_mM(parameters("causalgia_cord")["kcc2_equilibrium"].value)
    load = inside_mM(reversal(1.0)) - equilibrium
    assert kcc2 * (inside_mM(reversal(kcc2)) - equilibrium) == pytest.approx(load, rel=1e-6)


@given(st.floats(0.1, 1.2), st.floats(0.1, 1.2))
def test_less_kcc2_never_lowers_the_reversal(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert reversal(low) >= reversal(high)


def test_without_any_kcc2_the_reversal_is_high_but_finite() -> None:
    assert math.isfinite(reversal(0.0)) and reversal(0.0) > -20.0
