"""The options of the longer commands, as Typer reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from causalgia import completion
from causalgia.completion import offering, words

# For the commands alone; what each option is, its help says.
__all__: list[str] = []

Text: TypeAlias = str | None
Texts: TypeAlias = list[str] | None

# Of several commands.
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where page, figures and data go.")
]

# Of a fiber: what it is.
Fiber = Annotated[
    Text,
    typer.Argument(
        metavar="FIBER",
        help="A fiber's name, or a protocol, a TOML file.",
        autocompletion=offering(completion.fibers),
    ),
]
Length = Annotated[Text, typer.Option(metavar="LENGTH", help="As '10 mm'.")]
Diameter = Annotated[Text, typer.Option(metavar="LENGTH", help="As '1 um'.")]
Compartments = Annotated[int | None, typer.Option(help="How many it is cut into.")]
Nodes = Annotated[int | None, typer.Option(help="Of Ranvier, how many.")]
Temperature = Annotated[Text, typer.Option(metavar="TEMPERATURE", help="0-50 degC.")]
Mutation = Annotated[
    Text,
    typer.Option(
        metavar="NAME",
        help="As 'L858H', or 'L858H:2' for two copies.",
        autocompletion=offering(completion.mutations),
    ),
]
Drug = Annotated[
    Texts,
    typer.Option(
        metavar="DRUG",
        help="As 'lidocaine:100 uM'; may repeat.",
        autocompletion=offering(completion.blockers, also=":"),
    ),
]
Density = Annotated[Texts, typer.Option(metavar="DENSITY", help="As 'nav1_8=0.5'; may repeat.")]
Lesion = Annotated[Text, typer.Option(metavar="ZONE", help="Where, as '3 mm to 5 mm'.")]
Myelin = Annotated[float | None, typer.Option(help="What the lesion leaves of it, 0-1.")]

# Of a fiber: how it is stimulated and recorded.
Electrode = Annotated[
    Text,
    typer.Option(
        metavar="WHERE",
        help="intracellular or extracellular.",
        autocompletion=words("intracellular", "extracellular"),
    ),
]
Position = Annotated[Text, typer.Option(metavar="LENGTH", help="Of the stimulus.")]
Distance = Annotated[Text, typer.Option(metavar="LENGTH", help="Of an electrode outside.")]
Waveform = Annotated[
    Text,
    typer.Option(
        metavar="SHAPE",
        help="monophasic, biphasic, sine or square.",
        autocompletion=words("monophasic", "biphasic", "sine", "square"),
    ),
]
Width = Annotated[Text, typer.Option(metavar="TIME", help="Of a pulse.")]
Amplitude = Annotated[
    Text, typer.Option(metavar="AMPLITUDE", help="As '1.5 x threshold' or '0.5 nA'.")
]
TrainRate = Annotated[Text, typer.Option(metavar="RATE", help="Of a train, as '2 Hz'.")]
Count = Annotated[int | None, typer.Option(help="Of pulses.")]
RecordDuration = Annotated[Text, typer.Option(metavar="TIME", help="Of the record.")]
FiberStep = Annotated[Text, typer.Option(metavar="TIME", help="A step, as '10 us'.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Without the recovery cycle and the rates followed.")
]

# Of a circuit of the cord: what is done to it.
Circuit = Annotated[
    Text,
    typer.Argument(
        metavar="CIRCUIT",
        help="A circuit's name, or a protocol, a TOML file.",
        autocompletion=offering(completion.circuits),
    ),
]
Experiment = Annotated[
    Text,
    typer.Option(
        metavar="NAME",
        help="raster, windup, stimulation or gate.",
        autocompletion=words("raster", "windup", "stimulation", "gate"),
    ),
]
Frequency = Annotated[
    Texts, typer.Option(metavar="RATE", help="Of volleys or of pulses, as '2 Hz'; may repeat.")
]
Stimuli = Annotated[int | None, typer.Option(help="How many volleys.")]
AfferentRate = Annotated[
    Texts, typer.Option(metavar="CLASS=RATE", help="Ongoing, as 'c=2 Hz'; may repeat.")
]
Receptor = Annotated[
    Texts, typer.Option(metavar="NAME=FOLD", help="Of a drug, as 'nmda=0.5'; may repeat.")
]
Release = Annotated[
    Texts, typer.Option(metavar="SOURCE=FOLD", help="Of transmitter, as 'c=0.5'; may repeat.")
]
Kcc2 = Annotated[float | None, typer.Option(help="Chloride transport left, 1 for all.")]
Inhibition = Annotated[float | None, typer.Option(help="What is left of it, 0-1.")]
Feedback = Annotated[
    bool, typer.Option("--feedback", help="The brain answers: descending control of dorsal_horn.")
]
Potentiation = Annotated[
    bool, typer.Option("--potentiation", help="C-fiber synapses of dorsal_horn may grow.")
]

# Of a circuit of the cord: how it is run and shown.
Trace = Annotated[
    Texts,
    typer.Option(metavar="NEURON", help="Its voltage, as 'lamina_i' or 'lamina_i:2'; may repeat."),
]
Coarse = Annotated[
    bool, typer.Option("--coarse", help="Fewer compartments: a quick sketch of medlock_2022.")
]
RunDuration = Annotated[Text, typer.Option(metavar="TIME", help="Of the run.")]
Settle = Annotated[Text, typer.Option(metavar="TIME", help="Before anything is counted.")]
CordStep = Annotated[Text, typer.Option(metavar="TIME", help="A step, as '25 us'.")]
CordSeed = Annotated[
    int, typer.Option(min=0, metavar="NUMBER", help="Same seed, same spikes, same bytes.")
]

# Of an assessment.
PersonFile = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="What is known, a TOML or FHIR file; or many people, CSV."),
]
Clinic = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The clinic's own mix of causes, a TOML file.")
]

# Of a prognosis.
CauseName = Annotated[
    Text,
    typer.Argument(
        metavar="CAUSE",
        help="Its name, as 'shingles'.",
        autocompletion=offering(completion.causes),
    ),
]
Age = Annotated[float | None, typer.Option(help="In years; else drawn.")]
Extent = Annotated[float | None, typer.Option(help="Of the cause, 0-1; else drawn.")]
Hba1c = Annotated[float | None, typer.Option(help="In percent; else drawn.")]
Distress = Annotated[float | None, typer.Option(help="Fold of usual; else drawn.")]
Sleep = Annotated[float | None, typer.Option(help="Usual, without pain, 0-1; else drawn.")]
Treat = Annotated[
    Texts,
    typer.Option(
        metavar="TREATMENT",
        help="As 'decompression'; may repeat.",
        autocompletion=offering(completion.treatments),
    ),
]
Delay = Annotated[
    Texts, typer.Option(metavar="TIME", help="From onset to treatment, as '90 days'; may repeat.")
]
Horizon = Annotated[Text, typer.Option(metavar="TIME", help="How far ahead, as '2 years'.")]
Patients = Annotated[
    int | None, typer.Option(metavar="NUMBER", help="How many virtual patients to draw.")
]
Draws = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", help="How often the numbers of the dynamics are drawn."),
]
Seed = Annotated[
    int, typer.Option(min=0, metavar="NUMBER", help="Same seed, same patients, same bytes.")
]

# Of a trial.
DesignFile = Annotated[
    Path | None, typer.Argument(metavar="DESIGN", help="The design of the trial, a TOML file.")
]
TrialPatients = Annotated[
    int | None,
    typer.Option("--patients", metavar="NUMBER", help="Randomized, in place of the design's."),
]
TrialSeed = Annotated[
    int | None, typer.Option("--seed", metavar="NUMBER", help="In place of the design's.")
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", help="Processes on this machine, 2 GiB each (a Dask cluster)."),
]
Scheduler = Annotated[
    Text, typer.Option(metavar="ADDRESS", help="Of a Dask cluster, as 'tcp://host:8786'.")
]
Shards = Annotated[
    Text, typer.Option(metavar="FIRST:END", help="Only these, as '0:10', and no report yet.")
]
Store = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where runs are kept; else the cache folder.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done, how large it is, and stop.")
]

# Of the server.
Host = Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")]
Port = Annotated[int, typer.Option(metavar="NUMBER", help="At which port; 0: any that is free.")]
Token = Annotated[
    Text,
    typer.Option(
        metavar="TOKEN",
        envvar="CAUSALGIA_TOKEN",
        show_envvar=True,
        help="What a request must bring, needed where others can reach it; 'new' makes one.",
    ),
]
Jobs = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where jobs are kept; else the cache folder.")
]
JobWorkers = Annotated[
    int, typer.Option("--workers", metavar="NUMBER", help="Processes that work on jobs.")
]
Known = Annotated[
    Texts, typer.Option(metavar="NAME", help="By which the server goes as well; may repeat.")
]
Open = Annotated[
    bool | None, typer.Option("--open/--no-open", help="Open a browser; else at a terminal only.")
]
