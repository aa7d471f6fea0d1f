"""The circuits of the cord by name, and how each is driven unless a protocol says otherwise.

A circuit is one row of `CIRCUITS`. Rates and latencies come from the
evidence: those of the circuit's publication, else `causalgia_cord_drive`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from causalgia.cord.connections import connections
from causalgia.cord.network import Network
from causalgia.cord.potentiation import Potentiation
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = ["CIRCUITS", "Arrival", "Circuit", "column_arrival", "find", "names", "rates_of"]


@dataclass(frozen=True)
class Arrival:
    """When spikes of a volley reach the cord: `latency_ms` and its `scatter_ms` (a deviation).

    Each fiber has its own latency, or draws one `anew` at each volley.
    """

    latency_ms: float
    scatter_ms: float
    anew: bool = False


@dataclass(frozen=True)
class Circuit:
    """A circuit and its drive.

    **Arguments:** a `name`; what it is (`description`); the key of its `source`; `builder`, where
    its network is made ("module:function"); the `projections`, populations that tell the brain;
    `inhibitory`, the receptors that disinhibition closes; `arrivals` of volleys by class; which
    classes a C-strength `volley`, `touch` and the dorsal `column` drive; its own `stimulus`, a
    function of duration (ms) and seed ("module:function"); where there is none `ongoing`, by class
    the number ("source/name") that is its rate, and `background`, that of those that always fire,
    whatever is done; further sources it `cites`; whether connections are drawn from a seed
    (`seeded`); how its synapses potentiate, where they do ("module:function"); whether the brain
    turns its `causalgia.cord.handles` (`descends`); `options` of the builder that make it coarse,
    with fewer compartments.
    """

    name: str
    description: str
    source: str
    builder: str
    projections: tuple[str, ...]
    inhibitory: tuple[str, ...]
    arrivals: Mapping[str, Arrival]
    volley: tuple[str, ...]
    touch: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    stimulus: str = ""
    ongoing: Mapping[str, str] = field(default_factory=dict)
    background: Mapping[str, str] = field(default_factory=dict)
    cites: tuple[str, ...] = ()
    seeded: bool = False
    potentiation: str = ""
    descends: bool = False
    options: Mapping[str, object] = field(default_factory=dict)

    def build(self, seed: int = 1, *, coarse: bool = False) -> Network:
        """The network.

        **Raises:** `InputError` for one that has no coarse form.
        """
        if coarse and not self.options:
            raise InputError(f"circuit.coarse: {self.name} has few compartments as it is")
        make: Callable[..., Network] = _function(self.builder)
        options = dict(self.options) if coarse else {}
        return make(seed, **options) if self.seeded else make(**options)

    @property
    def fires(self) -> bool:
        """Whether its afferents fire by themselves."""
        return bool(self.stimulus or self.ongoing)

    def grows(self) -> Potentiation | None:
        """How its C-fiber synapses potentiate; None where they do not."""
        return _function(self.potentiation)() if self.potentiation else None

    def fired(self, duration_ms: float, seed: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Its own stimulus: times (ms) by class and fiber; nothing where it has none.

        **Raises:** `InputError` for a duration that the stimulus does not last.
        """
        return _function(self.stimulus)(duration_ms, seed) if self.stimulus else {}


def _function(path: str) -> Callable[..., Any]:
    module, _, function = path.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _read(name: str) -> float:
    source, _, key = name.partition("/")
    return parameters(source)[key].value


def rates_of(table: Mapping[str, str]) -> dict[str, float]:
    """Rates (Hz) by class, from the names of their parameters ("source/name")."""
    return {name: _read(path) for name, path in table.items()}


def _volleys() -> dict[str, Arrival]:
    """Of the wind-up protocol of Zhang (2014)."""
    own = parameters("zhang_2014")
    far = own["windup_distance"].value
    made = {
        name: Arrival(
            far * own[f"{name}_latency"].value, far * own[f"{name}_latency_deviation"].value
        )
        for name in ("a_beta", "a_delta", "c")
    }
    return made | {"surround_a_beta": made["a_beta"]}


