"""The C-type vagal afferent of Schild et al. (1994) as an unmyelinated fiber.

Two sodium, five potassium and calcium-activated, two calcium currents and backgrounds; sodium and
potassium held, calcium pumped, exchanged, bound by calmodulin and kept in a perineural space. The
cable form is that of Pelot et al. (2020). It starts in the steady state of voltage and calcium.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.steady import steady_calcium
from causalgia.afferents.presets.unmyelinated import (
    UniformAxon,
    check_temperature,
    uniform_model,
)
from causalgia.channels import Channel, Ion, Membrane, Pool
from causalgia.channels.buffers import Buffer
from causalgia.channels.cation import open_channel
from causalgia.channels.published import schild
from causalgia.channels.published.schild_pumps import (
    CalciumPump,
    SodiumCalciumExchanger,
    VagalSodiumPotassiumPump,
    slowed_factor,
)
from causalgia.evidence import parameters

__all__ = ["calcium_outside", "calmodulin", "schild_1994", "vagal_fiber"]

SOURCE = "schild_1994"
SHARED: tuple[Callable[[float], Channel], ...] = (
    schild.schild_delayed_rectifier,
    schild.schild_a_type,
    schild.schild_delay,
    schild.schild_calcium_activated,
    schild.schild_long_lasting_calcium,
    schild.schild_transient_calcium,
)
"""What the models of 1994 and 1997 have in common."""


def schild_1994(
    diameter_um: float = 1.0,
    length_um: float = 5000.0,
    compartment_um: float = 8.333,
    temperature_degC: float = 37.0,
    *,
    passive_ends: bool = False,
) -> FiberModel:
    """A uniform fiber; arguments as in `UniformAxon`, and the temperature of all it has."""
    axon = UniformAxon(diameter_um, length_um, compartment_um, passive_ends)
    sodium = (schild.schild_sodium_fast, schild.schild_sodium_slow)
    return vagal_fiber(
        axon, sodium, SOURCE, temperature_degC, "vagal C-type afferent with calcium dynamics"
    )


def vagal_fiber(
    axon: UniformAxon,
    sodium: Sequence[Callable[[float], Channel]],
    source: str,
    temperature_degC: float,
    description: str,
) -> FiberModel:
    """A fiber with the given sodium channels and the densities of `source`."""
    check_temperature(temperature_degC)
    own = parameters(SOURCE)
    membrane, densities, rest = _settled_membrane(
        axon.diameter_um, tuple(sodium), source, temperature_degC
    )
    return uniform_model(
        axon,
        membrane,
        dict(densities),
        name=source,
        axial_resistivity_ohm_cm=own["axial_resistivity"].value,
        capacitance_uF_per_cm2=own["membrane_capacitance"].value,
        rest_mV=rest,
        crossing_mV=-30.0,
        source=source,
        description=description,
    )


def calmodulin() -> Buffer:
    """The calcium buffer of the fiber, filled as at the start of the published runs."""
    own = parameters(SOURCE)
    return Buffer(
        own["calmodulin"].value * own["calmodulin_sites"].value,
        own["calmodulin_binding"].value,
        own["calmodulin_unbinding"].value,
        own["calmodulin_taken"].value,
    )


def calcium_outside(diameter_um: float, thickness_um: float) -> Pool:
    """Calcium in the perineural space, a shell of a thickness around a fiber of a diameter.

    `depth_um` is its volume over the membrane's area, $w/2 + w^2/(4d)$: the model takes a fiber's
    diameter to grow by $w$, not its radius.
    """
    own = parameters(SOURCE)
    bath = own["calcium_outside"].value
    depth_um = 0.5 * thickness_um + 0.25 * thickness_um**2 / diameter_um
    return Pool(bath, bath, 1.0 / own["perineural_exchange_time"].value, depth_um)


@cache
def _settled_membrane(
    diameter_um: float,
    sodium: tuple[Callable[[float], Channel], ...],
    source: str,
    temperature_degC: float,
) -> tuple[Membrane, tuple[tuple[str, float], ...], float]:
    """Membrane, densities and resting potential, calcium and its buffer as they are at rest."""
    own = parameters(SOURCE)
    channels = [make(temperature_degC) for make in (*sodium, *SHARED)]
    channels += [
        open_channel("sodium_background", "sodium", SOURCE),
        open_channel("calcium_background", "calcium", SOURCE),
    ]
    densities = _transport(temperature_degC)
    for channel in channels:
        densities[channel.name] = parameters(source)[f"{channel.name}_conductance"].value
    membrane = Membrane.of(
        channels,
        {},
        ions=_ions(diameter_um),
        pumps=[
            VagalSodiumPotassiumPump(),
            CalciumPump(),
            SodiumCalciumExchanger(temperature_degC=temperature_degC),
        ],
        temperature_degC=temperature_degC,
    )
    rest_mV, calcium_mM = steady_calcium(membrane, densities, own["resting_potential"].value)
    ions = tuple(
        replace(ion, inside=_at_rest(ion.inside, calcium_mM)) if ion.name == "calcium" else ion
        for ion in membrane.ions
    )
    return replace(membrane, ions=ions), tuple(densities.items()), rest_mV


def _at_rest(pool: Pool | float, concentration_mM: float) -> Pool:
    """A buffered pool at a concentration that has lasted."""
    assert isinstance(pool, Pool) and pool.buffer is not None
    buffer = replace(pool.buffer, initial_taken=pool.buffer.steady(concentration_mM))
    return replace(pool, initial_mM=concentration_mM, rest_mM=concentration_mM, buffer=buffer)


def _transport(temperature_degC: float) -> dict[str, float]:
    """Densities of pumps and exchanger."""
    own = parameters(SOURCE)
    scales = {
        "sodium_potassium_pump": "sodium_potassium_pump",
        "calcium_pump": "calcium_pump",
        "sodium_calcium_exchanger": "exchanger",
    }
    densities = {}
    for name, key in scales.items():
        scale, q10 = own[f"{key}_scale"], own[f"{key}_q10"]
        assert scale.temperature_c is not None  # the file's default
        factor = slowed_factor(q10.value, temperature_degC, scale.temperature_c)
        densities[name] = scale.value * factor
    return densities


def _ions(diameter_um: float) -> list[Ion]:
    own = parameters(SOURCE)
    inside = own["calcium_inside"].value
    return [
        Ion("sodium", 1, own["sodium_inside"].value, own["sodium_outside"].value),
        Ion("potassium", 1, own["potassium_inside"].value, own["potassium_outside"].value),
        Ion(
            "calcium",
            2,
            Pool(inside, inside, buffer=calmodulin()),
            calcium_outside(diameter_um, own["perineural_thickness"].value),
            own["calcium_reversal_offset"].value,
        ),
    ]
