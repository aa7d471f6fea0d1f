"""The command `causalgia cord`: read, do, write, say."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalgia.cache import enable_compilation_cache
from causalgia.errors import InputError
from causalgia.reports.progress import progress

if TYPE_CHECKING:
    from causalgia.cord.experiment_result import CordResult

__all__ = ["cord_tables_of", "run_cord", "run_cord_options"]

_RUN = ("experiment", "duration", "settle", "dt")


def cord_tables_of(
    run: Mapping[str, Any],
    *,
    coarse: bool = False,
    frequencies: Sequence[str] = (),
    stimuli: int | None = None,
    rates: Sequence[str] = (),
    receptors: Sequence[str] = (),
    release: Sequence[str] = (),
    kcc2: float | None = None,
    inhibition: float | None = None,
    traces: Sequence[str] = (),
) -> dict[str, Any]:
    """The options of the command as the tables of a protocol; what is None is left out.

    `frequencies` are those of volleys or, where the columns are stimulated, of its pulses.
    **Raises:** `InputError` for a rate or a fold that is not written as it must be.
    """
    tables: dict[str, Any] = {}
    given = {key: value for key, value in run.items() if value is not None}
    if given:
        tables["run"] = given
    if coarse:
        tables["circuit"] = {"coarse": True}
    if frequencies:
        pulses = run.get("experiment") in ("stimulation", "gate")
        tables["stimulation" if pulses else "volley"] = {"frequencies": list(frequencies)}
    if stimuli is not None:
        tables.setdefault("volley", {})["stimuli"] = stimuli
    if rates:
        pairs = [_pair("--rate", text, "'c=2 Hz'") for text in rates]
        tables["afferents"] = {name: {"rate": rate} for name, rate in pairs}
    changed: dict[str, Any] = {
        "inhibition": inhibition,
        "kcc2": kcc2,
        "receptors": _folds("--receptor", receptors, "'nmda=0.5'"),
        "release": _folds("--release", release, "'c=0.5'"),
    }
    changed = {key: value for key, value in changed.items() if value not in (None, {})}
    if traces:
        tables["draw"] = {"traces": list(traces)}
    if changed:
        tables["patients"] = [{"name": "changed", **changed}]
    return tables


def _pair(option: str, text: str, example: str) -> tuple[str, str]:
    first, found, second = text.partition("=")
    if not (found and first.strip() and second.strip()):
        raise InputError(f"{option}: {text!r} must be written as {example}")
    return first.strip(), second.strip()


def _folds(option: str, texts: Sequence[str], example: str) -> dict[str, float]:
    folds = {}
    for text in texts:
        name, value = _pair(option, text, example)
        try:
            folds[name] = float(value)
        except ValueError:
            raise InputError(f"{option}: {text!r} must be written as {example}") from None
    return folds


def run_cord_options(
    what: str | None, *, seed: int, out: Path | None, as_json: bool, **options: Any
) -> int:
    """Do what the options of the command, by name, ask of a circuit; see `run_cord`."""
    switches = {name: options[name] or None for name in ("feedback", "potentiation")}
    tables = cord_tables_of(
        {**{name: options[name] for name in _RUN}, **switches},
        coarse=options["coarse"],
        frequencies=tuple(options["frequency"] or ()),
        stimuli=options["stimuli"],
        rates=tuple(options["rate"] or ()),
        receptors=tuple(options["receptor"] or ()),
        release=tuple(options["release"] or ()),
        kcc2=options["kcc2"],
        inhibition=options["inhibition"],
        traces=tuple(options["trace"] or ()),
    )
    return run_cord(what, tables, seed=seed, out=out, as_json=as_json)


def run_cord(
    what: str | None,
    tables: Mapping[str, Any],
    *,
    seed: int = 1,
    out: Path | None = None,
    as_json: bool = False,
) -> int:
    """Do a protocol, write its page, figures and data, and say its numbers.

    **Arguments:** `what`, a protocol's file (ending in .toml) or the name of a circuit; `tables`
    that go before what the file says; the `seed` of connections and spikes; the folder `out`
    (default: `reports/` and the name); `as_json`, print the numbers as JSON and nothing else.
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong protocol or option; then nothing is written.
    """
    if what is None:
        raise InputError("CIRCUIT is missing: give its name, as 'zhang_2014', or a protocol file")
    from causalgia.cord.protocol import read_protocol, written_protocol

    is_file = what.lower().endswith(".toml")
    if is_file:
        protocol = read_protocol(what, tables)
    else:
        protocol = written_protocol(
            {**tables, "circuit": {"name": what, **tables.get("circuit", {})}}
        )
    name = Path(what).stem if is_file else f"{what}_{protocol.run.experiment}"
    folder = out if out is not None else Path("reports") / name
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    enable_compilation_cache()
    from causalgia.cord.experiment import run_protocol
    from causalgia.pathway.central import brain_loop

    with progress() as tell:
        result = run_protocol(protocol, seed=seed, tell=tell, brain=brain_loop)
        tell("writing the report")
        _write(result, folder)
    _say(result, folder, as_json)
    return 0


def _write(result: CordResult, folder: Path) -> None:
    from causalgia.reports.cord_data import cord_json, write_cord_zarr
    from causalgia.reports.cord_figures import draw_cord_figures
    from causalgia.reports.cord_page import render_cord_page
    from causalgia.reports.fiber_figures import standalone
    from causalgia.reports.files import text_writers, write_together

    figures = draw_cord_figures(result)
    texts = {f"{name}.svg": standalone(figure.svg) for name, figure in figures.items()}
    texts["report.html"] = render_cord_page(result, figures)
    texts["results.json"] = cord_json(result)
    write_together(
        folder, {**text_writers(texts), "data.zarr": lambda path: write_cord_zarr(result, path)}
    )


def _say(result: CordResult, folder: Path, as_json: bool) -> None:
    if as_json:
        from causalgia.reports.cord_data import cord_json

        sys.stdout.write(cord_json(result))
        return
    from causalgia.reports.columns import aligned
    from causalgia.reports.cord_page import summary_of_cord
    from causalgia.reports.cord_tables import tables_of_numbers

    print(summary_of_cord(result))
    for table in tables_of_numbers(result):
        for line in aligned([(table.title, *table.head[1:]), *table.rows]):
            print(line)
    print(f"Report and data: {folder / 'report.html'}")
