"""The course: natural history of every cause, in patients, beside that of virtual ones."""

from __future__ import annotations

from causalgia.validation.course.computing import compute as compute
