"""The course: how illness, repair and treatment move the mechanisms over days to years."""

from __future__ import annotations

from causalgia.course.constants import Constants as Constants
from causalgia.course.constants import load_constants as load_constants
from causalgia.course.patients import Patients as Patients
from causalgia.course.patients import typical as typical
from causalgia.course.plan import DAY as DAY
from causalgia.course.plan import Step as Step
from causalgia.course.plan import describe as describe
from causalgia.course.run import Course as Course
from causalgia.course.run import follow as follow
from causalgia.course.run import respond_under as respond_under
from causalgia.course.state import CourseState as CourseState
from causalgia.course.state import healthy_state as healthy_state
