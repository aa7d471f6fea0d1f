"""The command `causalgia prognosis`: ask, follow, write, say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from causalgia.cache import enable_compilation_cache
from causalgia.errors import InputError
from causalgia.quantities import parse_quantity
from causalgia.reports.progress import progress

if TYPE_CHECKING:
    from causalgia.patients.prognosis import Question

__all__ = ["run_prognosis"]

_COUNTS = {"patients": 256, "draws": 8}


def run_prognosis(
    cause: str | None,
    *,
    age: float | None = None,
    extent: float | None = None,
    hba1c: float | None = None,
    distress: float | None = None,
    sleep: float | None = None,
    treat: Sequence[str] = (),
    delay: Sequence[str] = (),
    horizon: str | None = None,
    patients: int | None = None,
    draws: int | None = None,
    seed: int = 1,
    out: Path | None = None,
    as_json: bool = False,
) -> int:
    """Answer the question, write its page and data, and say its numbers.

    **Arguments:** the name of the `cause`; what is known of the patient (None: drawn); which
    treatments and at which delays, as "21 days"; the `horizon`, as "2 years"; how many `patients`
    and `draws` of the numbers; the folder `out` (default: `reports/prognosis_` and the cause).
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong option; then nothing is written.
    """
    if cause is None:
        raise InputError("CAUSE is missing: give its name, as 'shingles'")
    from causalgia.patients.prognosis import Question

    if delay and not treat:
        raise InputError("--delay is given without --treat; say what begins then")
    question = Question(
        cause=cause,
        known=_known(
            age_years=age, severity=extent, hba1c_percent=hba1c, distress=distress, sleep=sleep
        ),
        treated=tuple(dict.fromkeys(treat)),
        delays_days=tuple(parse_quantity(text, "day", field="--delay") for text in delay),
        horizon_days=parse_quantity(horizon or "2 years", "day", field="--horizon"),
        patients=_COUNTS["patients"] if patients is None else patients,
        draws=_COUNTS["draws"] if draws is None else draws,
        seed=seed,
    )
    folder = out if out is not None else Path("reports") / f"prognosis_{cause}"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    _answer(question, folder, as_json=as_json)
    return 0


def _known(**given: float | None) -> dict[str, float]:
    """The covariates that are given.

    **Raises:** `InputError` for one that is no number.
    """
    for name, value in given.items():
        if value is not None and not math.isfinite(value):
            raise InputError(f"{name} is {value}, must be a number")
    return {name: value for name, value in given.items() if value is not None}


def _answer(question: Question, folder: Path, *, as_json: bool) -> None:
    """Follow the patients, write page and data into the folder, and say the numbers."""
    enable_compilation_cache()
    from causalgia.pathway.surrogate import respond
    from causalgia.patients.prognosis import foresee
    from causalgia.reports.files import text_writers, write_together
    from causalgia.reports.prognosis_data import prognosis_json, prognosis_text
    from causalgia.reports.prognosis_page import render_prognosis_page

    with progress() as tell:
        found = foresee(question, respond, tell)
    data = prognosis_json(found)
    pages = {"prognosis.html": render_prognosis_page(found), "prognosis.json": data + "\n"}
    write_together(folder, text_writers(pages))
    print(data if as_json else f"{prognosis_text(found)}\n{folder / 'prognosis.html'}")
