"""The commands. Each imports what it needs when it runs, so that help costs nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from causalgia import __version__
from causalgia import command_options as options
from causalgia.completion import floors, offering
from causalgia.errors import CausalgiaError, InputError

if TYPE_CHECKING:
    from causalgia.evidence import Parameter

__all__ = ["app", "main"]

# Plain help: rich markup would double the start-up time.
app = typer.Typer(
    name="causalgia",
    help="An open in-silico laboratory for neuropathic pain, from ion channel to trial.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
"""The commands, for Typer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    What the user got wrong ends in one line on standard error and status 2; a simulation that
    failed ends in one line and status 1.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = typer.main.get_command(app).main(
            args=given or ["--help"], prog_name="causalgia", standalone_mode=False
        )
        sys.stdout.flush()
    except CausalgiaError as error:
        return _fail(str(error), 2 if isinstance(error, InputError) else 1)
    except TyperException as error:
        return _fail(error.format_message(), error.exit_code)
    except BrokenPipeError:
        # The reader went away (`| head`): say nothing, and keep Python from flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return result if isinstance(result, int) else 0


def _fail(message: str, status: int) -> int:
    print("causalgia: error: " + " ".join(message.split()), file=sys.stderr)
    return status


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"causalgia {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def case(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The case, a TOML file.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="NUMBER", help="Same seed, same patients, same bytes.")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where report and data go.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="How many virtual patients to draw.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print the steps of one simulated day and stop.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """Trace one patient's pain to its cause: where it arises, what would help, can it go away.

    Examples:

      causalgia case examples/shingles.toml

      causalgia case examples/diabetic_neuropathy.toml --seed 7 --json

      causalgia case --plan
    """
    if file is None and not plan:
        raise InputError("FILE is missing: give a case file, as 'examples/shingles.toml'")
    from causalgia.reports.command import run_case

    return run_case(file, seed=seed, out=out, as_json=as_json, plan=plan, patients=patients)


@app.command()
def assess(
    file: options.PersonFile = None,
    clinic: options.Clinic = None,
    out: options.Out = None,
    as_json: options.AsJson = False,
) -> int:
    """Say what is probably wrong: odds of causes, origins, what would tell more, and a plan.

    Anything may be left out of the file. A table in CSV is assessed row by row.

    Examples:

      causalgia assess examples/assess_arm_pain.toml

      causalgia assess examples/assess_unclear.toml --json

      causalgia assess examples/patients.csv --out registry
    """
    from causalgia.reports.assessment_command import run_assess

    return run_assess(file, clinic=clinic, out=out, as_json=as_json)


