"""What a body makes of a dose, as numbers: absorption, compartments, metabolites, delays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jaxtyping import Array, Float

__all__ = [
    "FORMS",
    "PARENT",
    "Kinetics",
    "Metabolite",
    "Traits",
    "relative_clearance",
    "relative_size",
]

_REFERENCE_WEIGHT_KG, _REFERENCE_CLEARANCE_ML_MIN, _REFERENCE_AGE_YEARS = 70.0, 100.0, 60.0
_ALLOMETRIC_EXPONENT = 0.75

FORMS = ("systemic", "local", "lasting")
"""How its strength runs in time: with the drug in plasma, while it lies on site, or for good."""

PARENT = "parent"
"""The moiety that is given, as against a metabolite of it."""


@dataclass(frozen=True)
class Metabolite:
    """What an active part of a dose becomes.

    **Arguments:** `name`; `formed_share`, of the absorbed moles, in a reference patient, of which
    `formed_cyp2d6_share` is made by that enzyme; then as for the parent in `Kinetics`.
    """

    name: str
    formed_share: float
    clearance_L_per_h: float
    volume_L: float
    formed_cyp2d6_share: float = 0.0
    cyp2d6_share: float = 0.0
    renal_share: float = 0.0
    molar_mass: float | None = None
    free_fraction: float = 1.0


@dataclass(frozen=True)
class Kinetics:
    """How presence follows from doses.

    **Arguments:** `form`, one of `FORMS`.

    Systemic: a dose of 1 in the treatment's unit is `mg_per_day`; absorbed share `bioavailability`,
    halved at `saturating_dose_mg` a day (infinite: linear); `clearance_L_per_h` of a reference
    patient (70 kg, 100 mL/min) of which `renal_share` follows renal clearance and `cyp2d6_share`
    that enzyme's activity, and which scatters by `clearance_log_sd` between patients for no known
    reason; `cyp2d6_half_inhibition`, total drug in plasma (ng/mL) at which others find half of that
    enzyme (infinite: it does not slow it); `volume_L`; `effect_delay_days` from plasma to effect;
    `metabolites`. Only the hours (`pharmacokinetics`) ask for the rate `absorption_per_h`
    (infinite: at once) after `absorption_lag_h`, for `doses_per_day` (0: by infusion) and for how
    the volume is split:
    `peripheral_volume_L` lies behind `intercompartmental_clearance_L_per_h`. A free drug is
    `free_fraction` of all; `molar_mass` in g/mol.

    Local: `concentration_per_dose` on site for `hours` from each application, `daily` or once.

    Lasting: reached with time constant `onset_days` while it is given, and lost from `lag_days` on
    at `fade_per_day` (0: kept), where `fades_by_regrowth` times the patient's regrowth.
    """

    form: str
    mg_per_day: float = 1.0
    bioavailability: float = 1.0
    saturating_dose_mg: float = float("inf")
    clearance_L_per_h: float = 1.0
    clearance_log_sd: float = 0.0
    renal_share: float = 0.0
    cyp2d6_share: float = 0.0
    cyp2d6_half_inhibition: float = float("inf")
    fall_per_decade: float = 0.0
    volume_L: float = 1.0
    peripheral_volume_L: float = 0.0
    intercompartmental_clearance_L_per_h: float = 0.0
    absorption_per_h: float = float("inf")
    absorption_lag_h: float = 0.0
    doses_per_day: float = 1.0
    effect_delay_days: float = 0.0
    molar_mass: float | None = None
    free_fraction: float = 1.0
    metabolites: tuple[Metabolite, ...] = ()
    concentration_per_dose: float = 1.0
    hours: float = 24.0
    daily: bool = True
    onset_days: float = 0.0
    lag_days: float = 0.0
    fade_per_day: float = 0.0
    fades_by_regrowth: bool = True

    @property
    def total_volume_L(self) -> float:
        """Of all compartments: what the mean of a day knows."""
        return self.volume_L + self.peripheral_volume_L

    @property
    def depends_on_cyp2d6(self) -> bool:
        """Whether that enzyme clears it or what it becomes, or makes the latter."""
        made = (m.cyp2d6_share + m.formed_cyp2d6_share for m in self.metabolites)
        return self.cyp2d6_share + sum(made) > 0.0

    def metabolite(self, name: str) -> Metabolite | None:
        """The metabolite of this name; None for the parent."""
        return next((m for m in self.metabolites if m.name == name), None)

    def formed_mass(self, metabolite: Metabolite) -> float:
        """Mass of a metabolite for a mass absorbed, in a reference patient."""
        if self.molar_mass is None or metabolite.molar_mass is None:
            return metabolite.formed_share
        return metabolite.formed_share * metabolite.molar_mass / self.molar_mass

    def absorbed_share(self, dose: float) -> float:
        """The share of a dose that reaches the circulation."""
        return self.bioavailability / (1.0 + dose * self.mg_per_day / self.saturating_dose_mg)

    def level(self, dose: float) -> float:
        """What enters at a dose: in ug an hour (systemic), or as concentration or presence."""
        if self.form == "systemic":
            # mg a day over L an hour times 24 hours is mg/L; concentrations are in ng/mL.
            return self.absorbed_share(dose) * dose * self.mg_per_day * 1000.0 / 24.0
        return self.concentration_per_dose * dose


class Traits(Protocol):
    """What a treatment needs to know of the patients, each an array [batch]."""

    @property
    def age_years(self) -> Float[Array, " batch"]:
        """Age."""

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


def relative_size(patients: Traits) -> Float[Array, " batch"]:
    """Body weight relative to that of a reference patient; volumes follow it."""
    return patients.weight_kg / _REFERENCE_WEIGHT_KG


def relative_clearance(
    renal_share: Float[Array, "*#rows"] | float,
    cyp2d6_share: Float[Array, "*#rows"] | float,
    patients: Traits,
    fall_per_decade: Float[Array, "*#rows"] | float = 0.0,
) -> Float[Array, "..."]:
    """Clearance relative to that of a reference patient, of the shares that organs have in it.

    Renal clearance is given for the person; the rest grows with the size of the body, and falls
    with age by a share `fall_per_decade`.
    """
    decades = (patients.age_years - _REFERENCE_AGE_YEARS) / 10.0
    enzymes = cyp2d6_share * patients.cyp2d6_activity + (1.0 - renal_share - cyp2d6_share)
    organs = (
        renal_share * (patients.renal_clearance_mL_min / _REFERENCE_CLEARANCE_ML_MIN)
        + enzymes * (1.0 - fall_per_decade) ** decades
    )
    size = relative_size(patients) ** _ALLOMETRIC_EXPONENT
    return organs * (renal_share + (1.0 - renal_share) * size)
