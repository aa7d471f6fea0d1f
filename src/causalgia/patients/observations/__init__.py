"""What can be told, examined and measured of a person, and how probable each answer is."""

from __future__ import annotations

from causalgia.patients.observations.basics import BASIC_OBSERVATIONS as BASIC_OBSERVATIONS
from causalgia.patients.observations.grade import Grade as Grade
from causalgia.patients.observations.grade import grade as grade
from causalgia.patients.observations.instruments import INSTRUMENTS as INSTRUMENTS
from causalgia.patients.observations.instruments import Instrument as Instrument
from causalgia.patients.observations.library import OBSERVATIONS as OBSERVATIONS
from causalgia.patients.observations.library import find_observation as find_observation
from causalgia.patients.observations.library import observed as observed
from causalgia.patients.observations.observation import Observation as Observation
from causalgia.patients.observations.phenotypes import Profile as Profile
from causalgia.patients.observations.phenotypes import profile as profile
from causalgia.patients.observations.scoring import Score as Score
from causalgia.patients.observations.scoring import score as score
from causalgia.patients.observations.scoring import simulate as simulate
from causalgia.patients.observations.scoring import totals as totals
