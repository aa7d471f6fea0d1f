"""What a treatment is: pushes on named mechanisms, or on a cause, with a course in time."""

from __future__ import annotations

from dataclasses import dataclass

from causalgia.mechanisms.effects import Effect
from causalgia.treatments.kinetics import PARENT, Kinetics, Traits
from causalgia.treatments.side_effects import SideEffect

__all__ = [
    "GIVERS",
    "KINDS",
    "Action",
    "Regimen",
    "Removal",
    "RenalLimit",
    "Tolerance",
    "Traits",
    "Treatment",
]

KINDS = (
    *("oral", "patch", "infusion", "injection", "block", "stimulation", "surgery"),
    *("rehabilitation", "psychological", "cause_control"),
)
"""How a treatment is given."""

GIVERS = ("patient", "clinic", "device")
"""Who sees to it that it is given: patients themselves, at home; others; or what is implanted."""

_USUAL_GIVER = {"oral": "patient", "patch": "patient", "stimulation": "device"}


@dataclass(frozen=True)
class Action:
    """One push on a mechanism.

    **Arguments:** `effect`, at strength 1; the `target` through which it comes, whose efficacy
    scales it (`causalgia_efficacy`); `half_maximal`, the concentration of half occupancy in the
    treatment's own unit (0: the strength is the presence itself), and the `hill` exponent; the
    `moiety` that does it, what is given or one of its metabolites; `delay_days` from plasma to
    this effect where it is not that of the treatment's other effects.
    """

    effect: Effect
    target: str
    half_maximal: float = 0.0
    hill: float = 1.0
    moiety: str = PARENT
    delay_days: float | None = None


@dataclass(frozen=True)
class Removal:
    """A push on the cause: one kind of `insult` goes at `places`, as far as `target` says."""

    insult: str
    places: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Regimen:
    """Doses.

    The `unit`, the `default` and the `maximum`; titration from `start` by `step` every `step_days`
    (a start of 0: the full dose from the first day), or by a `ladder` of (day, dose), as far as the
    dose asked for; `course_days`, after which it ends by itself (None: it goes on).
    """

    unit: str
    default: float
    maximum: float
    start: float = 0.0
    step: float = 0.0
    step_days: float = 1.0
    ladder: tuple[tuple[float, float], ...] = ()
    course_days: float | None = None


@dataclass(frozen=True)
class RenalLimit:
    """Below a creatinine clearance, at most this dose (0: do not give it)."""

    below_mL_min: float
    maximum: float


@dataclass(frozen=True)
class Tolerance:
    """What is lost of the effect through a `target`: a share, with a time constant."""

    target: str
    share_lost: float
    time_days: float


@dataclass(frozen=True)
class Treatment:
    """A treatment as data.

    **Arguments:** `name`, `label`, `kind`; its `actions` on mechanisms and `removals` of the
    cause; `kinetics`; `regimen` (None: it has no dose); `sites`, the places of the pathway where
    it may be put (empty: it is not put anywhere), its actions then hold there alone;
    `assessed_after_days`, when its effect is judged; `sources`; `note`, its simplifications.
    What to watch: its `side_effects`; `renal_limits` of the dose; `contraindications`, conditions
    in which it is not given; `groups` that interact ("opioid", "serotonergic", ...); `tolerance`.
    `investigational`: not an established treatment. `given_by`, one of `GIVERS` (empty: as its
    kind usually is; see `is_self_given`).
    """

    name: str
    label: str
    kind: str
    actions: tuple[Action, ...]
    removals: tuple[Removal, ...]
    kinetics: Kinetics
    regimen: Regimen | None
    sites: tuple[str, ...]
    assessed_after_days: float
    sources: tuple[str, ...]
    note: str = ""
    side_effects: tuple[SideEffect, ...] = ()
    renal_limits: tuple[RenalLimit, ...] = ()
    contraindications: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tolerance: Tolerance | None = None
    investigational: bool = False
    given_by: str = ""

    @property
    def is_self_given(self) -> bool:
        """Whether patients take it themselves, so that doses are forgotten."""
        return (self.given_by or _USUAL_GIVER.get(self.kind, "clinic")) == "patient"

    @property
    def pushes(self) -> tuple[Action | Removal, ...]:
        """Everything it does, actions first."""
        return (*self.actions, *self.removals)

    @property
    def needs_place(self) -> bool:
        """Whether a place must be chosen."""
        return len(self.sites) > 1

    @property
    def is_cause_control(self) -> bool:
        """Whether it acts on the cause instead of on mechanisms."""
        return bool(self.removals)

    @property
    def acts_on(self) -> str:
        """Where and on what it acts, in a plain sentence made of its effects."""
        from causalgia.treatments.wording import describe

        return describe(self)
