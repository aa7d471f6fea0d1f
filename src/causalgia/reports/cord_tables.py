"""What came of a protocol as tables of numbers, for a page and for a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from causalgia.cord.experiment_result import CordResult
from causalgia.reports.cord_rasters import in_words
from causalgia.reports.fiber_page import figure_number

__all__ = ["NumberTable", "relative", "tables_of_numbers"]


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
    return make[result.protocol.run.experiment](result)


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
