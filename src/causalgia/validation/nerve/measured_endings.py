"""The library's own nociceptors, healthy, sick, cut and mutated, as those who recorded them did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import numpy as np

from causalgia.afferents.c_classes import c_lanes
from causalgia.afferents.ganglion import resting_potential_mV, rheobase_nA
from causalgia.afferents.genotype import with_channel, with_mutation
from causalgia.afferents.heat import heat_responses
from causalgia.afferents.injury import neuroma
from causalgia.afferents.model import FiberModel, scaled
from causalgia.afferents.polyneuropathy import draw_nociceptors, with_ill
from causalgia.afferents.population import draw_c_class
from causalgia.afferents.presets.human_ganglion import human_ganglion, human_nav1_7, pulse_ms
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.afferents.slowing import regular_train_ms, respond_to_train
from causalgia.afferents.spontaneous import active_endings, spontaneous_activity
from causalgia.afferents.terminals import c_ending, c_endings
from causalgia.evidence import parameters
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["restoring_cut_percent"]

ENDINGS, FIBERS, NEURONS = 48, 32, 32
"""How many of each are drawn."""

SEED = 0
FULL = 1.0
"""The severity of an established painful neuropathy, and of a neuroma."""

NEUROMA_ms = 4000.0
"""How long a neuroma is listened to."""

CUTS_percent = (0.0, 25.0, 50.0, 75.0)
"""Of Nav1.8, from which the smallest that works is taken."""

ROOM_degC = 22.0
STEP_ms = 200.0
"""Of the steps of current that give the rodent neuron's rheobase."""


@measures("AF0004", slow=True)
def measured_block(_: Collection[str]) -> Mapping[str, Outcome]:
    """Nociceptors at 4 Hz for 3 minutes: the share of which some spikes, not all, are lost."""
    fibers = c_lanes(draw_c_class("c_polymodal", FIBERS, SEED), 3000.0, 30)
    found = respond_to_train(fibers, regular_train_ms(4.0, 180.0))
    conducts = found.spikes[0] > 0
    return {"AF0004": 100.0 * float(np.mean(found.failed[conducts] > 0))}


@measures("AF014[1-5]*", slow=True)
def measured_polyneuropathy(_: Collection[str]) -> Mapping[str, Outcome]:
    """Nociceptors of painful and painless polyneuropathy, the shares that are ill as recalled."""
    shares, fibers = parameters("kleggetveit_2012"), draw_nociceptors(2 * ENDINGS, SEED)
    painful, painless = (
        with_ill(fibers, 0.01 * shares[f"affected_{kind}"].value)
        for kind in ("painful", "painless")
    )
    double = painful.double
    several = np.nan if not double.any() else 100.0 * float(painful.active[double].mean())
    return {
        "AF0141": painful.double_percent,
        "AF0142": painless.double_percent,
        "AF0143": float(np.median(painful.interval_ms[double])) if double.any() else np.nan,
        "AF0144.with": several,
        "AF0144.without": 100.0 * float(painful.active[~double].mean()),
        "AF0145": painful.active_percent,
        "AF0145.painless": painless.active_percent,
    }


@measures("AF0090", "AF0091", slow=True)
def measured_spontaneous(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The share of endings that fire at skin temperature with nothing done."""
    known = {"AF0090": ("c_silent", FULL), "AF0091": ("c_silent", 0.0)}
    return {
        row: spontaneous_activity(name, severity, count=ENDINGS, seed=SEED).active_percent
        for row, (name, severity) in known.items()
        if row in ids
    }


@measures("CH0108.*", slow=True)
def measured_neuromas(_: Collection[str]) -> Mapping[str, Outcome]:
    """The share of cut fibers that fire, with Nav1.8 and without."""
    fibers = draw_c_class("c_polymodal", ENDINGS, SEED)
    null = tuple(replace(f, folds={**f.folds, "nav1_8": 0.0}) for f in fibers)
    found = {}
    for row, recipes in (("CH0108.wild", fibers), ("CH0108.null", null)):
        endings = c_endings(recipes)
        cut = replace(endings, model=neuroma(endings.model, FULL))
        found[row] = active_endings(cut, duration_ms=NEUROMA_ms, seed=SEED).active_percent
    return found


@measures("AF002[56789]", "AF0030", slow=True)
def measured_heat(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Threshold and rate of a healthy polymodal ending in ramps of heat."""
    rows = {0.3: ("AF0025", "AF0028"), 2.0: ("AF0026", "AF0029"), 6.0: ("AF0027", "AF0030")}
    found: dict[str, Outcome] = {}
    for ramp, (threshold, rate) in rows.items():
        if threshold in ids or rate in ids:
            given = heat_responses(c_ending("c_polymodal"), ramps_degC_per_s=(ramp,), seed=SEED)
            found[threshold] = float(given.threshold_degC[0])
            found[rate] = float(given.rate_Hz[0])
    return found


@measures("CH0021", slow=True)
def measured_depolarization(_: Collection[str]) -> Mapping[str, Outcome]:
    """The median rise of the human neurons' rest by one copy of the source's mutation."""
    healthy = human_ganglion(NEURONS)
    rise = resting_potential_mV(with_mutation(healthy, "I234T")) - resting_potential_mV(healthy)
    return {"CH0021": float(np.median(rise))}


@measures("CH0007", "CH0007.human", slow=True)
def measured_cut(ids: Collection[str]) -> Mapping[str, Outcome]:
    """How much of Nav1.8 has to go for a carrier's rheobase to be that of health."""

    def rodent(model: FiberModel) -> float:
        return float(rheobase_nA(model, width_ms=STEP_ms, largest_nA=0.4)[0])

    def human(model: FiberModel) -> float:
        return float(np.median(rheobase_nA(model, width_ms=pulse_ms(), largest_nA=4.0)))

    dynamic_clamp = with_channel(verma_2020(), human_nav1_7(ROOM_degC))
    known: Mapping[str, Callable[[], float]] = {
        "CH0007": lambda: restoring_cut_percent(dynamic_clamp, "L848H", rodent),
        "CH0007.human": lambda: restoring_cut_percent(human_ganglion(NEURONS), "S241T", human),
    }
    return {row: known[row]() for row in ids}


def restoring_cut_percent(
    healthy: FiberModel, mutation: str, threshold_nA: Callable[[FiberModel], float]
) -> float:
    """The smallest of `CUTS_percent` of Nav1.8 that brings a carrier's rheobase back to health's.

    NaN where none does, or where the carrier cannot be stimulated without a cut (it rests too
    depolarized).
    """
    carrier, aim = with_mutation(healthy, mutation), threshold_nA(healthy)
    for cut in CUTS_percent:
        found = threshold_nA(scaled(carrier, {"nav1_8": 1.0 - 0.01 * cut}))
        if not np.isfinite(found):
            return np.nan
        if found >= aim:
            return cut
    return np.nan
