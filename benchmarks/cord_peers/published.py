"""The circuits by name, from the published lists of events and connections or drawn.

What is drawn follows the statistics of the lists, which come from public archives and are not part
of this project. Drawn protocols begin sooner than the lists, which leave a second to settle.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cord_peers import aguiar, medlock, zhang
from cord_peers.circuit import Circuit

NAMES = ("aguiar", "zhang", "medlock")
DURATION_ms = {"aguiar": 17000.0, "zhang": 21000.0, "medlock": 1000.0}
"""How long the reference runs are; Medlock's is 5 s, of which the first second is taken."""
SOONER_ms = 950.0


def circuit(name: str, lists: str | Path | None = None, seed: int = 1) -> Circuit:
    """One of `NAMES` with inputs and connections from the folder `lists`, or drawn from a seed."""
    folder = Path(lists) if lists else None
    if name == "aguiar":
        if folder is None:
            return sooner(aguiar.windup(seed=seed))
        return aguiar.windup(aguiar.read_jitter(folder))
    if name == "zhang":
        if folder is None:
            return sooner(zhang.network(zhang.volleys(seed)))
        return zhang.network(zhang.read_volleys(folder / "zhang_windup_inputs.npz"))
    if name == "medlock":
        if folder is None:
            return medlock.network(medlock.drawn_connections(seed), medlock.drawn_events(seed))
        return medlock.network(
            medlock.read_connections(folder / "medlock_connections.csv.gz"),
            medlock.read_spikes(folder / "medlock_spikes_ctl.npz"),
        )
    raise ValueError(f"circuit: {name!r} is none of {', '.join(NAMES)}")


def sooner(circuit: Circuit) -> Circuit:
    """The same with its inputs `SOONER_ms` earlier."""
    return replace(circuit, events_ms=[times - SOONER_ms for times in circuit.events_ms])
