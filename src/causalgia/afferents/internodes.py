"""The shape of a myelinated fiber: nodes, and the four kinds of stretches between them.

Between two nodes lie a paranode (MYSA), a juxtaparanode (FLUT), six internodal stretches (STIN),
and the mirror image of the first two (McIntyre, Richardson and Grill 2002). Membrane and myelin
are counted on the fiber's outer diameter, the axoplasm on the axon's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = [
    "MyelinatedShape",
    "interpolated_shape",
    "kinds_of",
    "published_shape",
]

INTERNODE = ("paranode", "juxtaparanode", *(6 * ("internode",)), "juxtaparanode", "paranode")
"""What lies between two nodes, in order."""

INTERPOLATED_um = (2.0, 16.0)
THIN_um = 5.643


@dataclass(frozen=True)
class MyelinatedShape:
    """Dimensions of a myelinated fiber, um, and the number of its lamellae."""

    fiber_diameter_um: float
    axon_diameter_um: float
    node_diameter_um: float
    node_spacing_um: float
    juxtaparanode_length_um: float
    lamellae: float

    def length_um(self, kind: str) -> float:
        """Length of a stretch of a kind."""
        own = parameters("mcintyre_2002")
        node, paranode = own["node_length"].value, own["paranode_length"].value
        stretches = INTERNODE.count("internode")
        rest = self.node_spacing_um - node - 2 * (paranode + self.juxtaparanode_length_um)
        return {
            "node": node,
            "paranode": paranode,
            "juxtaparanode": self.juxtaparanode_length_um,
            "internode": rest / stretches,
        }[kind]

    def inner_diameter_um(self, kind: str) -> float:
        """Diameter of the axon in a stretch of a kind."""
        narrow = kind in ("node", "paranode")
        return self.node_diameter_um if narrow else self.axon_diameter_um

    def periaxonal_Mohm_per_cm(self, kind: str) -> float:
        """Resistance along the periaxonal space of a stretch of a kind."""
        own = parameters("mcintyre_2002")
        where = "paranode" if kind in ("node", "paranode") else "internode"
        inner = 0.5 * self.inner_diameter_um(kind)
        outer = inner + own[f"{where}_periaxonal_width"].value
        area_cm2 = 1e-8 * np.pi * (outer**2 - inner**2)
        return float(1e-6 * own["axial_resistivity"].value / area_cm2)


def kinds_of(nodes: int) -> tuple[str, ...]:
    """The kind of each compartment of a fiber with a number of nodes."""
    return ("node", *((nodes - 1) * (*INTERNODE, "node")))


def published_shape(fiber_diameter_um: float) -> MyelinatedShape:
    """One of the nine fibers of McIntyre et al. (2002).

    **Raises:** `InputError` for another diameter.
    """
    own = parameters("mcintyre_2002")
    key = f"fiber_{fiber_diameter_um:g}_um".replace(".", "_")
    if f"{key}_axon_diameter" not in own:
        found = sorted(
            float(name.split("_um_")[0].removeprefix("fiber_").replace("_", "."))
            for name in own
            if name.endswith("_um_axon_diameter")
        )
        raise InputError(
            f"fiber_diameter_um is {fiber_diameter_um:g}; published are "
            f"{', '.join(f'{value:g}' for value in found)} (interpolated_shape takes any between)"
        )
    return MyelinatedShape(
        fiber_diameter_um,
        own[f"{key}_axon_diameter"].value,
        own[f"{key}_node_diameter"].value,
        own[f"{key}_node_spacing"].value,
        own[f"{key}_juxtaparanode_length"].value,
        own[f"{key}_myelin_lamellae"].value,
    )


def interpolated_shape(fiber_diameter_um: float) -> MyelinatedShape:
    """A fiber of any diameter from 2 to 16 um, after the polynomials of Musselman et al. (2021).

    **Raises:** `InputError` for a diameter outside that range.
    """
    low, high = INTERPOLATED_um
    if not low <= fiber_diameter_um <= high:
        raise InputError(f"fiber_diameter_um is {fiber_diameter_um:g}, allowed {low:g} to {high:g}")
    own = parameters("musselman_2021")

    def polynomial(name: str) -> float:
        terms = (own.get(f"{name}_{power}") for power in (2, 1, 0))
        values: Float[np.ndarray, " term"] = np.array([term.value if term else 0 for term in terms])
        return float(np.polyval(values, fiber_diameter_um))

    return MyelinatedShape(
        fiber_diameter_um,
        polynomial("axon_diameter"),
        polynomial("node_diameter"),
        polynomial("thin_node_spacing" if fiber_diameter_um < THIN_um else "node_spacing"),
        polynomial("juxtaparanode_length"),
        polynomial("myelin_lamellae"),
    )