def column_arrival(name: str) -> Arrival:
    """When a dorsal column pulse reaches the circuit through the collateral of a class."""
    own = parameters("zhang_2014")
    kind = "surround_collateral" if name.startswith("surround") else "collateral"
    return Arrival(own[f"{kind}_latency"].value, own[f"{kind}_latency_deviation"].value)


def _aguiar() -> Circuit:
    own = parameters("aguiar_2010")
    late = Arrival(own["a_delta_delay"].value, own["a_delta_delay_deviation"].value, anew=True)
    return Circuit(
        name="aguiar_2010",
        description="one wide-dynamic-range neuron and one interneuron (Aguiar et al. 2010)",
        source="aguiar_2010",
        builder="causalgia.cord.presets.aguiar_2010:aguiar_2010",
        projections=("projection",),
        inhibitory=("gaba_a",),
        arrivals={"c": Arrival(0.0, 0.0), "a_delta": late},
        volley=("c", "a_delta"),
    )


def _zhang() -> Circuit:
    return Circuit(
        name="zhang_2014",
        description="a wide-dynamic-range neuron with its surround (Zhang et al. 2014)",
        source="zhang_2014",
        builder="causalgia.cord.presets.zhang_2014:zhang_2014",
        projections=("projection",),
        inhibitory=("gaba_a", "glycine"),
        arrivals=_volleys(),
        volley=("a_beta", "a_delta", "c"),
        touch=("a_beta",),
        column=("a_beta", "surround_a_beta"),
        stimulus="causalgia.cord.presets.zhang_inputs:ongoing_firing",
    )


def _medlock() -> Circuit:
    touch = ("slowly_adapting_1", "slowly_adapting_2")
    pain = ("peptidergic_c", "non_peptidergic_c")
    kinds = dict.fromkeys(touch, "a_beta") | {"a_delta": "a_delta"} | dict.fromkeys(pain, "c")
    own = parameters("causalgia_cord_drive")
    late = {name: own[f"medlock_2022_{kind}_latency"] for name, kind in kinds.items()}
    return Circuit(
        name="medlock_2022",
        description="a superficial dorsal horn of 209 neurons (Medlock et al. 2022)",
        source="medlock_2022",
        builder="causalgia.cord.presets.medlock_2022:medlock_2022",
        projections=("projection",),
        inhibitory=("gaba_a", "glycine"),
        arrivals={name: Arrival(n.value, n.uncertainty or 0.0) for name, n in late.items()},
        volley=("a_delta", *pain),
        touch=touch,
        column=touch,
        stimulus="causalgia.cord.presets.medlock_inputs:mechanical_stimulus",
        seeded=True,
        options={"tonic_compartments": (5, 1, 3)},
    )


def _horn() -> Circuit:
    fibers = ("a_beta", "a_delta", "c")
    return Circuit(
        name="dorsal_horn",
        description="the library's own dorsal horn of ten populations, laminae I to V",
        source="causalgia_horn",
        builder="causalgia.cord.horn:dorsal_horn",
        projections=("lamina_i", "wide_dynamic_range"),
        inhibitory=("gaba_a", "glycine"),
        arrivals=_volleys(),
        volley=fibers,
        touch=("a_beta",),
        column=("a_beta", "surround_a_beta"),
        ongoing={name: f"causalgia_cord_drive/dorsal_horn_{name}_rate" for name in fibers},
        background={"background": "causalgia_horn/background_rate"},
        cites=tuple(dict.fromkeys(row.reference for row in connections())),
        seeded=True,
        potentiation="causalgia.cord.horn:horn_potentiation",
        descends=True,
    )


CIRCUITS: Mapping[str, Callable[[], Circuit]] = {
    "aguiar_2010": _aguiar,
    "zhang_2014": _zhang,
    "medlock_2022": _medlock,
    "dorsal_horn": _horn,
}
"""Every circuit by name."""


def names() -> list[str]:
    """The names of all circuits."""
    return list(CIRCUITS)


def find(name: str) -> Circuit:
    """The circuit of a name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    if name not in CIRCUITS:
        raise InputError(f"unknown circuit {name!r}; {nearest(name, CIRCUITS)}")
    return CIRCUITS[name]()
