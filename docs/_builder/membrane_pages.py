"""Pages of membranes: what fibers and neurons are made of, and how dense it is where."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping

import numpy as np

from _builder.channel_pages import all_channels
from _builder.text import anchor, said_by, sources, table, words
from causalgia.afferents import catalog
from causalgia.cable import Electrics
from causalgia.channels import Membrane, ions, pumps
from causalgia.channels.ions import Pool
from causalgia.channels.published import schild_pumps, transport
from causalgia.cord import catalog as circuits
from causalgia.cord.network import Population

__all__ = ["cell_page", "fiber_page", "source_link"]


def source_link(key: str) -> str:
    """The source of a key, linked where it is one of the evidence's."""
    return f"[{said_by(key)}](#source-{anchor(key)})" if key in sources() else key


def _known_channels() -> Mapping[tuple[str, str], str]:
    """Where a channel of a name and a source stands."""
    found: dict[tuple[str, str], str] = {}
    for members in all_channels().values():
        for shown in members:
            channel = shown.channel
            found.setdefault((channel.name, channel.source), f"#channel-{anchor(shown.name)}")
    return found


def _spread(values: np.ndarray) -> str:
    """One number where they are alike, else from the least to the most."""
    low, high = float(np.min(values)), float(np.max(values))
    return f"{low:.4g}" if np.isclose(low, high, rtol=1e-6) else f"{low:.4g} to {high:.4g}"


def membrane_table(
    membrane: Membrane, electrics: Electrics, known: Mapping[tuple[str, str], str]
) -> str:
    """Channels and pumps with densities and reversal potentials."""
    rows = []
    densities = np.asarray(electrics.densities_S_per_cm2)
    for index, channel in enumerate(membrane.channels):
        place = known.get((channel.name, channel.source))
        name = f"[{channel.name}]({place})" if place else f"`{channel.name}`"
        unit = "cm/s" if channel.law == "ghk" else "S/cm²"
        fixed = [
            words(ion) + ("" if value is None else f" {_spread(np.asarray(value))} mV")
            for (ion, _), value in zip(channel.carriers, membrane.reversal_mV[index], strict=True)
        ]
        rows.append(
            (name, _spread(densities[index]), unit, ", ".join(fixed), source_link(channel.source))
        )
    for index, pump in enumerate(membrane.pumps, start=len(membrane.channels)):
        rows.append((f"`{pump.name}`", _spread(densities[index]), "mA/cm²", "pump", ""))
    return table(("current", "density:", "unit", "reversal", "source"), rows)


def _ions(membrane: Membrane) -> str:
    if not membrane.ions:
        return ""
    rows = [
        (
            ion.name,
            ion.valence,
            _concentration(ion.inside),
            _concentration(ion.outside),
            f"{ion.reversal_mV(membrane.temperature_degC):.1f}",
        )
        for ion in membrane.ions
    ]
    head = ("ion", "valence:", "inside, mM", "outside, mM", "Nernst potential, mV:")
    return table(head, rows)


def _concentration(side: Pool | float) -> str:
    if not isinstance(side, Pool):
        return f"{side:.4g}"
    depth = (
        "the whole cross-section" if side.depth_um is None else f"a shell of {side.depth_um:g} um"
    )
    return f"{side.initial_mM:.4g} at the start, changes in {depth}"


def _pump_words() -> str:
    modules = (pumps, schild_pumps, transport)
    found = [
        f"`{name}`: {inspect.getdoc(getattr(module, name))}"
        for module in modules
        for name in module.__all__
        if inspect.isclass(getattr(module, name)) and not name.startswith("Abstract")
    ]
    return "\n\n".join(found)


def fiber_page() -> str:
    """Every fiber that can be built by name."""
    known = _known_channels()
    parts = [
        "# Fibers\n\nEvery fiber of `causalgia.afferents.catalog`, as it is built without options."
        " Densities are those of the active compartments; where they differ along the fiber, the"
        " least and the most.\n\n"
        r"$$C \frac{\partial V}{\partial t} = \frac{1}{2 \pi a} \frac{\partial}{\partial x}"
        r"\left(\frac{\pi a^2}{R_i} \frac{\partial V}{\partial x}\right) - \sum_k I_k$$"
    ]
    parts += [_fiber(name, known) for name in catalog.names()]
    parts.append(f"## Ions\n\n{inspect.getdoc(ions)}")
    parts.append(f"## Pumps and exchangers\n\n{_pump_words()}")
    return "\n\n".join(parts) + "\n"


def _fiber(name: str, known: Mapping[tuple[str, str], str]) -> str:
    model = catalog.build(name)
    made = model.electrics.passive_S_per_cm2
    passive = f" Passive leak {_spread(np.asarray(made))} S/cm²." if made is not None else ""
    facts = (
        f"At {model.membrane.temperature_degC:g} °C; rests at {model.initial_mV:.4g} mV;"
        f" {model.cable.size} compartments, {_spread(model.cable.diameter_um)} um thick;"
        f" steps of {model.dt_ms * 1e3:g} us.{passive} Source: {source_link(model.source)}."
    )
    parts = [f"(fiber-{anchor(name)})=\n## {name}", _sentence(model.description), facts]
    parts += [membrane_table(model.membrane, model.electrics, known), _ions(model.membrane)]
    return "\n\n".join(part for part in parts if part)


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:].rstrip(".") + "." if said else ""


def cell_page() -> str:
    """Every neuron of the circuits of the cord."""
    known = _known_channels()
    seen: dict[str, tuple[Population, list[str]]] = {}
    for name in circuits.names():
        for population in circuits.find(name).build().populations:
            users = seen.setdefault(population.cell.name, (population, []))[1]
            users.append(f"{name} ({words(population.name)})")
    parts = ["# Neurons of the dorsal horn\n\nThe neurons that the circuits are made of."]
    for cell, (population, users) in seen.items():
        made = population.cell
        facts = (
            f"In {_listed(users)}. {made.cable.size} compartments; rests at"
            f" {made.initial_mV:.4g} mV; a spike is an upward crossing of {made.threshold_mV:g} mV."
        )
        parts += [f"(cell-{anchor(cell)})=\n## {cell}", facts]
        parts += [membrane_table(made.membrane, made.electrics, known), _ions(made.membrane)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
