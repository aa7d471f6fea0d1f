"""Pages of channels: each with its current, its gates and their temperature, as declared."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

import causalgia.channels.published
from _builder.equations import channel_current, gate_equations, gate_speed, gate_words, number
from _builder.text import anchor, said_by, sources, table, words
from causalgia.channels import calcium, cation, dorsal_horn, potassium, sodium, touch, transduction
from causalgia.channels.channel import Channel
from causalgia.channels.gates import AbstractSensingGate
from causalgia.channels.hodgkin_huxley import hodgkin_huxley_membrane
from causalgia.channels.library import CHANNELS

__all__ = ["Shown", "all_channels", "pages", "section"]

# Arguments of published channels that have no default: what their fibers give them.
GIVEN = {"rest_mV": -70.0, "sodium_share": 0.5, "speed_factor": 1.0}
USUAL_DEGC = 37.0
LETTERS = ("m", "h", "s", "u", "v")


@dataclass(frozen=True)
class Shown:
    """A channel as a page shows it.

    **Arguments:** a `name` and a `title`; the function that `build`s it for a temperature (None:
    its kinetics have none); what it `says` of itself; the symbols of its `gates`; the temperature
    shown; the range it can be trusted in, where known; the `figure`, where there is one; what else
    was `given` to the function.
    """

    name: str
    title: str
    build: Callable[[float], Channel]
    says: str
    gates: tuple[str, ...]
    shown_degC: float
    trusted_degC: tuple[float, float] | None = None
    figure: str = ""
    given: str = ""

    @property
    def channel(self) -> Channel:
        """The channel at the temperature shown."""
        return self.build(self.shown_degC)


def _symbol(name: str) -> str:
    """`slow n` has its word as an index."""
    *before, letter = name.split()
    return f"{letter}_\\text{{{before[0]}}}" if before else letter


def library() -> list[Shown]:
    """The channels of `causalgia.channels.library`."""
    return [
        Shown(
            name,
            name,
            one.build,
            inspect.getdoc(one.build) or "",
            tuple(_symbol(gate) for gate in one.gates),
            one.reference_degC,
            one.recommended_degC,
            f"channels/{name}.svg",
        )
        for name, one in CHANNELS.items()
    ]


def _of_module(module: ModuleType) -> list[Shown]:
    """Every public function of a module that gives a channel."""
    found = []
    for name in module.__all__:
        function = getattr(module, name)
        if not inspect.isfunction(function):
            continue
        if function.__annotations__.get("return") != "Channel":
            continue
        build = _builder(function)
        has_degrees = "temperature_degC" in inspect.signature(function).parameters
        shown = inspect.signature(function).parameters.get("temperature_degC")
        usual = shown.default if shown and shown.default is not inspect.Parameter.empty else None
        degrees = float(usual or getattr(module, "REFERENCE_DEGC", USUAL_DEGC))
        channel = build(degrees)
        short = module.__name__.rpartition(".")[2]
        found.append(
            Shown(
                name if short == "dorsal_horn" or short in name else f"{short}_{name}",
                name,
                build,
                inspect.getdoc(function) or "",
                _letters(channel, inspect.getdoc(function) or ""),
                degrees if has_degrees else math.nan,
                given=", ".join(f"`{name}` {value:g}" for name, value in _given(function).items()),
            )
        )
    return found


def _letters(channel: Channel, said: str) -> tuple[str, ...]:
    """The symbols of a channel's gates: those of its own words where they say all of them."""
    count = len(channel.gates)
    written = re.search(r"\$g (.*?)\\?,? ?\(V", said)
    powers = re.findall(r"([a-z](?:_\w)?)(?:\^(\d))?", written[1]) if written else []
    exponents = channel.terms[0][1] if len(channel.terms) == 1 else ()
    if powers and tuple(int(power or 1) for _, power in powers) == exponents:
        return tuple(letter for letter, _ in powers)
    return LETTERS[:count] if count > 1 else ("n",) * count


def _builder(function: Callable[..., Channel]) -> Callable[[float], Channel]:
    known, given = inspect.signature(function).parameters, _given(function)

    def build(degrees: float) -> Channel:
        if "temperature_degC" in known:
            return function(temperature_degC=degrees, **given)
        return function(**given)

    return build


def _given(function: Callable[..., Channel]) -> dict[str, float]:
    known = inspect.signature(function).parameters
    return {name: value for name, value in GIVEN.items() if name in known}


