"""What a mechanism file can get wrong, and what cannot be translated: one clear line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from causalgia.channels.nmodl import read_mod
from causalgia.errors import InputError

GOOD = """NEURON { SUFFIX slow USEION k READ ek WRITE ik RANGE gbar }
PARAMETER { gbar = 0.01 (S/cm2) q10 = 3 }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) celsius (degC) inf tau }
STATE { n }
BREAKPOINT { SOLVE states METHOD cnexp ik = gbar*n*(v - ek) }
INITIAL { rates(v) n = inf }
DERIVATIVE states { rates(v) n' = (inf - n)/tau }
PROCEDURE rates(v) {
inf = 1/(1 + exp(-(v + 40)/8))
tau = 20/q10^((celsius - 22)/10)
}
"""

CASES = {
    # what is replaced, by what, the line and what the message says
    "verbatim": (
        "inf = 1",
        "VERBATIM return 0; ENDVERBATIM inf = 1",
        9,
        "VERBATIM is not supported",
    ),
    "kinetic": ("DERIVATIVE states {", "KINETIC states { ~ a <-> b (1, 2) ", 7, "KINETIC is not"),
    "reaction": ("n' = (inf - n)/tau", "~ n = inf", 7, "implicit equation"),
    "pointer": ("RANGE gbar", "POINTER p", 1, "POINTER is not supported"),
    "point process": ("SUFFIX slow", "POINT_PROCESS slow", 1, "POINT_PROCESS is not supported"),
    "net receive": ("INITIAL", "NET_RECEIVE(w) { } INITIAL", 6, "NET_RECEIVE is not supported"),
    "constructor": ("INITIAL", "CONSTRUCTOR { } INITIAL", 6, "CONSTRUCTOR is not supported"),
    "include": ("STATE", 'INCLUDE "x.inc" STATE', 4, "INCLUDE is not supported"),
    "loop": ("inf = 1", "while (1) { } inf = 1", 9, "while is not supported"),
    "array": ("inf tau }", "inf[3] tau }", 3, "the array 'inf'"),
    "method": ("cnexp", "newton", 5, "METHOD newton"),
    "written concentration": ("WRITE ik", "WRITE ki", 1, "writing 'ki'"),
    "time": ("(inf - n)/tau", "(inf - n)/(tau + t)", 7, "'t' in a formula"),
    "not linear": ("(inf - n)/tau", "(inf - n^2)/tau", 7, "not linear"),
    "growing": ("(inf - n)/tau", "(n - inf)/tau", 7, "no positive time constant"),
    "no equation": ("STATE { n }", "STATE { n w }", 4, "'w' without an equation"),
    "procedure solved": ("SOLVE states", "SOLVE rates", 5, "a block other than DERIVATIVE"),
    "state by hand": ("ik = gbar", "n = 1 ik = gbar", 5, "setting the state 'n'"),
    "no drive": ("n*(v - ek)", "n*exp(v)", 5, "neither conductance*(v - e)"),
    "two drives": ("n*(v - ek)", "n*(v - ek) + gbar*(v + 3)", 5, "two reversal potentials"),
    "odd drive": ("(v - ek)", "(v - 2*ek)", 5, "other than v - ek"),
    "no polynomial": ("n*(v - ek)", "exp(n)*(v - ek)", 5, "no polynomial of gates"),
    "inward": ("gbar*n", "-gbar*n", 5, "nowhere positive"),
    "unknown function": ("exp(-(v", "expo(-(v", 9, "unknown function 'expo'; did you mean 'exp'"),
    "unknown procedure": ("{ rates(v) n =", "{ rats(v) n =", 6, "did you mean 'rates'"),
    "unknown name": ("(v + 40)", "(v + vhalf)", 9, "unknown name 'vhalf'"),
    "unset name": ("tau = 20/", "inf = 20/", 7, "'tau' is used before BREAKPOINT sets it"),
    "arguments": ("{ rates(v) n'", "{ rates(v, 1) n'", 7, "rates takes 1 argument(s), not 2"),
    "function arguments": ("exp(-(v + 40)/8)", "exp(1, 2)", 9, "exp takes 1 argument(s)"),
    "recursion": ("inf = 1", "rates(v) inf = 1", 9, "'rates' calling itself"),
    "negative q10": ("q10 = 3", "q10 = -3", 10, "a Q10 must be positive, not -3"),
    "operator": ("20/", "20 % 3/", 10, "the remainder '%'"),
    "parenthesis": ("exp(-(v + 40)/8)", "exp(-(v + 40)/8", 10, "syntax: expected ')' to close"),
    "number": ("gbar = 0.01", "gbar = big", 2, "expected a number for gbar, found 'big'"),
    "formula": ("tau = 20/", "tau = */", 10, "a name or a number in a formula, found '*'"),
    "block": ("STATE {", "STAT {", 4, "STAT is not supported"),
    "brace": ("STATE { n }", "STATE n }", 4, "expected '{' after STATE, found 'n'"),
    "derivative of nothing": ("n' =", "w' =", 7, "'w' is not among the STATEs"),
    "current unset": ("ik = gbar*n*(v - ek)", "", 1, "does not set the current 'ik'"),
}


def test_the_file_without_faults_is_read() -> None:
    assert read_mod(GOOD, 22.0).density == 0.01


@pytest.mark.parametrize("case", list(CASES))
def test_a_fault_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    old, new, line, words = CASES[case]
    assert GOOD.count(old) == 1
    file = tmp_path / "slow.mod"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mod(file, 37.0)
    message = str(caught.value)
    assert message.startswith(f"slow.mod, line {line}: ") and words in message
    assert "\n" not in message
    if "not supported" in message:
        assert "supported are density mechanisms" in message


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"cannot read the mechanism file 'none\.mod': No such"):
        read_mod("none.mod", 37.0)


def test_an_end_within_a_block_is_named() -> None:
    with pytest.raises(InputError, match=r"line 7: syntax: .* found the end of the file"):
        read_mod(GOOD[: GOOD.index("n' =")], 37.0)


def test_a_temperature_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="temperature_degC is 310, allowed are -10 to 60"):
        read_mod(GOOD, 310.0)


def test_a_file_without_a_mechanism_is_refused() -> None:
    for text, words in (
        ("NEURON { RANGE g }", "no 'NEURON { SUFFIX name ... }'"),
        ("NEURON { SUFFIX a }", "no BREAKPOINT block"),
        ("NEURON { SUFFIX a } BREAKPOINT { SOLVE s }", "a block other than DERIVATIVE"),
        ("NEURON { SUFFIX a } PARAMETER { g = 1 } BREAKPOINT { g = 2 }", "writes no current"),
    ):
        with pytest.raises(InputError, match=words):
            read_mod(text, 37.0)


def test_nonsense_units_and_other_prose_do_not_matter() -> None:
    odd = GOOD.replace("(S/cm2)", "(furlong/fortnight µ2)").replace("(degC)", "(degF)")
    odd = "TITLE { not a block\nCOMMENT } nor this\nENDCOMMENT\n? nor { that\n" + odd
    assert read_mod(odd, 37.0).channel.terms == read_mod(GOOD, 37.0).channel.terms


def test_an_ion_without_a_valence_is_refused_and_with_one_is_not() -> None:
    unknown = GOOD.replace("USEION k READ ek WRITE ik", "USEION x READ ex WRITE ix")
    unknown = unknown.replace("ik", "ix").replace("ek", "ex")
    with pytest.raises(InputError, match="the ion 'x' needs a VALENCE"):
        read_mod(unknown, 37.0)
    known = read_mod(unknown.replace("WRITE ix", "WRITE ix VALENCE 1"), 37.0)
    assert known.channel.reversal == "x"


def test_one_channel_is_asked_of_a_file_with_one_current() -> None:
    two = GOOD.replace("USEION k", "NONSPECIFIC_CURRENT il USEION k")
    mod = read_mod(two.replace("ik = gbar", "il = 1e-4*(v + 60) ik = gbar"), 37.0)
    assert [channel.name for channel in mod.channels] == ["slow_k", "slow_il"]
    assert mod.reversal_mV == {"slow_il": -60.0}
    with pytest.raises(InputError, match="'slow' has several currents: use 'channels'"):
        _ = mod.channel
    with pytest.raises(InputError, match="use 'densities'"):
        _ = mod.density
