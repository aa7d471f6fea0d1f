"""Small human ganglion neurons at 37 degC, as a population of models.

There is no one right set of conductances (Marder and Goaillard 2006): densities are drawn over wide
ranges, and every neuron whose resting potential, input resistance, rheobase and action potential
lie within what is measured is kept (Britton 2013; for human ganglion neurons, McDermott 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from causalgia.afferents.ganglion import SomaBiomarkers, ganglion_soma, lanes_of
from causalgia.afferents.model import FiberModel, scaled
from causalgia.cable.stimulus import MembraneNoise
from causalgia.channels import Channel, Membrane
from causalgia.channels.cation import hcn, open_channel
from causalgia.channels.ions import thermal_mV
from causalgia.channels.mutations import shifted_gate
from causalgia.channels.potassium import (
    a_type_ganglion,
    delayed_rectifier,
    m_current,
)
from causalgia.channels.sodium import nav1_7, nav1_8, nav1_9
from causalgia.errors import InputError
from causalgia.evidence import Parameter, parameters

__all__ = [
    "DRAWN",
    "KEPT_FILE",
    "acceptable",
    "background",
    "drawn_neurons",
    "human_ganglion",
    "human_nav1_7",
    "human_neurons",
    "neuron_membrane",
    "neuropathic",
    "pulse_ms",
    "within",
]

TEMPERATURE_DEGC = 37.0
CATIONS = (("sodium", 0.5), ("potassium", 0.5))
INJURY_LEAK = "injury_leak"
"""What depolarizes an injured neuron: closed two-pore channels, receptors that stay open."""
DRAWN = ("nav1_7", "nav1_8", "nav1_9", "delayed_rectifier", "a_type", "m_current", "hcn", "leak")
"""Conductances that differ from neuron to neuron."""

KEPT_FILE = Path(__file__).parent / "human_ganglion.csv"
"""The neurons kept by `scripts/calibrate_ganglion.py`."""


@cache
def neuron_membrane() -> Membrane:
    """The currents that the neurons share, at body temperature."""
    temperature = TEMPERATURE_DEGC
    fiber = parameters("tigerholm_2014")
    reversal = {
        ion: thermal_mV(temperature)
        * float(np.log(fiber[f"extracellular_{ion}"].value / fiber[f"intracellular_{ion}"].value))
        for ion in ("sodium", "potassium")
    }
    return Membrane.of(
        [
            human_nav1_7(temperature),
            nav1_8(temperature),
            nav1_9(temperature),
            delayed_rectifier(temperature),
            a_type_ganglion(temperature),
            m_current(temperature),
            replace(hcn(temperature), reversal=CATIONS),
            open_channel("leak", "leak", "causalgia_ganglion"),
            replace(open_channel(INJURY_LEAK, "cation", "causalgia_ganglion"), reversal=CATIONS),
        ],
        {**reversal, "leak": _own()["leak_reversal"].value},
        temperature_degC=temperature,
    )


def human_nav1_7(temperature_degC: float) -> Channel:
    """The C-fiber's, which opens half at -8 mV when clamped, opening where the human one does."""
    fiber = nav1_7(temperature_degC)
    moved = shifted_gate(fiber.gates[0], _own()["nav1_7_activation_shift"].value)
    return replace(fiber, gates=(moved, *fiber.gates[1:]))


def drawn_neurons(count: int, seed: int) -> FiberModel:
    """Neurons as drawn, before any is refused."""
    random = np.random.default_rng(seed)

    def drawn(name: str) -> Float[np.ndarray, " batch"]:
        low, high = _range(name)
        return np.exp(random.uniform(np.log(low), np.log(high), count))

    densities = {name: drawn(f"{name}_conductance") for name in DRAWN}
    return human_neurons(densities, drawn("cell_capacitance"))


