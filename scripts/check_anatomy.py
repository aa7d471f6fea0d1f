"""How far drawings and signs of virtual patients tell origins apart: the table of docs/anatomy.md.

    python scripts/check_anatomy.py [--drawings 400]

Draws the pain of virtual patients with known origin and reads it back. Pairs say how often the
right one of two is found, beside how sure the reader was of it on average, by the drawing alone and
with the three signs that tell most; the last line draws patients of every cause alike and asks for
the origin among all of them. Half a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from causalgia.patients.anatomy import (
    Origin,
    draw_areas,
    draw_signs,
    drawing_log_likelihood,
    find_origin,
    origins,
    sign_log_likelihood,
    telling_apart,
)
from causalgia.patients.anatomy.signs import signs

PAIRS = (
    ("left L5 root", "left S1 root"),
    ("left C6 root", "left C7 root"),
    ("left C6 root", "left median nerve at the wrist"),
    ("left C8 root", "left ulnar nerve at the elbow"),
    ("left L5 root", "left common fibular nerve at the knee"),
    ("left L3 root", "left hip joint"),
    ("left T5 ganglion", "left upper intercostal nerve"),
)
USUAL_LOSS = np.array([0.3])


def read_pair(
    pair: Sequence[Origin], count: int, names: Sequence[str], seed: int
) -> tuple[float, float]:
    """Share read right, and mean probability given to what was read."""
    generator = np.random.default_rng(seed)
    right, given = [], []
    for number in range(count):
        truth = number % 2
        log = drawing_log_likelihood(draw_areas(pair[truth], generator), pair)
        if names:
            found = draw_signs(names, pair[truth], float(USUAL_LOSS[0]), generator)
            log = log + sign_log_likelihood(found, pair, USUAL_LOSS)[:, 0]
        right.append(int(np.argmax(log)) == truth)
        given.append(np.exp(log.max() - np.logaddexp.reduce(log)))
    return float(np.mean(right)), float(np.mean(given))


def useful_signs(pair: Sequence[Origin], most: int = 3) -> list[str]:
    """The signs that tell most between two origins."""
    labels = {sign.label: name for name, sign in signs().items()}
    told = telling_apart(pair[0], pair[1], most=40)
    return [labels[found.what] for found in told if found.kind == "sign"][:most]


def read_all(count: int, seed: int) -> tuple[float, float, float]:
    """Share whose origin comes first, whose origin is among three, and probability of the first."""
    known = origins()
    causes = sorted({cause for origin in known for cause in origin.causes})
    prior = np.array([sum(origin.causes.values()) for origin in known]) / len(causes)
    generator = np.random.default_rng(seed)
    first, among, given = [], [], []
    for _ in range(count):
        truth = int(generator.choice(len(known), p=prior))
        log = np.log(prior) + drawing_log_likelihood(draw_areas(known[truth], generator))
        weight = np.exp(log - np.logaddexp.reduce(log))
        order = np.argsort(-weight)
        first.append(order[0] == truth)
        among.append(truth in order[:3])
        given.append(weight[order[0]])
    return float(np.mean(first)), float(np.mean(among)), float(np.mean(given))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, default=400)
    count = parser.parse_args().drawings
    print("| One | Other | Drawing: right | said | With three signs: right | said |")
    print("|---|---|---|---|---|---|")
    for names in PAIRS:
        pair = [find_origin(name) for name in names]
        alone = read_pair(pair, count, (), seed=1)
        examined = read_pair(pair, count, useful_signs(pair), seed=2)
        cells = " | ".join(f"{value:.0%}"[:-1] + " %" for value in (*alone, *examined))
        print(f"| {names[0]} | {names[1]} | {cells} |")
    first, among, given = read_all(count, seed=3)
    said = (f"{share:.0%}" for share in (first, among, given))
    print("\nall origins, drawing alone: first {}, among three {}, said {}".format(*said))


if __name__ == "__main__":
    main()
