"""From findings to what is probably wrong, how sure that is, and what would tell most."""

from __future__ import annotations

from causalgia.patients.inference.clinic import clinic_mix as clinic_mix
from causalgia.patients.inference.clinic import read_clinic as read_clinic
from causalgia.patients.inference.gain import Gain as Gain
from causalgia.patients.inference.gain import information_gain as information_gain
from causalgia.patients.inference.infer import infer as infer
from causalgia.patients.inference.mechanism import DOMINANT as DOMINANT
from causalgia.patients.inference.posterior import CauseOdds as CauseOdds
from causalgia.patients.inference.posterior import Odds as Odds
from causalgia.patients.inference.posterior import Outlook as Outlook
from causalgia.patients.inference.posterior import Posterior as Posterior
from causalgia.patients.inference.posterior import Surprise as Surprise
from causalgia.patients.inference.posterior import Verdict as Verdict
