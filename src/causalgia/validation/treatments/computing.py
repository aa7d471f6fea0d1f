"""The model's number for each published one: its trial simulated, its measure taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

import pandas as pd

from causalgia.trials.simulate import simulate_shard
from causalgia.validation.reference import load_references
from causalgia.validation.treatments.arms import arm_of
from causalgia.validation.treatments.measures import measure
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
    they differ from those of the evidence; `patients` an arm; `use`, leave out rows of any other
    (None: all), so that a fit cannot see what it must not.
    """
    allowed = {r.id for r in load_references("treatments") if use in (None, r.use)}
    asked = tuple(sorted((efficacies or {}).items())), tuple(sorted((numbers or {}).items()))
    found: dict[str, Outcome] = {}
    for row_id in ids:
        if row_id not in allowed or row_id not in rows():
            continue
        wanted = rows()[row_id]
        design = design_of(wanted.trial, patients)
        people, weeks = simulated(wanted.trial, patients, *asked)
        within = design.kind == "crossover"
        arm, control = (
            arm_of(people, weeks, name, within) for name in (wanted.arm, design.control.name)
        )
        found[row_id] = measure(wanted.measure, arm, control)
    return found


@lru_cache(maxsize=256)
def simulated(
    trial: str, patients_an_arm: int, efficacies: Changes = (), numbers: Changes = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables of a whole trial: a row a patient and arm, a row a patient, arm and week.

    The same people go through every arm, so that a difference between arms is the treatment's and
    not the draw's: its error is a third of that of as many patients randomized.
    """
    design = design_of(trial, patients_an_arm)
    shards = [
        simulate_shard(
            design,
            shard,
            efficacies=dict(efficacies),
            numbers=dict(numbers),
            replayed=design.kind != "crossover",
        )
        for shard in range(design.shard_count)
    ]
    people = pd.concat([shard.patients for shard in shards], ignore_index=True)
    return people, pd.concat([shard.weeks for shard in shards], ignore_index=True)
