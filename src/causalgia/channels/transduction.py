r"""Receptors that turn heat, cold, chemicals and indentation into current at a nerve ending.

TRP channels are gated by temperature and voltage alike (Voets 2004): between one closed and one
open state,

$$\ln\frac{\alpha}{\beta} = -\frac{\Delta H - T \Delta S - z F V}{R T} + \sum_j n_j \ln
\frac{1 + c_j/K_{o,j}}{1 + c_j/K_{c,j}},$$

with $\Delta H = H_\alpha - H_\beta$ from the activation enthalpies of opening and closing. Agonists
bind open channels more tightly than closed ones, on $n_j$ sites each, which moves the voltage of
half activation. Not included: desensitization by calcium, and sensitization by phosphorylation,
which a caller gives as a shift of the voltage.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel
from causalgia.channels.exponentials import one_minus_exp
from causalgia.channels.gates import OpenClose
from causalgia.channels.ions import FARADAY, GAS, ZERO_DEGC
from causalgia.channels.rates import Exponential
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = [
    "RECEPTORS",
    "Binding",
    "TemperatureGating",
    "half_point_mV",
    "open_probability",
    "proton_uM",
    "receptor",
    "relax",
    "time_course",
    "transition_rates",
    "trpa1",
    "trpm8",
    "trpv1",
]

Values = Float[Array, "..."] | float
Agonists = Mapping[str, Values]

ROOM_KELVIN = 298.15
RECEPTORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "trpv1": ("voets_2004", ("capsaicin", "proton")),
    "trpm8": ("olivares_2015", ("menthol",)),
    "trpa1": ("causalgia_channels", ("aitc",)),
}
"""Receptor to the source of its gating and to its agonists."""

BINDING_SOURCES = {"capsaicin": "neelands_2005", "proton": "neelands_2005"}


class Binding(eqx.Module):
    """An agonist on `sites` alike, with dissociation constants of open and closed channels (uM).

    `rest_uM` is what is there in the gating as given, such as protons at pH 7.4.
    """

    open_uM: float
    closed_uM: float
    sites: int = eqx.field(static=True, default=4)
    rest_uM: float = 0.0

    def favor(self, concentration_uM: Values) -> Values:
        """What a concentration (uM) adds to the logarithm of open over closed."""
        return self._favor(concentration_uM) - self._favor(self.rest_uM)

    def _favor(self, concentration_uM: Values) -> Float[Array, "..."]:
        given = jnp.asarray(concentration_uM)
        return self.sites * (jnp.log1p(given / self.open_uM) - jnp.log1p(given / self.closed_uM))


class TemperatureGating(eqx.Module):
    """A two-state channel moved by temperature, voltage and agonists.

    **Arguments:** activation enthalpies (kJ/mol) of opening and closing, the `entropy` of opening
    less closing (J/mol/K), the gating `charge` (elementary charges), the rate (1/ms) of both ways
    where they are equal at 25 degC, and the `bindings` of agonists by name.
    """

    opening_enthalpy: float
    closing_enthalpy: float
    entropy: float
    charge: float
    rate_per_ms: float
    bindings: dict[str, Binding]


@cache
def receptor(name: str) -> TemperatureGating:
    """The gating of a receptor of `RECEPTORS`, from the packaged numbers.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    if name not in RECEPTORS:
        raise InputError(f"receptor {name!r} is not known; {nearest(name, RECEPTORS)}")
    source, agonists = RECEPTORS[name]
    numbers, own = parameters(source), parameters("causalgia_channels")
    return TemperatureGating(
        numbers[f"{name}_opening_enthalpy"].value,
        numbers[f"{name}_closing_enthalpy"].value,
        numbers[f"{name}_entropy"].value,
        numbers[f"{name}_charge"].value,
        own[f"{name}_rate"].value,
        {agonist: _binding(name, agonist) for agonist in agonists},
    )


def _binding(name: str, agonist: str) -> Binding:
    numbers = parameters(BINDING_SOURCES.get(agonist, "causalgia_channels"))
    rest = f"{name}_{agonist}_rest"
    return Binding(
        numbers[f"{name}_{agonist}_open"].value,
        numbers[f"{name}_{agonist}_closed"].value,
        rest_uM=numbers[rest].value if rest in numbers else 0.0,
    )


def proton_uM(ph: float) -> float:
    """Concentration (uM) of protons at a pH of 4 to 9.

    **Raises:** `InputError` outside that range.
    """
    if not 4.0 <= ph <= 9.0:
        raise InputError(f"ph is {ph:g}, allowed 4 to 9")
    return float(10.0 ** (6.0 - ph))


def half_point_mV(
    gating: TemperatureGating, temperature_degC: Values, agonists: Agonists | None = None
) -> Float[Array, "..."]:
    r"""Voltage (mV) of half activation: $(\Delta H - T \Delta S)/zF$ less what agonists favor."""
    kelvin = jnp.asarray(temperature_degC) + ZERO_DEGC
    energy = 1e3 * (gating.opening_enthalpy - gating.closing_enthalpy) - kelvin * gating.entropy
    energy = energy - GAS * kelvin * _favor(gating, agonists)
    return 1e3 * energy / (gating.charge * FARADAY)


