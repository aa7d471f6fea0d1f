"""What can be told, examined and measured of a person, and how probable each answer is."""

from __future__ import annotations

from causalgia.patients.observations.library import OBSERVATIONS as OBSERVATIONS
from causalgia.patients.observations.library import find_observation as find_observation
from causalgia.patients.observations.observation import Observation as Observation
