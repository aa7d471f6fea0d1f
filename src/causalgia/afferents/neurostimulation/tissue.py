r"""The field of epidural contacts in the cord: three flat layers, by images.

Above the dura lies epidural tissue, below it cerebrospinal fluid, below that the white matter of
the dorsal columns. Depth is y, positive into the cord, 0 at the dura's inside; fibers run along z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.cable.electrodes import (
    DiscElectrode,
    Electrode,
    Medium,
    PointElectrode,
    potential_mV_per_mA,
)
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["CordTissue", "cord_tissue", "epidural_potential_mV_per_mA", "plate"]

NEGLIGIBLE = 1e-6
"""Share of the current below which an image no longer counts."""


@dataclass(frozen=True)
class CordTissue:
    """Conductivities of the layers, and how thick the fluid is.

    **Arguments:** conductivities (S/m) of `epidural` tissue, `fluid`, and white matter along and
    across its fibers; `fluid_um`, the thickness of the fluid between dura and cord.
    **Raises:** `InputError` for what is not positive.
    """

    epidural_S_per_m: float
    fluid_S_per_m: float
    along_S_per_m: float
    across_S_per_m: float
    fluid_um: float

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 < value < np.inf:
                raise InputError(f"cord tissue: {name} is {value}, must be positive")

    @property
    def matter_S_per_m(self) -> float:
        """Conductivity of the isotropic tissue that stands for the white matter."""
        return float(np.sqrt(self.along_S_per_m * self.across_S_per_m))


def cord_tissue(fluid_um: float | None = None) -> CordTissue:
    """The tissue at T11, supine, with another thickness of the fluid if given."""
    conducts = parameters("ladenbauer_2010")
    usual_um = 1e3 * parameters("holsheimer_1994")["dorsal_fluid_t11"].value
    return CordTissue(
        conducts["epidural_conductivity"].value,
        conducts["fluid_conductivity"].value,
        conducts["white_matter_conductivity_along"].value,
        conducts["white_matter_conductivity_across"].value,
        usual_um if fluid_um is None else fluid_um,
    )


def plate(
    z_um: float, share: float, x_um: float = 0.0, y_um: float | None = None
) -> tuple[PointElectrode, ...]:
    """A flat contact on the dura, as points spread over it that share its current evenly.

    **Arguments:** where its center is along the cord (`z_um`) and beside its middle (`x_um`); its
    `share` of the current; its height (`y_um`, negative; None: the thickness of the dura).
    """
    own = {name: entry.value for name, entry in parameters("causalgia_neurostimulation").items()}
    height = -own["dura_thickness"] if y_um is None else y_um
    across = own["contact_width"] * np.array([-0.375, -0.125, 0.125, 0.375])
    along = own["contact_length"] * np.array([-0.375, -0.125, 0.125, 0.375])
    part = share / (across.size * along.size)
    return tuple(
        PointElectrode((x_um + float(x), height, z_um + float(z)), part)
        for x in across
        for z in along
    )


def epidural_potential_mV_per_mA(
    electrodes: Sequence[Electrode],
    positions_um: Float[np.ndarray, "compartment xyz"],
    tissue: CordTissue,
) -> Float[np.ndarray, " compartment"]:
    r"""Potential (mV for 1 mA) of contacts above the fluid at places in it or in the cord.

    With the conductivities $\sigma_1, \sigma_2, \sigma_3$ of the layers from outside in, the
    reflections $k_1 = (\sigma_2-\sigma_1)/(\sigma_2+\sigma_1)$ and
    $k_2 = (\sigma_2-\sigma_3)/(\sigma_2+\sigma_3)$, a fluid of thickness $d$ and the distance
    $r(y)$ to the contact moved to the depth $y$, the potential below the fluid is
    $$\phi = \frac{I (1+k_1)(1+k_2)}{4\pi\sigma_2} \sum_n \frac{(k_1 k_2)^n}{r(y_0 - 2nd)},$$
    and within it
    $$\phi = \frac{I (1+k_1)}{4\pi\sigma_2} \sum_n (k_1 k_2)^n
    \left[\frac{1}{r(y_0 - 2nd)} + \frac{k_2}{r(2(n+1)d - y_0)}\right].$$
    White matter conducts better along its fibers: it is replaced by isotropic tissue of
    $\sigma_3 = \sqrt{\sigma_l \sigma_t}$ whose depths are stretched by $\sqrt{\sigma_l/\sigma_t}$,
    which is exact for a contact that is wide across the cord, an approximation for others.

    **Raises:** `InputError` for places or contacts outside their layers, and disc electrodes.
    """
    positions = np.asarray(positions_um, dtype=float)
    if positions.ndim != 2 or positions.shape[1] != 3 or (positions[:, 1] < 0).any():
        raise InputError("positions_um must be [compartment, xyz] with y of 0 or more")
    points = [_checked(electrode) for electrode in electrodes]
    first, second, third = tissue.epidural_S_per_m, tissue.fluid_S_per_m, tissue.matter_S_per_m
    upper = (second - first) / (second + first)
    lower = (second - third) / (second + third)
    images = _images(upper * lower)
    moved = positions.copy()
    below = positions[:, 1] >= tissue.fluid_um
    stretch = np.sqrt(tissue.along_S_per_m / tissue.across_S_per_m)
    moved[below, 1] = tissue.fluid_um + stretch * (positions[below, 1] - tissue.fluid_um)
    medium = Medium(second)
    total = np.zeros(len(positions))
    for part, chosen in ((1.0 + lower, below), (1.0, ~below)):
        if not chosen.any():
            continue
        sources = [
            _moved(point, point.position_um[1] - 2.0 * n * tissue.fluid_um, size * part)
            for point in points
            for n, size in enumerate(images)
        ]
        if part == 1.0:
            sources += [
                _moved(point, 2.0 * (n + 1) * tissue.fluid_um - point.position_um[1], size * lower)
                for point in points
                for n, size in enumerate(images)
            ]
        total[chosen] = (1.0 + upper) * potential_mV_per_mA(sources, moved[chosen], medium)
    return total


def _images(factor: float) -> Float[np.ndarray, " image"]:
    """Sizes of the images until they no longer count."""
    if factor == 0.0:
        return np.ones(1)
    count = int(np.ceil(np.log(NEGLIGIBLE) / np.log(abs(factor))))
    return np.asarray(factor ** np.arange(count + 1))


def _moved(point: PointElectrode, y_um: float, factor: float) -> PointElectrode:
    x, _, z = point.position_um
    return replace(point, position_um=(x, y_um, z), share=point.share * factor)


def _checked(electrode: Electrode) -> PointElectrode:
    if isinstance(electrode, DiscElectrode):
        raise InputError("electrodes: a disc has no images in layers; use `plate` or points")
    if electrode.position_um[1] > 0:
        raise InputError(
            f"electrode at {electrode.position_um} um must lie outside the fluid, y of 0 or less"
        )
    return electrode
