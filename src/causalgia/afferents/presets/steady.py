"""Where a membrane with calcium of its own comes to rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float

from causalgia.channels import Membrane, Pool
from causalgia.channels.ions import sides
from causalgia.errors import SimulationDiverged

__all__ = ["steady_calcium"]

TOLERANCE_mA_per_cm2 = 1e-12
STEPS = 100
NUDGE = 1e-5


def steady_calcium(
    membrane: Membrane, densities: Mapping[str, float], guess_mV: float
) -> tuple[float, float]:
    """Voltage (mV) and calcium inside (mM) at which no current and no calcium flows.

    **Arguments:** the `membrane`, of whose ions calcium inside is a pool; the density of each of
    its channels and pumps; a voltage to start from, with the pool's own concentration.
    **Raises:** `SimulationDiverged` where no such point is found.
    """
    (calcium,) = (ion for ion in membrane.ions if ion.name == "calcium")
    assert isinstance(calcium.inside, Pool)
    start_mM = float(calcium.inside.initial_mM)
    given = np.array([densities[name] for name in membrane.names])[:, None, None]
    # the logarithm keeps the concentration positive and of the size of the voltage's steps
    point = np.array([guess_mV, 0.0])
    nudges = np.array([[0.0, 0.0], [NUDGE, 0.0], [0.0, NUDGE]])
    with jax.enable_x64(True), jax.ensure_compile_time_eval():
        for _ in range(STEPS):
            flows = _net_flows(membrane, given, point + nudges, start_mM)
            if np.all(np.abs(flows[0]) < TOLERANCE_mA_per_cm2):
                return float(point[0]), start_mM * float(np.exp(point[1]))
            slopes = (flows[1:] - flows[0]).T / NUDGE
            step = np.linalg.solve(slopes, -flows[0])
            point = point + step * min(1.0, 2.0 / abs(step[0]), 0.3 / abs(step[1]))
    raise SimulationDiverged(f"no resting potential was found from {guess_mV} mV")


def _net_flows(
    membrane: Membrane, densities: np.ndarray, points: np.ndarray, start_mM: float
) -> Float[np.ndarray, "point 2"]:
    """Total and calcium current (mA/cm2) at points of voltage and logarithm of calcium."""
    voltage = points[:, :1]
    shifts = np.zeros((len(membrane.pools), *voltage.shape))
    shifts[membrane.pools.index(("calcium", "inside"))] = start_mM * np.expm1(points[:, 1:])
    total, calcium = _currents(membrane, densities, voltage, shifts)
    return np.concatenate([np.asarray(total), np.asarray(calcium)], axis=1)


@eqx.filter_jit
def _currents(membrane, densities, voltage, shifts):  # type: ignore[no-untyped-def]
    gates = membrane.stack.steady_state(voltage, sides(membrane.ions, shifts)[0])
    state = replace(membrane.start(voltage), gates=gates, shifts=shifts)
    flow = membrane.flow(state, densities, voltage)
    conductance, drive = flow.by_ion["calcium"]
    return flow.conductance * voltage - flow.drive, conductance * voltage - drive
