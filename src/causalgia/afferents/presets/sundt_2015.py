"""The C-fiber neuron of Sundt, Gamper and Jaffe (2015): an axon that divides at a T-junction.

Spikes come along the peripheral axon, and at the junction either go on into the thinner central
axon or fail, which depends on the load of stem and soma and on the M current there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from causalgia.afferents.balance import resting_currents
from causalgia.afferents.model import FiberModel
from causalgia.cable import Cable, Electrics, Section, cable_of, unbranched
from causalgia.channels import Membrane
from causalgia.channels.published import sundt
from causalgia.evidence import parameters

__all__ = ["NEAR_JUNCTION", "sundt_2015", "sundt_2015_axon", "t_junction"]

TEMPERATURE_degC = 35.0
NEAR_JUNCTION = ("peripheral_junction", "stem", "soma", "central_junction")
"""Where the M current is."""


def sundt_2015(
    m_current_S_per_cm2: float | None = None,
    stem_um: float | None = None,
    temperature_degC: float = TEMPERATURE_degC,
) -> FiberModel:
    """The whole neuron: peripheral axon, junction, stem, soma, central axon.

    **Arguments:** the density of the M current around the junction (None: as published), the
    length of the stem (None: as published), the temperature.
    """
    own = parameters("sundt_2015")
    membrane = _membrane(temperature_degC)
    cable = t_junction(stem_um)
    given = own["m_current_conductance"].value
    given = given if m_current_S_per_cm2 is None else m_current_S_per_cm2
    active = np.flatnonzero(cable.area_cm2 > 0)
    densities = np.zeros((len(membrane.names), cable.size, 1))
    reversal = np.full((cable.size, 1), own["resting_potential"].value)
    for name, members in cable.section.items():
        mine = {
            "sodium": own["soma_sodium_conductance" if name == "soma" else "sodium_conductance"],
            "delayed_rectifier": own["delayed_rectifier_conductance"],
        }
        amounts = {key: parameter.value for key, parameter in mine.items()}
        amounts["m_current"] = given if name in NEAR_JUNCTION else 0.0
        densities[:, members, 0] = [[amounts[key]] for key in membrane.names]
        reversal[members] = _leak_reversal_mV(membrane, amounts)
    return _model(
        "sundt_2015", cable, membrane, densities[:, active], reversal, tuple(map(int, active))
    )


def sundt_2015_axon(
    length_um: float = 5000.0,
    diameter_um: float = 0.8,
    compartments: int = 100,
    temperature_degC: float = TEMPERATURE_degC,
    leak_reversal_mV: float | None = None,
) -> FiberModel:
    """A uniform stretch of the axon, without M current.

    **Arguments:** its length, diameter, number of compartments and temperature; the reversal
    potential of the leak (None: such that it rests where published).
    """
    own = parameters("sundt_2015")
    membrane = _membrane(temperature_degC)
    amounts = {
        "sodium": own["sodium_conductance"].value,
        "delayed_rectifier": own["delayed_rectifier_conductance"].value,
        "m_current": 0.0,
    }
    cable = unbranched(
        length_um,
        diameter_um,
        compartments,
        axial_resistivity_ohm_cm=own["axial_resistivity"].value,
        capacitance_uF_per_cm2=own["capacitance"].value,
    )
    kept = [index for index, name in enumerate(membrane.names) if name != "m_current"]
    membrane = Membrane.of(
        [membrane.channels[index] for index in kept],
        _reversals(),
        temperature_degC=temperature_degC,
    )
    if leak_reversal_mV is None:
        leak_reversal_mV = _leak_reversal_mV(membrane, amounts)
    given = np.array([amounts[name] for name in membrane.names])[:, None, None]
    densities = np.broadcast_to(given, (given.shape[0], compartments, 1))
    reversal = np.full((compartments, 1), leak_reversal_mV)
    return _model("sundt_2015_axon", cable, membrane, densities, reversal, None)


def _model(
    name: str,
    cable: Cable,
    membrane: Membrane,
    densities: np.ndarray,
    reversal_mV: np.ndarray,
    active: tuple[int, ...] | None,
) -> FiberModel:
    own = parameters("sundt_2015")
    leak = np.full((cable.size, 1), own["leak_conductance"].value)
    return FiberModel(
        name=name,
        cable=cable,
        membrane=membrane,
        electrics=Electrics(densities, leak, reversal_mV),
        initial_mV=own["resting_potential"].value,
        dt_ms=0.0125,
        crossing_mV=-20.0,
        source="sundt_2015",
        description="rat C-fiber, conduction and failure at the T-junction",
        active=active,
    )


def _reversals() -> dict[str, float]:
    own = parameters("sundt_2015")
    return {ion: own[f"{ion}_reversal"].value for ion in ("sodium", "potassium")}


def _membrane(temperature_degC: float) -> Membrane:
    channels = [
        sundt.sodium(temperature_degC),
        sundt.delayed_rectifier(temperature_degC),
        sundt.m_current(temperature_degC),
    ]
    return Membrane.of(channels, _reversals(), temperature_degC=temperature_degC)


def _leak_reversal_mV(membrane: Membrane, densities: Mapping[str, float]) -> float:
    """Where the leak must reverse so that the membrane rests where published."""
    own = parameters("sundt_2015")
    rest = own["resting_potential"].value
    outward = resting_currents(membrane, densities, rest)["total"]
    return float(rest + outward / own["leak_conductance"].value)


def t_junction(
    stem_um: float | None = None,
    *,
    axon_compartments: int = 100,
    junction_compartments: int = 100,
    axial_resistivity_ohm_cm: float | None = None,
) -> Cable:
    """The published tree: peripheral axon, junction, stem and soma, junction, central axon.

    **Arguments:** the length of the stem; into how many compartments each axon, and each of the
    stretches beside the junction and the stem, are cut; the resistivity of the axoplasm (None: as
    published).
    """
    own = {name: parameter.value for name, parameter in parameters("sundt_2015").items()}
    junction, soma = own["junction_length"], own["soma_diameter"]
    peripheral, central = own["peripheral_diameter"], own["central_diameter"]
    stem = own["stem_length"] if stem_um is None else stem_um
    resistivity = axial_resistivity_ohm_cm
    near, far = junction_compartments, axon_compartments
    parts = [
        ("peripheral", own["peripheral_length"], peripheral, far, None),
        ("peripheral_junction", junction, peripheral, near, "peripheral"),
        ("stem", stem, own["stem_diameter"], near, "peripheral_junction"),
        ("soma", soma, soma, 1, "stem"),
        ("central_junction", junction, central, near, "peripheral_junction"),
        ("central", own["central_length"], central, far, "central_junction"),
    ]
    return cable_of(
        [
            Section(
                name,
                length,
                diameter,
                compartments,
                parent,
                axial_resistivity_ohm_cm=(
                    own["axial_resistivity"] if resistivity is None else resistivity
                ),
                capacitance_uF_per_cm2=own["capacitance"],
            )
            for name, length, diameter, compartments, parent in parts
        ]
    )
