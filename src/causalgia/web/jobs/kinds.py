"""What a job may be: the commands, each with the text of the file that it reads.

A document is checked before it waits. Nothing in it may name a file of this machine: what looks
like the name of one is refused, but for the compounds that came with the request.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from causalgia import __version__
from causalgia.errors import InputError
from causalgia.tables import (
    Table,
    number_between,
    printable,
    quantity_between,
    read_name,
    read_tables,
    whole_between,
)
from causalgia.web.documents import refuse_files
from causalgia.web.messages import JobRequest

__all__ = ["KINDS", "Kind", "check", "identify", "place"]

MOST_CASE_PATIENTS = 2000
"""Virtual patients of a case or a prognosis."""

MOST_TRIAL_PATIENTS, MOST_PATIENT_WEEKS = 20_000, 1_000_000
"""Patients of a trial, and these times the weeks."""

MOST_FIBER_ms, MOST_CORD_ms = 10_000.0, 60_000.0
"""Simulated time of a fiber and of a circuit."""


@dataclass(frozen=True)
class Kind:
    """One kind: `check` reads the document in a file, which raises `InputError` where it is wrong;
    `run` does it and writes into a folder, with a folder for what outlives an attempt.
    """

    check: Callable[[Path, JobRequest], object]
    run: Callable[[Path, JobRequest, Path, Path], object]
    takes_compounds: bool = False


def identify(request: JobRequest) -> str:
    """The name of a job: the same for the same document, seed and version.

    **Raises:** `InputError` for a document that is no TOML.
    """
    from causalgia.trials.identity import model_hash
    from causalgia.web.jobs.store import ID_LENGTH

    decided = {
        **request.model_dump(),
        "document": parsed(request.document),
        "version": __version__,
        "model": model_hash(),
    }
    text = json.dumps(decided, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=ID_LENGTH // 2).hexdigest()


def parsed(document: str) -> dict[str, Any]:
    """A document as tables.

    **Raises:** `InputError` where it is no TOML.
    """
    try:
        return tomllib.loads(document)
    except RecursionError:
        raise InputError("document: nested too deeply") from None
    except ValueError as error:  # tomllib's own error, and integers of too many digits
        raise InputError(f"document: not valid TOML: {error}") from None


def check(request: JobRequest) -> None:
    """Read all of a request as the job will.

    **Raises:** `InputError`, one line, for the first thing that is wrong.
    """
    kind = KINDS[request.kind]
    if request.compounds and not kind.takes_compounds:
        raise InputError(f"compounds: a {request.kind} takes none; allowed: in a trial")
    refuse_files("document", parsed(request.document), request.compounds)
    with tempfile.TemporaryDirectory(prefix="causalgia-") as folder:
        file = place(request, Path(folder))
        try:
            kind.check(file, request)
        except InputError as error:
            raise InputError(_without_folder(str(error), file)) from None


def place(request: JobRequest, folder: Path) -> Path:
    """Write document and compounds into a folder, as the commands read them.

    **Returns:** the document's file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in request.compounds.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    file = folder / f"{request.kind}.toml"
    file.write_text(request.document, encoding="utf-8", newline="\n")
    return file


def _without_folder(message: str, file: Path) -> str:
    """A message that says nothing of where the server keeps what it was sent."""
    inside = printable(str(file.parent))
    return message.replace(f"{printable(str(file))}: ", "document: ").replace(inside, "")


def _check_count(given: int | None, most: int) -> None:
    if given is not None and given > most:
        raise InputError(f"patients: {given}; allowed: at most {most}")


def _check_case(file: Path, request: JobRequest) -> None:
    from causalgia.patients.case import read_case

    read_case(file)
    if request.patients is not None and request.patients < 10:
        raise InputError(f"patients: {request.patients}; allowed: at least 10")
    _check_count(request.patients, MOST_CASE_PATIENTS)