def transition_rates(
    gating: TemperatureGating,
    voltage_mV: Values,
    temperature_degC: Values,
    agonists: Agonists | None = None,
) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
    r"""Rates of opening and closing (1/ms); voltage and agonists act on both by halves.

    $\alpha = k e^{-H_\alpha/R\,(1/T - 1/T_0) + u/2}$ and
    $\beta = k e^{-H_\beta/R\,(1/T - 1/T_0) - u/2}$, where
    $u$ is $zFV/RT$ less its value at half activation at $T_0$ of 25 degC, plus what the agonists
    favor. **Shapes:** as voltage, temperature and concentrations broadcast.
    """
    kelvin = jnp.asarray(temperature_degC) + ZERO_DEGC
    colder = 1.0 / kelvin - 1.0 / ROOM_KELVIN
    reference = half_point_mV(gating, ROOM_KELVIN - ZERO_DEGC) / ROOM_KELVIN
    charge = gating.charge * FARADAY / (1e3 * GAS)
    push = charge * (jnp.asarray(voltage_mV) / kelvin - reference) + _favor(gating, agonists)
    opening = -1e3 / GAS * gating.opening_enthalpy * colder + 0.5 * push
    closing = -1e3 / GAS * gating.closing_enthalpy * colder - 0.5 * push
    return gating.rate_per_ms * jnp.exp(opening), gating.rate_per_ms * jnp.exp(closing)


def open_probability(
    gating: TemperatureGating,
    voltage_mV: Values,
    temperature_degC: Values,
    agonists: Agonists | None = None,
) -> Float[Array, "..."]:
    """Share of channels open after a long time at a voltage, a temperature and concentrations."""
    opening, closing = transition_rates(gating, voltage_mV, temperature_degC, agonists)
    return opening / (opening + closing)


def relax(
    gating: TemperatureGating,
    opened: Values,
    voltage_mV: Values,
    temperature_degC: Values,
    dt_ms: Values,
    agonists: Agonists | None = None,
) -> Float[Array, "..."]:
    """Share open after `dt_ms` of constant conditions, exactly, from a share `opened`."""
    opening, closing = transition_rates(gating, voltage_mV, temperature_degC, agonists)
    speed = opening + closing
    return opened + (opening / speed - opened) * one_minus_exp(dt_ms * speed)


def time_course(
    gating: TemperatureGating,
    voltage_mV: Values,
    temperature_degC: Float[Array, "time ..."],
    dt_ms: float,
    agonists: Agonists | None = None,
) -> Float[Array, "time ..."]:
    """Share open along a temperature over time, from its long rest at the first temperature.

    **Arguments:** `voltage_mV` held; `temperature_degC` in every interval of `dt_ms` [time, ...];
    concentrations of `agonists` (uM), constant.
    **Returns:** the share at the end of each interval [time, ...].
    """
    temperature = jnp.asarray(temperature_degC)
    shape = jnp.broadcast_shapes(temperature.shape[1:], jnp.shape(voltage_mV))
    start = open_probability(gating, voltage_mV, temperature[0], agonists)

    def step(opened: Array, now: Array) -> tuple[Array, Array]:
        after = relax(gating, opened, voltage_mV, now, dt_ms, agonists)
        return after, after

    return jax.lax.scan(step, jnp.broadcast_to(start, shape), temperature)[1]


def trpv1(
    temperature_degC: float, capsaicin_uM: float = 0.0, ph: float = 7.4, shift_mV: float = 0.0
) -> Channel:
    r"""TRPV1: $g o\,(V - E_{cation})$, opened by heat, capsaicin, acid and depolarization.

    `TemperatureGating` of `RECEPTORS["trpv1"]` at a fixed temperature (Voets 2004; capsaicin and
    protons after Neelands 2005); `shift_mV` moves it to lower voltages (sensitization).
    """
    agonists = {"capsaicin": capsaicin_uM, "proton": proton_uM(ph)}
    return _channel("trpv1", temperature_degC, agonists, shift_mV)


def trpm8(temperature_degC: float, menthol_uM: float = 0.0, shift_mV: float = 0.0) -> Channel:
    r"""TRPM8: $g o\,(V - E_{cation})$, opened by cold, menthol and depolarization.

    `TemperatureGating` of `RECEPTORS["trpm8"]` at a fixed temperature (Olivares 2015, after
    Voets 2004); `shift_mV` moves it to lower voltages.
    """
    return _channel("trpm8", temperature_degC, {"menthol": menthol_uM}, shift_mV)


def trpa1(temperature_degC: float, aitc_uM: float = 0.0, shift_mV: float = 0.0) -> Channel:
    r"""TRPA1: $g o\,(V - E_{cation})$, opened by electrophiles such as mustard oil (AITC).

    `TemperatureGating` of `RECEPTORS["trpa1"]`; all of its numbers are assumed, and temperature
    does not move its half-point: whether cold opens the human channel is contested.
    """
    return _channel("trpa1", temperature_degC, {"aitc": aitc_uM}, shift_mV)


def _channel(
    name: str, temperature_degC: float, agonists: Mapping[str, float], shift_mV: float
) -> Channel:
    """A receptor at one temperature: its rates are exponentials of the voltage."""
    gating = receptor(name)
    with jax.enable_x64(True):
        half = float(half_point_mV(gating, temperature_degC, agonists))
        rate = float(transition_rates(gating, half, temperature_degC, agonists)[0])
    slope = 2e3 * GAS * (temperature_degC + ZERO_DEGC) / (gating.charge * FARADAY)
    gate = OpenClose(
        Exponential(rate, half - shift_mV, slope), Exponential(rate, half - shift_mV, -slope)
    )
    return Channel(name, "cation", (gate,), ((1.0, (1,)),), RECEPTORS[name][0])


def _favor(gating: TemperatureGating, agonists: Agonists | None) -> Values:
    total: Values = 0.0
    for name, concentration in (agonists or {}).items():
        if name not in gating.bindings:
            raise InputError(f"agonist {name!r} is not known; {nearest(name, gating.bindings)}")
        total = total + gating.bindings[name].favor(concentration)
    return total
