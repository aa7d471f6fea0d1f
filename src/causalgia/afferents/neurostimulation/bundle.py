"""A bundle: fibers of several diameters at several places, simulated side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import erf, log, sqrt

import numpy as np
from jaxtyping import Float

from causalgia.afferents.internodes import interpolated_shape
from causalgia.afferents.model import FiberModel
from causalgia.afferents.neurostimulation.side_by_side import (
    lanes_taken,
    passive_ends,
    side_by_side,
)
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002
from causalgia.cable import Cable
from causalgia.cable.electrodes import along_path_um
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["Bundle", "dorsal_column", "dorsal_root", "myelinated_bundle", "root", "straight"]

NODES = 41
DIAMETER_EDGES_um = (3.0, 4.5, 5.8, 7.1, 8.9, 10.7, 14.0)
"""Classes of diameter; the last are the large fibers of Feirabend (2002)."""

STEP_ms = 0.005
EDGE_NODES, APART_NODES = 4, 4
"""Nodes from the end to the one watched, and from there to the next."""

SLANT, SURFACE_um, INWARD_um = np.pi / 6.0, 100.0, 500.0
"""A root's angle with the cord, how far it is from the cord's surface on either side of it, and
how far it goes on toward the midline."""

Paths = Float[np.ndarray, "lane compartment xyz"]


@dataclass(frozen=True, eq=False)
class Bundle:
    """Fibers as lanes: lane i of `fiber` lies along `path_um[i]`.

    `path_um` [lane, compartment, xyz]; `diameter_um` [lane]; `weight` [lane], the share of all
    fibers that each stands for; `kind` [lane]; `sites`, the compartments watched near the start
    and near the end of the cable, each with one `APART_NODES` nodes further in.
    """

    fiber: FiberModel
    path_um: Paths
    diameter_um: Float[np.ndarray, " lane"]
    weight: Float[np.ndarray, " lane"]
    kind: tuple[str, ...]
    sites: tuple[int, int, int, int]

    @property
    def size(self) -> int:
        """How many fibers."""
        return len(self.kind)

    def chosen(self, kind: str) -> np.ndarray:
        """Which lanes are of a kind.

        **Raises:** `InputError` where none is.
        """
        found = np.array([own == kind for own in self.kind])
        if not found.any():
            raise InputError(
                f"kind is {kind!r}; the bundle has {', '.join(sorted(set(self.kind)))}"
            )
        return found


def myelinated_bundle(
    diameters_um: Sequence[float],
    paths_um: Sequence[Callable[[Cable], Float[np.ndarray, "compartment xyz"]]],
    *,
    weight: Float[np.ndarray, "diameter path"],
    kinds: Sequence[str],
    nodes: int = NODES,
) -> Bundle:
    """Every diameter along every path, of the double cable of McIntyre (2002).

    **Arguments:** `diameters_um`, 2 to 16; `paths_um`, each of which lays out a cable; the
    `weight` of each combination; the kind of each diameter; how many `nodes` each fiber has, the
    outer two of which carry no sodium channels.
    """
    if nodes < 2 * (EDGE_NODES + APART_NODES) + 3:
        raise InputError(f"nodes is {nodes}, must be {2 * (EDGE_NODES + APART_NODES) + 3} or more")
    models = [mcintyre_2002(interpolated_shape(float(d)), nodes) for d in diameters_um]
    joined = passive_ends(side_by_side([replace(model, dt_ms=STEP_ms) for model in models]))
    lanes = np.repeat(np.arange(len(models)), len(paths_um))
    assert joined.active is not None
    watched = (EDGE_NODES, EDGE_NODES + APART_NODES)
    sites = (*watched, nodes - 1 - watched[1], nodes - 1 - watched[0])
    first, second, third, fourth = (joined.active[node] for node in sites)
    return Bundle(
        lanes_taken(joined, lanes),
        np.stack([path(model.cable) for model in models for path in paths_um]),
        np.asarray(diameters_um, dtype=float)[lanes],
        np.asarray(weight, dtype=float).reshape(-1),
        tuple(kinds[int(lane)] for lane in lanes),
        (first, second, third, fourth),
    )


def dorsal_column(
    depths_um: Sequence[float] = (50.0, 150.0, 250.0),
    laterals_um: Sequence[float] = (0.0, 500.0, 1000.0, 1500.0),
    *,
    fluid_um: float,
    z_um: float = 0.0,
    nodes: int = NODES,
) -> Bundle:
    """Fibers of the superficial dorsal column, by diameter, depth and distance from the midline.

    Diameters follow a log-normal distribution through the share of large fibers of Feirabend
    (2002); "a_beta_large" are those, "a_beta" the others. Places have equal weights. The middle
    node of each fiber lies at `z_um`.

    **Arguments:** `depths_um` under the surface of the cord, `laterals_um` from its middle; the
    thickness of the fluid above it (`fluid_um`).
    """
    shares, diameters = _classes()
    places = [(lateral, fluid_um + depth) for lateral in laterals_um for depth in depths_um]
    kinds = [*["a_beta"] * (len(diameters) - 1), "a_beta_large"]
    return myelinated_bundle(
        diameters,
        [straight(x, y, z_um) for x, y in places],
        weight=np.repeat(shares[:, None] / len(places), len(places), axis=1),
        kinds=kinds,
        nodes=nodes,
    )


def dorsal_root(
    levels_um: Sequence[float] = (0.0, 2000.0, 4000.0, 6000.0),
    *,
    fluid_um: float,
    nodes: int = NODES,
) -> Bundle:
    """Large fibers of dorsal roots that enter the cord at several levels along z.

    A root comes up along the cord through the fluid, bends at its entry and goes on up the column.
    Curvature, and the step from fluid to cord, make it easy to excite.
    """
    own = parameters("causalgia_neurostimulation")
    diameter, entry = own["dorsal_root_diameter"].value, own["dorsal_root_entry"].value

    return myelinated_bundle(
        [diameter],
        [root(entry, level, fluid_um) for level in levels_um],
        weight=np.full((1, len(levels_um)), 1.0 / len(levels_um)),
        kinds=["dorsal_root"],
        nodes=nodes,
    )


def root(
    entry_um: float,
    level_um: float,
    fluid_um: float,
    *,
    surface_um: float = SURFACE_um,
    inward_um: float = INWARD_um,
) -> Callable[[Cable], Float[np.ndarray, "compartment xyz"]]:
    """A root fiber that bends into the cord at a distance from its middle, and goes on along it.

    **Arguments:** where it enters, beside the middle and along the cord; the thickness of the
    fluid; how far it is from the cord's surface outside and within; how far in it turns up.
    """

    def lay(cable: Cable) -> Float[np.ndarray, "compartment xyz"]:
        length = float((cable.position_um + cable.length_um).max())
        bend = np.array([entry_um, fluid_um - surface_um, level_um])
        start = bend + 0.5 * length * np.array([np.sin(SLANT), 0.0, -np.cos(SLANT)])
        inside = np.array([entry_um - inward_um, fluid_um + surface_um, level_um + inward_um])
        far = inside + np.array([0.0, 0.0, length])
        return along_path_um(cable, np.stack([start, bend, inside, far]))

    return lay


def straight(
    x_um: float, y_um: float, z_um: float
) -> Callable[[Cable], Float[np.ndarray, "compartment xyz"]]:
    """A straight fiber whose middle lies at `z_um`."""

    def lay(cable: Cable) -> Float[np.ndarray, "compartment xyz"]:
        along = cable.position_um - cable.position_um[cable.size // 2] + z_um
        return np.stack([np.full_like(along, x_um), np.full_like(along, y_um), along], axis=1)

    return lay


def _classes() -> tuple[Float[np.ndarray, " diameter"], list[float]]:
    """Share of all fibers in each class of diameter, and the middle of the class (um)."""
    measured = parameters("feirabend_2002")
    median = parameters("causalgia_neurostimulation")["dorsal_column_median_diameter"].value
    large, share = measured["large_fiber_diameter"].value, measured["large_fiber_share"].value
    spread = log(large / median) / _normal_quantile(1.0 - share)
    below = np.array([_normal(log(edge / median) / spread) for edge in DIAMETER_EDGES_um])
    edges = np.array(DIAMETER_EDGES_um)
    # Hardly any fiber of the last class is much thicker than its lower edge.
    middles = np.append(np.sqrt(edges[:-2] * edges[1:-1]), edges[-2] * 1.07)
    return np.append(np.diff(below)[:-1], 1.0 - below[-2]), [float(m) for m in middles]


def _normal(deviate: float) -> float:
    return 0.5 * (1.0 + erf(deviate / sqrt(2.0)))


def _normal_quantile(probability: float) -> float:
    """By bisection, since the standard library has no inverse of the error function."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _normal(middle) < probability else (low, middle)
    return 0.5 * (low + high)
