"""What a mechanism file says, as data: blocks, statements and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from causalgia.channels.expression import Node
from causalgia.errors import InputError

__all__ = [
    "SUPPORTED",
    "Assign",
    "Block",
    "Call",
    "Condition",
    "Local",
    "Mechanism",
    "Routine",
    "Solve",
    "Source",
    "Statement",
]

SUPPORTED = (
    "supported are density mechanisms whose gates follow x' = (inf - x)/tau or "
    "x' = alpha*(1 - x) - beta*x and whose currents are ohmic or Goldman-Hodgkin-Katz"
)
"""What a refusal says can be read."""


@dataclass(frozen=True)
class Source:
    """The file that is read, for messages."""

    name: str

    def error(self, line: int, what: str) -> InputError:
        """The error to raise about a line."""
        return InputError(f"{self.name}, line {line}: {what}")

    def unsupported(self, line: int, construct: str) -> InputError:
        """The error to raise about what cannot be translated."""
        return self.error(line, f"{construct} is not supported; {SUPPORTED}")


@dataclass(frozen=True)
class Assign:
    """`name = value`, or `name' = value`."""

    name: str
    value: Node
    line: int
    derivative: bool = False


@dataclass(frozen=True)
class Call:
    """A procedure called for what it sets."""

    name: str
    arguments: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Local:
    """Names of a block's own."""

    names: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Solve:
    """`SOLVE block`."""

    block: str
    line: int


@dataclass(frozen=True)
class Condition:
    """`if (test) { chosen } else { otherwise }`."""

    test: Node
    chosen: Block
    otherwise: Block
    line: int


Statement = Assign | Call | Local | Solve | Condition
"""One line of a block."""

Block = tuple[Statement, ...]
"""What stands between braces."""


@dataclass(frozen=True)
class Routine:
    """A procedure, or a function, which gives what it assigns to its own name."""

    parameters: tuple[str, ...]
    body: Block
    line: int
    gives: bool


@dataclass
class Mechanism:
    """A file, block by block.

    `ions` maps the ion's name in the file to what is read and written; `lines` says where each
    name was declared.
    """

    source: Source
    suffix: str = ""
    ions: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    valences: dict[str, int] = field(default_factory=dict)
    nonspecific: list[str] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)
    units: dict[str, float] = field(default_factory=dict)
    assigned: set[str] = field(default_factory=set)
    states: list[str] = field(default_factory=list)
    initial: Block = ()
    breakpoint: Block = ()
    derivatives: dict[str, Block] = field(default_factory=dict)
    routines: dict[str, Routine] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
