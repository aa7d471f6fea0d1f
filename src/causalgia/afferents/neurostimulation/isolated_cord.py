"""A mouse's cord in a bath under a small cathode, as recruitment was measured there.

A square electrode hangs above the middle of the dorsal column, and spikes are looked for in the
column, in the roots, which enter beside it, and in the tract of Lissauer at their entry
(Idlett 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.afferents.neurostimulation.bundle import (
    Bundle,
    myelinated_bundle,
    root,
    straight,
)
from causalgia.afferents.neurostimulation.recruitment import AFTER_ms, expose, recruitment
from causalgia.afferents.neurostimulation.side_by_side import lanes_taken
from causalgia.afferents.neurostimulation.tissue import CordTissue, cord_tissue
from causalgia.cable import Cable
from causalgia.cable.electrodes import PointElectrode
from causalgia.cable.waveforms import Monophasic
from causalgia.evidence import parameters

__all__ = ["IsolatedCordThresholds", "isolated_cord_thresholds"]

NODES = 31
KINDS = ("column", "lissauer", "root")
LEVELS_um = (-1000.0, -500.0, -250.0, 0.0, 250.0, 500.0)
"""Where roots enter, along the cord from the electrode: about a segment of a mouse."""

BETWEEN_mA = (0.02, 1.0)
GRID = np.array([-0.375, -0.125, 0.125, 0.375])
"""Points that stand for an electrode, in its sides."""


@dataclass(frozen=True)
class IsolatedCordThresholds:
    """The smallest current (mA) that excites a fiber of each place."""

    column_mA: float
    root_mA: float
    lissauer_mA: float


def isolated_cord_thresholds(
    *,
    root_diameter_um: float | None = None,
    root_entry_um: float | None = None,
    lissauer_diameter_um: float | None = None,
    workers: int | None = None,
) -> IsolatedCordThresholds:
    """Thresholds of column, roots and tract of Lissauer in the preparation of Idlett (2019).

    **Arguments:** what differs from the usual preparation (`mouse_...` of
    `causalgia_neurostimulation`).
    """
    own = {name: entry.value for name, entry in parameters("causalgia_neurostimulation").items()}
    setup = parameters("idlett_2019")
    height, depth = setup["electrode_height"].value, own["mouse_column_depth"]
    entry = own["mouse_root_entry"] if root_entry_um is None else root_entry_um
    root_um = own["mouse_root_diameter"] if root_diameter_um is None else root_diameter_um
    thin_um = (
        own["mouse_lissauer_diameter"] if lissauer_diameter_um is None else lissauer_diameter_um
    )
    paths = [
        straight(0.0, height + depth, 0.0),
        straight(entry, height + depth, 0.0),
        *(
            root(entry, level, height, surface_um=depth, inward_um=own["mouse_root_inward"])
            for level in LEVELS_um
        ),
    ]
    bundle = _bundle((own["mouse_column_diameter"], thin_um, root_um), paths)
    pulse = Monophasic(setup["pulse_width"].value)
    found = recruitment(
        expose(bundle, _square(setup["electrode_side"].value), _bath(height)),
        pulse,
        between_mA=BETWEEN_mA,
        tolerance=0.02,
        duration_ms=pulse.length_ms + AFTER_ms,
        workers=workers,
    ).threshold_mA
    return IsolatedCordThresholds(float(found[0]), float(found[2:].min()), float(found[1]))


def _bundle(
    diameters_um: tuple[float, float, float],
    paths: Sequence[Callable[[Cable], Float[np.ndarray, "compartment xyz"]]],
) -> Bundle:
    """The first diameter along the first path, the second along the second, then the third."""
    every = myelinated_bundle(
        diameters_um,
        paths,
        weight=np.full((len(diameters_um), len(paths)), 1.0 / len(paths)),
        kinds=KINDS,
        nodes=NODES,
    )
    kept = np.array([0, len(paths) + 1, *range(2 * len(paths) + 2, 3 * len(paths))])
    return replace(
        every,
        fiber=lanes_taken(every.fiber, kept),
        path_um=every.path_um[kept],
        diameter_um=every.diameter_um[kept],
        weight=every.weight[kept],
        kind=tuple(every.kind[int(lane)] for lane in kept),
    )


def _square(side_um: float) -> tuple[PointElectrode, ...]:
    """A flat square at the top of the fluid; its current returns far away."""
    places = side_um * GRID
    return tuple(
        PointElectrode((float(x), 0.0, float(z)), 1.0 / GRID.size**2)
        for x in places
        for z in places
    )


def _bath(height_um: float) -> CordTissue:
    """Fluid on both sides of the electrode, and the white matter of the usual tissue."""
    usual = cord_tissue()
    return CordTissue(
        usual.fluid_S_per_m,
        usual.fluid_S_per_m,
        usual.along_S_per_m,
        usual.across_S_per_m,
        height_um,
    )