def published() -> dict[str, list[Shown]]:
    """Channels of published models, by module."""
    names = [found.name for found in pkgutil.iter_modules(causalgia.channels.published.__path__)]
    modules = [importlib.import_module(f"causalgia.channels.published.{name}") for name in names]
    found = {f"published.{m.__name__.split('.')[-1]}": _of_module(m) for m in modules}
    squid = hodgkin_huxley_membrane()
    found["hodgkin_huxley"] = [
        Shown(
            f"squid_{channel.name}",
            channel.name,
            lambda degrees, index=index: hodgkin_huxley_membrane(degrees).channels[index],
            "",
            {"sodium": ("m", "h"), "potassium": ("n",)}.get(channel.name, ()),
            6.3,
        )
        for index, channel in enumerate(squid.channels)
    ]
    return {name: members for name, members in found.items() if members}


FAMILIES: Mapping[str, tuple[str, Iterable[ModuleType]]] = {
    "sodium": ("Sodium channels", (sodium,)),
    "potassium": ("Potassium channels", (potassium,)),
    "cation": ("HCN channels", (cation,)),
    "calcium": ("Calcium channels", (calcium,)),
    "transduction": ("Receptors of heat, cold and touch", (transduction, touch)),
}


def _family(shown: Shown) -> str:
    module = CHANNELS[shown.name].build.__module__.rpartition(".")[2]
    return {"measured": "sodium", "touch": "transduction"}.get(module, module)


def all_channels() -> dict[str, list[Shown]]:
    """Every channel of the package by page."""
    found: dict[str, list[Shown]] = {name: [] for name in FAMILIES}
    for shown in library():
        found[_family(shown)].append(shown)
    found["dorsal-horn"] = _of_module(dorsal_horn)
    for name, members in published().items():
        found["published-" + name.rpartition(".")[2].replace("_", "-")] = members
    return found


def scaling(shown: Shown, index: int) -> tuple[float, float | None]:
    """Of one gate: by how much ten degrees make it quicker, and whether they only do that.

    **Returns:** the $Q_{10}$ of its speed; the temperature's share of the speed where it is shown,
    None where the gate knows no temperature or changes with it otherwise.
    """
    if math.isnan(shown.shown_degC):
        return 1.0, None
    here = shown.channel.gates[index]
    warmer = shown.build(shown.shown_degC + 10.0).gates[index]
    q10 = gate_speed(warmer) / gate_speed(here)
    return q10, None if math.isclose(q10, 1.0) else 1.0


def _changes_otherwise(shown: Shown, index: int) -> bool:
    """Whether the temperature moves more than a gate's speed."""
    if math.isnan(shown.shown_degC):
        return False
    here = shown.channel.gates[index]
    warmer = shown.build(shown.shown_degC + 10.0).gates[index]
    ratio = gate_speed(warmer) / gate_speed(here)
    if not gate_equations(here, "x"):
        return gate_words(here) != gate_words(warmer)
    return gate_equations(here, "x", 1.0) != gate_equations(warmer, "x", ratio)


def _gates(shown: Shown) -> list[str]:
    """The equations of all gates, and what the temperature does to their speeds."""
    scalings = [scaling(shown, index) for index in range(len(shown.gates))]
    speeds = {q10 for q10, share in scalings if share is not None}
    parts, factors = [], {}
    for index, (symbol, (q10, share)) in enumerate(zip(shown.gates, scalings, strict=True)):
        phi = r"\phi" if len(speeds) == 1 else rf"\phi_{{{symbol}}}"
        parts += _gate(shown, index, share, phi)
        if share is not None:
            factors[phi] = q10
    for phi, q10 in factors.items():
        power = f"(T - {number(shown.shown_degC)})/10"
        parts.append(f"$$\n{phi} = {number(q10)}^{{{power}}}\n$$")
    if any(_changes_otherwise(shown, index) for index in range(len(shown.gates))):
        parts.append("Numbers above change with the temperature themselves.")
    return parts


def _gate(shown: Shown, index: int, share: float | None, phi: str) -> list[str]:
    gate, symbol = shown.channel.gates[index], shown.gates[index]
    if lines := gate_equations(gate, symbol, share, phi):
        return [f"$$\n{line}\n$$" for line in lines]
    said, numbers = gate_words(gate)
    parts = [f"The gate ${symbol}$ is a `{type(gate).__name__}`. {said}"]
    if numbers:
        rows = [(f"`{name}`", f"{value:g}") for name, value in numbers.items()]
        parts.append(table((f"of ${symbol}$", "value:"), rows))
    if share is not None:
        parts.append(f"Its speed is multiplied by ${phi}$.")
    return parts


