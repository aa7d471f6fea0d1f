"""The autonomic and cutaneous C-fibers of Thio et al. (2024), fitted to conduction responses.

Twelve channels of known isoforms, a pump and an exchanger; sodium, potassium and calcium inside
and in a thin periaxonal space. Leaks, or constant currents where a leak would have to be negative,
balance each ion at rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, get_args

from causalgia.afferents.balance import resting_currents
from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.schild_1994 import calcium_outside, calmodulin
from causalgia.afferents.presets.unmyelinated import (
    UniformAxon,
    check_temperature,
    uniform_model,
)
from causalgia.channels import Channel, Ion, Membrane, Pool
from causalgia.channels.cation import open_channel
from causalgia.channels.published import thio
from causalgia.channels.published.schild_pumps import (
    SodiumCalciumExchanger,
    VagalSodiumPotassiumPump,
    slowed_factor,
)
from causalgia.channels.published.transport import SteadyTransport
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = ["Innervation", "thio_2024"]

Innervation = Literal["autonomic", "cutaneous"]
"""Where the fiber goes."""

SOURCE = "thio_2024"
CHANNELS = (
    thio.thio_nav1_7,
    thio.thio_nav1_8,
    thio.thio_nav1_9,
    thio.thio_bk,
    thio.thio_cav1_2,
    thio.thio_cav2_2,
    thio.thio_m_current,
    thio.thio_kv2_1,
    thio.thio_kv3_4,
    thio.thio_kv1_4,
    thio.thio_sk,
)
KELVIN = 273.0
EXCHANGER_REFERENCE_K, EXCHANGER_SPAN_K = 296.0, 14.0


def thio_2024(
    innervation: Innervation = "cutaneous",
    diameter_um: float = 1.0,
    length_um: float = 5000.0,
    compartment_um: float = 8.333,
    temperature_degC: float = 37.0,
    *,
    passive_ends: bool = False,
) -> FiberModel:
    """A uniform fiber.

    **Arguments:** what it innervates; the others as in `UniformAxon`; the temperature.
    **Raises:** `InputError` for another innervation than autonomic or cutaneous.
    """
    if innervation not in (known := get_args(Innervation)):
        raise InputError(f"innervation is {innervation!r}; {nearest(innervation, known)}")
    check_temperature(temperature_degC)
    own = parameters(SOURCE)
    made = _balanced(innervation, diameter_um, temperature_degC)
    return uniform_model(
        UniformAxon(diameter_um, length_um, compartment_um, passive_ends),
        made.membrane,
        made.densities,
        name=f"thio_2024_{innervation}",
        axial_resistivity_ohm_cm=own[f"{innervation}_axial_resistivity"].value,
        capacitance_uF_per_cm2=own["membrane_capacitance"].value,
        rest_mV=own["resting_potential"].value,
        crossing_mV=-30.0,
        source=SOURCE,
        description=f"{innervation} C-fiber of channel isoforms, with three moving ions",
    )


@dataclass(frozen=True)
class _Made:
    """A membrane with the density of each of its currents."""

    membrane: Membrane
    densities: Mapping[str, float]


@cache
def _balanced(innervation: str, diameter_um: float, temperature_degC: float) -> _Made:
    """The membrane of a fiber with what balances its ions at rest."""
    rest = parameters(SOURCE)["resting_potential"].value
    given = _unbalanced(innervation, diameter_um, temperature_degC)
    membrane, densities = given.membrane, dict(given.densities)
    channels, pumps = list(membrane.channels), list(membrane.pumps)
    currents = resting_currents(membrane, densities, rest)
    for ion in membrane.ions:
        leak = currents[ion.name] / (ion.reversal_mV(temperature_degC) - rest)
        if leak >= 0:
            channels.append(open_channel(f"{ion.name}_leak", ion.name, SOURCE))
            densities[f"{ion.name}_leak"] = leak
        else:
            pumps.append(SteadyTransport(f"{ion.name}_transport", ion.name))
            densities[f"{ion.name}_transport"] = -currents[ion.name]
    balanced = Membrane.of(
        channels, {}, ions=membrane.ions, pumps=pumps, temperature_degC=temperature_degC
    )
    return _Made(balanced, densities)


def _unbalanced(innervation: str, diameter_um: float, temperature_degC: float) -> _Made:
    own = parameters(SOURCE)
    ions = _ions(diameter_um)
    reversals = {ion.name: ion.reversal_mV(temperature_degC) for ion in ions}
    # The shares of sodium and potassium that make HCN reverse where it was measured to.
    share = (own["hcn_reversal"].value - reversals["potassium"]) / (
        reversals["sodium"] - reversals["potassium"]
    )
    channels: list[Channel] = [make(temperature_degC) for make in CHANNELS]
    channels.append(thio.thio_hcn(temperature_degC, share))
    densities = {
        channel.name: own[f"{innervation}_{channel.name}_conductance"].value for channel in channels
    }
    pump, cycle = own[f"{innervation}_pump_scale"], own["exchanger_cycle"]
    pump_q10 = parameters("schild_1994")["sodium_potassium_pump_q10"].value
    assert pump.temperature_c is not None  # the file gives it
    densities["sodium_potassium_pump"] = pump.value * slowed_factor(
        pump_q10, temperature_degC, pump.temperature_c
    )
    densities["sodium_calcium_exchanger"] = (
        own[f"{innervation}_exchanger_density"].value
        * cycle.value
        * _exchanger_factor(own["exchanger_q10"].value, temperature_degC)
    )
    pumps = [
        VagalSodiumPotassiumPump(),
        SodiumCalciumExchanger(temperature_degC=temperature_degC),
    ]
    membrane = Membrane.of(channels, {}, ions=ions, pumps=pumps, temperature_degC=temperature_degC)
    return _Made(membrane, densities)


def _exchanger_factor(q10: float, temperature_degC: float) -> float:
    """The publication's factor for the exchanger: a line from 1 at 296 K to `q10` at 310 K."""
    above = (temperature_degC + KELVIN - EXCHANGER_REFERENCE_K) / EXCHANGER_SPAN_K
    return q10 * above + (1.0 - above)


def _ions(diameter_um: float) -> list[Ion]:
    own = parameters(SOURCE)
    shell_um = own["periaxonal_thickness"].value
    # m/s is 1e3 um/ms
    washout_per_ms = 1e3 * own["periaxonal_exchange_velocity"].value / shell_um

    def ion(name: str) -> Ion:
        inside, outside = own[f"{name}_inside"].value, own[f"{name}_outside"].value
        return Ion(name, 1, Pool(inside, inside), Pool(outside, outside, washout_per_ms, shell_um))

    calcium = parameters("schild_1994")["calcium_inside"].value
    buffer = calmodulin()
    buffer = replace(buffer, initial_taken=buffer.steady(calcium))
    return [
        ion("sodium"),
        ion("potassium"),
        Ion(
            "calcium",
            2,
            Pool(calcium, calcium, buffer=buffer),
            calcium_outside(diameter_um, shell_um),
        ),
    ]
