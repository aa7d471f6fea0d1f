"""Pumps and exchangers: currents that depend on concentrations, not on gates."""

from __future__ import annotations

import abc
from collections.abc import Mapping

import equinox as eqx
from jaxtyping import Array, Float

from causalgia.channels.stack import Concentrations

__all__ = ["AbstractPump", "SodiumPotassiumPump"]


class AbstractPump(eqx.Module):
    """A transport across the membrane; its density scales a current density (mA/cm2)."""

    name: eqx.AbstractVar[str]

    @abc.abstractmethod
    def currents(
        self,
        voltage: Float[Array, "compartment batch"],
        inside: Concentrations,
        outside: Concentrations,
    ) -> Mapping[str, Float[Array, "compartment batch"]]:
        """Current (mA/cm2, outward positive) of each ion at a density of 1, held over a step."""


class SodiumPotassiumPump(AbstractPump):
    r"""The Na/K-ATPase of a C-fiber with two isoforms (Tigerholm 2014).

    $I_K = -a\,(1 + 1/K_o)^{-2} [1.62 / (1 + (6.7/(Na_i + 8))^3) + 1 / (1 + (67.6/(Na_i + 8))^3)]$
    and $I_{Na} = -\tfrac{3}{2} I_K$, concentrations in mM; `density` is $a$.
    """

    name: str = eqx.field(static=True, default="sodium_potassium_pump")

    def currents(
        self,
        voltage: Float[Array, "compartment batch"],
        inside: Concentrations,
        outside: Concentrations,
    ) -> Mapping[str, Float[Array, "compartment batch"]]:
        sodium = inside["sodium"] + 8.0
        isoforms = 1.62 / (1.0 + (6.7 / sodium) ** 3) + 1.0 / (1.0 + (67.6 / sodium) ** 3)
        potassium = -isoforms / (1.0 + 1.0 / outside["potassium"]) ** 2
        return {"potassium": potassium, "sodium": -1.5 * potassium}