def _unit(channel: Channel) -> str:
    if channel.law == "ghk":
        return (
            r"$P$ in cm/s, $\Phi$ the flux of Goldman, Hodgkin and Katz "
            r"(`causalgia.channels.ions.ghk`)"
        )
    return "$g$ in S/cm²"


def _facts(shown: Shown) -> str:
    channel = shown.channel
    ions = ", ".join(
        words(ion) + (f" ({share:.0%})" if share != 1.0 else "") for ion, share in channel.carriers
    )
    facts = [f"Carried by {ions}; {_unit(channel)}."]
    if not math.isnan(shown.shown_degC):
        facts.append(f"Shown at {shown.shown_degC:g} °C.")
    if shown.given:
        facts.append(f"Shown with {shown.given}.")
    if shown.trusted_degC:
        low, high = shown.trusted_degC
        facts.append(f"To be trusted from {low:g} to {high:g} °C.")
    if any(isinstance(gate, AbstractSensingGate) for gate in channel.gates):
        facts.append("Concentrations in mM.")
    if channel.source in sources():
        place = f"#source-{anchor(channel.source)}"
        facts.append(f"Source: [{said_by(channel.source)}]({place}).")
    return " ".join(facts)


def section(shown: Shown) -> str:
    """A channel: words, current, gates, figure."""
    parts = [f"(channel-{anchor(shown.name)})=\n## {shown.title}", shown.says, _facts(shown)]
    parts.append(f"$$\n{channel_current(shown.channel, shown.gates)}\n$$")
    parts += _gates(shown)
    if shown.figure:
        parts.append(f"![Steady states and time constants of {shown.name}](../{shown.figure})")
    return "\n\n".join(part for part in parts if part)


HEAD = r"""Every equation below is made from the object that the simulation runs, with its numbers:
a gate $x$ follows $\dot x = (x_\infty - x)/\tau_x$, voltages are in mV, times in ms, rates
$\alpha$ and $\beta$ in 1/ms. $\phi_x$ is how much quicker the temperature $T$ (°C) makes a gate.
"""


def _own_words(module: ModuleType) -> str:
    return inspect.getdoc(module) or ""


def pages() -> dict[str, str]:
    """The pages of channels by file, the overview first."""
    found = all_channels()
    made = {}
    for name, members in found.items():
        title, modules = FAMILIES.get(name, (None, ()))
        if name == "dorsal-horn":
            title, modules = "Channels of dorsal horn neurons", (dorsal_horn,)
        if title is None:
            short = name.removeprefix("published-").replace("-", "_")
            where = "" if short == "hodgkin_huxley" else "published."
            module = importlib.import_module(f"causalgia.channels.{where}{short}")
            title, modules = f"Published channels: {TITLES.get(short, short)}", (module,)
        about = "\n\n".join(_own_words(module) for module in modules)
        body = "\n\n".join(section(shown) for shown in members)
        made[f"channels-{name}.md"] = f"# {title}\n\n{about}\n\n{HEAD}\n{body}\n"
    return {"channels.md": _overview(found, made), **made}


TITLES = {
    "melnick": "Melnick 2004 and Borg-Graham",
    "rattay": "Rattay 1993",
    "schild": "Schild 1994 and 1997",
    "sundt": "Sundt 2015",
    "thio": "Thio 2024",
    "hodgkin_huxley": "the squid axon",
}


def _overview(found: Mapping[str, list[Shown]], made: Mapping[str, str]) -> str:
    rows = [
        (
            f"[{shown.name}](#channel-{anchor(shown.name)})",
            words(max(shown.channel.carriers, key=lambda one: one[1])[0]),
            f"${channel_current(shown.channel, shown.gates)}$",
            "" if math.isnan(shown.shown_degC) else f"{shown.shown_degC:g}",
            ", ".join(_q10s(shown)) or "none",
        )
        for members in found.values()
        for shown in members
    ]
    toc = "\n".join(name.removesuffix(".md") for name in made)
    gates = sum(len(shown.gates) for members in found.values() for shown in members)
    return (
        f"# Channels\n\n{len(rows)} channels, {gates} gates."
        " The first 35 make the library's own fibers and are found by name in"
        " `causalgia.channels.library`; the others belong to dorsal horn neurons and to published"
        " models. [Their figures on one page](../channels/README.md).\n\n"
        + table(("channel", "ion", "current", "shown at, °C:", "$Q_{10}$ of gates"), rows)
        + f"\n\n```{{toctree}}\n:hidden:\n{toc}\n```\n"
    )


def _q10s(shown: Shown) -> list[str]:
    found = [scaling(shown, index) for index in range(len(shown.gates))]
    return list(dict.fromkeys(number(q10) for q10, share in found if share is not None))