def _run_case(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.reports.command import run_case

    run_case(file, seed=_seed(request), out=out, patients=request.patients)


def _check_assess(file: Path, request: JobRequest) -> None:
    from causalgia.patients.person import read_person

    read_person(file)
    _check_no_people(request)


def _run_assess(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.reports.assessment_command import run_assess

    run_assess(file, out=out)


def _check_trial(file: Path, request: JobRequest) -> None:
    from causalgia.trials.design import read_design

    design = read_design(file, _changes(request))
    _check_count(design.patients, MOST_TRIAL_PATIENTS)
    weeks = design.patients * design.week_count
    if weeks > MOST_PATIENT_WEEKS:
        raise InputError(
            f"document: {design.patients} patients for {design.week_count} weeks; "
            f"allowed: {MOST_PATIENT_WEEKS} weeks of all patients together"
        )


def _run_trial(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.reports.trial_command import run_trial

    run_trial(file, **_changes(request), out=out, store=kept / "trials")


def _changes(request: JobRequest) -> dict[str, Any]:
    given = {"patients": request.patients, "seed": request.seed}
    return {name: value for name, value in given.items() if value is not None}


def _check_fiber(file: Path, request: JobRequest) -> None:
    from causalgia.afferents import catalog
    from causalgia.afferents.protocol import read_protocol

    protocol = read_protocol(file)
    catalog.find(protocol.fiber.type)
    _check_no_people(request)
    if (protocol.record.duration or 0.0) > MOST_FIBER_ms:
        raise InputError(f"document: record.duration; allowed: at most {MOST_FIBER_ms / 1e3:g} s")


def _run_fiber(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.reports.fiber_command import run_fiber

    run_fiber(str(file), {}, out=out)


def _check_no_people(request: JobRequest) -> None:
    if request.patients is not None:
        raise InputError(f"patients: a {request.kind} has none; leave it out")


def _check_cord(file: Path, request: JobRequest) -> None:
    from causalgia.cord.protocol import read_protocol

    protocol = read_protocol(file)
    _check_no_people(request)
    if (protocol.run.duration or 0.0) > MOST_CORD_ms:
        raise InputError(f"document: run.duration; allowed: at most {MOST_CORD_ms / 1e3:g} s")


def _run_cord(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.reports.cord_command import run_cord

    run_cord(str(file), {}, seed=_seed(request), out=out)


Name = Annotated[str, BeforeValidator(read_name)]


class _PrognosisTables(Table):
    """The options of `causalgia prognosis`, as a document."""

    cause: Name
    age: Annotated[float, number_between(18, 110, "age")] | None = None
    extent: Annotated[float, number_between(0, 1, "extent")] | None = None
    hba1c: Annotated[float, number_between(4, 16, "HbA1c")] | None = None
    distress: Annotated[float, number_between(0.2, 5, "fold")] | None = None
    sleep: Annotated[float, number_between(0.05, 1, "sleep")] | None = None
    treat: list[Name] = Field(default_factory=list, max_length=4)
    delay: list[Name] = Field(default_factory=list, max_length=6)
    horizon: Annotated[float, quantity_between("day", 28, 7305, "28 days to 20 years")] = 730.5
    draws: Annotated[int, whole_between(1, 16, "number of draws")] = 8


def _read_prognosis(file: Path) -> _PrognosisTables:
    return read_tables(_PrognosisTables, file, "a question", "a prognosis needs at least a cause")


def _check_prognosis(file: Path, request: JobRequest) -> None:
    from causalgia.patients.prognosis import Question
    from causalgia.quantities import parse_quantity

    asked = _read_prognosis(file)
    _check_count(request.patients, MOST_CASE_PATIENTS)
    Question(
        cause=asked.cause,
        known={},
        treated=tuple(asked.treat),
        delays_days=tuple(parse_quantity(text, "day", field="delay") for text in asked.delay),
        horizon_days=asked.horizon,
    )
    if asked.delay and not asked.treat:
        raise InputError("delay: is given without treat; say what begins then")


def _run_prognosis(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.reports.prognosis_command import run_prognosis

    asked = _read_prognosis(file).model_dump()
    horizon = f"{asked.pop('horizon'):g} days"
    run_prognosis(**asked, horizon=horizon, patients=request.patients, seed=_seed(request), out=out)


def _check_pathway(file: Path, request: JobRequest) -> None:
    from causalgia.web.jobs.whole_pathway import read_states

    read_states(file)
    _check_no_people(request)


def _run_pathway(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    from causalgia.web.jobs.whole_pathway import run_whole_pathway

    run_whole_pathway(file, seed=_seed(request), out=out)


def _seed(request: JobRequest) -> int:
    return 1 if request.seed is None else request.seed


KINDS: Mapping[str, Kind] = {
    "case": Kind(_check_case, _run_case),
    "assess": Kind(_check_assess, _run_assess),
    "trial": Kind(_check_trial, _run_trial, takes_compounds=True),
    "fibre": Kind(_check_fiber, _run_fiber),
    "cord": Kind(_check_cord, _run_cord),
    "prognosis": Kind(_check_prognosis, _run_prognosis),
    "pathway": Kind(_check_pathway, _run_pathway),
}
"""All kinds by name."""
