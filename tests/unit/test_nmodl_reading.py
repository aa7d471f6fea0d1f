"""Mechanism files become the channels that their equations say."""

from __future__ import annotations

import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.channels import Channel, Ion, Membrane
from causalgia.channels.expression import FormulaGate, SensingFormulaGate
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.ions import ghk
from causalgia.channels.nmodl import ModChannel, read_mod
from causalgia.channels.rates import Exponential, Linear, Linoid, Sigmoid
from causalgia.channels.sodium import nav1_7
from causalgia.errors import InputError

FILES = Path(__file__).resolve().parents[1] / "data" / "mod"


def read(name: str, temperature_degC: float = 37.0) -> ModChannel:
    return read_mod(FILES / f"{name}.mod", temperature_degC)


def kinetics(channel: Channel, gate: int, voltage_mV: float, *inside_mM: float) -> list[float]:
    """Steady state and speed of one gate."""
    with jax.enable_x64(True):
        voltage, *inside = (jnp.full((1, 1), value) for value in (voltage_mV, *inside_mM))
        found = channel.gates[gate]
        pair = found.kinetics_at(voltage, *inside) if inside else found.kinetics(voltage)
        return [float(value[0, 0]) for value in pair]


def one(
    derivative: str,
    rates: str = "",
    current: str = "gbar*n*(v - ek)",
    functions: str = "",
    initial: str = "",
) -> ModChannel:
    """A mechanism of one gate with this equation."""
    text = f"""NEURON {{ SUFFIX one USEION k READ ek WRITE ik }}
    PARAMETER {{ gbar = 0.5 (S/cm2) half = -40 (mV) }}
    ASSIGNED {{ v ek ik a b c celsius }}
    STATE {{ n }}
    INITIAL {{ {initial} }}
    BREAKPOINT {{ SOLVE states METHOD cnexp ik = {current} }}
    DERIVATIVE states {{ {rates} n' = {derivative} }}
    {functions}"""
    return read_mod(text, 32.0)


def test_the_squid_has_the_quick_forms_and_three_currents() -> None:
    squid = read("squid", 6.3)
    assert [channel.name for channel in squid.channels] == ["squid_na", "squid_k", "squid_il"]
    assert squid.densities == pytest.approx((0.12, 0.036, 0.0003))
    assert squid.reversal_mV == {"squid_il": -54.3}
    assert squid.notes == ("line 68: TABLE is not needed: rates are exact",)
    sodium = {type(gate.opening): gate for gate in squid.channels[0].gates}
    m, h = sodium[Linoid], sodium[Exponential]
    assert m.opening.midpoint_mV == pytest.approx(-40.0)
    assert m.opening.amplitude == pytest.approx(1.0)
    assert m.closing.amplitude == pytest.approx(4.0)
    assert isinstance(h.closing, Sigmoid)
    # 0/0 in the file's formula
    opening = float(m.opening(jnp.asarray(-40.0)))
    assert opening == pytest.approx(1.0, rel=1e-6)


def test_the_sodium_channel_is_the_one_of_the_library() -> None:
    mod, known = read("nav17", 30.0), nav1_7(30.0)
    assert mod.density == pytest.approx(0.1)  # 1000 pS/um2
    assert sorted(mod.channel.terms[0][1]) == sorted(known.terms[0][1])
    for voltage in (-120.0, -63.0, 5.0, 44.0):
        ours = sorted(kinetics(mod.channel, gate, voltage) for gate in range(3))
        theirs = sorted(kinetics(known, gate, voltage) for gate in range(3))
        # The library rounds one constant, 132.05, that the file has as the difference of two.
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert all(isinstance(gate, OpenClose) for gate in mod.channel.gates)


@pytest.mark.parametrize("voltage", [-80.0, -50.0, -10.0, 40.0])
def test_a_time_constant_in_pieces(voltage: float) -> None:
    channel = read("kdr", 32.0).channel
    if voltage > -31.0:
        tau = 0.16 + 0.8 * math.exp(-0.0267 * (voltage + 11.0))
    elif voltage > -60.0:
        slow = math.exp((voltage + 75.2) / 6.5) + math.exp(-(voltage - 131.5) / 34.8)
        tau = 1000.0 * (0.000688 + 1.0 / slow)
    else:
        tau = 2.0
    tau = max(tau / 3.0, 0.2)
    steady, speed = kinetics(channel, 0, voltage)
    assert steady == pytest.approx(1.0 / (1.0 + math.exp(-(voltage + 45.0) / 15.4)), rel=1e-12)
    assert speed == pytest.approx(1.0 / tau, rel=1e-12)


