"""The C-fiber of Tigerholm (2014): one spike, thresholds, balance, activity-dependent slowing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from jaxtyping import Float

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.cable.stimulus import Pulses
from causalgia.cable.thresholds import Inside, thresholds
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.cable.waveforms import Monophasic
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["one_spike", "slowing_percent"]

PORT_NERNST_degC = 6.3
"""Where the public port computes its Nernst potentials."""

SITES = {"1_025": 20, "2_525": 50, "5_025": 100, "7_525": 150, "9_025": 180}
"""Compartments of the 200 of 10 mm, by their place in mm."""

MIDDLE, FIRST, LAST = 100, 50, 150
BETWEEN_mm = 5.0
PULSE_nA, PULSE_ms = 0.5, 1.0
SAMPLE_ms = 40.0
"""After each pulse, when concentrations are read."""


@measures(
    "tigerholm_2014.rest",
    "tigerholm_2014.cv*",
    "tigerholm_2014.peak*",
    "tigerholm_2014.time.*",
    "tigerholm_2014.after.*",
    "tigerholm_2014.balance.*",
)
def tigerholm_spike(_: Collection[str]) -> Mapping[str, Outcome]:
    """One spike at both temperatures of the Nernst potentials."""
    found = dict(one_spike(tigerholm_2014()))
    colder = one_spike(tigerholm_2014(nernst_degC=PORT_NERNST_degC))
    return found | {f"{row}.6c": value for row, value in colder.items()}


@measures("tigerholm_2014.threshold.*", slow=True)
def tigerholm_thresholds(_: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of pulses into the end, for a spike that reaches 7.5 mm."""
    widths = {"0_5": 0.5, "1": 1.0, "5": 5.0}
    found: dict[str, Outcome] = {}
    for suffix, model in (
        ("", tigerholm_2014()),
        (".6c", tigerholm_2014(nernst_degC=PORT_NERNST_degC)),
    ):
        pulses = [Inside(0, Monophasic(width, sign=1)) for width in widths.values()]
        limits = thresholds(
            model,
            pulses,
            at=LAST,
            duration_ms=30.0,
            between=(0.02, 1.0),
            tolerance=2e-3,
            amplitudes=20,
        )
        for name, threshold in zip(widths, limits, strict=True):
            found[f"tigerholm_2014.threshold.{name}ms{suffix}"] = threshold.amplitude
    return found


@measures(
    "tigerholm_2014.slowing.*", "tigerholm_2014.recovery.*", "tigerholm_2014.sodium.*", slow=True
)
def tigerholm_slowing(_: Collection[str]) -> Mapping[str, Outcome]:
    """Three minutes at 2 Hz, and one minute of recovery at 0.25 Hz."""
    train = np.arange(361) * 500.0
    rest = train[-1] + 4000.0 * np.arange(1, 16)
    slowing, sodium = slowing_percent(tigerholm_2014(), np.concatenate([train, rest]))
    found: dict[str, Outcome] = {}
    for pulse in range(train.size):
        found[f"tigerholm_2014.slowing.pulse_{pulse}"] = float(slowing[pulse])
        found[f"tigerholm_2014.sodium.pulse_{pulse}"] = float(sodium[pulse])
    for index in range(rest.size):
        row = f"tigerholm_2014.recovery.{4 * (index + 1)}s"
        found[row] = float(slowing[train.size + index])
    return found


@measures("tigerholm_2014.low.*", slow=True)
def tigerholm_low_frequency(_: Collection[str]) -> Mapping[str, Outcome]:
    """20 pulses at 1/8 Hz, 20 at 1/4 Hz, 30 at 1/2 Hz, 20 at 1/4 Hz, after one alone."""
    intervals = np.repeat([8000.0, 4000.0, 2000.0, 4000.0], [20, 20, 30, 20])
    slowing, _ = slowing_percent(tigerholm_2014(), np.concatenate([[0.0], np.cumsum(intervals)]))
    return {f"tigerholm_2014.low.pulse_{pulse}": float(s) for pulse, s in enumerate(slowing)}


def one_spike(model: FiberModel) -> Mapping[str, Outcome]:
    """Rest, velocity, peak and times of one spike, what it leaves, and the balancing leaks."""
    start_ms = 5.0
    run = simulate_fiber(
        model,
        duration_ms=start_ms + SAMPLE_ms,
        dt_ms=0.0025,
        currents=[Pulses((0,), start_ms, PULSE_ms, PULSE_nA)],
        voltage=(MIDDLE,),
        spikes=tuple(SITES.values()),
        concentrations=(MIDDLE,),
        every_ms=0.01,
        precision="float64",
    )
    trace = run.voltage_mV[:, 0, 0]
    times = {name: run.spike_times_ms(place, 0) - start_ms for place, name in enumerate(SITES)}
    first = {name: float(t[0]) if t.size else np.nan for name, t in times.items()}
    found: dict[str, Outcome] = {
        f"tigerholm_2014.time.{name}mm": value for name, value in first.items()
    }
    found["tigerholm_2014.cv"] = BETWEEN_mm / (first["7_525"] - first["2_525"])
    found["tigerholm_2014.peak"] = float(trace.max())
    found["tigerholm_2014.rest"] = float(trace[run.time_ms < start_ms][-1])
    found["tigerholm_2014.after.v"] = float(trace[-1])
    for (ion, side), values in run.concentration_mM.items():
        row = f"tigerholm_2014.after.{'na' if ion == 'sodium' else 'k'}_{side[0]}"
        found[row] = float(values[-1, 0, 0])
    names = model.membrane.names
    for ion in ("sodium", "potassium"):
        density = model.electrics.densities_S_per_cm2[names.index(f"{ion}_leak"), 0, 0]
        found[f"tigerholm_2014.balance.{ion}"] = float(density)
    return found


def slowing_percent(
    model: FiberModel, times_ms: Float[np.ndarray, " pulse"]
) -> tuple[Float[np.ndarray, " pulse"], Float[np.ndarray, " pulse"]]:
    """By how much each pulse's spike is slower (%) than the first, and sodium inside (mM) after it.

    NaN where a spike did not come through.
    """
    run = simulate_train(
        model.cable,
        model.membrane,
        model.electrics,
        Train(times_ms, 0, PULSE_ms, PULSE_nA),
        sites=(FIRST, MIDDLE, LAST),
        initial_mV=model.initial_mV,
        threshold_mV=model.crossing_mV,
        sample_after_ms=SAMPLE_ms,
        stepping=Stepping(shortest_ms=0.01, tolerance_mV=0.01),
    )
    travel_ms = run.latency_ms[:, 2, 0] - run.latency_ms[:, 0, 0]
    sodium = run.concentration_mM["sodium", "inside"][:, 1, 0]
    return 100.0 * (travel_ms / travel_ms[0] - 1.0), sodium
