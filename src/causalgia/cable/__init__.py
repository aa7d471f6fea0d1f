"""The numerical engine: geometry, the tree solver, time stepping, stimuli and recordings."""

from causalgia.cable.electrics import Electrics as Electrics
from causalgia.cable.geometry import Cable as Cable
from causalgia.cable.geometry import Section as Section
from causalgia.cable.geometry import cable_of as cable_of
from causalgia.cable.geometry import unbranched as unbranched
from causalgia.cable.recording import Recorder as Recorder
from causalgia.cable.recording import Recording as Recording
from causalgia.cable.sheath import Sheath as Sheath
from causalgia.cable.simulate import simulate as simulate
