"""The figures of a protocol: wind-up, stimulation, the gate, and rasters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from causalgia.cord.experiment_result import CordResult
from causalgia.reports.cord_rasters import draw_cord_raster, in_words, sentence, tone_of
from causalgia.reports.cord_tables import relative, telling
from causalgia.reports.cord_voltages import draw_cord_voltages
from causalgia.reports.curves_figure import Axis, Series, draw_curves
from causalgia.reports.fiber_figures import nice_ticks
from causalgia.reports.svg import Canvas, Scale

__all__ = ["Figure", "draw_cord_figures", "draw_gate"]

_TONES = 6
_ROLES = {"excitatory": 1, "inhibitory": 2, "projection": 3}
_WIDTH, _LEFT, _RIGHT, _TOP = 420.0, 14.0, 362.0, 18.0


Part: TypeAlias = Literal["curves", "rasters", "voltages", "tones"]
"""What there is on a page."""


@dataclass(frozen=True)
class Figure:
    """A figure, its `title` on the page, and which `part` of the page it belongs to."""

    title: str
    svg: str
    part: Part = "curves"


def draw_cord_figures(result: CordResult) -> dict[str, Figure]:
    """All figures by the name of their file."""
    make: dict[str, Callable[[CordResult], dict[str, Figure]]] = {
        "raster": lambda result: {},
        "windup": _windup,
        "stimulation": _stimulation,
        "gate": _gate,
    }
    figures = make[result.protocol.run.experiment](result)
    for variant, condition in _shown(result):
        parts = (result.variants[variant], result.conditions[condition].name)
        title = ", ".join(part for part in parts if part)
        name = "_".join(_file(part) for part in parts if part)
        raster = draw_cord_raster(result, variant, condition)
        figures[f"raster_{name}"] = Figure(sentence(title), raster, "rasters")
        if result.traces:
            voltages = draw_cord_voltages(result, variant, condition)
            figures[f"voltage_{name}"] = Figure(sentence(title), voltages, "voltages")
    return figures | _tones(result)


def _tones(result: CordResult) -> dict[str, Figure]:
    """What the brain sends down, a figure for each variant, where it is most telling."""
    if result.descended is None:
        return {}
    condition = telling(result)
    figures = {}
    for variant, name in enumerate(result.variants):
        lane = result.lane(variant, condition)
        series = [
            Series(in_words(transmitter), 1e-3 * result.descended.time_ms, tones[:, lane], tone)
            for tone, (transmitter, tones) in enumerate(result.descended.tones.items())
        ]
        up = Axis("fold of rest", 0.0)
        svg = draw_curves("tones", series, Axis("time, s"), up, level=(1.0, ""))
        parts = (name, result.conditions[condition].name)
        title = sentence(", ".join(part for part in parts if part))
        figures[f"tones_{_file(name)}"] = Figure(title, svg, "tones")
    return figures


def _file(text: str) -> str:
    """A part of a file's name."""
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower())
    return "_".join(part for part in kept.split("_") if part) or "other"


def _shown(result: CordResult) -> list[tuple[int, int]]:
    """Which variants under which conditions are shown spike by spike."""
    variants, conditions = range(len(result.variants)), range(len(result.conditions))
    experiment = result.protocol.run.experiment
    if experiment == "windup":
        return [(variant, telling(result)) for variant in variants]
    if experiment == "stimulation":
        return [(0, 0), (0, telling(result))]
    return [(variant, condition) for condition in conditions for variant in variants]


def _windup(result: CordResult) -> dict[str, Figure]:
    figures = {}
    order = np.argsort([condition.frequency_Hz for condition in result.conditions])
    for population in result.circuit.projections:
        answers = result.answers(population)
        most = float(np.nanmax(answers, initial=1.0))
        for variant, name in enumerate(result.variants):
            series = [
                Series(
                    result.conditions[c].name,
                    np.arange(1.0, answers.shape[-1] + 1),
                    answers[variant, c],
                    variant % _TONES,
                    0.4 + 0.6 * rank / max(len(order) - 1, 1),
                )
                for rank, c in enumerate(order)
            ]
            svg = draw_curves(
                "windup", series, Axis("stimulus"), Axis("spikes a stimulus", 0.0, most)
            )
            title = f"{sentence(in_words(population))}, {name}"
            figures[f"windup_{population}_{_file(name)}"] = Figure(title, svg)
    return figures