def test_the_constants_of_a_formula_can_be_fitted() -> None:
    gate = read("kdr").channel.gates[0]
    assert isinstance(gate, FormulaGate)
    constants = dict(zip(gate.names, gate.constants, strict=True))
    assert constants == {"shift": 0.0, "shortest": 0.2}

    def openness(gate: FormulaGate) -> jax.Array:
        return gate.kinetics(jnp.full((1, 1), -45.0))[0].sum()

    slopes = dict(zip(gate.names, jax.jit(jax.grad(openness))(gate).constants, strict=True))
    # half open at -45 mV with a slope of 15.4 mV
    assert float(slopes["shift"]) == pytest.approx(-0.25 / 15.4, rel=1e-5)
    assert float(slopes["shortest"]) == 0.0


def test_a_calcium_current_of_goldman_hodgkin_and_katz() -> None:
    mod = read("cal", 20.0)
    assert mod.channel.law == "ghk" and mod.channel.reversal == "calcium"
    assert mod.density == pytest.approx(1e-4, rel=1e-6)
    inside, outside = 3e-3, 2.0
    with jax.enable_x64(True):
        membrane = Membrane.of(
            mod.channels, {}, ions=[Ion("calcium", 2, inside, outside)], temperature_degC=20.0
        )
        voltage = jnp.full((1, 1), -20.0)
        flow = membrane.flow(membrane.start(voltage), jnp.full((1, 1, 1), mod.density), voltage)
        current = float((flow.conductance * voltage - flow.drive)[0, 0])
        drive = float(ghk(2, voltage, inside, outside, 20.0)[0, 0])
    opening = 15.69 * 0.1 * 101.5 / (math.exp(101.5 / 10.0) - 1.0)
    m = opening / (opening + 0.29 * math.exp(20.0 / 10.86))
    assert current == pytest.approx(1e-4 * m**2 * 0.001 / (0.001 + inside) * drive, rel=1e-9)


def test_a_gate_that_senses_calcium() -> None:
    channel = read("sk").channel
    (gate,) = channel.gates
    assert isinstance(gate, SensingFormulaGate) and gate.ion == "calcium"
    steady, speed = kinetics(channel, 0, -60.0, 0.00066)
    assert steady == pytest.approx(1.0 / (1.0 + 0.5**4.7), rel=1e-12)
    assert speed == pytest.approx(1.0 / (6.0 / (1.0 + math.sqrt(2.0)) + 1.0), rel=1e-12)


def test_components_share_a_density_and_a_factor_follows_at_once() -> None:
    mod = read("hcn")
    assert mod.density == pytest.approx(4e-4)
    assert sorted(weight for weight, _ in mod.channel.terms) == pytest.approx([0.25, 0.75])
    assert mod.reversal_mV == {"hcn": -30.0}
    assert any("follows the voltage" in note for note in mod.notes)
    with jax.enable_x64(True):
        membrane = Membrane.of(mod.channels, mod.reversal_mV)
        voltage = jnp.full((1, 1), -95.0)
        flow = membrane.flow(membrane.start(voltage), jnp.full((1, 1, 1), mod.density), voltage)
    level = 1.0 / (1.0 + math.exp((-95.0 + 87.2) / 9.7))
    factor = 1.0 / (1.0 + math.log(1.0 + math.exp(-7.5)))
    assert float(flow.conductance[0, 0]) == pytest.approx(4e-4 * level * factor, rel=1e-9)


def test_equations_of_a_gate_in_any_writing_are_the_same() -> None:
    rates = "a = 2*exp((v - half)/10)  b = 3/(1 + exp(-(v + 20)/5))"
    writings = (
        one("a*(1 - n) - b*n", rates),
        one("a - (a + b)*n", rates),
        one("-n*(a + b) + a", rates),
        one("(a/(a + b) - n)/(1/(a + b))", rates),
        one("(a/(a + b) - n)*(a + b)", rates),
        one("(c - n)/b", rates + " c = a/(a + b) b = 1/(a + b)"),
    )
    for mod in writings:
        (gate,) = mod.channel.gates
        assert isinstance(gate, OpenClose)
        assert isinstance(gate.opening, Exponential) and isinstance(gate.closing, Sigmoid)
        steady, speed = kinetics(mod.channel, 0, -33.0)
        expected = [2.0 * math.exp(7.0 / 10.0), 3.0 / (1.0 + math.exp(13.0 / 5.0))]
        assert speed == pytest.approx(sum(expected), rel=1e-7)
        assert steady == pytest.approx(expected[0] / sum(expected), rel=1e-7)


