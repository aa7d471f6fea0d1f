"""The command `causalgia fibre`: read, do, write, say."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalgia.cache import enable_compilation_cache
from causalgia.errors import InputError
from causalgia.reports.columns import aligned
from causalgia.reports.progress import progress

if TYPE_CHECKING:
    from causalgia.afferents.fiber_result import FiberResult

__all__ = ["run_fiber", "run_fiber_options", "tables_of"]

_FIBER = ("length", "diameter", "compartments", "nodes", "temperature")
_STIMULUS = (
    "electrode", "position", "distance", "waveform", "width", "amplitude", "rate", "count",
)  # fmt: skip


def tables_of(
    fiber: Mapping[str, Any],
    stimulus: Mapping[str, Any],
    record: Mapping[str, Any],
    *,
    mutation: str | None = None,
    drugs: tuple[str, ...] = (),
    densities: tuple[str, ...] = (),
    lesion: str | None = None,
    myelin: float | None = None,
) -> dict[str, Any]:
    """The options of the command as the tables of a protocol; what is None is left out.

    **Raises:** `InputError` for a drug, a density or a lesion that is not written as it must be.
    """
    tables: dict[str, Any] = {}
    for name, values in (("fiber", fiber), ("stimulus", stimulus), ("record", record)):
        given = {key: value for key, value in values.items() if value is not None}
        if given:
            tables[name] = given
    if mutation is not None:
        name, _, copies = mutation.partition(":")
        tables["mutation"] = {"name": name, **({"copies": _whole(copies)} if copies else {})}
    if drugs:
        tables["drugs"] = [
            dict(zip(("name", "concentration"), _pair("--drug", drug, ":"), strict=True))
            for drug in drugs
        ]
    if densities:
        tables["densities"] = {
            name: _number_or_text(value)
            for name, value in (_pair("--density", text, "=") for text in densities)
        }
    if lesion is not None:
        start, end = _pair("--lesion", lesion, " to ")
        tables["lesion"] = {"start": start, "end": end}
    if myelin is not None:
        tables.setdefault("lesion", {})["myelin"] = myelin
    return tables


def _pair(option: str, text: str, between: str) -> tuple[str, str]:
    examples = {":": "'lidocaine:100 uM'", "=": "'nav1_8=0.5'", " to ": "'3 mm to 5 mm'"}
    first, found, second = text.partition(between)
    if not (found and first.strip() and second.strip()):
        raise InputError(f"{option}: {text!r} must be written as {examples[between]}")
    return first.strip(), second.strip()


def _whole(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _number_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def run_fiber_options(what: str | None, *, out: Path | None, as_json: bool, **options: Any) -> int:
    """Do what the options of the command, by name, ask of a fiber; see `run_fiber`."""
    record = {"duration": options["duration"], "dt": options["dt"]}
    tables = tables_of(
        {name: options[name] for name in _FIBER},
        {name: options[name] for name in _STIMULUS},
        {**record, "recovery": False if options["quick"] else None},
        mutation=options["mutation"],
        drugs=tuple(options["drug"] or ()),
        densities=tuple(options["density"] or ()),
        lesion=options["lesion"],
        myelin=options["myelin"],
    )
    return run_fiber(what, tables, out=out, as_json=as_json)


def run_fiber(
    what: str | None,
    tables: Mapping[str, Any],
    *,
    out: Path | None = None,
    as_json: bool = False,
) -> int:
    """Do a protocol, write its page, figures and data, and say its biomarkers.

    **Arguments:** `what`, a protocol's file (ending in .toml) or the name of a fiber; `tables`
    that go before what the file says; the folder `out`
    (default: `reports/` and the name); `as_json`, print the biomarkers as JSON and nothing else.
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong protocol or option; then nothing is written.
    """
    if what is None:
        raise InputError("FIBER is missing: give its name, as 'tigerholm_2014', or a protocol file")
    from causalgia.afferents.protocol import read_protocol, written_protocol

    is_file = what.lower().endswith(".toml")
    if is_file:
        protocol = read_protocol(what, tables)
    else:
        protocol = written_protocol({**tables, "fiber": {"type": what, **tables.get("fiber", {})}})
    folder = out if out is not None else Path("reports") / (Path(what).stem if is_file else what)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    enable_compilation_cache()
    from causalgia.afferents.experiment import run_protocol

    with progress() as tell:
        result = run_protocol(protocol, tell=tell)
        tell("writing the report")
        _write(result, folder)
    _say(result, folder, as_json)
    return 0


def _write(result: FiberResult, folder: Path) -> None:
    from causalgia.reports.fiber_data import fiber_json, write_zarr
    from causalgia.reports.fiber_figures import standalone
    from causalgia.reports.fiber_page import draw_figures, render_fiber_page
    from causalgia.reports.files import text_writers, write_together

    figures = draw_figures(result)
    texts = {f"{name}.svg": standalone(figure) for name, figure in figures.items()}
    texts["report.html"] = render_fiber_page(result, figures)
    texts["biomarkers.json"] = fiber_json(result)
    write_together(
        folder, {**text_writers(texts), "data.zarr": lambda path: write_zarr(result, path)}
    )


def _say(result: FiberResult, folder: Path, as_json: bool) -> None:
    if as_json:
        from causalgia.reports.fiber_data import fiber_json

        sys.stdout.write(fiber_json(result))
        return
    from causalgia.reports.fiber_page import summary_of

    print(summary_of(result))
    for line in _table(result):
        print(line)
    print(f"Report and data: {folder / 'report.html'}")


def _table(result: FiberResult) -> list[str]:
    """Biomarkers in columns, with what is published beside."""
    import math

    from causalgia.reports.fiber_data import known_of, unit_of
    from causalgia.reports.fiber_page import LABELS, figure_number

    known = known_of(result)
    table = {name: r.biomarkers.as_dict() for name, r in result.responses.items()}
    names = list(table) if len(table) > 1 else ["here"]
    rows = [["", *names, "published", "unit"]]
    for key, label in LABELS.items():
        values = [numbers[key] for numbers in table.values()]
        if any(math.isfinite(value) for value in values):
            other = figure_number(known[key].value) if key in known else ""
            rows.append([label, *map(figure_number, values), other, unit_of(key)])
    return aligned(rows, left=(0, len(rows[0]) - 1))