def _stimulation(result: CordResult) -> dict[str, Figure]:
    figures = {}
    frequency = np.array([condition.frequency_Hz for condition in result.conditions])
    on = frequency > 0
    wide = on.sum() > 1 and frequency[on].max() >= 10 * frequency[on].min()
    across = Axis("dorsal column pulses, Hz", logarithmic=bool(wide))
    for population in result.circuit.projections:
        share = relative(result, population)
        series = [
            Series(name, frequency[on], share[variant, on], variant % _TONES)
            for variant, name in enumerate(result.variants)
        ]
        svg = draw_curves(
            "stimulation",
            series,
            across,
            Axis("% of the rate without stimulation", 0.0),
            level=(100.0, "without stimulation"),
        )
        title = f"{sentence(in_words(population))} against frequency"
        figures[f"stimulation_{population}"] = Figure(title, svg)
    rates = result.rates_Hz()[0]
    everybody = range(rates.shape[1])
    fired = [i for i in everybody if rates[:, i].max() > 0] or everybody
    series, seen = [], Counter[int]()
    for i in fired:
        name = result.populations[i]
        tone = _ROLES[tone_of(result, name)]
        # Populations of one role share a color, each paler than the one before.
        strength = max(1.0 - 0.25 * seen[tone], 0.35)
        series.append(Series(in_words(name), frequency[on], rates[on, i], tone, strength))
        seen[tone] += 1
    svg = draw_curves("rates", series, across, Axis("Hz, a neuron", 0.0))
    figures["rates"] = Figure(f"Who does it: all populations, {result.variants[0]}", svg)
    return figures


def _gate(result: CordResult) -> dict[str, Figure]:
    return {
        f"gate_{name}": Figure(sentence(in_words(name)), draw_gate(result, name))
        for name in result.circuit.projections
    }


def draw_gate(result: CordResult, population: str) -> str:
    """Bars of a population's rate: a group for each condition, a bar for each variant."""
    rates = result.rates_Hz()[:, :, result.populations.index(population)]
    bar, variants = 15.0, len(result.variants)
    group = 20.0 + (bar + 3.0) * variants + 10.0
    bottom = _TOP + 22.0 + group * len(result.conditions)
    canvas = Canvas(_WIDTH, bottom + 24, _describe_gate(result, rates), "gate")
    across = Scale(0.0, float(max(rates.max(), 1.0)), _LEFT, _RIGHT)
    _draw_key(canvas, result.variants)
    for value in nice_ticks(0.0, across.high):
        canvas.line((across(value), _TOP + 14), (across(value), bottom), "grid")
        anchor = "start" if value == 0 else "middle"
        canvas.text(across(value), bottom + 17, f"{value:g}", "tick", anchor=anchor)
    canvas.text(_WIDTH - 8, bottom + 17, "Hz", "tick", anchor="end")
    y = _TOP + 22.0
    for c, condition in enumerate(result.conditions):
        canvas.text(_LEFT, y + 12, condition.name, "label halo-card")
        y += 20.0
        for v in range(variants):
            rate = float(rates[v, c])
            width = max(across(rate) - _LEFT, 1.5)
            tone = f"tone-{v % _TONES}"
            canvas.add("rect", x=_LEFT, y=y, width=width, height=bar, rx=2.5, class_=f"bar {tone}")
            said = f"{rate:.0f}" if rate >= 10 or rate == 0 else f"{rate:.1f}"
            canvas.text(_LEFT + width + 6, y + 12, said, f"name {tone}")
            y += bar + 3.0
        y += 10.0
    return canvas.render("figure")


def _draw_key(canvas: Canvas, variants: tuple[str, ...]) -> None:
    x = _LEFT
    for v, name in enumerate(variants):
        canvas.add("rect", x=x, y=4.0, width=11.0, height=11.0, rx=2.0, class_=f"bar tone-{v % 6}")
        canvas.text(x + 16, 14, name, "tick")
        x += 32.0 + 6.6 * len(name)


def _describe_gate(result: CordResult, rates: np.ndarray) -> str:
    said = [
        f"{condition.name}: "
        + ", ".join(f"{name} {rates[v, c]:.3g} Hz" for v, name in enumerate(result.variants))
        for c, condition in enumerate(result.conditions)
    ]
    return "Rate; " + "; ".join(said) + "."
