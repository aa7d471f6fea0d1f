"""What came of a protocol as tables of numbers, for a page and for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.cord.experiment_result import CordResult
from causalgia.reports.cord_rasters import in_words
from causalgia.reports.fiber_page import figure_number

__all__ = ["NumberTable", "relative", "tables_of_numbers", "telling"]


_NOTHING = 0.05


@dataclass(frozen=True)
class NumberTable:
    """A table: what it is about, the heads of its columns, its rows, the first cell a name."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of_numbers(result: CordResult) -> list[NumberTable]:
    """The numbers of an experiment."""
    make: dict[str, Callable[[CordResult], list[NumberTable]]] = {
        "raster": _rates,
        "windup": _windup,
        "stimulation": _stimulation,
        "gate": _gate,
    }
    tables = make[result.protocol.run.experiment](result)
    found = {in_words(name): 100.0 * grown for name, grown in result.growth().items()}
    # Only who grows is listed, unless nobody does.
    growth = {name: grown for name, grown in found.items() if grown.max() >= _NOTHING} or found
    tables += _by_condition(result, "Growth of C-fiber synapses, %", growth)
    if result.descended is not None:
        ends = {
            in_words(name): tones[-1].reshape(len(result.variants), -1)
            for name, tones in result.descended.tones.items()
        }
        tables += _by_condition(result, "Descending tone at the end, fold of rest", ends)
    return tables


def telling(result: CordResult) -> int:
    """The condition that shows most: the fastest volleys, the best stimulation, else the first."""
    experiment = result.protocol.run.experiment
    if experiment == "windup":
        return int(np.argmax([condition.frequency_Hz for condition in result.conditions]))
    if experiment == "stimulation":
        share = relative(result, result.circuit.projections[-1])[0]
        is_known = np.isfinite(share).all()
        return 1 + int(np.argmin(share[1:])) if is_known else len(result.conditions) - 1
    return 0


def _by_condition(
    result: CordResult, title: str, values: Mapping[str, Float[np.ndarray, "variant condition"]]
) -> list[NumberTable]:
    """A row for each condition, a column for each name: a table a variant, or one for all."""
    if not values:
        return []
    if len(result.conditions) == 1:
        rows = [(name, *map(_cell, found[:, 0])) for name, found in values.items()]
        return [NumberTable(title, ("", *result.variants), tuple(rows))]
    return [
        NumberTable(
            f"{title}, {variant}",
            ("", *values),
            tuple(
                (condition.name, *(_cell(found[v, c]) for found in values.values()))
                for c, condition in enumerate(result.conditions)
            ),
        )
        for v, variant in enumerate(result.variants)
    ]


def _cell(value: float) -> str:
    """A number, zero where it is next to nothing."""
    return figure_number(float(value) if abs(value) >= _NOTHING else 0.0)


def relative(result: CordResult, population: str) -> np.ndarray:
    """Rate under each condition over that under the first, in % [variant, condition]."""
    rates = result.rates_Hz()[:, :, result.populations.index(population)]
    still = np.where(rates[:, :1] > 0, rates[:, :1], np.nan)
    return np.asarray(100.0 * rates / still)


def _rates(result: CordResult) -> list[NumberTable]:
    rates = result.rates_Hz()[:, 0]
    rows = [
        (in_words(name), *(figure_number(float(rate)) for rate in rates[:, index]))
        for index, name in enumerate(result.populations)
    ]
    return [NumberTable("Rate of a neuron, Hz", ("", *result.variants), tuple(rows))]


def _windup(result: CordResult) -> list[NumberTable]:
    tables = []
    for population in result.circuit.projections:
        answers = result.answers(population)
        rows = []
        for v, variant in enumerate(result.variants):
            for c, condition in enumerate(result.conditions):
                counts = answers[v, c]
                numbers = (counts[0], counts[-1], counts.mean(), counts.sum())
                cells = (figure_number(float(n)) for n in numbers)
                rows.append((f"{variant}, {condition.name}", *cells))
        head = ("", "first", "last", "mean", "all")
        title = f"Spikes a stimulus, {in_words(population)}"
        tables.append(NumberTable(title, head, tuple(rows)))
    return tables


def _stimulation(result: CordResult) -> list[NumberTable]:
    tables = []
    for population in result.circuit.projections:
        rates = result.rates_Hz()[:, :, result.populations.index(population)]
        share = relative(result, population)
        rows = []
        for c, condition in enumerate(result.conditions):
            cells = []
            for v in range(len(result.variants)):
                cells += [figure_number(float(rates[v, c])), figure_number(float(share[v, c]))]
            rows.append((condition.name, *cells))
        head = ("", *(cell for variant in result.variants for cell in (f"{variant}, Hz", "%")))
        title = f"Rate during stimulation, {in_words(population)}"
        tables.append(NumberTable(title, head, tuple(rows)))
    return tables


def _gate(result: CordResult) -> list[NumberTable]:
    tables = []
    for population in result.circuit.projections:
        rates = result.rates_Hz()[:, :, result.populations.index(population)]
        rows = [
            (condition.name, *(figure_number(float(rate)) for rate in rates[:, c]))
            for c, condition in enumerate(result.conditions)
        ]
        title = f"Rate, {in_words(population)}, Hz"
        tables.append(NumberTable(title, ("", *result.variants), tuple(rows)))
    return tables
