"""From a protocol to what is run: the fiber, where it is stimulated and watched, with what."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.afferents.altered import in_zone, mutant, on_sections, with_densities, with_drug
from causalgia.afferents.altered import with_myelin as myelinated
from causalgia.afferents.catalog import OPTIONS, build
from causalgia.afferents.model import FiberModel
from causalgia.afferents.protocol import Density, Protocol, SectionTable, StimulusTable
from causalgia.cable import Section
from causalgia.cable.electrodes import (
    Medium,
    PointElectrode,
    potential_mV_per_mA,
    straight_path_um,
)
from causalgia.cable.thresholds import Inside, Outside, Stimulus
from causalgia.cable.waveforms import (
    AbstractWaveform,
    Biphasic,
    Delayed,
    Monophasic,
    Repeated,
    Sinusoid,
    SquareWave,
)
from causalgia.channels import Membrane
from causalgia.errors import InputError
from causalgia.evidence import parameters
from causalgia.tables import blame

__all__ = ["Setup", "prepared"]

NODES_FROM_END = 5
"""A node that far inside needs as much current as any."""

LONGEST_STEPS = 4_000_000
"""Of a run at a fixed step, which would take minutes."""


@dataclass(frozen=True, eq=False)
class Setup:
    """A protocol made ready.

    `fibers` by name, "unchanged" and, where anything is, "changed"; the active compartments of the
    way from end to end (`path`); the compartment stimulated (`site`) and those `watched`; one
    pulse's `waveform`, its `width_ms`, its `count` every `period_ms`, from `begin_ms` on;
    `duration_ms`; whether a `long` run with variable steps is to be made.
    """

    protocol: Protocol
    fibers: dict[str, FiberModel]
    path: tuple[int, ...]
    site: int
    watched: tuple[int, ...]
    waveform: AbstractWaveform
    width_ms: float
    period_ms: float
    count: int
    begin_ms: float
    duration_ms: float
    long: bool

    @property
    def pulse_times_ms(self) -> Float[np.ndarray, " pulse"]:
        """When each pulse begins."""
        return self.begin_ms + self.period_ms * np.arange(self.count)

    @property
    def is_sheathed(self) -> bool:
        """Whether the fiber has myelin."""
        return self.fibers["unchanged"].sheath is not None

    @property
    def conducts(self) -> bool:
        """Whether there is a way for spikes to go."""
        return len(self.path) > 1

    def stimulus(self, *, trains: bool) -> Stimulus:
        """What the protocol gives, its first pulse or all, for an amplitude of one."""
        table, model = self.protocol.stimulus, self.fibers["unchanged"]
        pulses = Repeated(self.waveform, self.period_ms, self.count) if trains else self.waveform
        given = Delayed(pulses, self.begin_ms)
        if table.electrode == "intracellular":
            return Inside(self.site, given)
        own = parameters("musselman_2021")
        medium = Medium(
            table.conductivity_along or own["endoneurium_along"].value,
            table.conductivity_across or own["endoneurium_across"].value,
        )
        at = float(model.cable.position_um[self.site])
        at = at if table.position is None else table.position
        tip = PointElectrode((0.0, table.distance, at))
        return Outside(potential_mV_per_mA(tip, straight_path_um(model.cable), medium), given)

    def travel_ms(self, slowest_m_per_s: float, to: int) -> float:
        """Time to get from the stimulus to a compartment at a velocity."""
        position = self.fibers["unchanged"].cable.position_um
        return float(1e-3 * abs(position[to] - position[self.site]) / slowest_m_per_s)


def prepared(protocol: Protocol) -> Setup:
    """Build the fiber of a protocol, with and without what is changed in it.

    **Raises:** `InputError` that names the field of the protocol.
    """
    unchanged = _built(protocol)
    fibers = {"unchanged": unchanged}
    if protocol.changes:
        fibers["changed"] = _changed(protocol, unchanged)
    path = _main_path(unchanged)
    site = _stimulated(protocol, unchanged, path)
    table, record = protocol.stimulus, protocol.record
    is_sheathed = unchanged.sheath is not None
    width = table.width or (0.1 if is_sheathed else 1.0)
    waveform = _waveform(table, width)
    rate = table.rate or (50.0 if is_sheathed else 2.0)
    count = table.count or (20 if is_sheathed else 40)
    begin = 1.0 if is_sheathed else 5.0
    position = unchanged.cable.position_um[list(path)]
    # What is slowest among healthy fibers, and a little.
    slowest = 2.0 if is_sheathed else 0.3
    travel = 1e-3 * np.abs(position - unchanged.cable.position_um[site]).max() / slowest
    needed = begin + (count - 1) * 1e3 / rate + waveform.length_ms
    after = travel + (4.0 if is_sheathed else 40.0)
    duration = record.duration or needed + after
    if duration < needed:
        raise InputError(
            f"record.duration: {duration:g} ms ends before the last pulse, at {needed:g} ms"
        )
    blame("stimulus.rate", Repeated, waveform, 1e3 / rate, count)
    blame("record.dt", waveform.samples, unchanged.dt_ms, duration)
    plain = table.electrode == "intracellular" and table.waveform == "monophasic"
    is_long = plain and not is_sheathed and count > 1 and 1e3 / rate >= 100.0
    steps = duration / unchanged.dt_ms
    if not is_long and steps > LONGEST_STEPS:
        raise InputError(
            f"record.duration: {duration:g} ms take {steps:.0f} steps of {unchanged.dt_ms:g} ms, "
            f"more than {LONGEST_STEPS}; only monophasic pulses into an unmyelinated fiber, at 10 "
            "Hz or less, may take longer"
        )
    return Setup(
        protocol,
        fibers,
        path,
        site,
        _watched(protocol, unchanged, path, site),
        waveform,
        width,
        1e3 / rate,
        count,
        begin,
        float(duration),
        is_long,
    )


def _built(protocol: Protocol) -> FiberModel:
    table = protocol.fiber
    options = {name: getattr(table, name) for name in OPTIONS}
    given = {name: value for name, value in options.items() if value is not None}
    model = blame("fiber", lambda: build(table.type, **given))
    if table.sections:
        for taken in ("length", "diameter", "compartments", "compartment"):
            if taken in given:
                raise InputError(f"fiber.{taken}: is given, but fiber.sections says it as well")
        sections = [_section(section) for section in table.sections]
        model = blame("fiber.sections", on_sections, model, sections)
    if protocol.record.dt is not None:
        model = replace(model, dt_ms=protocol.record.dt)
    return model


def _section(table: SectionTable) -> Section:
    return Section(
        table.name,
        table.length,
        table.diameter,
        table.compartments,
        table.parent,
        table.at == "end",
        table.end_diameter,
    )


def _changed(protocol: Protocol, model: FiberModel) -> FiberModel:
    model = _with_densities("densities", model, protocol.densities, None)
    if protocol.mutation is not None:
        model = blame(
            "mutation.name", mutant, model, protocol.mutation.name, protocol.mutation.copies
        )
    if protocol.lesion is not None:
        lesion = protocol.lesion
        where = blame("lesion", in_zone, model, lesion.start, lesion.end)
        if lesion.myelin is not None:
            model = blame("lesion.myelin", myelinated, model, lesion.myelin, where)
        active = np.flatnonzero(model.cable.area_cm2 > 0) if model.active is None else model.active
        chosen = where[np.asarray(active, dtype=int)]
        model = _with_densities("lesion.densities", model, lesion.densities, chosen)
        if lesion.myelin is None and not lesion.densities:
            raise InputError("lesion: changes nothing; give its myelin or densities")
    for number, drug in enumerate(protocol.drugs, start=1):
        model = blame(f"drugs[{number}].name", with_drug, model, drug.name, drug.concentration)
    return model


def _with_densities(
    field: str, model: FiberModel, densities: dict[str, Density], where: np.ndarray | None
) -> FiberModel:
    for name, density in densities.items():
        if density.unit != "x":
            _check_unit(f"{field}.{name}", name, density, model.membrane)
        is_absolute = density.unit != "x"
        model = blame(
            field,
            lambda m, n=name, d=density, a=is_absolute: with_densities(
                m, {n: d.value}, where, absolute=a
            ),
            model,
        )
    return model


def _check_unit(field: str, name: str, density: Density, membrane: Membrane) -> None:
    """A conductance for a channel, a permeability for one of that law, a current for a pump."""
    laws = {channel.name: channel.law for channel in membrane.channels}
    if name in membrane.names:
        expected = {"ohmic": "S/cm2", "ghk": "cm/s"}.get(laws.get(name, ""), "mA/cm2")
        if density.unit != expected:
            raise InputError(f"{field}: is in {density.unit}, must be in {expected}")


def _waveform(table: StimulusTable, width_ms: float) -> AbstractWaveform:
    """One pulse; a depolarizing one is positive inside and, outside, a cathode's."""
    inside = table.electrode == "intracellular"
    sign = 1 if inside == (table.polarity == "cathodic") else -1
    if table.waveform == "biphasic":
        return Biphasic(width_ms, table.gap, sign=sign)  # type: ignore[arg-type]
    if table.frequency is not None:
        kind = Sinusoid if table.waveform == "sine" else SquareWave
        return kind(1e3 * table.frequency, width_ms, sign)  # type: ignore[arg-type]
    return Monophasic(width_ms, sign)  # type: ignore[arg-type]


