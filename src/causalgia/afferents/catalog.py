"""All fibers by name: published models, the library's own, and those that others install.

A fiber is a function that returns a `FiberModel`. Its arguments are its options: `length_um`,
`diameter_um`, `compartments`, `compartment_um`, `nodes` and `temperature_degC` are offered as such
where the function has them. Others add theirs by an entry point in the group `causalgia.fibers`.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from importlib.metadata import entry_points
from types import MappingProxyType

from causalgia.afferents.internodes import interpolated_shape, published_shape
from causalgia.afferents.model import FiberModel
from causalgia.errors import InputError, nearest

__all__ = ["OPTIONS", "FiberKind", "Published", "build", "find", "names", "published"]

OPTIONS = {
    "length": "length_um",
    "diameter": "diameter_um",
    "compartments": "compartments",
    "compartment": "compartment_um",
    "nodes": "nodes",
    "temperature": "temperature_degC",
}
"""What may be chosen of a fiber, and the argument of its function that takes it."""

GROUP = "causalgia.fibers"
_PRESETS = "causalgia.afferents.presets"


@dataclass(frozen=True)
class FiberKind:
    """A fiber that can be built by name.

    **Arguments:** its `name`; the function `make` that builds it.
    """

    name: str
    make: Callable[..., FiberModel]

    @property
    def options(self) -> tuple[str, ...]:
        """What may be chosen of it, of `OPTIONS`."""
        known = inspect.signature(self.make).parameters
        return tuple(option for option, argument in OPTIONS.items() if argument in known)


def names() -> tuple[str, ...]:
    """The names of all fibers."""
    return tuple(_makers())


def find(name: str) -> FiberKind:
    """One kind of fiber by name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    makers = _makers()
    if name not in makers:
        raise InputError(f"unknown fiber {name!r}; {nearest(str(name), makers)}")
    return FiberKind(name, makers[name]())


def build(name: str, **options: float) -> FiberModel:
    """Build a fiber.

    **Arguments:** its `name`; options by the names of `OPTIONS`, in um and degC.
    **Raises:** `InputError` for an unknown fiber, or an option that it does not have.
    """
    kind = find(name)
    given = {}
    for option, value in options.items():
        if option not in kind.options:
            raise InputError(f"{option}: {name} has no such option; {_offer(option, kind)}")
        whole = option in ("compartments", "nodes")
        given[OPTIONS[option]] = int(value) if whole else float(value)
    return kind.make(**given)


@dataclass(frozen=True)
class Published:
    """A biomarker as it is known from elsewhere, and under which conditions (`where`).

    Where it is that of a train, its `rate_Hz` and `count`.
    """

    value: float
    where: str
    rate_Hz: float | None = None
    count: int | None = None


def published(name: str) -> Mapping[str, Published]:
    """What is known of a fiber from elsewhere, by biomarker; empty where nothing is."""
    file = resources.files(_PRESETS).joinpath("published.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8")).get(name, {})
    return {key: Published(**entry) for key, entry in table.items()}


def _offer(option: str, kind: FiberKind) -> str:
    return nearest(option, kind.options) if kind.options else "it has none"


@cache
def _makers() -> Mapping[str, Callable[[], Callable[..., FiberModel]]]:
    """What loads each function, so that only the one asked for is."""
    table: dict[str, Callable[[], Callable[..., FiberModel]]] = {
        "tigerholm_2014": lambda: _tigerholm_2014,
        "sundt_2015": _from(f"{_PRESETS}.sundt_2015", "sundt_2015"),
        "sundt_2015_axon": _from(f"{_PRESETS}.sundt_2015", "sundt_2015_axon"),
        "mcintyre_2002": lambda: _mcintyre_2002,
        "rattay_1993": _from(f"{_PRESETS}.rattay_1993", "rattay_1993"),
        "schild_1994": _from(f"{_PRESETS}.schild_1994", "schild_1994"),
        "schild_1997": _from(f"{_PRESETS}.schild_1997", "schild_1997"),
        "thio_2024_cutaneous": lambda: _thio_2024_cutaneous,
        "thio_2024_autonomic": lambda: _thio_2024_autonomic,
        "verma_2020": _from(f"{_PRESETS}.verma_2020", "verma_2020"),
        "c_polymodal": _from("causalgia.afferents.c_classes", "c_polymodal"),
        "c_silent": _from("causalgia.afferents.c_classes", "c_silent"),
        "c_cold": _from("causalgia.afferents.c_classes", "c_cold"),
        "c_touch": _from("causalgia.afferents.c_classes", "c_touch"),
        "a_delta": _from("causalgia.afferents.a_classes", "a_delta_nociceptor"),
        "a_beta": _from("causalgia.afferents.a_classes", "a_beta_touch"),
    }
    for entry in entry_points(group=GROUP):
        if entry.name in table:
            raise InputError(f"fiber {entry.name!r} is defined twice; rename the installed one")
        table[entry.name] = entry.load
    return MappingProxyType(table)


def _from(module: str, function: str) -> Callable[[], Callable[..., FiberModel]]:
    return lambda: getattr(import_module(module), function)


def _tigerholm_2014(
    length_um: float = 10000.0,
    diameter_um: float = 1.0,
    compartments: int = 200,
    temperature_degC: float = 37.0,
) -> FiberModel:
    from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014

    return tigerholm_2014(length_um, diameter_um, compartments, temperature_degC, temperature_degC)


def _mcintyre_2002(
    diameter_um: float = 10.0, nodes: int = 21, temperature_degC: float = 37.0
) -> FiberModel:
    from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002

    try:
        shape = published_shape(diameter_um)
    except InputError:
        shape = interpolated_shape(diameter_um)
    return mcintyre_2002(shape, nodes, temperature_degC)


def _thio_2024_cutaneous(
    diameter_um: float = 1.0,
    length_um: float = 5000.0,
    compartment_um: float = 8.333,
    temperature_degC: float = 37.0,
) -> FiberModel:
    from causalgia.afferents.presets.thio_2024 import thio_2024

    return thio_2024("cutaneous", diameter_um, length_um, compartment_um, temperature_degC)


def _thio_2024_autonomic(
    diameter_um: float = 1.0,
    length_um: float = 5000.0,
    compartment_um: float = 8.333,
    temperature_degC: float = 37.0,
) -> FiberModel:
    from causalgia.afferents.presets.thio_2024 import thio_2024

    return thio_2024("autonomic", diameter_um, length_um, compartment_um, temperature_degC)
