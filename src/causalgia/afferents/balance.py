"""Leaks that make a membrane rest where it is said to rest."""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
import jax
import numpy as np

from causalgia.channels import Membrane

__all__ = ["resting_currents"]


def resting_currents(
    membrane: Membrane, densities: Mapping[str, float], rest_mV: float
) -> dict[str, float]:
    """Steady current (mA/cm2, outward positive) of each changing ion, and "total", at rest.

    **Arguments:** the `membrane`; the density of each of its channels and pumps (0 where missing).
    """
    given = np.array([densities.get(name, 0.0) for name in membrane.names])[:, None, None]
    # also right when first asked for inside a compiled function
    with jax.enable_x64(True), jax.ensure_compile_time_eval():
        flow = jax.device_get(_steady_flow(membrane, given, np.full((1, 1), rest_mV)))
    currents = {ion: float((g * rest_mV - d).squeeze()) for ion, (g, d) in flow.by_ion.items()}
    total = float((flow.conductance * rest_mV - flow.drive).squeeze())
    return {**currents, "total": total}


@eqx.filter_jit
def _steady_flow(membrane, densities, voltage):  # type: ignore[no-untyped-def]
    return membrane.flow(membrane.start(voltage), densities, voltage)
