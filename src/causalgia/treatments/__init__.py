"""Treatments: data files of pushes on named mechanisms, and what a body makes of a dose."""

from __future__ import annotations

from causalgia.treatments.kinetics import Kinetics as Kinetics
from causalgia.treatments.kinetics import Metabolite as Metabolite
from causalgia.treatments.library import find as find
from causalgia.treatments.library import names as names
from causalgia.treatments.library import read_treatment as read_treatment
from causalgia.treatments.pharmacokinetics import plasma_by_hour as plasma_by_hour
from causalgia.treatments.prescription import Prescription as Prescription
from causalgia.treatments.prescription import prescribe as prescribe
from causalgia.treatments.schedule import Schedule as Schedule
from causalgia.treatments.schedule import build_schedule as build_schedule
from causalgia.treatments.side_effects import SideEffect as SideEffect
from causalgia.treatments.treatment import Action as Action
from causalgia.treatments.treatment import Regimen as Regimen
from causalgia.treatments.treatment import Removal as Removal
from causalgia.treatments.treatment import RenalLimit as RenalLimit
from causalgia.treatments.treatment import Tolerance as Tolerance
from causalgia.treatments.treatment import Treatment as Treatment
from causalgia.treatments.warnings import SafetyWarning as SafetyWarning
from causalgia.treatments.warnings import warnings_for as warnings_for
