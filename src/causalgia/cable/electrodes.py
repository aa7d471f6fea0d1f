"""Electrodes in tissue: how much potential a unit of current makes along a fiber.

Fibers run along z by convention: the conductivity along a fiber is that of the z axis. Currents
are in mA and positive when they enter the tissue (an anode), so that a cathode is driven with a
negative waveform; potentials are in mV for each mA. The media are unbounded or end at one
insulated plane, and do not change with time or frequency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

import numpy as np
from jaxtyping import Float

from causalgia.cable.geometry import Cable
from causalgia.errors import InputError

__all__ = [
    "Axis",
    "DiscElectrode",
    "Electrode",
    "Medium",
    "PointElectrode",
    "activating_function_mV_per_ms",
    "along_path_um",
    "point_source_mV_per_mA",
    "potential_mV_per_mA",
    "straight_path_um",
]

Axis: TypeAlias = Literal["x", "y", "z"]
"""A direction in space; fibers run along z."""

_AXES: tuple[Axis, ...] = get_args(Axis)
Positions: TypeAlias = Float[np.ndarray, "compartment xyz"]


@dataclass(frozen=True)
class Medium:
    """Homogeneous tissue, with one conductivity along fibers (z) and one across them (x and y).

    **Arguments:** `along_S_per_m`; `across_S_per_m` (default: the same); for a half space, the
    axis that its insulated surface is normal to (`surface_normal`) and where on that axis the
    surface lies (`surface_um`).
    **Raises:** `InputError` for a conductivity that is not positive.
    """

    along_S_per_m: float
    across_S_per_m: float | None = None
    surface_normal: Axis | None = None
    surface_um: float = 0.0

    def __post_init__(self) -> None:
        for name in ("along_S_per_m", "across_S_per_m"):
            value = getattr(self, name)
            if value is not None and not 0 < value < np.inf:
                raise InputError(f"medium: {name} is {value}, must be positive")
        if self.surface_normal is not None:
            _check_axis("medium: surface_normal", self.surface_normal)

    @property
    def conductivity_S_per_m(self) -> Float[np.ndarray, " xyz"]:
        """Conductivity in each direction."""
        across = self.along_S_per_m if self.across_S_per_m is None else self.across_S_per_m
        return np.array([across, across, self.along_S_per_m])


@dataclass(frozen=True)
class PointElectrode:
    """A contact too small to have a shape.

    **Arguments:** its `position_um` (x, y, z) and its `share` of the waveform's current: the
    contacts of a bipole have 1 and -1, a monopole with a distant return has 1.
    """

    position_um: tuple[float, float, float]
    share: float = 1.0

    def __post_init__(self) -> None:
        _check_finite(self)


@dataclass(frozen=True)
class DiscElectrode:
    """A round, flat metal contact, at one potential all over its face.

    In a half space it lies on the surface, and current leaves it on one side; in an unbounded
    medium it is a bare disc that current leaves on both sides. The density of current is highest
    at the rim (Newman 1966). Other contacts nearby are taken not to disturb it.

    **Arguments:** the `position_um` (x, y, z) of its center; `radius_um`; the axis it is `normal`
    to; its `share` of the current.
    """

    position_um: tuple[float, float, float]
    radius_um: float
    normal: Axis = "y"
    share: float = 1.0

    def __post_init__(self) -> None:
        _check_finite(self)
        _check_axis("disc electrode: normal", self.normal)
        if not self.radius_um > 0:
            raise InputError(
                f"disc electrode: radius_um is {self.radius_um}, must be positive"
                " (a point electrode has none)"
            )


Electrode: TypeAlias = PointElectrode | DiscElectrode
"""Any single contact."""


def potential_mV_per_mA(
    electrodes: Electrode | Sequence[Electrode], positions_um: Positions, medium: Medium
) -> Float[np.ndarray, " compartment"]:
    r"""Potential of one or more electrodes at the compartments, by superposition.

    With $u_i = x_i / \sqrt{\sigma_i}$, the distances in which an anisotropic medium looks alike in
    all directions, a point has
    $$\phi = \frac{I}{4\pi\sqrt{\sigma_x \sigma_y \sigma_z}\,|u|},$$
    and an equipotential disc, whose rim is an ellipse of half axes $a$, $b$ in these distances,
    $$\phi = \frac{I}{4\pi\sqrt{\sigma_x\sigma_y\sigma_z}}\,R_F(\lambda, \lambda + a^2,
    \lambda + b^2), \qquad
    \frac{u_1^2}{a^2+\lambda} + \frac{u_2^2}{b^2+\lambda} + \frac{u_3^2}{\lambda} = 1,$$
    with Carlson's elliptic integral $R_F$ and the largest root $\lambda$: the field of a charged
    conducting ellipsoid of no thickness (Landau and Lifshitz, Electrodynamics of Continuous Media,
    section 4). In an isotropic half space it is the formula of Newman (1966) and Wiley and Webster
    (1982), $\frac{2 V_0}{\pi}\arcsin\frac{2a}{\sqrt{(r-a)^2+z^2}+\sqrt{(r+a)^2+z^2}}$ with
    $V_0 = I/(4\sigma a)$. An insulated surface mirrors every electrode.

    **Arguments:** the `electrodes`; `positions_um` [compartment, xyz]; the `medium`.
    **Returns:** mV [compartment] for 1 mA of the waveform.
    **Raises:** `InputError` for positions outside the medium or on a point electrode, electrodes
    outside the medium, and a disc that is in a half space but not on its surface.
    """
    positions = np.asarray(positions_um, dtype=float)
    if positions.ndim != 2 or positions.shape[1] != 3 or not np.isfinite(positions).all():
        raise InputError(
            f"positions_um has shape {positions.shape}, must be finite numbers of shape"
            " (compartments, 3)"
        )
    chosen = [electrodes] if isinstance(electrodes, PointElectrode | DiscElectrode) else electrodes
    if not chosen:
        raise InputError("electrodes: none given, need at least one")
    _check_inside(chosen, positions, medium)
    total = np.zeros(len(positions))
    for electrode in chosen:
        total += electrode.share * _alone(
            electrode, np.array(electrode.position_um), positions, medium
        )
        if medium.surface_normal is not None:
            mirrored = np.array(electrode.position_um)
            axis = _AXES.index(medium.surface_normal)
            mirrored[axis] = 2.0 * medium.surface_um - mirrored[axis]
            total += electrode.share * _alone(electrode, mirrored, positions, medium)
    return total


def point_source_mV_per_mA(
    cable_position_um: Float[np.ndarray, " compartment"],
    distance_um: float,
    at_um: float,
    resistivity_ohm_cm: float,
) -> Float[np.ndarray, " compartment"]:
    """Potential (mV per mA) of a point electrode beside a straight cable in a uniform medium.

    **Arguments:** `cable_position_um` [compartment] along the cable; the `distance_um` of the
    electrode from it, beside the place `at_um`; the resistivity of the medium.
    """
    along = np.asarray(cable_position_um, dtype=float)
    path = np.stack([np.zeros_like(along), np.zeros_like(along), along], axis=1)
    medium = Medium(1e2 / resistivity_ohm_cm)
    return potential_mV_per_mA(PointElectrode((0.0, distance_um, at_um)), path, medium)


def straight_path_um(
    cable: Cable, x_um: float = 0.0, y_um: float = 0.0, start_um: float = 0.0
) -> Positions:
    """Compartment centers [compartment, xyz] of a cable laid straight along z.

    **Arguments:** the offset of the line, and where along z the cable starts (`start_um`).
    """
    along = start_um + cable.position_um
    return np.stack([np.full_like(along, x_um), np.full_like(along, y_um), along], axis=1)


def along_path_um(cable: Cable, points_um: Float[np.ndarray, "point xyz"]) -> Positions:
    """Compartment centers [compartment, xyz] of a cable laid along straight pieces in space.

    **Arguments:** the `cable`; `points_um` [point, xyz], from where the cable starts.
    **Raises:** `InputError` for repeated points or a path shorter than the cable.
    """
    points = np.asarray(points_um, dtype=float)
    if points.ndim != 2 or points.shape[1] != 3 or len(points) < 2:
        raise InputError(f"points_um has shape {points.shape}, must be (2 or more points, 3)")
    pieces = np.linalg.norm(np.diff(points, axis=0), axis=1)
    if not (pieces > 0).all():
        twice = int(np.flatnonzero(~(pieces > 0))[0])
        raise InputError(f"points_um: points {twice} and {twice + 1} are the same place")
    traveled = np.concatenate([[0.0], np.cumsum(pieces)])
    needed = float((cable.position_um + 0.5 * cable.length_um).max())
    if traveled[-1] < needed * (1.0 - 1e-9):
        raise InputError(
            f"points_um: the path is {traveled[-1]:g} um long, the cable needs {needed:g} um"
        )
    return np.stack([np.interp(cable.position_um, traveled, axis) for axis in points.T], axis=1)


def activating_function_mV_per_ms(
    cable: Cable, potential_mV: Float[np.ndarray, " compartment"]
) -> Float[np.ndarray, " compartment"]:
    r"""How fast a field begins to depolarize each compartment from rest (Rattay 1986).

    $$f_i = \frac{1}{C_i}\sum_j G_{ij} (\phi_j - \phi_i)$$ over the neighbors $j$; 0 at junctions,
    which have no membrane.
    """
    outside = np.asarray(potential_mV, dtype=float)
    child = np.flatnonzero(cable.parent >= 0)
    parent = cable.parent[child]
    flow = cable.axial_mS[child] * (outside[parent] - outside[child])
    entering = np.zeros(cable.size)
    np.add.at(entering, child, flow)
    np.add.at(entering, parent, -flow)
    real = cable.capacitance_uF > 0
    return np.where(real, entering / np.where(real, cable.capacitance_uF, 1.0), 0.0)


def _alone(
    electrode: Electrode,
    center: Float[np.ndarray, " xyz"],
    positions: Positions,
    medium: Medium,
) -> Float[np.ndarray, " compartment"]:
    """The potential of one electrode with all the current, in an unbounded medium."""
    conductivity = medium.conductivity_S_per_m
    squared = (positions - center) ** 2 / conductivity
    if isinstance(electrode, DiscElectrode):
        normal = _AXES.index(electrode.normal)
        first, second = (axis for axis in range(3) if axis != normal)
        rim = electrode.radius_um**2 / conductivity
        shell = _shell(
            squared[:, first], squared[:, second], squared[:, normal], rim[first], rim[second]
        )
        inverse = _carlson(shell, shell + rim[first], shell + rim[second])
    else:
        total = squared.sum(axis=1)
        if not (total > 0).all():
            place = int(np.flatnonzero(~(total > 0))[0])
            raise InputError(f"positions_um: compartment {place} lies on a point electrode")
        inverse = 1.0 / np.sqrt(total)
    # 1 mA / (S/m um) = 1e6 mV
    return np.asarray(1e6 * inverse / (4.0 * np.pi * np.sqrt(conductivity.prod())))


def _shell(
    first: np.ndarray, second: np.ndarray, normal: np.ndarray, a2: float, b2: float
) -> np.ndarray:
    """The largest root of u1^2/(a2 + s) + u2^2/(b2 + s) + u3^2/s = 1, of squared coordinates."""
    c2 = a2 + b2 - first - second - normal
    c1 = a2 * b2 - first * b2 - second * a2 - normal * (a2 + b2)
    c0 = -normal * a2 * b2
    # A cubic with three real roots, solved by cosines.
    p = np.minimum(c1 - c2**2 / 3.0, 0.0)
    q = 2.0 * c2**3 / 27.0 - c2 * c1 / 3.0 + c0
    size = np.sqrt(-p / 3.0)
    angle = np.clip(-q / np.where(size > 0, 2.0 * size**3, 1.0), -1.0, 1.0)
    return np.maximum(2.0 * size * np.cos(np.arccos(angle) / 3.0) - c2 / 3.0, 0.0)


def _carlson(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    r"""Carlson's integral $R_F = \frac12\int_0^\infty dt / \sqrt{(t+x)(t+y)(t+z)}$.

    By duplication (Carlson 1979).
    """
    for _ in range(12):  # the differences fall by 4 each time, the error by 4^6
        rx, ry, rz = np.sqrt(x), np.sqrt(y), np.sqrt(z)
        shift = rx * ry + ry * rz + rz * rx
        x, y, z = 0.25 * (x + shift), 0.25 * (y + shift), 0.25 * (z + shift)
    mean = (x + y + z) / 3.0
    dx, dy = 1.0 - x / mean, 1.0 - y / mean
    dz = -dx - dy
    e2, e3 = dx * dy - dz**2, dx * dy * dz
    series = 1.0 - e2 / 10.0 + e3 / 14.0 + e2**2 / 24.0 - 3.0 * e2 * e3 / 44.0
    return np.asarray(series / np.sqrt(mean))


def _check_inside(electrodes: Sequence[Electrode], positions: Positions, medium: Medium) -> None:
    """Everything lies in the half space, on the same side as the compartments."""
    if medium.surface_normal is None:
        return
    axis = _AXES.index(medium.surface_normal)
    depth = positions[:, axis] - medium.surface_um
    side = 1.0 if depth.sum() >= 0 else -1.0
    if (side * depth < 0).any():
        raise InputError(
            f"positions_um: compartments lie on both sides of the surface at"
            f" {medium.surface_normal} = {medium.surface_um:g} um"
        )
    for electrode in electrodes:
        height = electrode.position_um[axis] - medium.surface_um
        is_disc = isinstance(electrode, DiscElectrode)
        if side * height < 0 or (is_disc and height != 0):
            where = "on the surface" if is_disc else "in the half space of the fiber"
            raise InputError(
                f"electrode at {electrode.position_um} um must lie {where}, whose surface is at"
                f" {medium.surface_normal} = {medium.surface_um:g} um"
            )
        if isinstance(electrode, DiscElectrode) and electrode.normal != medium.surface_normal:
            raise InputError(
                f"disc electrode: normal is {electrode.normal!r}, must be that of the surface,"
                f" {medium.surface_normal!r}"
            )


def _check_finite(electrode: Electrode) -> None:
    for field in fields(electrode):
        value = getattr(electrode, field.name)
        if field.name == "normal":
            continue
        numbers = np.atleast_1d(np.asarray(value, dtype=float))
        size = 3 if field.name == "position_um" else 1
        if numbers.shape != (size,) or not np.isfinite(numbers).all():
            raise InputError(f"electrode: {field.name} is {value}, must be {size} finite number(s)")


def _check_axis(name: str, value: str) -> None:
    if value not in _AXES:
        raise InputError(f"{name} is {value!r}; allowed: {', '.join(_AXES)}")