def test_a_fixed_time_constant_is_a_quick_form() -> None:
    (gate,) = one("(1/(1 + exp(-(v - half)/7)) - n)/25").channel.gates
    assert isinstance(gate, Relaxation) and isinstance(gate.time_constant_ms, Linear)
    assert gate.time_constant_ms.offset == pytest.approx(25.0)
    assert isinstance(gate.steady, Sigmoid) and gate.steady.midpoint_mV == pytest.approx(-40.0)


def test_an_unguarded_ratio_is_mended() -> None:
    rates = "a = 0.1*(v + 40)/(1 - exp(-(v + 40)/10))  b = 4*exp(-(v + 65)/18)"
    (gate,) = one("a*(1 - n) - b*n", rates).channel.gates
    assert isinstance(gate, OpenClose) and isinstance(gate.opening, Linoid)
    assert float(gate.opening(jnp.asarray(-40.0))) == pytest.approx(1.0, rel=1e-6)


def test_a_current_is_any_polynomial_of_its_gates() -> None:
    rest = ("(0.5 - n)/3",)
    bell = one(*rest, current="gbar*(1 - n)*n^2*(v - ek)")
    assert bell.density == pytest.approx(0.5)
    assert sorted(bell.channel.terms) == [(-1.0, (3,)), (1.0, (2,))]
    mixed = one(*rest, current="gbar*(0.25*n + 0.75*n*n*n)*(v - ek)")
    assert mixed.density == pytest.approx(0.5)
    assert sorted(mixed.channel.terms) == [(0.25, (1,)), (0.75, (3,))]
    closed = one(*rest, current="(v - ek)*gbar*(1 - n)/2")
    assert closed.density == pytest.approx(0.25)
    assert sorted(closed.channel.terms) == [(-1.0, (1,)), (1.0, (0,))]
    powered = one(*rest, current="gbar*pow(n, 3)*(v - ek) + 0.5*n^4*(v - ek)")
    assert powered.density == pytest.approx(1.0)
    assert sorted(powered.channel.terms) == [(0.5, (3,)), (0.5, (4,))]


def test_a_density_of_zero_is_kept() -> None:
    text = (FILES / "kdr.mod").read_text(encoding="utf-8").replace("gbar = 0.018", "gbar = 0")
    mod = read_mod(text, 22.0)
    assert mod.density == 0.0 and mod.channel.terms == ((1.0, (4,)),)


def test_a_current_with_a_reversal_of_its_own_says_so() -> None:
    mod = one("(0.5 - n)/3", current="gbar*n*(v + 71)")
    assert mod.channel.reversal == "one" and mod.reversal_mV == {"one": -71.0}
    assert "counts as no current of potassium" in mod.notes[-1]


def test_nernst_written_out_is_the_reversal_of_the_ion() -> None:
    text = """NEURON { SUFFIX c USEION ca READ cai, cao WRITE ica }
    PARAMETER { g = 0.01 (S/cm2) }
    ASSIGNED { v cai cao ica celsius e }
    BREAKPOINT { e = 1000*8.3134*(celsius + 273.15)/2/96480*log(cao/cai) ica = g*(v - e) }"""
    mod = read_mod(text, 25.0)
    assert mod.channel.reversal == "calcium" and mod.channel.law == "ohmic"
    assert "differs from the exact equation" in mod.notes[-1]


def test_a_start_elsewhere_than_in_the_steady_state_is_noted() -> None:
    assert one("(0.5 - n)/3", initial="n = 0.5").notes == ()
    assert one("(0.5 - n)/3", initial="n = 0").notes == (
        "n starts in its steady state, not where INITIAL puts it",
    )


def test_a_choice_between_parameters_is_made_at_reading() -> None:
    rates = "if (half < 0 && celsius > 20) { a = 7 } else { a = 9 }"
    assert kinetics(one("(0.5 - n)/a", rates).channel, 0, 0.0)[1] == pytest.approx(1.0 / 7.0)


