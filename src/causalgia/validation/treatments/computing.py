"""The model's number for each published one: its trial simulated, its measure taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache

import pandas as pd

from causalgia.trials.simulate import simulate_shard
from causalgia.validation.reference import load_references
from causalgia.validation.treatments.arms import arm_of
from causalgia.validation.treatments.measures import measure, needs_control
from causalgia.validation.treatments.settings import design_of, rows
from causalgia.validation.verdict import Outcome

__all__ = ["PATIENTS_AN_ARM", "compute", "simulated"]

PATIENTS_AN_ARM = 400
"""Virtual patients, the same in every arm."""

Changes = tuple[tuple[str, float], ...]


def compute(
    ids: Collection[str],
    efficacies: Mapping[str, float] | None = None,
    numbers: Mapping[str, float] | None = None,
    *,
    patients: int = PATIENTS_AN_ARM,
    use: str | None = "calibrate",
) -> Mapping[str, Outcome]:
    """The model's numbers for rows of the table.

    **Arguments:** the `ids` of rows; `efficacies` by target and `numbers` of taking part, where
    they differ from those of the evidence; how many `patients`; `use`, leave out rows of any other
    (None: all), so that a fit cannot see what it must not.
    """
    allowed = {r.id for r in load_references("treatments") if use in (None, r.use)}
    wanted = {name: rows()[name] for name in ids if name in allowed and name in rows()}
    arms: dict[str, set[str]] = defaultdict(set)
    for row in wanted.values():
        control = design_of(row.trial, patients).control.name
        arms[row.trial] |= {row.arm, control} if needs_control(row.measure) else {row.arm}
    asked = tuple(sorted((efficacies or {}).items())), tuple(sorted((numbers or {}).items()))
    found: dict[str, Outcome] = {}
    for row_id, row in wanted.items():
        design = design_of(row.trial, patients)
        tables = simulated(row.trial, patients, tuple(sorted(arms[row.trial])), *asked)
        within = design.kind == "crossover"
        arm = arm_of(*tables, row.arm, within)
        needed = design.control.name if needs_control(row.measure) else row.arm
        found[row_id] = measure(row.measure, arm, arm_of(*tables, needed, within))
    return found


@lru_cache(maxsize=256)
def simulated(
    trial: str,
    patients: int,
    arms: tuple[str, ...],
    efficacies: Changes = (),
    numbers: Changes = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables of `arms` of a trial: a row a patient and arm, a row a patient, arm and week.

    The same people go through each, so that a difference between arms is the treatment's and not
    the draw's: its error is a third of that of as many patients randomized. A crossover trial is
    simulated whole.
    """
    design = design_of(trial, patients)
    shards = [
        simulate_shard(
            design,
            shard,
            efficacies=dict(efficacies),
            numbers=dict(numbers),
            replayed=() if design.kind == "crossover" else arms,
        )
        for shard in range(design.shard_count)
    ]
    people = pd.concat([shard.patients for shard in shards], ignore_index=True)
    return people, pd.concat([shard.weeks for shard in shards], ignore_index=True)
