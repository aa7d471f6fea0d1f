"""One synapse by itself, as in a slice: how large a potential is under a drug.

Everything but the synapses asked for is cut away. Excitatory potentials are those of fast receptors
alone, as at -70 mV, and what opens potassium channels is washed out where only release is asked
for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from causalgia.cord.drive import Fired, patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.network import Network
from causalgia.cord.simulate_network import Watch, simulate_network
from causalgia.errors import InputError

__all__ = ["evoked_potential_mV", "inhibitory_potential_mV", "slice_of"]

ONSET_ms, LASTING_ms = 50.0, 100.0
Potentials = Float[np.ndarray, " patient"]


def slice_of(network: Network, target: str, sources: tuple[str, ...]) -> Network:
    """A population, what contacts it from some sources, and what these hear from each other.

    **Raises:** `InputError` when nothing is left.
    """
    kept = {target, *sources}
    synapses = tuple(
        s
        for s in network.synapses
        if s.target not in network.afferents
        and s.source in sources
        and (s.target == target or s.target in sources)
    )
    if not any(s.target == target for s in synapses):
        raise InputError(f"sources {', '.join(sources)}: none of them contacts {target!r}")
    populations = tuple(p for p in network.populations if p.name in kept)
    return replace(network, populations=populations, synapses=synapses)


def evoked_potential_mV(
    network: Network,
    afferent: str,
    target: str,
    handles: CordHandles,
    patients: int,
    *,
    postsynaptic: bool = False,
) -> Potentials:
    """Peak (mV) of the potential that one fiber of a class evokes in neurons that it contacts.

    **Arguments:** the `network`, a dorsal horn; whether what the handles change in the neuron's
    own potassium channels counts too (`postsynaptic`), or only what its terminals release.
    """
    small = slice_of(network, target, (afferent,))
    modulation = modulation_of(handles).within(small)
    fast_only = {**modulation.conductance, "nmda": 0.0, "nk1": 0.0}
    modulation = replace(modulation, conductance=fast_only)
    if not postsynaptic:
        modulation = replace(modulation, tonic_uS={})
    contacts = small.synapses[0]
    fiber = int(contacts.source_index[0])
    reached = np.unique(
        np.concatenate([s.target_index[s.source_index == fiber] for s in small.synapses])
    )
    fired = {afferent: Fired(np.array([ONSET_ms]), np.array([fiber]))}
    discharge = simulate_network(
        small,
        patients_of([fired] * patients),
        duration_ms=ONSET_ms + LASTING_ms,
        dt_ms=0.1,
        patients=patients,
        modulation=modulation,
        watch=(Watch(target, tuple(int(n) for n in reached)),),
    )
    return _moved(discharge.voltage_mV[target], discharge.voltage_every_ms, up=True)


def inhibitory_potential_mV(network: Network, handles: CordHandles, patients: int) -> Potentials:
    """How far (mV, upward) a volley of the surround's touch fibers moves lamina I neurons."""
    small = slice_of(network, "lamina_i", ("surround_a_beta", "surround"))
    count = network.afferents["surround_a_beta"]
    fired = {"surround_a_beta": Fired(np.full(count, ONSET_ms), np.arange(count))}
    neurons = network.population("lamina_i").count
    discharge = simulate_network(
        small,
        patients_of([fired] * patients),
        duration_ms=ONSET_ms + LASTING_ms,
        dt_ms=0.1,
        patients=patients,
        modulation=replace(modulation_of(handles).within(small), tonic_uS={}),
        watch=(Watch("lamina_i", tuple(range(neurons))),),
    )
    return _moved(discharge.voltage_mV["lamina_i"], discharge.voltage_every_ms, up=False)


def _moved(
    voltage_mV: Float[np.ndarray, "sample member patient"], every_ms: float, *, up: bool
) -> Potentials:
    """The largest departure from where the voltage was at the onset, in the mean of neurons."""
    first = round(ONSET_ms / every_ms)
    moved = voltage_mV[first:] - voltage_mV[first - 1]
    if up:
        return np.asarray(moved.max(axis=0).mean(axis=0))
    furthest = np.take_along_axis(moved, np.abs(moved).argmax(axis=0)[None], axis=0)[0]
    return np.asarray(furthest.mean(axis=0))
