"""What a treatment is: pushes on named mechanisms, or on a cause, with a course in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jaxtyping import Array, Float

from causalgia.mechanisms.effects import Effect

__all__ = ["FORMS", "KINDS", "Action", "Kinetics", "Regimen", "Removal", "Traits", "Treatment"]

KINDS = ("oral", "patch", "block", "surgery", "cause_control")
"""How a treatment is given."""

FORMS = ("systemic", "local", "lasting")
"""How its strength runs in time: with the drug in plasma, while it lies on site, or for good."""


class Traits(Protocol):
    """What a treatment needs to know of the patients, each an array [batch]."""

    @property
    def renal_clearance_mL_min(self) -> Float[Array, " batch"]:
        """Creatinine clearance."""

    @property
    def weight_kg(self) -> Float[Array, " batch"]:
        """Body weight."""

    @property
    def cyp2d6_activity(self) -> Float[Array, " batch"]:
        """Activity of the enzyme, 1 normal."""

    @property
    def regrowth(self) -> Float[Array, " batch"]:
        """Speed at which axons grow back, 1 in health."""


@dataclass(frozen=True)
class Action:
    """One push on a mechanism.

    **Arguments:** `effect`, at strength 1; the `target` through which it comes, whose efficacy
    scales it (`causalgia_efficacy`); `half_maximal`, the concentration of half occupancy in the
    treatment's own unit (0: the strength is the presence itself), and the `hill` exponent.
    """

    effect: Effect
    target: str
    half_maximal: float = 0.0
    hill: float = 1.0


@dataclass(frozen=True)
class Removal:
    """A push on the cause: one kind of `insult` goes at `places`, as far as `target` says."""

    insult: str
    places: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Kinetics:
    """How presence follows from doses.

    **Arguments:** `form`, one of `FORMS`. Systemic: absorbed share `bioavailability`, halved at
    `saturating_dose_mg` a day (infinite: linear); `clearance_L_per_h` of a reference patient
    (70 kg, 100 mL/min) of which `renal_share` follows renal clearance and `cyp2d6_share` that
    enzyme's activity; `volume_L`; `effect_delay_days` from plasma to effect. Local:
    `concentration_per_dose` on site for `hours` from each application, `daily` or once. Lasting:
    reached with time constant `onset_days`, and lost from `lag_days` on at `fade_per_day` where
    fibers grow back (times the patient's regrowth; 0: kept).
    """

    form: str
    bioavailability: float = 1.0
    saturating_dose_mg: float = float("inf")
    clearance_L_per_h: float = 1.0
    renal_share: float = 0.0
    cyp2d6_share: float = 0.0
    volume_L: float = 1.0
    effect_delay_days: float = 0.0
    concentration_per_dose: float = 1.0
    hours: float = 24.0
    daily: bool = True
    onset_days: float = 0.0
    lag_days: float = 0.0
    fade_per_day: float = 0.0


@dataclass(frozen=True)
class Regimen:
    """Doses.

    The `unit`, the `default` and the `maximum`; titration from `start` by `step` every `step_days`
    (a start of 0: the full dose from the first day).
    """

    unit: str
    default: float
    maximum: float
    start: float = 0.0
    step: float = 0.0
    step_days: float = 1.0


@dataclass(frozen=True)
class Treatment:
    """A treatment as data.

    **Arguments:** `name`, `label`, `kind`; its `actions` on mechanisms and `removals` of the
    cause; `kinetics`; `regimen` (None: it has no dose); `sites`, the places of the pathway where
    it may be put (empty: it is not put anywhere), its actions then hold there alone;
    `assessed_after_days`, when its effect is judged; `sources`; `note`, its simplifications.
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
