"""From what is probably wrong to what to do: red flags, options, guidelines, steps."""

from __future__ import annotations

from causalgia.patients.planning.outcomes import Outcomes as Outcomes
from causalgia.patients.planning.plan import Plan as Plan
from causalgia.patients.planning.plan import Situation as Situation
from causalgia.patients.planning.plan import Tried as Tried
from causalgia.patients.planning.plan import make_plan as make_plan
from causalgia.patients.planning.red_flags import raised as raised
from causalgia.patients.planning.red_flags import red_flags as red_flags
