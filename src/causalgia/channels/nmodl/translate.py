"""From a mechanism file to channels of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from causalgia.channels.channel import Channel
from causalgia.channels.expression import Node, Number, evaluate, names_in
from causalgia.channels.gates import AbstractGate, AbstractSensingGate
from causalgia.channels.nmodl.algebra import ONE, build, linear
from causalgia.channels.nmodl.currents import Opening, split
from causalgia.channels.nmodl.drives import Ions, Refusal
from causalgia.channels.nmodl.execute import Computed, execute
from causalgia.channels.nmodl.forms import PROBE_mV, gate_of
from causalgia.channels.nmodl.parser import parse
from causalgia.channels.nmodl.syntax import Mechanism
from causalgia.errors import InputError

__all__ = ["ModChannel", "read_mod"]

IONS = {"na": "sodium", "k": "potassium", "ca": "calcium", "cl": "chloride"}
"""Names of ions in files, and here; any other keeps its name."""

VALENCES = {"na": 1, "k": 1, "ca": 2, "cl": -1}
USUAL_mM = {"nai": 10.0, "nao": 140.0, "ki": 54.4, "ko": 2.5, "cai": 5e-5, "cao": 2.0}
"""NEURON's own concentrations, where neither file nor user gives one."""

INSTANT = Number(1e6)
"""Speed (1/ms) of what follows the voltage at once: far beyond any step."""


@dataclass(frozen=True)
class ModChannel:
    """What a mechanism file describes: a channel for each of its currents.

    `densities` are the file's own largest conductances (S/cm2), or permeabilities (cm/s) under
    Goldman-Hodgkin-Katz, one a channel; `reversal_mV` the reversal potentials that the file gives;
    `notes` what was translated otherwise than it stands.
    """

    name: str
    channels: tuple[Channel, ...]
    densities: tuple[float, ...]
    reversal_mV: Mapping[str, float]
    notes: tuple[str, ...]

    @property
    def channel(self) -> Channel:
        """The one channel of a file with one current."""
        if len(self.channels) > 1:
            raise InputError(f"{self.name!r} has several currents: use 'channels'")
        return self.channels[0]

    @property
    def density(self) -> float:
        """The density (S/cm2 or cm/s) of a file with one current."""
        if len(self.densities) > 1:
            raise InputError(f"{self.name!r} has several currents: use 'densities'")
        return self.densities[0]


def read_mod(path_or_text: Path | str, temperature_degC: float) -> ModChannel:
    r"""Read the channels of an NMODL file (Hines and Carnevale 2000).

    Gates follow $\dot x = (x_\infty - x)/\tau$ or $\dot x = \alpha (1 - x) - \beta x$, of the
    voltage and of the concentration of an ion inside; currents are polynomials of gates times
    $v - e$ or the current of Goldman, Hodgkin and Katz. Rates become the quick forms of
    `causalgia.channels.rates` where they have their values, formulas otherwise.

    **Arguments:** a path, or the text itself (anything with a brace in it); the temperature, which
    stands for `celsius`.
    **Raises:** `InputError` that names file, line and construct.
    """
    if not -10.0 <= temperature_degC <= 60.0:
        raise InputError(f"temperature_degC is {temperature_degC:g}, allowed are -10 to 60")
    text, name = _text_of(path_or_text)
    mechanism = parse(text, name)
    with np.errstate(all="ignore"):
        return _Translation(
            mechanism, execute(mechanism, temperature_degC), temperature_degC
        ).done()


def _text_of(path_or_text: Path | str) -> tuple[str, str]:
    if isinstance(path_or_text, str) and "{" in path_or_text:
        return path_or_text, "mechanism"
    path = Path(path_or_text)
    try:
        return path.read_text(encoding="utf-8", errors="replace"), path.name
    except OSError as error:
        raise InputError(
            f"cannot read the mechanism file {str(path)!r}: {error.strerror or error}"
        ) from None


