"""How fast a step could be: its arithmetic at the rate at which the core does arithmetic.

The operations are those of the program that a run compiles, counted before the compiler sees it,
without the slow gates, which do not move at every step. The rate is that of a product of matrices
in single precision, which is bound by nothing else. An exponential or a logarithm counts as many
operations as its polynomial has.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from functools import partial
from typing import Any
from unittest.mock import patch

import jax
import jax.numpy as jnp
import numpy as np

from nerve_peers.causalgia_fibers import inside

TRANSCENDENTAL = 16.0
COSTS = {
    **dict.fromkeys(
        ("add", "sub", "mul", "div", "neg", "abs", "max", "min", "floor", "round", "sign"), 1.0
    ),
    **dict.fromkeys(("select_n", "lt", "le", "gt", "ge", "clamp", "add_any", "square"), 1.0),
    **dict.fromkeys(("exp", "exp2", "log", "log1p", "expm1", "tanh", "logistic"), TRANSCENDENTAL),
    **dict.fromkeys(("sqrt", "rsqrt", "integer_pow", "pow"), 2.0),
}
"""Floating-point operations of each primitive for one number."""


def operations(program: Any, times: float = 1.0) -> float:
    """Floating-point operations of a traced program, loops unrolled."""
    total = 0.0
    for equation in program.eqns:
        name, settings = equation.primitive.name, equation.params
        if name in COSTS:
            out = equation.outvars[0].aval
            total += times * COSTS[name] * out.size * (np.dtype(out.dtype).kind in "fb")
        repeated = times * (settings["length"] if name == "scan" else 1.0)
        # of a choice, the dearest branch
        if name == "cond":
            total += times * max(operations(branch.jaxpr) for branch in settings["branches"])
            continue
        for inner in settings.values():
            inner = getattr(inner, "jaxpr", inner)
            if hasattr(inner, "eqns"):
                total += operations(inner, repeated)
    return total


def arithmetic(accumulation: bool, compartments: int, batch: int) -> dict[str, float]:
    """Operations of a compartment-step of the C-fiber."""
    from causalgia.cable.program import advance, start

    module = sys.modules["causalgia.cable.simulate"]
    kept: list[Any] = []

    def keep(problem: Any, plan: Any) -> Any:
        kept.extend((problem, plan))
        raise StopIteration

    with patch.object(module, "run", keep), suppress(StopIteration):
        inside(accumulation, compartments, 10000.0, 0.005, 0.5, batch)
    problem, plan = kept
    state = jax.eval_shape(partial(start, plan=plan), problem)
    step = jax.make_jaxpr(lambda p, s: advance(p, plan, s, jnp.float32(0.0)))(problem, state)
    lanes = problem.initial_mV.shape[1]
    return {"operations": operations(step.jaxpr) / (compartments * lanes)}


def rate() -> dict[str, float]:
    """Operations a nanosecond of this core, multiplications and additions counted apart."""
    size = 768
    left, right = np.full((2, size, size), 0.5, np.float32)
    seconds = []
    for _ in range(6):
        begin = time.process_time()
        left @ right
        seconds.append(time.process_time() - begin)
    return {"operations_per_ns": 1e-9 * 2.0 * size**3 / min(seconds)}
