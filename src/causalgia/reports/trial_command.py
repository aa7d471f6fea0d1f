"""The command `causalgia trial`: read the design, run what is missing, analyze, write, say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from causalgia.cache import enable_compilation_cache
from causalgia.errors import InputError
from causalgia.reports.progress import progress

if TYPE_CHECKING:
    from causalgia.trials.design import Design
    from causalgia.trials.store import Run

__all__ = ["run_trial", "write_report"]


def run_trial(
    file: Path | None,
    *,
    patients: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    shards: str | None = None,
    out: Path | None = None,
    store: Path | None = None,
    dry_run: bool = False,
    as_json: bool = False,
) -> int:
    """Run a virtual trial and report it.

    **Arguments:** the design's `file`; how many `patients` and which `seed` in place of the
    design's own; how many `workers`, or the address of a `scheduler`; only some `shards`, as "0:10"
    (then nothing is analyzed); the folder `out` of the report (default: `reports/trial_` and the
    name of the file); the folder of the `store`; `dry_run`, say what would be done and stop.
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong design or option.
    """
    if file is None:
        raise InputError("FILE is missing: give a design, as 'examples/trials/NAME.toml'")
    count = _workers(workers, scheduler)
    folder = out if out is not None else Path("reports") / f"trial_{file.stem}"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    from causalgia.trials.design import read_design
    from causalgia.trials.store import open_run

    changes = {"patients": patients, "seed": seed}
    design = read_design(file, {k: v for k, v in changes.items() if v is not None})
    from causalgia.reports.trial_plan import plan_of, plan_text, source_keys

    run = open_run(design, store, source_keys(design), make=not dry_run)
    chosen = _shards(shards, run.shards)
    if dry_run:
        plan = plan_of(design, run, count)
        print(json.dumps(plan, indent=2, ensure_ascii=False) if as_json else plan_text(plan))
        return 0
    enable_compilation_cache()
    from causalgia.trials.shards import run_shards

    with progress() as tell:
        run_shards(design, run, shards=chosen, workers=count, scheduler=scheduler, tell=tell)
        if chosen is not None:
            return _say_shards(run, as_json)
        tell("analyzing")
        found = write_report(design, run, folder)
    if as_json:
        print(found["json"])
        return 0
    print("\n".join([found["text"], *(f"Note: {w}" for w in design.warnings())]))
    print(f"Report and data: {folder / 'trial.html'}")
    return 0


def _workers(workers: int | None, scheduler: str | None) -> int:
    from causalgia.trials.cluster import MOST_WORKERS

    if workers is not None and scheduler is not None:
        raise InputError("--workers: is for a cluster of this machine; leave it out or --scheduler")
    count = 1 if workers is None else workers
    if not 1 <= count <= MOST_WORKERS:
        raise InputError(f"--workers: {count} is out of range; allowed: 1 to {MOST_WORKERS}")
    return count


def _shards(text: str | None, count: int) -> range | None:
    """Some shards, as "FIRST:END" with the end left out."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9}):(\d{1,9})", text.strip())
    if match is None or not 0 <= int(match[1]) < int(match[2]) <= count:
        raise InputError(
            f"--shards: {text!r} names none; allowed: FIRST:END from 0:1 to 0:{count}, the last "
            "shard before END"
        )
    return range(int(match[1]), int(match[2]))


def _say_shards(run: Run, as_json: bool) -> int:
    from causalgia.trials.store import done_shards

    done = len(done_shards(run))
    if as_json:
        print(json.dumps({"shards": run.shards, "done": done, "store": str(run.folder)}))
    else:
        print(f"{done} of {run.shards} shards done, in {run.folder}")
    return 0


def write_report(design: Design, run: Run, folder: Path) -> dict[str, str]:
    """Analyze a run that is done, write page, JSON and tables, and return `json` and `text`."""
    from causalgia.reports.files import text_writers, write_together
    from causalgia.reports.trial_data import report_of, table_writers, trial_json, trial_text
    from causalgia.reports.trial_page import render_trial_page

    report = report_of(design, run)
    data = trial_json(report)
    pages = {"trial.html": render_trial_page(report), "trial.json": data + "\n"}
    write_together(folder, {**text_writers(pages), **table_writers(run)})
    return {"json": data, "text": trial_text(report)}
