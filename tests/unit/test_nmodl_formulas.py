"""Formulas: precedence, values and derivatives, against Python's own evaluation."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.channels.expression import Apply, Name, Node, Number, evaluate
from causalgia.channels.nmodl.algebra import build, factors, linear, product
from causalgia.channels.nmodl.formula import formula
from causalgia.channels.nmodl.lexer import tokens_of
from causalgia.channels.nmodl.syntax import Source

PYTHON = {"fabs": abs, "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh}


def parsed(text: str) -> Node:
    return formula(tokens_of(text, Source("text")))


def value(text: str, **names: float) -> float:
    with jax.enable_x64(True):
        return float(jnp.asarray(evaluate((parsed(text),), names)[0]))


numbers = st.floats(0.01, 30.0).map(lambda number: f"{number:.4g}")
leaves = st.one_of(numbers, st.sampled_from(["x", "y"]))


def extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*"])
    return st.one_of(
        st.tuples(inner, operators, inner).map(" ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"tanh({text})"),
        inner.map(lambda text: f"fabs({text})"),
        inner.map(lambda text: f"exp(tanh({text}))"),
        inner.map(lambda text: f"sqrt(fabs({text}))"),
        inner.map(lambda text: f"log(1.5 + fabs({text}))"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]})/(1 + fabs({pair[1]}))"),
        st.tuples(leaves, st.sampled_from(["2", "3", "0.5", "-1"])).map("^".join),
    )


@given(
    st.recursive(leaves, extended, max_leaves=12),
    st.floats(0.1, 5.0),
    st.floats(0.1, 5.0),
)
def test_formulas_have_the_values_that_python_gives(text: str, x: float, y: float) -> None:
    theirs = eval(text.replace("^", "**"), {"__builtins__": {}, **PYTHON}, {"x": x, "y": y})
    with np.errstate(all="ignore"):
        (ours,) = evaluate((parsed(text),), {"x": x, "y": y}, "numpy")
    assert float(ours) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2^3^2", 512.0),  # to the right, as nrnivmodl translates it
        ("-3^2", -9.0),
        ("2^-1", 0.5),
        ("8/2*3 - 4 - 5", 3.0),
        ("25 (mV) + .5(/ms)*1e1", 30.0),
        ("1 + 2 < 4 && 3 >= 3", 1.0),
        ("!(1 == 2) || 1 != 1", 1.0),
        ("log10(1000) + atan(0) + floor(2.7) + ceil(2.2)", 8.0),
    ],
)
def test_precedence_is_that_of_the_language(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-14)


def test_jax_and_numpy_agree() -> None:
    text = "exp(-x/3) + log(y)*sqrt(x)/(1 + cosh(y)) - sinh(x/9)^3 + x^0.37"
    with jax.enable_x64(True):
        ours = evaluate((parsed(text),), {"x": jnp.asarray(1.3), "y": jnp.asarray(0.4)})[0]
    (theirs,) = evaluate((parsed(text),), {"x": 1.3, "y": 0.4}, "numpy")
    assert float(ours) == pytest.approx(float(theirs), rel=1e-13)


def guarded() -> Node:
    x = Name("x")
    ratio = Apply("/", (x, Apply("-", (Apply("exp", (x,)), Number(1.0)))))
    near = Apply("<", (Apply("fabs", (x,)), Number(1e-6)))
    series = Apply("-", (Number(1.0), Apply("/", (x, Number(2.0)))))
    return Apply("?:", (near, series, ratio))


def test_a_guarded_ratio_is_sound_at_its_singularity_and_so_is_its_slope() -> None:
    def ratio(x: jax.Array) -> jax.Array:
        return jnp.asarray(evaluate((guarded(),), {"x": x})[0])

    with jax.enable_x64(True):
        both = jax.jit(jax.value_and_grad(ratio))
        for x in (0.0, 1e-9, -1e-7, 1e-3):
            value_there, slope = both(jnp.asarray(x))
            assert float(value_there) == pytest.approx(1.0 - x / 2.0, abs=1e-6)
            assert float(slope) == pytest.approx(-0.5, abs=1e-3)


def test_guards_within_guards_keep_slopes_finite() -> None:
    text = parsed("x")
    inner = Apply("sqrt", (text,))
    deep = Apply("?:", (Apply("<", (Name("y"), Number(1.0))), inner, Apply("log", (text,))))
    whole = Apply("?:", (Apply(">", (text, Number(0.0))), deep, Number(0.0)))
    for x, expected in ((-2.0, 0.0), (0.0, 0.0), (4.0, 0.25)):
        slope = jax.grad(lambda x: jnp.asarray(evaluate((whole,), {"x": x, "y": 0.0})[0]))(x)
        assert float(slope) == pytest.approx(expected)


def test_small_differences_of_exponentials_keep_their_digits_in_single_precision() -> None:
    """exp(x) - 1 at 2e-5 has three digits in float32 if it is computed as it stands."""
    x = jnp.asarray(2e-5, jnp.float32)
    for text, sign in (("x/(exp(x) - 1)", 1.0), ("x/(1 - exp(x))", -1.0)):
        (ratio,) = evaluate((parsed(text),), {"x": x})
        assert float(ratio) == pytest.approx(sign * (1.0 - 1e-5), rel=3e-7)


def test_what_changes_nothing_is_left_out() -> None:
    x = Name("x")
    zero, one = Number(0.0), Number(1.0)
    for node in (
        build("+", zero, x),
        build("-", x, zero),
        build("*", one, x),
        build("/", x, one),
        build("^", x, one),
        build("0-", build("0-", x)),
        build("?:", one, x, zero),
        build("?:", Name("c"), x, x),
        product([x, one]),
    ):
        assert node == x
    assert build("*", x, zero) == zero == build("/", zero, x)
    assert build("0-", build("-", x, one)) == build("-", one, x)
    assert build("exp", zero) == one


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_a_linear_formula_is_its_constant_and_its_slope(x: float, y: float) -> None:
    node = parsed("(3 - x)*y/(1 + y^2) - -x*exp(y) + 2*(x + y)")
    pair = linear(node, "x")
    assert pair is not None
    constant, slope, whole = evaluate((*pair, node), {"x": x, "y": y}, "numpy")
    assert float(constant + slope * x) == pytest.approx(float(whole), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", ["x*x", "exp(x)", "1/x", "fabs(x)", "x^2 - x"])
def test_what_is_not_linear_is_told(text: str) -> None:
    assert linear(parsed(text), "x") is None


@given(st.floats(0.5, 3.0), st.floats(0.5, 3.0))
def test_factors_make_up_their_product(x: float, y: float) -> None:
    node = parsed("-v^3*y/(2*v*(1 + y))*3")
    parts = factors(node)
    assert factors(parsed("k/(k + y)*3")) == [parsed("k/(k + y)"), Number(3.0)]
    assert len(parts) >= 7
    whole, again = evaluate((node, product(parts)), {"v": x, "y": y}, "numpy")
    assert float(whole) == pytest.approx(float(again), rel=1e-12)