def _main_path(model: FiberModel) -> tuple[int, ...]:
    """Active compartments from the start of the cable to its farthest end."""
    cable = model.cable
    active = set(np.flatnonzero(cable.area_cm2 > 0) if model.active is None else model.active)
    at = int(np.argmax(np.where(cable.area_cm2 > 0, cable.position_um, -1.0)))
    found = []
    while at >= 0:
        if at in active:
            found.append(at)
        at = int(cable.parent[at])
    return tuple(found[::-1])


def _stimulated(protocol: Protocol, model: FiberModel, path: tuple[int, ...]) -> int:
    """The place asked for, or the start; of a myelinated fiber, a node that is not at its end."""
    asked = protocol.stimulus.position
    if asked is None:
        return path[min(NODES_FROM_END, len(path) // 3)] if model.sheath is not None else path[0]
    return _placed("stimulus.position", asked, model, path)


def _placed(field: str, position_um: float, model: FiberModel, path: tuple[int, ...]) -> int:
    """The compartment of the path nearest to a place on it."""
    position = model.cable.position_um[list(path)]
    last = float((model.cable.position_um + 0.5 * model.cable.length_um).max())
    if position_um > last * (1 + 1e-9):
        raise InputError(
            f"{field}: {1e-3 * position_um:g} mm lies beyond the fiber's end at {1e-3 * last:g} mm"
        )
    return path[int(np.argmin(np.abs(position - position_um)))]


def _watched(
    protocol: Protocol, model: FiberModel, path: tuple[int, ...], site: int
) -> tuple[int, ...]:
    """Places asked for, or three on the longer side of the stimulus."""
    asked = protocol.record.positions
    if asked:
        found = [_placed("record.positions", place, model, path) for place in asked]
        if len(set(found)) < len(found):
            raise InputError("record.positions: two lie in the same compartment")
        return tuple(found)
    if len(path) == 1:
        return path
    position = model.cable.position_um
    start, end = position[path[0]], position[path[-1]]
    goal = end if end - position[site] >= position[site] - start else start
    places = position[site] + (goal - position[site]) * np.array([0.25, 0.5, 0.75])
    along = position[list(path)]
    return tuple(dict.fromkeys(path[int(np.argmin(np.abs(along - place)))] for place in places))
