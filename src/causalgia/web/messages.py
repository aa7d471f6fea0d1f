"""What the API takes and gives, every number bounded."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "JOB_KINDS",
    "Answer",
    "Arm",
    "AssessRequest",
    "CourseAnswer",
    "CourseRequest",
    "Covariates",
    "Given",
    "GivenFrom",
    "Health",
    "Job",
    "JobFile",
    "JobKind",
    "JobList",
    "JobRequest",
    "MechanismSeries",
    "PathwayAnswer",
    "PathwayRequest",
    "Point",
    "PointAnswer",
]

JobKind = Literal["case", "assess", "trial", "fibre", "cord", "prognosis", "pathway"]
"""What a job may be."""

JOB_KINDS: tuple[JobKind, ...] = get_args(JobKind)
"""The same, to go through."""

MOST_DAYS = 7305.0
"""Twenty years."""

Name = Annotated[str, Field(min_length=1, max_length=80)]
Positive = Annotated[float, Field(gt=0, le=1e6)]
Day = Annotated[float, Field(ge=0, le=MOST_DAYS)]
Factor = Annotated[float, Field(ge=0.2, le=5)]
Unit = Annotated[float, Field(ge=0, le=1)]
Numbers = dict[str, float]


class Message(BaseModel):
    """What a client sends: nothing unknown, no number that is a text or not finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Answer(BaseModel):
    """What a client is sent."""

    model_config = ConfigDict(extra="forbid")


class Health(Answer):
    """That the server lives; whether its programs are compiled (`warm`)."""

    status: Literal["ok"]
    version: str
    warm: bool


class Covariates(Message):
    """What is known of the patient; what is left out is drawn as in people who have the cause."""

    age_years: Annotated[float, Field(ge=18, le=100)] | None = None
    weight_kg: Annotated[float, Field(ge=35, le=250)] | None = None
    hba1c_percent: Annotated[float, Field(ge=4, le=16)] | None = None
    renal_clearance_mL_min: Annotated[float, Field(ge=5, le=200)] | None = None
    cyp2d6_activity: Annotated[float, Field(ge=0, le=2)] | None = None
    severity: Unit | None = None
    persistence: Unit | None = None
    channel_plasticity: Factor | None = None
    microglial_reactivity: Factor | None = None
    descending_capacity: Factor | None = None
    regeneration: Factor | None = None
    pain_sensitivity: Factor | None = None
    distress: Factor | None = None
    sleep: Annotated[float, Field(ge=0.05, le=1)] | None = None

    @property
    def known(self) -> Numbers:
        """Those that are given."""
        return {name: value for name, value in self if value is not None}


class Given(Message):
    """A treatment: `dose` in its unit (None: the usual one), `place` where one must be chosen."""

    name: Name
    dose: Positive | None = None
    place: Name | None = None


class GivenFrom(Given):
    """A treatment from a day after the onset of the cause to another (None: for good)."""

    start_day: Day = 0.0
    stop_day: Day | None = None


class Point(Message):
    """One state of the pathway.

    `mechanisms` by the names of the library, those left out healthy; `treatments` on top, taken for
    so many `days`.
    """

    mechanisms: Annotated[dict[Name, float], Field(max_length=100)] = Field(default_factory=dict)
    treatments: Annotated[list[Given], Field(max_length=6)] = Field(default_factory=list)
    days: Day = 84.0


class PathwayRequest(Message):
    """What the pathway makes of a few states, in a patient as known (drug levels hang on it)."""

    points: Annotated[list[Point], Field(min_length=1, max_length=8)]
    covariates: Covariates = Covariates()


class PointAnswer(Answer):
    """What the pathway makes of one state.

    `rating` (0-10) and `projection_Hz` by test; `afferent_Hz` that reach the cord, by test and
    fiber; `origin_Hz`, where those at rest were born, by place and fiber; `qualities` (0-1);
    `mechanisms` that differ from health with the treatments; `rating_without_input`, pain at rest
    when no spike reaches the cord; `warnings` a prescriber would be told.
    """

    rating: Numbers
    projection_Hz: Numbers
    afferent_Hz: dict[str, Numbers]
    origin_Hz: dict[str, Numbers]
    qualities: Numbers
    mechanisms: Numbers
    rating_without_input: float
    warnings: list[str]


