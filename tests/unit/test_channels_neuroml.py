"""An exported channel says, in NeuroML's own formulas, what its gates do."""

from __future__ import annotations

from math import exp
from xml.etree import ElementTree

import jax
import jax.numpy as jnp
import pytest

from causalgia.channels import Channel
from causalgia.channels.gates import HillGate, OpenClose, Relaxation
from causalgia.channels.hodgkin_huxley import hodgkin_huxley_membrane
from causalgia.channels.neuroml import neuroml_of
from causalgia.channels.rates import Bell, Floored, Linear, Reciprocal, Sigmoid, Sum
from causalgia.channels.sodium import nav1_7, nav1_8
from causalgia.errors import InputError

SPACE = "{http://www.neuroml.org/schema/neuroml2}"

# As the NeuroML 2 schema defines its rates, x = (v - midpoint) / scale.
NAMED = {
    "HHExp": exp,
    "HHSigmoid": lambda x: 1.0 / (1.0 + exp(-x)),
    "HHExpLinear": lambda x: x / (1.0 - exp(-x)),
}


def number(text: str) -> float:
    return float(text.removesuffix("per_ms").removesuffix("mV").removesuffix("ms"))


def value_of(part: ElementTree.Element, document: ElementTree.Element, voltage: float) -> float:
    """What a part of a gate is at a voltage (mV), in 1/ms or ms."""
    kind = part.attrib["type"]
    if kind == "fixedTimeCourse":
        return number(part.attrib["tau"])
    own = document.find(f"{SPACE}ComponentType[@name='{kind}']")
    if own is None:
        form = NAMED[kind.removesuffix("Rate").removesuffix("Variable")]
        rate, midpoint, scale = (number(part.attrib[n]) for n in ("rate", "midpoint", "scale"))
        return rate * form((voltage - midpoint) / scale)
    (output,) = (v for v in own.iter(f"{SPACE}DerivedVariable") if "exposure" in v.attrib)
    names = {"V": voltage, "TIME_SCALE": 1.0, "exp": exp, "__builtins__": {}}
    return float(eval(output.attrib["value"], names))


def kinetics_of(gate: ElementTree.Element, document: ElementTree.Element, voltage: float):
    parts = {
        part.tag.removeprefix(SPACE): value_of(part, document, voltage)
        for part in gate
        if not part.tag.endswith("q10Settings")
    }
    quick = gate.find(f"{SPACE}q10Settings")
    factor = 1.0 if quick is None else float(quick.attrib["fixedQ10"])
    if "timeCourse" in parts:
        return parts["steadyState"], factor / parts["timeCourse"]
    total = parts["forwardRate"] + parts["reverseRate"]
    return parts["forwardRate"] / total, factor * total


SQUID = hodgkin_huxley_membrane(16.3).channels
SLOW = Relaxation(Sigmoid(1.0, -40.0, -8.0), Linear(0.0, 25.0))
OWN = Channel("own", "leak", (SLOW,), ((1.0, (1,)),), "none")


@pytest.mark.parametrize("channel", [*SQUID, nav1_7(37.0), nav1_8(37.0), OWN], ids=lambda c: c.name)
def test_the_exported_gates_are_those_of_the_channel(channel: Channel) -> None:
    document = ElementTree.fromstring(neuroml_of(channel))
    (pore,) = document.iter(f"{SPACE}ionChannelHH")
    assert pore.attrib["id"] == channel.name
    assert [int(gate.attrib["instances"]) for gate in pore] == list(channel.terms[0][1])
    for element, gate in zip(pore, channel.gates, strict=True):
        for voltage in (-97.1, -41.3, 12.7):
            with jax.enable_x64(True):
                steady, speed = gate.kinetics(jnp.asarray(voltage))  # type: ignore[union-attr]
            exported = kinetics_of(element, document, voltage)
            assert exported == pytest.approx((float(steady), float(speed)), rel=1e-9)


def test_sums_and_reciprocals_are_formulas() -> None:
    rates = Sum(Sigmoid(2.0, -50.0, 5.0), Bell(3.0, -20.0, 10.0, 0.5))
    gate = Relaxation(Sigmoid(1.0, -40.0, -8.0), Reciprocal(rates))
    channel = Channel("sum", "sodium", (gate,), ((1.0, (2,)),), "none")
    document = ElementTree.fromstring(neuroml_of(channel))
    (element,) = document.iter(f"{SPACE}gateHHtauInf")
    expected = 2.0 / (1.0 + exp(3.0)) + 0.5 + 3.0 * exp(-0.5 * 1.5**2)
    assert kinetics_of(element, document, -35.0)[1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel("p", "calcium", (SLOW,), ((1.0, (1,)),), "none", "ghk"), "only ohmic currents"),
        (Channel("q", "leak", (SLOW,), ((0.5, (1,)), (0.5, (2,))), "none"), "not one product"),
        (
            Channel("r", "leak", (HillGate("calcium", 1e-3, 2.0),), ((1.0, (1,)),), "none"),
            "r_gate0: a HillGate of this kind cannot be exported",
        ),
        (
            Channel(
                "s",
                "leak",
                (OpenClose(Floored(Linear(0.1, 1.0), 0.0), Linear(0.0, 1.0)),),
                ((1.0, (1,)),),
                "none",
            ),
            "s_gate0: the form Floored cannot be exported",
        ),
    ],
)
def test_what_cannot_be_exported_is_named(channel: Channel, words: str) -> None:
    with pytest.raises(InputError, match=words):
        neuroml_of(channel)
