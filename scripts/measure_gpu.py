"""Time and memory of 1 to 65,536 fibers on the accelerator that JAX finds.

The code is that of any other run. Times are those of the wall clock, with the copy of what is
recorded to the host. Without a GPU it says so and ends with status 1; `--cpu` runs a shorter
series on the processor.

Run `python scripts/measure_gpu.py` with a JAX built for the device; `--fibers`, `--compartments`
and `--steps` change the series, `--json` prints data.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

DT_ms = 0.005
FIBERS = tuple(4**power for power in range(9))
"""1 to 65,536."""
CPU_MOST = 1024


def build(model: str, compartments: int) -> Any:
    """The fiber whose copies are run."""
    from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002
    from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
    from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014

    if model == "mcintyre":
        return mcintyre_2002(8.7, max(3, (compartments - 1) // 11 + 1))
    length_um = 50.0 * compartments
    if model == "sundt":
        return sundt_2015_axon(length_um, 1.0, compartments)
    return tigerholm_2014(length_um, 1.0, compartments)


def runner(fiber: Any, fibers: int, steps: int) -> Callable[[], Any]:
    """A run of so many copies, each with its own current at one end."""
    from causalgia.afferents.model import simulate_fiber
    from causalgia.cable.stimulus import Pulses

    first = fiber.active[0] if fiber.active else 0
    amplitudes: Any = np.linspace(0.2, 0.8, fibers)[None]

    def run() -> Any:
        return simulate_fiber(
            fiber,
            duration_ms=steps * DT_ms,
            dt_ms=DT_ms,
            currents=[Pulses((first,), 0.1, 1.0, amplitudes)],
            spikes=(first,),
            every_ms=0.5,
            batch=fibers,
        )

    return run


def held_MiB(device: Any) -> float | None:
    """The most memory that the device has held, where it can tell."""
    found = device.memory_stats() or {}
    peak = found.get("peak_bytes_in_use")
    return None if peak is None else peak / 2**20


def measure(fiber: Any, fibers: int, steps: int, device: Any) -> dict[str, Any]:
    """One row: seconds of the first and of a later run, and what a compartment-step takes."""
    run = runner(fiber, fibers, steps)
    start = time.perf_counter()
    run()
    first = time.perf_counter() - start
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    warm = float(np.median(seconds))
    memory = held_MiB(device)
    return {
        "fibers": fibers,
        "first_run_s": round(first, 3),
        "seconds": round(warm, 4),
        "ns_per_compartment_step": round(1e9 * warm / (fiber.cable.size * fibers * steps), 4),
        "peak_MiB": None if memory is None else round(memory, 1),
    }


def as_text(row: dict[str, Any]) -> str:
    memory = "unknown" if row["peak_MiB"] is None else f"{row['peak_MiB']:.1f}"
    return (
        f"{row['fibers']:8}{row['first_run_s']:14.2f}{row['seconds']:12.4f}"
        f"{row['ns_per_compartment_step']:12.4f}{memory:>12}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cpu", action="store_true", help="run on the processor, up to 1,024")
    parser.add_argument("--model", choices=("tigerholm", "sundt", "mcintyre"), default="tigerholm")
    parser.add_argument("--compartments", type=int, default=200)
    parser.add_argument("--steps", type=int, default=400, help="of 5 us")
    parser.add_argument("--fibers", type=int, nargs="+", help="how many, one row each")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    for name in ("compartments", "steps"):
        if getattr(options, name) < 3:
            parser.error(f"--{name} is {getattr(options, name)}, must be 3 or more")
    if min(options.fibers or [1]) < 1:
        parser.error(f"--fibers is {min(options.fibers)}, must be 1 or more")

    import jax

    if options.cpu:
        jax.config.update("jax_platforms", "cpu")
    device = jax.devices()[0]
    if device.platform == "cpu" and not options.cpu:
        print(
            "no GPU: JAX finds only the processor here; install JAX for your GPU, or pass --cpu "
            "for a shorter series on the processor",
            file=sys.stderr,
        )
        return 1
    fiber = build(options.model, options.compartments)
    series = options.fibers or [n for n in FIBERS if n <= CPU_MOST or not options.cpu]
    if not options.json:
        print(f"{options.model}, {fiber.cable.size} compartments, {options.steps} steps, {device}")
        print(f"{'fibers':>8}{'first run s':>14}{'run s':>12}{'ns':>12}{'peak MiB':>12}")
    rows = []
    for fibers in series:
        rows.append(measure(fiber, fibers, options.steps, device))
        if not options.json:
            print(as_text(rows[-1]), flush=True)
    if options.json:
        about = {"model": options.model, "compartments": fiber.cable.size, "steps": options.steps}
        print(json.dumps({"device": str(device.device_kind), **about, "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