class PathwayAnswer(Answer):
    """The answers, point by point."""

    points: list[PointAnswer]


class CourseRequest(Message):
    """What becomes of people with a cause.

    `cause`; `covariates` all of them share; `treatments` from and to when; how far to look
    (`horizon_days`); which of the people to show in full (`person`; 0: the one in the middle of
    every covariate); the `seed` that the others are drawn with.
    """

    cause: Name
    covariates: Covariates = Covariates()
    treatments: Annotated[list[GivenFrom], Field(max_length=6)] = Field(default_factory=list)
    horizon_days: Annotated[float, Field(ge=28, le=MOST_DAYS)] = 730.0
    person: Annotated[int, Field(ge=0, le=7)] = 0
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


MechanismSeries = dict[str, list[float]]
"""Values over time, by the name of the mechanism."""

Series = list[float]


class Arm(Answer):
    """One way to go on, by time.

    Of the person shown: `rating` by test, `pain` felt over the day, `projection_Hz` by test,
    `origin_Hz` at rest by place and fiber, `qualities`, `central` (how far cord and brain are from
    health, 0-1), `mechanisms` that ever leave health, before treatment. Of all people: `everyone`,
    pain at rest [person][time]; `in_pain`, the share of them at or above the threshold.
    """

    rating: dict[str, Series]
    pain: Series
    projection_Hz: dict[str, Series]
    origin_Hz: dict[str, dict[str, Series]]
    qualities: dict[str, Series]
    central: Series
    mechanisms: MechanismSeries
    everyone: list[Series]
    in_pain: Series


class States(Answer):
    """What the pathway makes of the states in which intervals end, by time; else as a point."""

    rating: dict[str, Series]
    projection_Hz: dict[str, Series]
    afferent_Hz: dict[str, dict[str, Series]]
    origin_Hz: dict[str, dict[str, Series]]
    qualities: dict[str, Series]
    rating_without_input: Series


class CourseAnswer(Answer):
    """What becomes of them.

    `day` ends each interval of the series; `people`, the covariates of everyone, by name;
    `threshold`, the rating from which on pain counts; the arms: `untreated`, and `treated` where
    there are treatments; `states`, what `/pathway` would answer at the ends of the intervals, of
    the person shown, untreated; `warnings` a prescriber would be told.
    """

    cause: str
    person: int
    day: Series
    threshold: float
    people: dict[str, Series]
    untreated: Arm
    treated: Arm | None
    states: States
    warnings: list[str]


class AssessRequest(Message):
    """What is known of a person.

    `person`, the tables of a case file as nested objects, all of which may be left out, such as
    `{"pain": {"now": 6}, "drawing": {"areas": ["left thumb"]}}`; whether to say `in_full` what
    further questions and tests would tell, which takes most of the time.
    """

    person: dict[str, Any] = Field(default_factory=dict, max_length=20)
    in_full: bool = False


Text = Annotated[str, Field(min_length=1, max_length=200_000)]
Compound = Annotated[str, Field(min_length=1, max_length=50_000)]
CompoundName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}\.toml$")]


class JobRequest(Message):
    """Long work.

    Its `kind`; the `document`, the text of the TOML file that the command of that kind reads;
    `compounds` of one's own that it names, by file name; the `seed`; how many `patients` where
    there are some (None: as the document says, or usual).
    """

    kind: JobKind
    document: Text
    compounds: Annotated[dict[CompoundName, Compound], Field(max_length=4)] = Field(
        default_factory=dict
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    patients: Annotated[int, Field(ge=1, le=20_000)] | None = None


class JobFile(Answer):
    """A file that a job made: `name`, size in `bytes`, `type`."""

    name: str
    bytes: int
    type: str


class Job(Answer):
    """A job.

    `state`: queued, running, done or failed; `ahead`, how many wait before it; `progress`, what is
    being done; times in UTC; `error`, one line; the `files` it made, to be fetched by name.
    """

    id: str
    kind: JobKind
    state: Literal["queued", "running", "done", "failed"]
    ahead: int
    progress: str
    created: str
    started: str | None
    finished: str | None
    error: str | None
    files: list[JobFile]


class JobList(Answer):
    """Jobs, the newest first."""

    jobs: list[Job]
