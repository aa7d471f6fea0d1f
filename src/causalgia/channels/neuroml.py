"""Channels written as NeuroML 2 (Cannon 2014), for other simulators.

Rates that NeuroML has by name keep it; any other is a component type of its own, a formula in
which `V` is the voltage in mV.
"""

from __future__ import annotations

from xml.etree import ElementTree

from causalgia.channels.channel import Channel
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.rates import (
    AbstractRate,
    Bell,
    Exponential,
    Linear,
    Linoid,
    Reciprocal,
    Sigmoid,
    Sum,
)
from causalgia.errors import InputError

__all__ = ["neuroml_of"]

NAMESPACE = "http://www.neuroml.org/schema/neuroml2"
SPECIES = {"sodium": "na", "potassium": "k", "calcium": "ca", "chloride": "cl"}

# What a gate's part is called, the component it extends, what that gives out, in which unit.
_PARTS = {
    "forwardRate": ("baseVoltageDepRate", "r", "per_time", " / TIME_SCALE"),
    "reverseRate": ("baseVoltageDepRate", "r", "per_time", " / TIME_SCALE"),
    "steadyState": ("baseVoltageDepVariable", "x", "none", ""),
    "timeCourse": ("baseVoltageDepTime", "t", "time", " * TIME_SCALE"),
}


def neuroml_of(channel: Channel) -> str:
    """A channel as the text of a NeuroML document with one `ionChannelHH`.

    Ohmic channels whose open fraction is one product of gates, built of the forms in
    `causalgia.channels.rates` but for `Floored` and `Piecewise`. The temperature is that for which
    the channel was made.

    **Raises:** `InputError` that names what NeuroML's `ionChannelHH` cannot say.
    """
    if channel.law != "ohmic" or len(channel.carriers) > 1:
        raise InputError(f"channel {channel.name!r}: only ohmic currents of one ion are exported")
    if len(channel.terms) != 1 or channel.terms[0][0] != 1.0:
        raise InputError(f"channel {channel.name!r}: its gates are not one product")
    root = ElementTree.Element("neuroml", {"xmlns": NAMESPACE, "id": f"{channel.name}_document"})
    ion = channel.carriers[0][0]
    pore = ElementTree.Element(
        "ionChannelHH",
        {"id": channel.name, "species": SPECIES.get(ion, "non_specific"), "conductance": "10pS"},
    )
    for index, (gate, power) in enumerate(zip(channel.gates, channel.terms[0][1], strict=True)):
        _add_gate(root, pore, gate, f"{channel.name}_gate{index}", power)
    root.append(pore)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_gate(
    root: ElementTree.Element, pore: ElementTree.Element, gate: object, name: str, power: int
) -> None:
    """A gate with its parts, and the component types that they need."""
    if isinstance(gate, OpenClose):
        kind = "gateHHrates"
        parts = {"forwardRate": gate.opening, "reverseRate": gate.closing}
    elif isinstance(gate, Relaxation) and gate.steady_power == 1:
        kind = "gateHHtauInf"
        parts = {"timeCourse": gate.time_constant_ms, "steadyState": gate.steady}
    else:
        raise InputError(f"{name}: a {type(gate).__name__} of this kind cannot be exported")
    element = ElementTree.SubElement(pore, kind, {"id": name, "instances": str(power)})
    if gate.speed_factor != 1.0:
        quick = {"type": "q10Fixed", "fixedQ10": repr(float(gate.speed_factor))}
        ElementTree.SubElement(element, "q10Settings", quick)
    for part, rate in parts.items():
        attributes = _named(part, rate)
        if attributes is None:
            attributes = {"type": f"{name}_{part}"}
            _add_type(root, attributes["type"], part, _text(rate, name))
        ElementTree.SubElement(element, part, attributes)


def _named(part: str, rate: AbstractRate) -> dict[str, str] | None:
    """The attributes of a form that NeuroML has by name."""
    if part == "timeCourse":
        if isinstance(rate, Linear) and rate.per_mV == 0.0:
            return {"type": "fixedTimeCourse", "tau": f"{float(rate.offset)!r}ms"}
        return None
    unit, word = ("", "Variable") if part == "steadyState" else ("per_ms", "Rate")
    if isinstance(rate, Sigmoid) and rate.offset == 0.0:
        form, scale = "HHSigmoid", -rate.slope_mV
    elif isinstance(rate, Exponential):
        form, scale = "HHExp", rate.slope_mV
    elif isinstance(rate, Linoid):
        form, scale = "HHExpLinear", rate.slope_mV
    else:
        return None
    return {
        "type": form + word,
        "rate": f"{float(rate.amplitude)!r}{unit}",
        "midpoint": f"{float(rate.midpoint_mV)!r}mV",
        "scale": f"{float(scale)!r}mV",
    }


def _text(rate: AbstractRate, name: str) -> str:
    """A rate as a formula of `V` (mV)."""
    if isinstance(rate, Sum):
        return f"({_text(rate.first, name)} + {_text(rate.second, name)})"
    if isinstance(rate, Reciprocal):
        return f"(1 / {_text(rate.rate, name)})"
    if isinstance(rate, Linear):
        return f"({rate.offset} + ({rate.per_mV}) * V)"
    if isinstance(rate, Bell):
        z = f"((V - ({rate.midpoint_mV})) / ({rate.width_mV}))"
        return f"({rate.offset} + ({rate.amplitude}) * exp(-0.5 * {z} * {z}))"
    if isinstance(rate, Sigmoid | Exponential):
        x = f"exp((V - ({rate.midpoint_mV})) / ({rate.slope_mV}))"
        if isinstance(rate, Exponential):
            return f"(({rate.amplitude}) * {x})"
        return f"({rate.offset} + ({rate.amplitude}) / (1 + {x}))"
    raise InputError(f"{name}: the form {type(rate).__name__} cannot be exported in a formula")


def _add_type(root: ElementTree.Element, name: str, part: str, text: str) -> None:
    """A component type whose output is a formula."""
    base, output, dimension, scaled = _PARTS[part]
    kind = ElementTree.SubElement(root, "ComponentType", {"name": name, "extends": base})
    for constant, of, value in (("TIME_SCALE", "time", "1 ms"), ("VOLT_SCALE", "voltage", "1 mV")):
        described = {"name": constant, "dimension": of, "value": value}
        ElementTree.SubElement(kind, "Constant", described)
    dynamics = ElementTree.SubElement(kind, "Dynamics")
    plain = {"name": "V", "dimension": "none", "value": "v / VOLT_SCALE"}
    ElementTree.SubElement(dynamics, "DerivedVariable", plain)
    given = {
        "name": output,
        "exposure": output,
        "dimension": dimension,
        "value": f"{text}{scaled}",
    }
    ElementTree.SubElement(dynamics, "DerivedVariable", given)
