"""Fit the observation models to published frequencies of complaints, signs and sensory findings.

    python scripts/fit_observations.py            # say what would change
    python scripts/fit_observations.py --write    # write values and their status

Rows to calibrate are fitted; rows that are recalled (`prior`) pull a third as hard in standard
deviations, a ninth in weight, as the weak priors they are; rows to validate are not looked at, and
`compute` refuses them. Every number is held to where it stood before any fit. A number
of which rows to calibrate say most is written as fitted, any other stays assumed, with a note that
recalled rows have moved it. The population is the stored atlas; nobody is simulated.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from causalgia.patients.observations.numbers import SOURCE, instead
from causalgia.validation.patients.computing import People, compute, in_atlas
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.verdict import Computed

FILE = Path(__file__).resolve().parents[1] / f"src/causalgia/evidence/data/{SOURCE}.toml"
Z95 = 1.959964
PRIOR_PULL = 3.0
# What is fitted: where each number stood before any fit (assumed), and how far it may be from there
# (one standard deviation of its logarithm or logit).
SHARED = {
    "told_slope": (2.0, 0.3),
    "examined_slope": (2.0, 0.3),
    "told_false": (0.12, 0.5),
    "examined_false": (0.06, 0.5),
    "six_lowest": (-2.0, 1.0),
    "six_range": (4.0, 0.3),
    "line_range": (4.0, 0.3),
    "worst_share": (0.35, 0.5),
    "detection_by_loss": (1.0, 0.7),
    "thermal_gain": (0.3, 0.5),
    "pressure_gain": (0.3, 0.5),
    "mechanical_gain": (1.0, 0.5),
    "deep_share": (0.5, 0.5),
    "pain_by_loss": (0.5, 0.5),
    "brush_allodynia_by_central_lesion": (0.7, 0.7),
    "brush_allodynia_by_root_inflammation": (0.4, 0.7),
    "skin_unlike_nerve": (0.4, 0.5),
}
HALVES = {
    "burning": 1.0,
    "electric": 0.5,
    "shooting": 0.4,
    "stabbing": 0.4,
    "tingling": 0.3,
    "pins_and_needles": 0.3,
    "itch": 2.0,
    "squeezing": 1.0,
    "aching": 0.8,
    "painful_cold": 0.6,
    "numbness": 0.2,
    "touch_evoked": 0.6,
    "cold_evoked": 1.5,
    "heat_evoked": 1.5,
    "pressure_evoked": 2.0,
    "attacks": 0.5,
    "constant": 0.3,
    "worse_at_night": 0.5,
    "radiating": 1.0,
    "only_joints": 0.3,
    "weather": 0.5,
    "weakness": 0.6,
    "color_change": 0.15,
    "temperature_change": 0.15,
    "sweating_change": 0.3,
    "swelling": 0.15,
    "touch_loss": 0.2,
    "pinprick_loss": 0.2,
    "cold_loss": 0.25,
    "warm_loss": 0.25,
    "brush_allodynia": 0.8,
    "pinprick_hyperalgesia": 2.0,
    "cold_allodynia": 2.0,
    "weakness_seen": 0.6,
    "skin_change_seen": 0.15,
    "sweating_or_swelling_seen": 0.15,
}
HALVES_SPREAD = 1.0
# Numbers that may be negative.
PLAIN = ("six_lowest",)
# Least change of residuals by which a number counts as moved by a row.
NOTABLE = 1e-3


@dataclass(frozen=True)
class Row:
    """A row as the fit sees it: its logit, and the standard deviation of that."""

    reference: Reference
    logit: float
    deviation: float


def logit(percent: float) -> float:
    """The logit of a percentage, kept away from never and always."""
    share = min(max(percent / 100.0, 0.005), 0.995)
    return math.log(share / (1.0 - share))


def rows() -> list[Row]:
    """Rows to calibrate and to hold as weak priors."""
    found = []
    for reference in load_references("patients"):
        if reference.use == "validate" or reference.left_out or reference.unit != "%":
            continue
        deviation = (logit(reference.high) - logit(reference.low)) / (2.0 * Z95)
        pull = PRIOR_PULL if reference.use == "prior" else 1.0
        found.append(Row(reference, logit(reference.value), deviation * pull))
    return found


def first() -> dict[str, tuple[float, float]]:
    """Numbers that are fitted, where they stood before any fit, and how far they may be from it."""
    halves = {f"{name}_half": (value, HALVES_SPREAD) for name, value in HALVES.items()}
    return SHARED | halves


def as_number(name: str, free: float) -> float:
    """A number from its logarithm, or its logit where it is a share."""
    if name in PLAIN:
        return free
    return 1.0 / (1.0 + math.exp(-free)) if is_share(name) else math.exp(free)


def as_free(name: str, value: float) -> float:
    """The logarithm of a number, or its logit where it is a share."""
    if name in PLAIN:
        return value
    return math.log(value / (1.0 - value)) if is_share(name) else math.log(value)


def is_share(name: str) -> bool:
    """Whether a number lies between 0 and 1."""
    return name.endswith(("_false", "_share"))


def misfits(people: People, chosen: Sequence[Row], values: Mapping[str, float]) -> np.ndarray:
    """How far the model is from each row, in its standard deviations; nan where not computed."""
    ids = [row.reference.id for row in chosen]
    outcomes = compute(ids, people, instead(values), use=("calibrate", "prior"))
    found = []
    for row in chosen:
        outcome = outcomes[row.reference.id]
        own = logit(outcome.value) if isinstance(outcome, Computed) else math.nan
        found.append((own - row.logit) / row.deviation)
    return np.array(found)


class Fit:
    """Least squares in which every number touches only the rows that it moves."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.names = list(first())
        self.start = np.array([as_free(name, value) for name, (value, _) in first().items()])
        self.spread = np.array([spread for _, spread in first().values()])
        every = rows()
        computed = np.isfinite(misfits(people, every, self.values(self.start)))
        self.rows = [row for row, there in zip(every, computed, strict=True) if there]
        self.moved = self._moved()

    def values(self, free: np.ndarray) -> dict[str, float]:
        """The numbers of a point."""
        return {name: as_number(name, own) for name, own in zip(self.names, free, strict=True)}

    def _moved(self) -> list[np.ndarray]:
        """For each number, the rows that it moves."""
        base = misfits(self.people, self.rows, self.values(self.start))
        moved = []
        for i in range(len(self.names)):
            nudged = self.start.copy()
            nudged[i] += 0.2
            change = misfits(self.people, self.rows, self.values(nudged)) - base
            moved.append(np.flatnonzero(np.abs(change) > NOTABLE))
        return moved

    def residuals(self, free: np.ndarray) -> np.ndarray:
        """Misfits of all rows, then the distance of all numbers from where they stood."""
        own = misfits(self.people, self.rows, self.values(free))
        return np.concatenate([own, (free - self.start) / self.spread])

    def jacobian(self, free: np.ndarray) -> np.ndarray:
        """By differences, of the rows that each number moves."""
        base = misfits(self.people, self.rows, self.values(free))
        table = np.zeros((len(self.rows) + len(free), len(free)))
        table[len(self.rows) :] = np.diag(1.0 / self.spread)
        # Clusters are counted in draws: smaller steps see their grain.
        step = 0.02
        for i, moved in enumerate(self.moved):
            if len(moved):
                nudged = free.copy()
                nudged[i] += step
                some = [self.rows[row] for row in moved]
                changed = misfits(self.people, some, self.values(nudged))
                table[moved, i] = (changed - base[moved]) / step
        return table

    def is_fitted(self, i: int, table: np.ndarray) -> bool:
        """Whether rows to calibrate say at least as much about a number as recalled ones do."""
        told = {"calibrate": 0.0, "prior": 0.0}
        for row, slope in zip(self.rows, table[:, i], strict=False):
            told[row.reference.use] += slope**2
        return told["calibrate"] >= max(told["prior"], NOTABLE)


