"""The circuit of Zhang (2014): wind-up, pulses on the dorsal columns, volleys that condition.

Its afferents are drawn with the means and deviations of the archive's lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from causalgia.cord.modulation import Modulation
from causalgia.cord.presets.zhang_2014 import zhang_2014
from causalgia.cord.presets.zhang_inputs import (
    Fibers,
    Pulsing,
    column_stimulation,
    ongoing_firing,
    together,
    volley_delays,
)
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Discharge
from causalgia.evidence import parameters
from causalgia.validation.cord.windows import counted
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["zhang_conditioning", "zhang_frequencies", "zhang_pulses", "zhang_windup"]

DRAWS = 4
"""How many sets of afferents are averaged."""

ONSET_ms, END_ms = 3000.0, 11000.0
"""From when until when the dorsal columns are stimulated."""


@measures("zhang_2014.windup.*")
def zhang_windup(_: Collection[str]) -> Mapping[str, Outcome]:
    """Spikes at 20 volleys, one a second."""
    distance = parameters("zhang_2014")["windup_distance"].value
    onsets_ms = 1000.0 * np.arange(1, 21)
    patients = [volleys(volley_delays(distance, seed), onsets_ms) for seed in range(DRAWS)]
    fired = _run(patients, 21000.0, surround=False)
    each = np.mean(
        [counted(fired.events["projection"].of(p), onsets_ms, 1e3) for p in range(DRAWS)], axis=0
    )
    return {
        "zhang_2014.windup.first": float(each[0]),
        "zhang_2014.windup.tenth": float(each[9]),
        "zhang_2014.windup.twentieth": float(each[19]),
    } | {
        f"zhang_2014.windup.total.{name}": float(fired.count(name).mean())
        for name in ("projection", "excitatory", "inhibitory")
    }


@measures("zhang_2014.scs.*", slow=True)
def zhang_frequencies(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Firing of the projection neuron against stimulation frequency, all rows side by side."""
    rows = {row: _scenario(row) for row in ids if not row.endswith(".lowest")}
    runs = list(dict.fromkeys([*rows.values(), *((f"gaba_{g}", 0.0) for g in _levels(ids))]))
    ongoing = ongoing_firing(END_ms)
    fired = simulate_network(
        zhang_2014(),
        together([_stimulated(ongoing, *run) for run in runs]),
        duration_ms=END_ms,
        patients=len(runs),
        modulation=Modulation(
            conductance={"gaba_a": np.array([_level(kind) / 100.0 for kind, _ in runs])}
        ),
    )
    rate_Hz = dict(zip(runs, fired.rate_Hz("projection", ONSET_ms, END_ms), strict=True))
    found: dict[str, Outcome] = {}
    for row, (kind, frequency) in rows.items():
        relative = frequency > 0 and kind.startswith("gaba")
        found[row] = float(rate_Hz[kind, frequency] / (rate_Hz[kind, 0.0] if relative else 1.0))
    for level in _levels(ids):
        shares = [v for r, v in found.items() if f".gaba_{level}.f" in r and isinstance(v, float)]
        found[f"zhang_2014.scs.gaba_{level}.lowest"] = min(shares, default=float("nan"))
    return found


@measures("zhang_2014.pulse.*")
def zhang_pulses(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Rates (Hz) in windows after pulses given once a second."""
    end_ms = 9000.0
    patients = [
        column_stimulation(ongoing_firing(end_ms, seed), Pulsing.drawn(1.0, ONSET_ms, end_ms, seed))
        for seed in range(DRAWS)
    ]
    fired = _run(patients, end_ms)
    starts_ms = np.arange(ONSET_ms, end_ms, 1e3)
    found: dict[str, Outcome] = {}
    for row in ids:
        after, before = (float(t) for t in row.split(".")[-1].split("_"))
        counts = [
            counted(fired.events["projection"].of(p), starts_ms + after, before - after)
            for p in range(DRAWS)
        ]
        found[row] = float(np.mean(counts)) * 1e3 / (before - after)
    return found


@measures("zhang_2014.conditioning.*")
def zhang_conditioning(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Spikes in a trial with a second volley of touch and A-delta fibers at some interval."""
    onsets_ms = np.array([1000.0, 3000.0, 5000.0])
    intervals = sorted({_interval_ms(row) for row in ids})
    patients = [
        volleys(volley_delays(1.0, seed), onsets_ms, second_ms=interval)
        for interval in intervals
        for seed in range(DRAWS)
    ]
    fired = _run(patients, onsets_ms[-1] + 2000.0)
    found: dict[str, Outcome] = {}
    for row in ids:
        interval = _interval_ms(row)
        first = intervals.index(interval) * DRAWS
        after_ms = interval + 30.0 if ".late." in row else 0.0
        counts = fired.count("projection", onsets_ms[-1] + after_ms)
        found[row] = float(counts[first : first + DRAWS].mean())
    return found


def volleys(
    late_ms: Mapping[str, np.ndarray], onsets_ms: np.ndarray, second_ms: float = 0.0
) -> dict[str, list[np.ndarray]]:
    """Every fiber fires at each onset with its delay, A fibers again `second_ms` after the last."""
    again = np.append(onsets_ms, onsets_ms[-1] + second_ms) if second_ms else onsets_ms
    return {
        name: [(onsets_ms if name == "c" else again) + delay for delay in delays]
        for name, delays in late_ms.items()
    }


def _run(patients: Sequence[Fibers], duration_ms: float, *, surround: bool = True) -> Discharge:
    return simulate_network(
        zhang_2014(surround=surround),
        together(patients),
        duration_ms=duration_ms,
        patients=len(patients),
    )


def _stimulated(ongoing: Fibers, kind: str, frequency_Hz: float) -> Fibers:
    """Afferents of a run: pulses on all dorsal columns, or only on some of them."""
    made = column_stimulation(ongoing, Pulsing.drawn(frequency_Hz, ONSET_ms, END_ms))
    if kind == "touch_only":
        return {**made, "surround_a_beta": []}
    if kind == "surround_only":
        return {**made, "a_beta": ongoing["a_beta"]}
    return made


def _scenario(row: str) -> tuple[str, float]:
    """As in "zhang_2014.scs.gaba_50.f20" or "..gaba_50.unstimulated"."""
    kind, named = row.split(".")[2:]
    return kind, 0.0 if named == "unstimulated" else float(named.removeprefix("f"))


def _levels(ids: Collection[str]) -> list[str]:
    return sorted({named[1] for row in ids if (named := re.search(r"\.gaba_(\d+)\.", row))})


def _level(kind: str) -> float:
    return float(kind.removeprefix("gaba_")) if kind.startswith("gaba_") else 100.0


def _interval_ms(row: str) -> float:
    """As in "..i150"; 0 without a second volley."""
    named = re.search(r"\.i(\d+)$", row)
    return float(named[1]) if named else 0.0
