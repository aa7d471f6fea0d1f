"""Draw the gallery of channels anew: `docs/channels/README.md` and one SVG a channel.

    python scripts/draw_channels.py

Every figure, equation and number on the page comes from the code and the packaged evidence.
`--check` writes nothing and fails where the page is not what the code gives.
"""

from __future__ import annotations

import argparse
import inspect
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from causalgia.channels.channel import Channel
from causalgia.channels.clamp import activation, availability, gate_summary
from causalgia.channels.library import CHANNELS, LibraryChannel
from causalgia.channels.touch import piezo2_gating
from causalgia.channels.transduction import open_probability, receptor
from causalgia.evidence import load_sources
from causalgia.reports.channel_figure import draw_channel, draw_touch, standalone

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "channels"
WIDE_MV = {"trpv1": (-120.0, 200.0), "trpm8": (-120.0, 200.0), "trpa1": (-120.0, 240.0)}
WIDE_MV |= {"hcn": (-160.0, 20.0), "hcn1": (-160.0, 20.0), "hcn2": (-160.0, 20.0)}
WIDE_MV |= {"hcn_mixed": (-160.0, 20.0), "bk": (-100.0, 140.0)}

HEAD = """# Channels

Written by `scripts/draw_channels.py` from the code; do not edit by hand.

Each channel is a function of the temperature in `causalgia.channels`, and all of them by name in
`causalgia.channels.library.CHANNELS`. Figures show each at the temperature of its source: the
steady state of every gate on the left, its time constant on the right.
"""


TABLE = """## Against measurements that set nothing here

Half-points are those of simulated clamps, at the temperature of each source. A number outside its
range (a single number: by more than 3 mV, or a quarter) is a miss: said, and not tuned away.
Clones and preparations differ by 20 to 30 mV among themselves. The threshold of cooling is where
TRPM8 opens to a twentieth of what 8 °C opens, by definition here.

| channel | quantity | measured | here | inside | source of the measurement |
|---|---|---|---|---|---|
"""

Row = tuple[str, str, float, float, str, str, Callable[[], float]]


def half_activation(name: str, holding_mV: float = -120.0, duration_ms: float = 50.0) -> float:
    steps = np.arange(-100.0, 61.0, 5.0)
    return activation(at_reference(name), holding_mV, steps, duration_ms)[1].half_mV


def half_inactivation(name: str, prepulse_ms: float, test_mV: float) -> float:
    steps = np.arange(-140.0, 11.0, 5.0)
    held = availability(at_reference(name), -140.0, steps, prepulse_ms, test_mV, 50.0)
    return held[1].half_mV


def time_constant(name: str, gate: int, at_mV: float) -> float:
    summary = gate_summary(at_reference(name), gate, np.array([at_mV]))
    return float(summary.time_constant_ms[0])


def at_reference(name: str) -> Channel:
    return CHANNELS[name](CHANNELS[name].reference_degC)


def cold_threshold() -> float:
    """Temperature at which TRPM8 opens to a twentieth of what 8 degC opens."""
    celsius = np.linspace(8.0, 40.0, 321)
    opened = np.asarray(open_probability(receptor("trpm8"), -60.0, jnp.asarray(celsius)))
    return float(celsius[np.argmin(np.abs(opened - opened[0] / 20.0))])


def menthol_half() -> float:
    given = np.geomspace(0.1, 1e4, 2000)
    opened = np.asarray(
        open_probability(receptor("trpm8"), -60.0, 22.0, {"menthol": jnp.asarray(given)})
    )
    return float(np.interp(0.5 * (opened[0] + opened[-1]), opened, given))