def written(text: str, name: str, value: float, fitted: bool) -> str:
    """The file with one number changed."""
    line = re.compile(rf"^{name} = \{{ value = [^,]+,(?P<rest>.*)\}}$", re.MULTILINE)
    match = line.search(text)
    if match is None:
        raise SystemExit(f"{FILE.name}: {name} does not stand in one line")
    rest = re.sub(r' status = "\w+",', "", match["rest"])
    rest = re.sub(r"(?:; )?moved by recalled rows \(scripts/fit_observations\.py\)", "", rest)
    rest = re.sub(r', note = ""', "", rest)
    if fitted:
        rest = rest.replace(' unit = "1"', ' unit = "1", status = "fitted"', 1)
    else:
        said = "moved by recalled rows (scripts/fit_observations.py)"
        if "note = " in rest:
            rest = re.sub(r'note = "([^"]*)"', rf'note = "\1; {said}"', rest)
        else:
            rest = rest.rstrip() + f', note = "{said}" '
    return text[: match.start()] + f"{name} = {{ value = {value:.3g},{rest}}}" + text[match.end() :]


def main() -> int:
    """Fit, tell, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    fit = Fit(in_atlas())
    before = fit.residuals(fit.start)
    found = least_squares(
        fit.residuals,
        fit.start,
        jac=fit.jacobian,
        loss="linear",
        max_nfev=given.rounds,
        verbose=2,
    )
    table = fit.jacobian(found.x)
    tell(fit, before, found.x, table)
    if given.write:
        text = FILE.read_text(encoding="utf-8")
        for i, name in enumerate(fit.names):
            if len(fit.moved[i]):
                text = written(text, name, as_number(name, found.x[i]), fit.is_fitted(i, table))
        FILE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def tell(fit: Fit, before: np.ndarray, free: np.ndarray, table: np.ndarray) -> None:
    """Say how well rows are met before and after, and what has changed."""
    after = fit.residuals(free)
    for use in ("calibrate", "prior"):
        lanes = [i for i, row in enumerate(fit.rows) if row.reference.use == use]
        pull = PRIOR_PULL if use == "prior" else 1.0
        inside = [int((np.abs(own[lanes]) * pull <= Z95).sum()) for own in (before, after)]
        print(f"{use}: {inside[0]} -> {inside[1]} of {len(lanes)} inside")
    for i, name in enumerate(fit.names):
        old, new = as_number(name, fit.start[i]), as_number(name, free[i])
        if len(fit.moved[i]):
            status = "fitted" if fit.is_fitted(i, table) else "by recalled rows"
            print(f"{name:34s} {old:8.3g} -> {new:8.3g}  {status}, {len(fit.moved[i])} rows")
    for row, own in zip(fit.rows, after, strict=False):
        percent = 100.0 / (1.0 + math.exp(-(own * row.deviation + row.logit)))
        print(
            f"{row.reference.use:10s} {row.reference.id:26s} {row.reference.quantity[:36]:36s} "
            f"{row.reference.condition[:24]:24s} {row.reference.value:6.1f} {percent:6.1f}"
        )


if __name__ == "__main__":
    sys.exit(main())
