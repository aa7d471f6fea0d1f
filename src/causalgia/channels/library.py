"""Every channel by name: `for name in CHANNELS`, `CHANNELS[name](37.0)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from causalgia.channels import calcium, cation, measured, potassium, sodium, touch, transduction
from causalgia.channels.channel import Carriers, Channel
from causalgia.errors import InputError, nearest

__all__ = ["CHANNELS", "LARGEST_DEGC", "SMALLEST_DEGC", "LibraryChannel", "channel"]

SMALLEST_DEGC = 0.0
"""The coldest that a channel can be built for."""

LARGEST_DEGC = 50.0
"""The warmest that a channel can be built for: beyond it no kinetics here means anything."""


@dataclass(frozen=True)
class LibraryChannel:
    """How to build one channel, and where its kinetics come from.

    **Arguments:** `name`, unique here (a channel itself may go by a shorter one); the function
    that `build`s it for a temperature; names of its `gates` in their order; the temperature its
    kinetics were given at; the range that its temperature factor can be trusted in.
    """

    name: str
    build: Callable[[float], Channel] = field(repr=False)
    gates: tuple[str, ...]
    reference_degC: float
    recommended_degC: tuple[float, float] = (15.0, 40.0)

    def __call__(self, temperature_degC: float) -> Channel:
        """The channel at a temperature.

        **Raises:** `InputError` outside `SMALLEST_DEGC` to `LARGEST_DEGC`.
        """
        if not SMALLEST_DEGC <= temperature_degC <= LARGEST_DEGC:
            raise InputError(
                f"temperature_degC is {temperature_degC:g}, "
                f"allowed {SMALLEST_DEGC:g} to {LARGEST_DEGC:g}"
            )
        return self.build(temperature_degC)

    @property
    def carriers(self) -> Carriers:
        """The ions that carry its current, with their shares."""
        return self.build(self.reference_degC).carriers

    @property
    def ion(self) -> str:
        """The ion that carries most of its current."""
        return max(self.carriers, key=lambda carrier: carrier[1])[0]

    @property
    def source(self) -> str:
        """Key of the publication in `causalgia.evidence`."""
        return self.build(self.reference_degC).source


# Heat and cold are what opens these: any temperature a skin can have.
_SKIN = (5.0, 50.0)
_ENTRIES = (
    LibraryChannel("nav1_1", sodium.nav1_1, ("m", "h"), 23.0),
    LibraryChannel("nav1_3", measured.nav1_3, ("m", "h"), 22.0),
    LibraryChannel("nav1_6", sodium.nav1_6, ("m", "h"), 22.0),
    LibraryChannel("nav1_6_resurgent", sodium.nav1_6_resurgent, ("u", "r"), 22.0),
    LibraryChannel("nav1_7", measured.nav1_7, ("m", "h", "s"), 22.0),
    LibraryChannel("nav1_7_tigerholm", sodium.nav1_7, ("m", "h", "s"), 21.0),
    LibraryChannel("nav1_8", measured.nav1_8, ("m", "h", "s", "u"), 22.0),
    LibraryChannel("nav1_8_tigerholm", sodium.nav1_8, ("m", "h", "s", "u"), 22.0),
    LibraryChannel("nav1_8_ganglion", sodium.nav1_8_ganglion, ("m", "h", "s", "u"), 22.0),
    LibraryChannel("nav1_9", measured.nav1_9, ("m", "h", "s"), 22.0),
    LibraryChannel("nav1_9_tigerholm", sodium.nav1_9, ("m", "h", "s"), 21.0),
    LibraryChannel("nodal_fast", sodium.nodal_fast, ("m", "h"), 20.0),
    LibraryChannel("nodal_persistent", sodium.nodal_persistent, ("p",), 20.0),
    LibraryChannel("delayed_rectifier", potassium.delayed_rectifier, ("n",), 22.0),
    LibraryChannel(
        "delayed_rectifier_ganglion", potassium.delayed_rectifier_ganglion, ("n",), 22.0
    ),
    LibraryChannel("kv1", potassium.kv1, ("n", "l"), 22.0),
    LibraryChannel("kv1_4", potassium.kv1_4, ("n", "h"), 22.0),
    LibraryChannel("a_type", potassium.a_type, ("m", "h"), 23.0),
    LibraryChannel("a_type_ganglion", potassium.a_type_ganglion, ("m", "h"), 22.0),
    LibraryChannel("m_current", potassium.m_current, ("slow n", "fast n"), 21.0),
    LibraryChannel("nodal_slow", potassium.nodal_slow, ("s",), 36.0),
    LibraryChannel("bk", potassium.bk, ("x",), 22.0),
    LibraryChannel("sk", potassium.sk, ("w",), 22.0),
    LibraryChannel("kna", potassium.kna, ("w",), 37.0),
    LibraryChannel("hcn", cation.hcn, ("slow n", "fast n"), 22.0),
    LibraryChannel("hcn_mixed", cation.hcn_mixed, ("slow n", "fast n"), 22.0),
    LibraryChannel("hcn1", cation.hcn1, ("n",), 22.0),
    LibraryChannel("hcn2", cation.hcn2, ("n",), 22.0),
    LibraryChannel("cav1", calcium.cav1, ("m", "h", "c"), 22.0),
    LibraryChannel("cav2_2", calcium.cav2_2, ("m", "h", "c"), 22.0),
    LibraryChannel("cav3_2", calcium.cav3_2, ("m", "h"), 24.0),
    LibraryChannel("trpv1", transduction.trpv1, ("o",), 25.0, _SKIN),
    LibraryChannel("trpm8", transduction.trpm8, ("o",), 25.0, _SKIN),
    LibraryChannel("trpa1", transduction.trpa1, ("o",), 25.0, _SKIN),
    LibraryChannel("piezo2", touch.piezo2, (), 25.0),
)

CHANNELS: Mapping[str, LibraryChannel] = MappingProxyType({one.name: one for one in _ENTRIES})
"""Every channel of primary afferents by name, each called with a temperature (degC)."""


def channel(name: str, temperature_degC: float) -> Channel:
    """A channel by name at a temperature.

    **Raises:** `InputError` with the nearest names where there is none, or for a temperature
    outside 0 to 50 degC.
    """
    if name not in CHANNELS:
        raise InputError(f"channel {name!r} is not known; {nearest(name, CHANNELS)}")
    return CHANNELS[name](temperature_degC)
