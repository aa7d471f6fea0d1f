"""The page of circuits: populations, receptors, release, connections."""

from __future__ import annotations

import inspect

import numpy as np

from _builder.membrane_pages import source_link
from _builder.text import anchor, table, words
from causalgia.cord import catalog, chloride_load, receptors, release
from causalgia.cord.network import Network, Synapses

__all__ = ["circuit_page"]


def circuit_page() -> str:
    """Every circuit of the catalog."""
    parts = [
        "# Circuits of the dorsal horn",
        "Built as `causalgia.cord.catalog` builds them, connections of the first seed.",
        *(_circuit(name) for name in catalog.names()),
        "## How synapses work",
        *(inspect.getdoc(module) or "" for module in (receptors, release, chloride_load)),
    ]
    return "\n\n".join(parts) + "\n"


def _circuit(name: str) -> str:
    circuit = catalog.find(name)
    network = circuit.build()
    fibers = ", ".join(f"{words(kind)} ({count})" for kind, count in network.afferents.items())
    synapses = sum(np.size(one.source_index) for one in network.synapses)
    parts = [
        f"(circuit-{anchor(name)})=\n## {name}",
        f"{circuit.description[0].upper()}{circuit.description[1:]}. {synapses} synapses. "
        f"Afferents: {fibers}. Source: {source_link(circuit.source)}.",
        f"### Populations of {name}",
        table(
            ("population", "neurons:", "cell", "receptors"),
            [
                (
                    words(one.name),
                    one.count,
                    f"[{one.cell.name}](#cell-{anchor(one.cell.name)})",
                    ", ".join(r.name for r in one.receptors),
                )
                for one in network.populations
            ],
        ),
        f"### Receptors of {name}",
        _receptors(network),
    ]
    if network.release:
        rows = [
            (kind, f"{r.utilization:g}", f"{r.recovery_ms:g}", f"{r.facilitation_ms:g}")
            for kind, r in network.release.items()
        ]
        head = ("terminals", "$U$:", r"$\tau_{rec}$, ms:", r"$\tau_{fac}$, ms:")
        parts += [f"### Release in {name}", table(head, rows)]
    parts += [f"### Connections of {name}", _connections(network)]
    return "\n\n".join(parts)


def _receptors(network: Network) -> str:
    rows: dict[tuple[object, ...], list[str]] = {}
    for population in network.populations:
        for one in population.receptors:
            reversal = one.reversal_mV
            shown = reversal if isinstance(reversal, str) else f"{reversal:g}"
            numbers = (f"{one.rise_ms:g}", f"{one.decay_ms:g}", shown, f"{one.magnesium_mM:g}")
            row = (one.name, *numbers, f"{one.calcium_share:g}")
            rows.setdefault(row, []).append(words(population.name))
    everyone = len(network.populations)
    listed = [
        (*row, "all" if len(members) == everyone else ", ".join(members))
        for row, members in rows.items()
    ]
    head = ("receptor", r"$\tau_r$, ms:", r"$\tau_d$, ms:", "reversal, mV:", "Mg, mM:", "Ca share:")
    return table((*head, "on"), listed)


def _connections(network: Network) -> str:
    groups: dict[tuple[str, str, str], list[Synapses]] = {}
    for one in network.synapses:
        groups.setdefault((one.source, one.target, one.receptor), []).append(one)
    rows = []
    for (source, target, receptor), members in groups.items():
        count = sum(np.size(one.source_index) for one in members)
        if not count:
            continue
        weights = np.concatenate([np.atleast_1d(one.weight_uS) for one in members])
        delays = np.concatenate([np.atleast_1d(one.delay_ms) for one in members])
        rows.append(
            (words(source), words(target), receptor, count, _mean(weights * 1e3), _mean(delays))
        )
    head = ("from", "to", "receptor", "synapses:", "weight, nS (a share x 1000 on terminals):")
    return table((*head, "delay, ms:"), rows)


def _mean(values: np.ndarray) -> str:
    return f"{float(np.mean(values)):.3g}"