def human_neurons(
    densities_S_per_cm2: Mapping[str, Float[np.ndarray, " batch"]],
    capacitance_pF: Float[np.ndarray, " batch"],
) -> FiberModel:
    """Neurons of given densities and sizes, one a lane."""
    per_area = _own()["membrane_capacitance"].value
    return ganglion_soma(
        "human_ganglion",
        neuron_membrane(),
        densities_S_per_cm2,
        area_cm2=1e-6 * np.asarray(capacitance_pF) / per_area,
        capacitance_uF_per_cm2=per_area,
        initial_mV=-60.0,
        dt_ms=0.02,
        crossing_mV=-10.0,
        source="causalgia_ganglion",
        description="small human ganglion neurons at 37 degC, a population of models",
    )


def human_ganglion(count: int | None = None) -> FiberModel:
    """The kept population, or its first `count` neurons, one a lane.

    Written by `scripts/calibrate_ganglion.py`.
    **Raises:** `InputError` for more neurons than are stored.
    """
    table = _kept()
    stored = table["capacitance_pF"].size
    if count is not None and not 1 <= count <= stored:
        raise InputError(f"count is {count}, allowed: 1 to {stored}")
    densities = {name: table[name][:count] for name in DRAWN}
    return human_neurons(densities, table["capacitance_pF"][:count])


def neuropathic(model: FiberModel, seed: int = 0) -> FiberModel:
    """The same neurons after a nerve injury: fewer potassium channels, more Nav1.8, depolarized.

    How far each is depolarized is drawn: between not at all and the evidence's largest leak.
    """
    own = _own()
    changes = {name: own[f"neuropathic_{name}"].value for name in ("a_type", "m_current", "nav1_8")}
    changed = scaled(model, changes)
    largest = own["neuropathic_leak"].value
    leak = np.random.default_rng(seed).uniform(0.0, largest, lanes_of(model))
    densities = np.array(changed.electrics.densities_S_per_cm2)
    densities[model.membrane.names.index(INJURY_LEAK), 0] = leak
    return replace(changed, electrics=replace(changed.electrics, densities_S_per_cm2=densities))


def background(model: FiberModel, seed: int, *, injured: bool = False) -> MembraneNoise:
    """The fluctuating current at rest, alike in all neurons for their size, independent in each.

    **Arguments:** a model of human neurons; the `seed`; whether they are `injured`, whose
    potential fluctuates more.
    """
    strength = _own()["injured_noise_strength" if injured else "noise_strength"].value
    size = np.asarray(model.electrics.diameter_scale) * model.cable.capacitance_uF[0] * 1e6 / 100.0
    return MembraneNoise(
        (0,), jnp.asarray(strength * size)[None], jax.random.key(seed), batch=lanes_of(model)
    )


@cache
def _kept() -> Mapping[str, Float[np.ndarray, " neuron"]]:
    with KEPT_FILE.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
        columns = np.loadtxt(file, delimiter=",", ndmin=2).T
    return MappingProxyType(dict(zip(names, columns, strict=True)))


def pulse_ms() -> float:
    """Width of the pulses by which rheobase and action potential are read."""
    return _own()["kept_rheobase_pulse"].value


def acceptable(found: SomaBiomarkers) -> Bool[np.ndarray, " batch"]:
    """Which neurons lie within the measured ranges in everything."""
    return (
        within("kept_rest", found.rest_mV)
        & within("kept_input_resistance", found.input_resistance_MOhm)
        & within("kept_rheobase", 1e3 * found.rheobase_nA)
        & within("kept_width", found.width_ms)
        & within("kept_peak", found.peak_mV)
    )


def within(name: str, values: Float[np.ndarray, " batch"]) -> Bool[np.ndarray, " batch"]:
    """Which values lie in the range of one entry of the evidence."""
    low, high = _range(name)
    return (values >= low) & (values <= high)


def _range(name: str) -> tuple[float, float]:
    entry = _own()[name]
    assert entry.low is not None and entry.high is not None  # a range is what the entry is for
    return entry.low, entry.high


def _own() -> Mapping[str, Parameter]:
    return parameters("causalgia_ganglion")
