"""Spikes of a whole circuit: a block for each population, a line for each neuron."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from causalgia.cord.experiment_result import CordResult
from causalgia.reports.cord_time import TimeAxis, draw_stimuli, draw_times, shown_ms, time_axis
from causalgia.reports.svg import Canvas, number

__all__ = ["draw_cord_raster", "in_words", "sentence", "tone_of"]

_WIDTH, _RIGHT, _TOP, _GAP = 420.0, 410.0, 22.0, 7.0
_LETTER = 6.7
_WORDS = {
    "a_beta": "A-beta",
    "a_delta": "A-delta",
    "c": "C",
    "surround_a_beta": "A-beta, surround",
    "pkc_gamma": "PKC-gamma",
    "vglut3": "VGLUT3",
    "lamina_i": "lamina I",
    "slowly_adapting_1": "A-beta, SA I",
    "slowly_adapting_2": "A-beta, SA II",
    "peptidergic_c": "C, peptidergic",
    "non_peptidergic_c": "C, other",
    "ampa": "AMPA",
    "c_ampa": "AMPA of C fibers",
    "nmda": "NMDA",
    "nk1": "NK1",
    "gaba_a": "GABA-A",
    "girk": "GIRK",
}


def in_words(name: str) -> str:
    """A population, a class of afferents or a receptor as people call it."""
    return _WORDS.get(name, name.replace("_", " "))


_EXCITING = {"ampa", "c_ampa", "nmda", "nk1"}


def sentence(text: str) -> str:
    """The text with a capital first letter, its other letters as they are."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class _Block:
    name: str
    tone: str
    size: int
    is_input: bool
    time_ms: Float[np.ndarray, " spike"]
    member: Int[np.ndarray, " spike"]

    @property
    def height(self) -> float:
        """Room on the picture: more for more neurons, but not in proportion."""
        each, most = (1.2, 32.0) if self.is_input else (3.2, 56.0)
        return float(np.clip(each * self.size, 13.0, most))


def tone_of(result: CordResult, name: str) -> str:
    """The color of a population or class: by fiber, or by what it does."""
    if name in result.network.afferents:
        if "beta" in name or name.startswith("slowly"):
            return "a-beta"
        return "a-delta" if "delta" in name else "c" if name != "background" else "plain"
    if name in result.circuit.projections:
        return "projection"
    given = {s.receptor for s in result.network.synapses if s.source == name}
    return "excitatory" if given & _EXCITING else "inhibitory"


def draw_cord_raster(result: CordResult, variant: int, condition: int) -> str:
    """Every spike of one variant under one condition, afferents at the top."""
    blocks = _blocks(result, variant, condition)
    bottom = _TOP + sum(block.height + _GAP for block in blocks)
    canvas = Canvas(_WIDTH, bottom + 26, _describe(result, variant, condition, blocks), "raster")
    left = 14.0 + _LETTER * max(len(in_words(block.name)) for block in blocks)
    axis = time_axis(result, condition, left, _RIGHT)
    draw_stimuli(canvas, result, condition, axis)
    y = _TOP
    for block in blocks:
        canvas.text(
            left - 8, y + 0.5 * block.height + 4, in_words(block.name), "tick", anchor="end"
        )
        canvas.path(f"M{number(left)} {number(y + block.height + 0.5 * _GAP)}H{_RIGHT:.0f}", "grid")
        ticks = _ticks(block, axis, y)
        if ticks:
            canvas.path(ticks, f"tick-mark {block.tone}")
        y += block.height + _GAP
    draw_times(canvas, axis, bottom)
    return canvas.render("figure")


def _blocks(result: CordResult, variant: int, condition: int) -> list[_Block]:
    start_ms, end_ms = shown_ms(result, condition)
    lane = result.lane(variant, condition)
    fired = result.conditions[condition].fired
    chosen = result.protocol.draw.populations
    names = [*(name for name in result.network.afferents if name in fired), *result.populations]
    sizes = result.network.sizes()
    blocks = []
    for name in chosen or [name for name in names if name != "background"]:
        is_input = name in result.network.afferents
        if is_input:
            if name not in fired:
                continue
            times, members = fired[name].time_ms, fired[name].fiber
        else:
            events = result.discharge.events[name]
            mine = events.patient == lane
            times, members = events.time_ms[mine], events.neuron[mine]
        inside = (times >= start_ms) & (times <= end_ms)
        blocks.append(
            _Block(
                name,
                tone_of(result, name),
                sizes[name],
                is_input,
                times[inside],
                members[inside],
            )
        )
    return blocks


def _ticks(block: _Block, across: TimeAxis, top: float) -> str:
    """One short line a spike; those that would cover each other are drawn once."""
    row = block.height / block.size
    spots = {
        (number(across(float(time))), number(top + row * int(member)))
        for time, member in zip(block.time_ms, block.member, strict=True)
    }
    tall = number(max(row - (1.0 if row > 4 else 0.0), 1.2))
    return "".join(f"M{x} {y}v{tall}" for x, y in sorted(spots, key=lambda s: float(s[0])))


def _describe(result: CordResult, variant: int, condition: int, blocks: Sequence[_Block]) -> str:
    counts = ", ".join(f"{in_words(block.name)} {block.time_ms.size}" for block in blocks)
    named = result.conditions[condition].name
    return f"Spikes, {result.variants[variant]}{', ' + named if named else ''}: {counts}."