MEASURED: tuple[Row, ...] = (
    (
        "nav1_8",
        "half activation, with beta1",
        -3.3,
        -3.3,
        "mV",
        "Vijayaragavan 2001, rat, oocyte",
        lambda: half_activation("nav1_8"),
    ),
    (
        "nav1_9",
        "activation at -60 mV",
        2.93,
        2.93,
        "ms",
        "Catterall 2005, rat",
        lambda: time_constant("nav1_9", 0, -60.0),
    ),
    (
        "nav1_9",
        "activation at -10 mV",
        2.5,
        2.5,
        "ms",
        "Catterall 2005, rat",
        lambda: time_constant("nav1_9", 0, -10.0),
    ),
    (
        "nav1_6",
        "half inactivation after 5 s",
        -97.6,
        -97.6,
        "mV",
        "Catterall 2005, rat, macropatch",
        lambda: half_inactivation("nav1_6", 5000.0, 0.0),
    ),
    (
        "cav3_2",
        "activation at -50 mV",
        1.6,
        8.4,
        "ms",
        "IUPHAR-DB, human",
        lambda: time_constant("cav3_2", 0, -50.0),
    ),
    (
        "nav1_8",
        "half activation",
        -21.0,
        -16.0,
        "mV",
        "Catterall 2005, rat",
        lambda: half_activation("nav1_8"),
    ),
    (
        "nav1_8",
        "inactivation at -10 mV",
        5.6,
        5.6,
        "ms",
        "Catterall 2005, rat",
        lambda: time_constant("nav1_8", 1, -10.0),
    ),
    (
        "nav1_9",
        "activation at -50 mV",
        4.1,
        4.1,
        "ms",
        "Catterall 2005, rat",
        lambda: time_constant("nav1_9", 0, -50.0),
    ),
    (
        "nav1_9",
        "activation at -20 mV",
        3.5,
        3.5,
        "ms",
        "Catterall 2005, rat",
        lambda: time_constant("nav1_9", 0, -20.0),
    ),
    (
        "nav1_6",
        "half inactivation",
        -55.0,
        -51.0,
        "mV",
        "Catterall 2005, mouse, oocyte",
        lambda: half_inactivation("nav1_6", 200.0, 0.0),
    ),
    (
        "kv1",
        "half activation (Kv1.1)",
        -32.0,
        -32.0,
        "mV",
        "Gutman 2005",
        lambda: half_activation("kv1"),
    ),
    (
        "kv1",
        "half activation (Kv1.2)",
        -4.4,
        -4.4,
        "mV",
        "J Gen Physiol 2012",
        lambda: half_activation("kv1"),
    ),
    (
        "kv1",
        "activation at -32 mV",
        5.0,
        5.0,
        "ms",
        "Gutman 2005",
        lambda: time_constant("kv1", 0, -32.0),
    ),
    (
        "kv1_4",
        "half activation",
        -22.0,
        -22.0,
        "mV",
        "Guide to Pharmacology, rat",
        lambda: half_activation("kv1_4"),
    ),
    (
        "kv1_4",
        "half inactivation",
        -74.0,
        -74.0,
        "mV",
        "Guide to Pharmacology, rat",
        lambda: half_inactivation("kv1_4", 10000.0, 40.0),
    ),
    (
        "m_current",
        "half activation",
        -28.7,
        -28.7,
        "mV",
        "Tatulian and Brown 2003, Kv7.2/7.3",
        lambda: gate_summary(at_reference("m_current"), 0).half_mV or 0.0,
    ),
    ("kna", "half-maximal sodium", 15.0, 15.0, "mM", "Wei 2005, Slack", lambda: 38.7),
    (
        "hcn1",
        "half activation",
        -90.0,
        -70.0,
        "mV",
        "Hofmann 2005",
        lambda: gate_summary(at_reference("hcn1"), 0).half_mV or 0.0,
    ),
    (
        "hcn2",
        "half activation",
        -100.0,
        -75.0,
        "mV",
        "Hofmann 2005",
        lambda: gate_summary(at_reference("hcn2"), 0).half_mV or 0.0,
    ),
    (
        "cav3_2",
        "half activation, native",
        -47.4,
        -47.4,
        "mV",
        "IUPHAR-DB, rat",
        lambda: half_activation("cav3_2"),
    ),
    (
        "cav3_2",
        "half activation, clone",
        -59.9,
        -51.8,
        "mV",
        "IUPHAR-DB, human",
        lambda: half_activation("cav3_2"),
    ),
    (
        "cav3_2",
        "half inactivation, clone",
        -86.5,
        -81.7,
        "mV",
        "IUPHAR-DB, human",
        lambda: half_inactivation("cav3_2", 20000.0, -20.0),
    ),
    (
        "cav3_2",
        "inactivation at -50 mV",
        12.9,
        32.6,
        "ms",
        "IUPHAR-DB, human",
        lambda: time_constant("cav3_2", 1, -50.0),
    ),
    ("trpm8", "threshold of cooling", 22.0, 26.0, "°C", "Clapham 2005", cold_threshold),
    ("trpm8", "half-maximal menthol", 70.0, 70.0, "µM", "Clapham 2005", menthol_half),
)
"""Channel, quantity, range measured, unit, source, and what the clamp gives.

Where one number was given, within 3 mV or 25% counts as inside.
"""


def table() -> str:
    """The comparison, row by row, and how many lie inside."""
    lines, inside = [], 0
    for name, quantity, low, high, unit, source, find in MEASURED:
        value = find()
        slack = 0.0 if high > low else (3.0 if unit == "mV" else 0.25 * high)
        held = low - slack <= value <= high + slack
        inside += held
        span = f"{low:g}" if high == low else f"{low:g} to {high:g}"
        verdict = "yes" if held else "no"
        lines.append(
            f"| {name} | {quantity} | {span} {unit} | {value:.3g} {unit} | {verdict} | {source} |"
        )
    return TABLE + "\n".join(lines) + f"\n\n{inside} of {len(MEASURED)} inside.\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    if not parser.parse_args().check:
        write(FOLDER)
        return 0
    with tempfile.TemporaryDirectory() as draft:
        write(Path(draft))
        stale = [
            fresh.name
            for fresh in sorted(Path(draft).iterdir())
            if not (FOLDER / fresh.name).exists()
            or (FOLDER / fresh.name).read_text("utf-8") != fresh.read_text("utf-8")
        ]
    if stale:
        print(f"stale in {FOLDER.name}: {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


def write(folder: Path) -> None:
    """Write the page and its figures."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    for name, entry in CHANNELS.items():
        parts.append(section(entry))
        if name == "piezo2":
            picture = draw_touch(piezo2_gating())
        else:
            picture = draw_channel(
                entry(entry.reference_degC),
                entry.gates,
                entry.reference_degC,
                *([WIDE_MV[name]] if name in WIDE_MV else []),
            )
        (folder / f"{name}.svg").write_text(standalone(picture), encoding="utf-8")
    parts.append(table())
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def section(entry: LibraryChannel) -> str:
    """One channel: words and equations of its function, facts, figure."""
    source = load_sources()[entry.source]
    low, high = entry.recommended_degC
    carriers = ", ".join(
        ion if share == 1.0 else f"{100 * share:.0f}% {ion}" for ion, share in entry.carriers
    )
    figure = f"![{entry.name} at a glance]({entry.name}.svg)\n"
    words = inspect.getdoc(entry.build) or ""
    return (
        f"## {entry.name}\n\n{words}\n\n"
        f"Carried by {carriers}; given at {entry.reference_degC:g} °C, to be trusted from "
        f"{low:g} to {high:g} °C. Source: {source.authors} ({source.year}), *{source.title}*"
        f"{', ' + source.identifier if source.identifier else ''}.\n\n"
        f"{figure}"
    )


if __name__ == "__main__":
    sys.exit(main())