def test_a_name_set_in_both_branches_only_is_known_after_them() -> None:
    rates = "c = 4 if (v < half) { c = 8 }"
    mod = one("(0.5 - n)/c", rates)
    assert [kinetics(mod.channel, 0, v)[1] for v in (-50.0, -30.0)] == [0.125, 0.25]
    with pytest.raises(InputError, match="'c' is used before BREAKPOINT sets it"):
        one("(0.5 - n)/c", "if (v < half) { c = 8 }")


def test_read_channels_of_one_formula_stack() -> None:
    kdr = read("kdr", 22.0)
    text = (FILES / "kdr.mod").read_text(encoding="utf-8").replace("shift = 0", "shift = -25")
    shifted = read_mod(text, 22.0).channel
    again = Channel("again", "potassium", shifted.gates, shifted.terms, "none")
    stack = Membrane.of([kdr.channel, again], {"potassium": -77.0}).stack
    (group,) = stack.groups
    assert isinstance(group, FormulaGate)
    alone = (kdr.channel.gates[0], again.gates[0])

    @jax.jit
    def stacked_and_alone(voltage: jax.Array) -> tuple[list[jax.Array], list[jax.Array]]:
        steady = stack.steady_state(voltage)
        moved = stack.advance(steady, voltage + 20.0, 0.5)
        ends = []
        for gate in alone:
            level, speed = gate.kinetics(voltage + 20.0)
            ends.append(level + (gate.kinetics(voltage)[0] - level) * jnp.exp(-0.5 * speed))
        return [stack.of_channel(moved, index)[0] for index in range(2)], ends

    with jax.enable_x64(True):
        ours, expected = stacked_and_alone(jnp.linspace(-90.0, 10.0, 6).reshape(3, 2))
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert not np.allclose(ours[0], ours[1], rtol=0.1)


def test_formulas_without_constants_stack() -> None:
    text = (FILES / "hcn.mod").read_text(encoding="utf-8").replace("half = -87.2", "other = 1")
    channel = read_mod(text.replace("half", "-87.2"), 37.0).channel
    formulas = [gate for gate in channel.gates if isinstance(gate, FormulaGate)]
    assert formulas and all(gate.names == () for gate in formulas)
    stack = Membrane.of(
        [channel, Channel("two", "hcn", channel.gates, channel.terms, "none")], {"hcn": -30.0}
    ).stack
    steady = jax.jit(lambda voltage: stack.steady_state(voltage))(jnp.full((2, 3), -80.0))
    for values in steady:
        assert values.shape == (2, 2, 3)


def test_idioms_of_old_files() -> None:
    """Rates chosen by number, a step off a singularity, names of the whole file, hints."""
    mod = read_mod(
        """INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
        NEURON { SUFFIX old USEION k READ ek WRITE ik THREADSAFE }
        PARAMETER { v (mV) celsius = 6.3 (degC) dt (ms) gbar = 0.2 (S/cm2) ek = -77 (mV) }
        LOCAL fast, g
        CONSTANT { SLOPE = 10 (mV) }
        ASSIGNED { ik (mA/cm2) }
        STATE { n (1) }
        UNITSOFF
        BREAKPOINT { CONDUCTANCE g USEION k SOLVE s g = gbar*n ik = g*(v - ek) }
        DERIVATIVE s { LOCAL a, b a = rate(v, 0) b = rate(v, 1) n' = a*(1 - n) - b*n }
        FUNCTION rate(u, i) {
            if (u == -55) { u = u + 0.0001 }
            if (i == 0) { rate = .01*(u + 55)/(1 - exp(-(u + 55)/SLOPE)) }
            else if (i == 1) { rate = .125*exp(-(u + 65)/80) }
        }
        UNITSON""",
        6.3,
    )
    assert mod.reversal_mV == {"potassium": -77.0}
    # The file's step aside is 1e-4 mV.
    for voltage in (-70.0, -55.0, 10.0):
        x = (voltage + 55.0) / 10.0
        opening = 0.1 * (x / (1.0 - math.exp(-x)) if x else 1.0)
        closing = 0.125 * math.exp(-(voltage + 65.0) / 80.0)
        steady, speed = kinetics(mod.channel, 0, voltage)
        assert speed == pytest.approx(opening + closing, rel=1e-5)
        assert steady == pytest.approx(opening / (opening + closing), rel=1e-5)
