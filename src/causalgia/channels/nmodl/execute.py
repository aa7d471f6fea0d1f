"""A mechanism's blocks run once on symbols: what they compute, as formulas of what they are given.

The order is that of a run: INITIAL, then BREAKPOINT down to SOLVE, the DERIVATIVE block, and the
rest of BREAKPOINT. Procedures and functions are written out where they are called; the branches of
an `if` become one formula that chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causalgia.channels.expression import ARITY, Name, Node, Number, evaluate, names_in
from causalgia.channels.nmodl.algebra import build
from causalgia.channels.nmodl.syntax import (
    Assign,
    Block,
    Call,
    Condition,
    Local,
    Mechanism,
    Routine,
    Solve,
    Statement,
)
from causalgia.errors import nearest

__all__ = ["Computed", "execute"]

DEEPEST = 30
"""Calls within calls; a file that goes on calls itself."""

OPERATORS = frozenset(name for name in ARITY if not name[0].isalpha())


@dataclass
class Computed:
    """What a mechanism computes: initial values, derivatives and all that it assigns."""

    initial: dict[str, Node] = field(default_factory=dict)
    derivatives: dict[str, tuple[Node, int]] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def execute(mechanism: Mechanism, temperature_degC: float) -> Computed:
    """Run the blocks of a mechanism on symbols.

    **Raises:** `InputError` with the line of a name that nothing set, of an unknown function, of a
    Q10 that is not positive.
    """
    run = _Run(mechanism, temperature_degC)
    run.block(mechanism.initial, run.globals)
    run.computed.initial = {
        state: run.globals.pop(state) for state in mechanism.states if state in run.globals
    }
    # NEURON keeps what INITIAL computed at the first voltage; only constants mean the same here.
    given = {"v", *mechanism.states, *run.outer}
    run.globals = {k: node for k, node in run.globals.items() if not names_in(node) & given}
    run.solving = True
    run.block(mechanism.breakpoint, run.globals)
    run.computed.values = run.globals
    return run.computed


class _Run:
    """One pass over the statements."""

    def __init__(self, mechanism: Mechanism, temperature_degC: float) -> None:
        self.mechanism = mechanism
        self.source = mechanism.source
        self.computed = Computed()
        self.globals: dict[str, Node] = {}
        self.outer = {name for reads, _ in mechanism.ions.values() for name in reads}
        self.solving = False
        self.depth = 0
        self.fixed: dict[str, Node] = {
            "celsius": Number(temperature_degC),
            **{name: Number(value) for name, value in mechanism.units.items()},
        }

    def block(self, statements: Block, frame: dict[str, Node]) -> None:
        """Run statements; names of `frame` hide the mechanism's own."""
        for statement in statements:
            self.statement(statement, frame)

    def statement(self, statement: Statement, frame: dict[str, Node]) -> None:
        if isinstance(statement, Assign):
            self.assign(statement, frame)
        elif isinstance(statement, Local):
            frame.update(dict.fromkeys(statement.names, Number(0.0)))
        elif isinstance(statement, Call):
            self.call(statement.name, statement.arguments, frame, statement.line)
        elif isinstance(statement, Condition):
            self.condition(statement, frame)
        else:
            self.solve(statement)

    def assign(self, statement: Assign, frame: dict[str, Node]) -> None:
        value = self.formula(statement.value, frame, statement.line)
        name = statement.name
        if statement.derivative:
            if name not in self.mechanism.states:
                raise self.source.error(statement.line, f"{name!r} is not among the STATEs")
            self.computed.derivatives[name] = (value, statement.line)
        elif name in frame and frame is not self.globals:
            frame[name] = value
        elif self.solving and name in self.mechanism.states:
            raise self.source.unsupported(statement.line, f"setting the state {name!r} by hand")
        elif name == "v" or name in self.outer:
            raise self.source.unsupported(statement.line, f"setting {name!r}")
        else:
            self.globals[name] = value
            self.computed.lines[name] = statement.line

    def solve(self, statement: Solve) -> None:
        if statement.block not in self.mechanism.derivatives:
            what = f"SOLVE {statement.block}: a block other than DERIVATIVE"
            raise self.source.unsupported(statement.line, what)
        self.block(self.mechanism.derivatives[statement.block], self.globals)

    def condition(self, statement: Condition, frame: dict[str, Node]) -> None:
        test = self.chosen(self.formula(statement.test, frame, statement.line))
        if isinstance(test, Number):
            self.block(statement.chosen if test.value else statement.otherwise, frame)
            return
        before = (dict(frame), dict(self.globals))
        ends = []
        for branch in (statement.chosen, statement.otherwise):
            frame.clear()
            frame.update(before[0])
            if frame is not self.globals:
                self.globals.clear()
                self.globals.update(before[1])
            self.block(branch, frame)
            ends.append((dict(frame), dict(self.globals)))
        for index, scope in enumerate((frame, self.globals)):
            scope.clear()
            scope.update(self.merged(test, ends[0][index], ends[1][index]))

    def merged(self, test: Node, yes: dict[str, Node], no: dict[str, Node]) -> dict[str, Node]:
        """What two branches made of the names, chosen by a test."""
        found = {}
        for name in {**yes, **no}:
            old = Name(name) if name in self.mechanism.values else None
            pair = (yes.get(name, old), no.get(name, old))
            # What only one branch sets is unknown after both.
            if pair[0] is not None and pair[1] is not None:
                found[name] = build("?:", test, pair[0], pair[1])
        return found

    def chosen(self, test: Node) -> Node:
        """A test of parameters alone, decided."""
        names = names_in(test)
        if not names or not names <= set(self.mechanism.values):
            return test
        (value,) = evaluate((test,), self.mechanism.values, "numpy")
        return Number(float(value))

    def formula(self, node: Node, frame: dict[str, Node], line: int) -> Node:
        """A formula with all names replaced by what they stand for."""
        if isinstance(node, Number):
            return node
        if isinstance(node, Name):
            return self.name(node.name, frame, line)
        if node.function in self.mechanism.routines:
            return self.call(node.function, node.arguments, frame, line)
        arguments = [self.formula(argument, frame, line) for argument in node.arguments]
        if node.function in OPERATORS:
            if node.function == "^":
                self.check_q10(node.arguments[1], arguments[0], line)
            return build(node.function, *arguments)
        return self.known_function(node.function, arguments, line)

    def known_function(self, function: str, arguments: list[Node], line: int) -> Node:
        """A function of the language."""
        if function == "pow" and len(arguments) == 2:
            return build("^", *arguments)
        if function == "abs":
            function = "fabs"
        if function not in ARITY:
            known = [*(set(ARITY) - OPERATORS), *self.mechanism.routines, "pow"]
            raise self.source.error(
                line, f"unknown function {function!r}; {nearest(function, known)}"
            )
        if len(arguments) != ARITY[function]:
            raise self.source.error(line, f"{function} takes {ARITY[function]} argument(s)")
        return build(function, *arguments)

    def check_q10(self, exponent: Node, base: Node, line: int) -> None:
        """A power of the temperature must have a positive base."""
        if "celsius" not in names_in(exponent) or not names_in(base) <= {*self.mechanism.values}:
            return
        (value,) = evaluate((base,), self.mechanism.values, "numpy")
        if not np.asarray(value) > 0.0:
            raise self.source.error(line, f"a Q10 must be positive, not {float(value):g}")

    def name(self, name: str, frame: dict[str, Node], line: int) -> Node:
        for scope in (frame, self.globals, self.fixed):
            if name in scope:
                return scope[name]
        mechanism = self.mechanism
        if name == "v" or name in mechanism.values or name in self.outer:
            return Name(name)
        if name in mechanism.states:
            return Name(name)
        if name in ("t", "dt", "diam", "area"):
            raise self.source.unsupported(line, f"{name!r} in a formula")
        if name in mechanism.assigned:
            raise self.source.error(line, f"{name!r} is used before BREAKPOINT sets it")
        known = {"v", "celsius", *mechanism.values, *mechanism.states, *mechanism.assigned}
        raise self.source.error(line, f"unknown name {name!r}; {nearest(name, known)}")

    def call(
        self, name: str, arguments: tuple[Node, ...], frame: dict[str, Node], line: int
    ) -> Node:
        """What a procedure or function gives, after what it sets."""
        routine = self.mechanism.routines.get(name)
        if routine is None:
            known = list(self.mechanism.routines)
            raise self.source.error(line, f"unknown procedure {name!r}; {nearest(name, known)}")
        if len(arguments) != len(routine.parameters):
            wanted = f"{name} takes {len(routine.parameters)} argument(s), not {len(arguments)}"
            raise self.source.error(line, wanted)
        own = dict(
            zip(
                routine.parameters,
                [self.formula(argument, frame, line) for argument in arguments],
                strict=True,
            )
        )
        return self.enter(name, routine, own, line)

    def enter(self, name: str, routine: Routine, own: dict[str, Node], line: int) -> Node:
        """Run the body of a procedure or function with names of its own."""
        if self.depth >= DEEPEST:
            raise self.source.unsupported(line, f"{name!r} calling itself")
        self.depth += 1
        if routine.gives:
            own[name] = Number(0.0)
        self.block(routine.body, own)
        self.depth -= 1
        return own.get(name, Number(0.0))
