"""Fit the stand-ins of the pathway's floors to biophysical simulation, and report their error.

    python scripts/fit_surrogates.py simulate zone_c --points 1536
    python scripts/fit_surrogates.py fit

`simulate` runs a space-filling design in chunks and can be stopped and resumed; `fit` fits one
small network a floor to 85 % of the points and writes weights and the error on the other 15 %
to the package. Needs the `fit` extra.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.stats import qmc

from causalgia.mechanisms.state import healthy
from causalgia.pathway.floors import FLOORS, Floor
from causalgia.pathway.health import save_health
from causalgia.pathway.network import RateNetwork, features
from causalgia.pathway.surrogate import respond
from causalgia.pathway.weights import WEIGHTS, load, model_hash, save, save_healthy_ratings

HELD_OUT = 0.15
USUAL = {"decay": 1e-3, "hidden": 16, "steps": 3000}
SETTINGS = {"cord": {"decay": 3e-6, "hidden": 48, "steps": 10000}}
"""How each network is fitted: weight decay, hidden units, steps; the cord is the richest."""


def design(floor: Floor, points: int) -> dict[str, np.ndarray]:
    """A scrambled Sobol design, denser where the pathway spends its days.

    Two in five points leave sodium channels free of drug, and three in ten have none of a given
    input: silence must be met exactly, because pain begins near it.
    """
    unit = qmc.Sobol(len(floor.inputs), seed=20261121).random(points)
    columns = {}
    for index, name in enumerate(floor.inputs):
        u, low, high = unit[:, index], floor.low[index], floor.high[index]
        if name == "sodium_availability":
            columns[name] = np.where(u < 0.4, 1.0, low + (high - low) * (u - 0.4) / 0.6)
        elif floor.roots[index]:
            v = np.maximum(u - 0.3, 0.0) / 0.7
            columns[name] = (np.sqrt(low) + (np.sqrt(high) - np.sqrt(low)) * v) ** 2
        else:
            columns[name] = low + (high - low) * u
    return columns


def simulate(
    floor: Floor, points: int, folder: Path, part: tuple[int, int], chunk_size: int
) -> None:
    """Simulate the design chunk by chunk; chunks already stored are left alone."""
    columns = design(floor, points)
    folder = folder / f"{floor.name}-{model_hash(floor.name)[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    for index, start in enumerate(range(0, points, chunk_size)):
        target = folder / f"{start:06d}.npz"
        if target.exists() or index % part[1] != part[0]:
            continue
        began = time.perf_counter()
        chunk = {name: values[start : start + chunk_size] for name, values in columns.items()}
        rate = floor.simulate(chunk, start)
        beside = target.with_suffix(".tmp.npz")
        np.savez_compressed(beside, rate=rate, **chunk)
        beside.rename(target)
        print(
            f"{floor.name} {start + chunk_size}/{points} {time.perf_counter() - began:.1f} s",
            flush=True,
        )


def stored_points(floor: Floor, folder: Path) -> dict[str, np.ndarray]:
    """All stored chunks of a floor."""
    folder = folder / f"{floor.name}-{model_hash(floor.name)[:12]}"
    chunks = [np.load(path) for path in sorted(folder.glob("[0-9]*[0-9].npz"))]
    if not chunks:
        raise SystemExit(f"no simulated points for {floor.name} in {folder}: run simulate first")
    return {key: np.concatenate([chunk[key] for chunk in chunks]) for key in chunks[0]}


def fit(floor: Floor, data: dict[str, np.ndarray]) -> dict[str, float]:
    """Fit, store, and return the errors on points the fit did not see."""
    settings = SETTINGS.get(floor.name, USUAL)
    steps, hidden = settings["steps"], settings["hidden"]
    inputs = np.stack([data[name] for name in floor.inputs])
    low, high = np.array(floor.low), np.array(floor.high)
    scaled = features(jnp.asarray(inputs), low, high, floor.roots)
    passing = None if floor.input_rate is None else jnp.asarray(data[floor.input_rate], jnp.float32)
    target = jnp.sqrt(jnp.asarray(data["rate"], jnp.float32))
    shuffled = np.random.default_rng(1).permutation(target.size)
    held = shuffled[: int(HELD_OUT * target.size)]
    used = shuffled[int(HELD_OUT * target.size) :]
    network = RateNetwork.random(
        len(floor.inputs), 1 if passing is None else 2, hidden, jax.random.key(2)
    )

    def predict(net: RateNetwork, rows: np.ndarray) -> jax.Array:
        rate = net(scaled[:, rows], None if passing is None else passing[rows])
        return jnp.sqrt(rate + 1e-12)

    def loss(net: RateNetwork) -> jax.Array:
        decay = sum(jnp.sum(w**2) for w in net.weights)
        return jnp.mean((predict(net, used) - target[used]) ** 2) + settings["decay"] * decay

    schedule = optax.cosine_decay_schedule(1e-2, steps)
    optimizer = optax.adam(schedule)

    @eqx.filter_jit
    def train(net: RateNetwork) -> RateNetwork:
        def step(carry, _):
            net, state = carry
            gradient = eqx.filter_grad(loss)(net)
            change, state = optimizer.update(gradient, state)
            return (eqx.apply_updates(net, change), state), None

        (net, _), _ = jax.lax.scan(step, (net, optimizer.init(net)), length=steps)
        return net

    network = train(network)
    error = np.asarray(predict(network, held) - target[held])
    rate = np.asarray(predict(network, held)) ** 2
    truth = np.asarray(target[held]) ** 2
    report = {
        "points": int(target.size),
        "held_out": int(held.size),
        "root_rate_rmse": float(np.sqrt(np.mean(error**2))),
        "root_rate_r2": float(1 - np.mean(error**2) / np.var(np.asarray(target[held]))),
        "median_absolute_error_Hz": float(np.median(np.abs(rate - truth))),
        "p95_absolute_error_Hz": float(np.quantile(np.abs(rate - truth), 0.95)),
    }
    save(floor.name, network, report)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("verb", choices=("simulate", "fit"))
    parser.add_argument("floors", nargs="*", default=list(FLOORS), help=", ".join(FLOORS))
    parser.add_argument("--points", type=int, default=1024)
    parser.add_argument("--part", default="0/1", help="which share of the chunks, as 0/2 or 1/2")
    parser.add_argument("--chunk", type=int, default=64, help="points simulated side by side")
    parser.add_argument("--folder", type=Path, default=Path("build/surrogates"))
    arguments = parser.parse_args()
    index, of = (int(value) for value in arguments.part.split("/"))
    for name in arguments.floors:
        if arguments.verb == "simulate":
            simulate(FLOORS[name], arguments.points, arguments.folder, (index, of), arguments.chunk)
        else:
            report = fit(
                FLOORS[name],
                stored_points(FLOORS[name], arguments.folder),
            )
            print(name, json.dumps(report))
    if arguments.verb == "fit":
        load.cache_clear()
        health = respond(healthy(1).values)
        save_healthy_ratings(tuple(round(float(value), 4) for value in health.rating[:, 0]))
        save_health(health)
        print("stored in", WEIGHTS)


if __name__ == "__main__":
    main()
