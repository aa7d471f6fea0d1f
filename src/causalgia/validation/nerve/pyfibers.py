"""Thresholds, strength-duration and velocities of fibers as another simulator has them.

The references were computed with PyFibers 0.13 (straight fibers, point source in a uniform
medium of 0.3 S/m, spikes counted at -30 mV); here the library's own presets are cut the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

from causalgia.afferents.internodes import interpolated_shape
from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002, nodes_of
from causalgia.afferents.presets.schild_1994 import schild_1994
from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
from causalgia.afferents.presets.thio_2024 import thio_2024
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.cable.electrodes import Medium, PointElectrode, potential_mV_per_mA, straight_path_um
from causalgia.cable.stimulus import Pulses
from causalgia.cable.strength_duration import StrengthDuration, strength_duration
from causalgia.cable.thresholds import Outside, conduction_velocity
from causalgia.cable.waveforms import Monophasic
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["Straight", "field_thresholds", "strength_duration_of", "velocity"]

MEDIUM = Medium(0.3)
CROSSING_mV = -30.0
COMPARTMENTS, COMPARTMENT_um = 601, 8.333


@dataclass(frozen=True)
class Straight:
    """A straight fiber of the sweeps, its `nodes` and how it is stimulated.

    **Arguments:** `distance_um` of the cathode from the middle node; pulse `widths_ms`; the pulse
    that is injected for the velocity (`pulse_nA`, `pulse_ms`); how long runs last; the range of
    thresholds (mA) searched.
    """

    model: FiberModel
    nodes: tuple[int, ...]
    distance_um: float
    widths_ms: tuple[float, ...]
    pulse_nA: float
    pulse_ms: float
    duration_ms: float
    between: tuple[float, float]

    def node(self, share: float) -> int:
        """The compartment of the node that far along, as the sweeps count them."""
        return self.nodes[int(share * (len(self.nodes) - 1))]


@measures("pyfibers.*.cv", slow=True)
def pyfibers_velocities(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Velocities of an injected pulse."""
    keys = {i.split(".")[1]: i for i in ids}
    return {row: velocity(FIBERS[key]()) for key, row in keys.items()}


@measures("pyfibers.tigerholm.*", slow=True)
def pyfibers_tigerholm(_: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of the Tigerholm fiber."""
    return field_thresholds("tigerholm")


@measures("pyfibers.sundt.*", slow=True)
def pyfibers_sundt(_: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of the Sundt axon."""
    return field_thresholds("sundt")


@measures("pyfibers.schild_1994.*", slow=True)
def pyfibers_schild(_: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of the Schild fiber."""
    return field_thresholds("schild_1994")


@measures("pyfibers.thio_cutaneous.*", slow=True)
def pyfibers_thio(_: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of the Thio fiber."""
    return field_thresholds("thio_cutaneous")


@measures("pyfibers.mcintyre_*", slow=True)
def pyfibers_mcintyre(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of the myelinated fibers asked for."""
    found: dict[str, Outcome] = {}
    for key in sorted({i.split(".")[1] for i in ids}):
        found |= field_thresholds(key)
    return found


def field_thresholds(key: str) -> Mapping[str, Outcome]:
    """Thresholds (mA) of a cathode over the middle at each width, and Weiss' law through them."""
    curve = strength_duration_of(key)
    found: dict[str, Outcome] = {
        f"pyfibers.{key}.threshold.{f'{width:g}'.replace('.', '_')}ms": float(threshold)
        for width, threshold in zip(curve.widths_ms, curve.thresholds, strict=True)
    }
    found[f"pyfibers.{key}.weiss_rheobase"] = curve.weiss.rheobase
    found[f"pyfibers.{key}.weiss_chronaxie"] = curve.weiss.chronaxie_ms
    return found


@cache
def strength_duration_of(key: str) -> StrengthDuration:
    """The thresholds of a fiber of the sweeps; kept, since they take long."""
    fiber = FIBERS[key]()
    cable = fiber.model.cable
    middle_um = float(cable.position_um[fiber.node(0.5)])
    electrode = PointElectrode((0.0, fiber.distance_um, middle_um))
    field = potential_mV_per_mA(electrode, straight_path_um(cable), MEDIUM)
    return strength_duration(
        fiber.model,
        Outside(field, Monophasic(1.0)),
        fiber.widths_ms,
        at=fiber.node(0.9),
        duration_ms=fiber.duration_ms,
        between=fiber.between,
        tolerance=2e-3,
        amplitudes=12,
    )


def velocity(fiber: Straight) -> float:
    """Velocity (m/s) of a pulse injected at a tenth of the length."""
    sites = (fiber.node(0.4), fiber.node(0.8))
    run = simulate_fiber(
        fiber.model,
        duration_ms=fiber.duration_ms,
        currents=[Pulses((fiber.node(0.1),), 1.0, fiber.pulse_ms, fiber.pulse_nA)],
        spikes=sites,
    )
    return float(conduction_velocity(run, fiber.model.cable, sites)[0])


def _c_fiber(model: FiberModel, pulse_nA: float) -> Straight:
    same = replace(model, dt_ms=0.005, crossing_mV=CROSSING_mV)
    nodes = tuple(range(COMPARTMENTS))
    return Straight(same, nodes, 250.0, (0.2, 0.5, 1.0, 2.0, 5.0), pulse_nA, 1.0, 14.0, (0.02, 0.8))


def _tigerholm() -> Straight:
    length = COMPARTMENTS * COMPARTMENT_um
    return _c_fiber(tigerholm_2014(length, 1.0, COMPARTMENTS), 0.512)


def _sundt() -> Straight:
    length = COMPARTMENTS * COMPARTMENT_um
    return _c_fiber(sundt_2015_axon(length, 1.0, COMPARTMENTS, 37.0), 0.3)


def _schild() -> Straight:
    return _c_fiber(schild_1994(passive_ends=True), 0.4)


def _thio() -> Straight:
    return _c_fiber(thio_2024("cutaneous"), 0.512)


def _mcintyre(diameter_um: float, pulse_nA: float) -> Callable[[], Straight]:
    def build() -> Straight:
        model = mcintyre_2002(interpolated_shape(diameter_um), nodes=41)
        same = replace(model, dt_ms=0.001, crossing_mV=CROSSING_mV)
        widths = (0.05, 0.1, 0.2, 0.5, 1.0)
        return Straight(same, nodes_of(model), 1000.0, widths, pulse_nA, 0.1, 4.0, (0.03, 1.0))

    return build


FIBERS: Mapping[str, Callable[[], Straight]] = {
    "tigerholm": _tigerholm,
    "sundt": _sundt,
    "schild_1994": _schild,
    "thio_cutaneous": _thio,
    "mcintyre_5_7um": _mcintyre(5.7, 1.0),
    "mcintyre_10um": _mcintyre(10.0, 1.0),
    "mcintyre_16um": _mcintyre(16.0, 2.56),
}
"""What builds each fiber of the sweeps."""