@app.command()
def evidence(
    assumed: Annotated[
        bool, typer.Option("--assumed", help="Only what was neither measured nor fitted.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """List every number the model rests on, with its unit, status and source.

    Examples:

      causalgia evidence --assumed

      causalgia evidence --json
    """
    from causalgia.evidence import all_parameters
    from causalgia.mechanisms.map import as_parameters

    entries = [*all_parameters(), *as_parameters()]
    if assumed:
        entries = [entry for entry in entries if entry.status == "assumed"]
    print(_evidence_json(entries) if as_json else _evidence_table(entries))
    return 0


def _count_by_status(entries: Sequence[Parameter]) -> dict[str, int]:
    from causalgia.evidence import STATUSES

    return {status: sum(entry.status == status for entry in entries) for status in STATUSES}


def _evidence_json(entries: Sequence[Parameter]) -> str:
    import json
    from dataclasses import asdict

    from causalgia.evidence import load_sources

    named = {entry.source for entry in entries}
    sources = [asdict(source) for key, source in load_sources().items() if key in named]
    listing = {
        "counts": _count_by_status(entries),
        "parameters": [asdict(entry) for entry in entries],
        "sources": sources,
    }
    return json.dumps(listing, indent=2, ensure_ascii=False)


def _evidence_table(entries: Sequence[Parameter]) -> str:
    rows = [
        (entry.path, f"{entry.value:g}", entry.unit, entry.status, entry.note or entry.where)
        for entry in entries
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in rows
    ]
    counts = ", ".join(f"{count} {status}" for status, count in _count_by_status(entries).items())
    return "\n".join([*lines, f"{len(entries)} numbers: {counts}"])


@app.command()
def validate(
    floor: Annotated[
        str | None,
        typer.Argument(
            metavar="[FLOOR]",
            help="Which floor; all where none is named.",
            autocompletion=offering(floors),
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="PATTERN", help="Only rows whose id, kind or model matches."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Under a minute: leave the slow protocols out.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a page and the rows there.")
    ] = None,
    as_json: options.AsJson = False,
) -> int:
    """Print every published number beside the model's, with tolerance, verdict and source.

    Misses are findings, not errors: the exit status is 0 when the run came to its end.

    Examples:

      causalgia validate nerve --quick

      causalgia validate nerve --only 'tigerholm_2014*' --json
    """
    from causalgia.validation.command import run_validate

    return run_validate(floor, as_json=as_json, out=out, only=only, quick=quick)


@app.command("fibre")
def fiber(
    what: options.Fiber = None,
    length: options.Length = None,
    diameter: options.Diameter = None,
    compartments: options.Compartments = None,
    nodes: options.Nodes = None,
    temperature: options.Temperature = None,
    mutation: options.Mutation = None,
    drug: options.Drug = None,
    density: options.Density = None,
    lesion: options.Lesion = None,
    myelin: options.Myelin = None,
    electrode: options.Electrode = None,
    position: options.Position = None,
    distance: options.Distance = None,
    waveform: options.Waveform = None,
    width: options.Width = None,
    amplitude: options.Amplitude = None,
    rate: options.TrainRate = None,
    count: options.Count = None,
    duration: options.RecordDuration = None,
    dt: options.FiberStep = None,
    quick: options.Quick = False,
    out: options.Out = None,
    as_json: options.AsJson = False,
) -> int:
    """Stimulate one fiber: voltage in space and time, latencies, biomarkers.

    Examples:

      causalgia fibre tigerholm_2014

      causalgia fibre a_beta --drug 'lidocaine:100 uM' --rate '200 Hz' --count 40

      causalgia fibre examples/fibre_slowing.toml --json
    """
    given = locals()
    from causalgia.reports.fiber_command import run_fiber_options

    return run_fiber_options(**given)


# The American spelling is understood as well, and not listed twice.
app.command("fiber", hidden=True)(fiber)


@app.command()
def cord(
    what: options.Circuit = None,
    experiment: options.Experiment = None,
    frequency: options.Frequency = None,
    stimuli: options.Stimuli = None,
    rate: options.AfferentRate = None,
    receptor: options.Receptor = None,
    release: options.Release = None,
    kcc2: options.Kcc2 = None,
    inhibition: options.Inhibition = None,
    feedback: options.Feedback = False,
    potentiation: options.Potentiation = False,
    trace: options.Trace = None,
    coarse: options.Coarse = False,
    duration: options.RunDuration = None,
    settle: options.Settle = None,
    dt: options.CordStep = None,
    seed: options.CordSeed = 1,
    out: options.Out = None,
    as_json: options.AsJson = False,
) -> int:
    """Drive a circuit of the dorsal horn: rasters, wind-up, stimulation, the gate.

    Circuits: aguiar_2010, zhang_2014, medlock_2022, and the library's own dorsal_horn.

    Examples:

      causalgia cord zhang_2014 --experiment gate

      causalgia cord dorsal_horn --experiment windup --feedback --trace lamina_i

      causalgia cord examples/cord_stimulation.toml --json
    """
    given = locals()
    from causalgia.reports.cord_command import run_cord_options

    return run_cord_options(**given)


@app.command()
def prognosis(
    cause: options.CauseName = None,
    age: options.Age = None,
    extent: options.Extent = None,
    hba1c: options.Hba1c = None,
    distress: options.Distress = None,
    sleep: options.Sleep = None,
    treat: options.Treat = None,
    delay: options.Delay = None,
    horizon: options.Horizon = None,
    patients: options.Patients = None,
    draws: options.Draws = None,
    seed: options.Seed = 1,
    out: options.Out = None,
    as_json: options.AsJson = False,
) -> int:
    """Whether pain of a cause goes, when and in whom, and whether it helps to end the cause.

    Examples:

      causalgia prognosis shingles --age 75

      causalgia prognosis cervical_radiculopathy --treat decompression --delay '1 year'

      causalgia prognosis taxane --extent 0.8 --treat toxin_stop --delay '60 days' --json
    """
    given = locals()
    from causalgia.reports.prognosis_command import run_prognosis

    given["treat"], given["delay"] = tuple(treat or ()), tuple(delay or ())
    return run_prognosis(**given)


@app.command()
def trial(
    file: options.DesignFile = None,
    patients: options.TrialPatients = None,
    seed: options.TrialSeed = None,
    workers: options.Workers = None,
    scheduler: options.Scheduler = None,
    shards: options.Shards = None,
    out: options.Out = None,
    store: options.Store = None,
    dry_run: options.DryRun = False,
    as_json: options.AsJson = False,
) -> int:
    """Run a virtual trial: flow, pain by week, responders, differences, side effects.

    Killed at any point, the same command goes on from the shards that are done.

    Examples:

      causalgia trial examples/trials/pregabalin_postherpetic.toml

      causalgia trial examples/trials/pregabalin_postherpetic.toml --dry-run

      causalgia trial examples/trials/pregabalin_postherpetic.toml --patients 10000 --workers 2
    """
    given = locals()
    from causalgia.reports.trial_command import run_trial

    return run_trial(**given)


@app.command()
def serve(
    host: options.Host = "127.0.0.1",
    port: options.Port = 8420,
    token: options.Token = None,
    jobs: options.Jobs = None,
    workers: options.JobWorkers = 1,
    known: options.Known = None,
    open: options.Open = None,
) -> int:
    """Show the explorer in a browser: a page and an API, on this machine unless told otherwise.

    Examples:

      causalgia serve

      causalgia serve --host 0.0.0.0 --token new --workers 2
    """
    given = {**locals(), "known": tuple(known or ())}
    from causalgia.web.command import run_serve

    return run_serve(**given)


@app.command()
def doctor(as_json: options.AsJson = False) -> int:
    """Print what a bug report needs: versions, hardware, folders.

    Example:

      causalgia doctor --json
    """
    import json

    from causalgia.doctor import describe_machine, format_description

    description = describe_machine()
    print(json.dumps(description, indent=2) if as_json else format_description(description))
    return 0