class _Translation:
    """Channels of one mechanism."""

    def __init__(self, mechanism: Mechanism, computed: Computed, temperature_degC: float) -> None:
        self.mechanism = mechanism
        self.computed = computed
        self.temperature_degC = temperature_degC
        self.symbols = {
            f"{ion}{side}": (ion, side)
            for ion, (reads, _) in mechanism.ions.items()
            for side in "io"
            if f"{ion}{side}" in reads
        }
        read = {name for reads, _ in mechanism.ions.values() for name in reads}
        self.values = {k: v for k, v in mechanism.values.items() if k not in read and k != "v"}
        self.gates: dict[str, AbstractGate | AbstractSensingGate] = {}
        self.notes = list(dict.fromkeys(mechanism.notes))
        self.reversal_mV: dict[str, float] = {}

    def done(self) -> ModChannel:
        """Translate every current."""
        written = {
            current: ion for ion, (_, writes) in self.mechanism.ions.items() for current in writes
        }
        written.update(dict.fromkeys(self.mechanism.nonspecific, ""))
        if not written:
            raise self.mechanism.source.error(1, "the NEURON block writes no current")
        for state in self.mechanism.states:
            self.gates[state] = self.state_gate(state)
        found = [self.current(current, ion, len(written)) for current, ion in written.items()]
        channels, densities = zip(*found, strict=True)
        return ModChannel(
            self.mechanism.suffix, channels, densities, self.reversal_mV, tuple(self.notes)
        )

    def state_gate(self, state: str) -> AbstractGate | AbstractSensingGate:
        """The gate of a state, from its derivative."""
        source, line = self.mechanism.source, self.mechanism.lines[state]
        if state not in self.computed.derivatives:
            raise source.unsupported(
                line, f"the state {state!r} without an equation that is solved"
            )
        value, line = self.computed.derivatives[state]
        others = names_in(value) & (set(self.mechanism.states) - {state})
        if others:
            raise source.unsupported(line, f"{state!r} depending on the state {min(others)!r}")
        pair = _relaxation(value, state)
        if pair is None:
            raise source.unsupported(line, f"an equation of {state!r} that is not linear in it")
        gate = self.gate(state, *pair, line)
        self.note_start(state, pair[0])
        return gate

    def gate(
        self, label: str, steady: Node, speed: Node, line: int
    ) -> AbstractGate | AbstractSensingGate:
        """A gate with these formulas, once they are known to give numbers."""
        source = self.mechanism.source
        symbols = (names_in(steady) | names_in(speed)) - set(self.values) - {"v"}
        known = {name for name in symbols if name in self.symbols and self.symbols[name][1] == "i"}
        if symbols - known:
            raise source.unsupported(line, f"{label!r} depending on {min(symbols - known)!r}")
        if len(known) > 1:
            raise source.unsupported(line, f"{label!r} sensing several ions")
        sensed = None
        probe: dict[str, object] = {**self.values, "v": PROBE_mV[:, None]}
        for symbol in known:
            ion = self.symbols[symbol][0]
            sensed = (symbol, IONS.get(ion, ion))
            probe[symbol] = np.array([5e-5, 1e-3, 0.1, 10.0])
        level, rate = evaluate((steady, speed), probe, "numpy")
        # A rate that is 0/0 without a guard lacks a value at one voltage: forms mend that.
        sound = np.isfinite(level) & np.isfinite(rate) & (np.asarray(rate) > 0.0)
        if np.mean(sound) < 0.99:
            what = f"{label!r} has no steady state or no positive time constant at"
            place = np.argmin(np.broadcast_to(sound, (*PROBE_mV.shape, 4)).all(axis=1))
            raise source.error(line, f"{what} {PROBE_mV[place]:.0f} mV")
        return gate_of(steady, speed, self.values, sensed)

    def note_start(self, state: str, steady: Node) -> None:
        """Say so when a file starts a gate elsewhere than at its steady state."""
        start = self.computed.initial.get(state)
        if start is None or names_in(start) & set(self.symbols):
            return
        unknown = (names_in(start) | names_in(steady)) - set(self.values) - {"v", *self.symbols}
        probe = {**self.values, "v": PROBE_mV, **dict.fromkeys(self.symbols, 1e-4)}
        if not unknown:
            given, ours = evaluate((start, steady), probe, "numpy")
            if np.allclose(given, ours, rtol=1e-6, atol=1e-9, equal_nan=True):
                return
        self.notes.append(f"{state} starts in its steady state, not where INITIAL puts it")

    def current(self, current: str, ion: str, count: int) -> tuple[Channel, float]:
        """The channel of one current, and its density."""
        source = self.mechanism.source
        if current not in self.computed.values:
            raise source.error(1, f"BREAKPOINT does not set the current {current!r}")
        line = self.computed.lines[current]
        name = self.mechanism.suffix if count == 1 else f"{self.mechanism.suffix}_{ion or current}"
        ions = self.ions_of(ion, line)
        try:
            opening = self.split(self.computed.values[current], ions)
        except Refusal as refusal:
            raise source.unsupported(line, f"{current}: {refusal}") from None
        gates = tuple(self.factor_gate(factor, line) for factor in opening.gates)
        if opening.drive.difference > 1e-6:
            self.notes.append(
                f"{name}: the file's {opening.drive.law} differs from the exact equation by up to "
                f"{100.0 * opening.drive.difference:.2g}%; the exact one is used"
            )
        carrier = self.carrier(name, ion, ions, opening)
        channel = Channel(name, carrier, gates, opening.terms, source.name, opening.drive.law)
        return channel, opening.density

    def split(self, current: Node, ions: Ions) -> Opening:
        """Take a current apart; a density of zero in the file is one for as long."""
        states = frozenset(self.mechanism.states)
        used = names_in(current) & set(self.values)
        try:
            return split(current, states, self.values, ions)
        except Refusal:
            for silent in sorted(name for name in used if self.values[name] == 0.0):
                opened = split(current, states, {**self.values, silent: 1.0}, ions)
                return Opening(0.0, opened.gates, opened.terms, opened.drive)
            raise

    def factor_gate(self, factor: Node, line: int) -> AbstractGate | AbstractSensingGate:
        """The gate of a factor of a current: a state, or what follows the voltage at once."""
        for state in self.mechanism.states:
            if names_in(factor) == {state}:
                return self.gates[state]
        self.notes.append(
            f"line {line}: a factor without a state follows the voltage within a step"
        )
        return self.gate("a factor of the current", factor, INSTANT, line)

    def ions_of(self, ion: str, line: int) -> Ions:
        """What the engine must know of the carrier of a current."""
        valence = self.mechanism.valences.get(ion, VALENCES.get(ion, 0 if ion else 1))
        symbols = (f"{ion}i", f"{ion}o") if ion else ("", "")
        if ion and not valence:
            raise self.mechanism.source.error(line, f"the ion {ion!r} needs a VALENCE")
        values = self.mechanism.values
        usual = {symbol: values.get(symbol, USUAL_mM.get(symbol, 1.0)) for symbol in symbols}
        return Ions(
            IONS.get(ion, ion) or None,
            f"e{ion}" if ion else "",
            *symbols,
            valence,
            self.temperature_degC,
            usual if ion else {},
        )

    def carrier(self, name: str, ion: str, ions: Ions, opening: Opening) -> str:
        """The name of the reversal potential, with the file's own value where it has one."""
        if opening.drive.law == "ghk" or opening.drive.reversal_mV is None:
            assert ions.name is not None  # an unspecific current has neither
            given = self.mechanism.values.get(ions.reversal)
            if given is not None and opening.drive.law == "ohmic":
                self.reversal_mV[ions.name] = given
            return ions.name
        self.reversal_mV[name] = opening.drive.reversal_mV
        if ion:
            self.notes.append(
                f"{name} has a reversal potential of its own, {opening.drive.reversal_mV:g} mV, "
                f"and counts as no current of {ions.name}"
            )
        return name


def _relaxation(value: Node, state: str) -> tuple[Node, Node] | None:
    """Steady state and speed of `state' = value`, None if it does not relax so."""
    if getattr(value, "function", "") == "/":
        top, below = value.arguments  # type: ignore[union-attr]
        pair = linear(top, state)
        if pair is not None and pair[1] == Number(-1.0) and state not in names_in(below):
            return pair[0], build("/", ONE, below)
    pair = linear(value, state)
    if pair is None or pair[1] == Number(0.0):
        return None
    speed = build("0-", pair[1])
    return build("/", pair[0], speed), speed
