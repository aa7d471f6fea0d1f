"""The library's own myelinated afferents: double cables of a diameter that suits their velocity."""

from __future__ import annotations

from dataclasses import replace

from causalgia.afferents.internodes import interpolated_shape
from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002
from causalgia.evidence import parameters

__all__ = ["a_beta_touch", "a_delta_nociceptor"]


def a_delta_nociceptor(nodes: int = 21, diameter_um: float | None = None) -> FiberModel:
    """A thin myelinated nociceptor, at the temperature of a nerve in a limb.

    **Arguments:** its number of `nodes`; the diameter of the fiber, 2 to 16 um.
    """
    return _myelinated("a_delta_nociceptor", nodes, diameter_um)


def a_beta_touch(nodes: int = 21, diameter_um: float | None = None) -> FiberModel:
    """A low-threshold mechanoreceptor, at the temperature of a nerve in a limb."""
    return _myelinated("a_beta_touch", nodes, diameter_um)


def _myelinated(name: str, nodes: int, diameter_um: float | None) -> FiberModel:
    own = parameters("causalgia_fibers")
    diameter = own[f"{name}_diameter"].value if diameter_um is None else diameter_um
    model = mcintyre_2002(interpolated_shape(diameter), nodes, own["nerve_temperature"].value)
    return replace(
        model,
        name=name,
        dt_ms=0.005,
        source="causalgia_fibers",
        description=f"{name.replace('_', ' ')} of {diameter:g} um, double cable",
    )
