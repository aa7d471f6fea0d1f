"""All causes by name: those of the package, and those that others install."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from causalgia.causes.alcohol_neuropathy import ALCOHOL_NEUROPATHY
from causalgia.causes.amputation import AMPUTATION
from causalgia.causes.bortezomib import BORTEZOMIB
from causalgia.causes.cancer_invasion import CANCER_INVASION
from causalgia.causes.carpal_tunnel import CARPAL_TUNNEL
from causalgia.causes.cause import Cause
from causalgia.causes.cervical_radiculopathy import CERVICAL_RADICULOPATHY
from causalgia.causes.complex_regional_pain import COMPLEX_REGIONAL_PAIN
from causalgia.causes.cubital_tunnel import CUBITAL_TUNNEL
from causalgia.causes.diabetic_neuropathy import DIABETIC_NEUROPATHY
from causalgia.causes.hernia_repair import HERNIA_REPAIR
from causalgia.causes.hiv_neuropathy import HIV_NEUROPATHY
from causalgia.causes.lumbar_radiculopathy import LUMBAR_RADICULOPATHY
from causalgia.causes.mastectomy import MASTECTOMY
from causalgia.causes.meralgia import MERALGIA
from causalgia.causes.multiple_sclerosis import MULTIPLE_SCLEROSIS
from causalgia.causes.nerve_injury import NERVE_INJURY
from causalgia.causes.osteoarthritis import OSTEOARTHRITIS
from causalgia.causes.platinum import PLATINUM
from causalgia.causes.shingles import SHINGLES
from causalgia.causes.small_fiber_channelopathy import SMALL_FIBER_CHANNELOPATHY
from causalgia.causes.spinal_cord_injury import SPINAL_CORD_INJURY
from causalgia.causes.stroke import STROKE
from causalgia.causes.taxane import TAXANE
from causalgia.causes.thoracotomy import THORACOTOMY
from causalgia.causes.trigeminal_neuralgia import TRIGEMINAL_NEURALGIA
from causalgia.causes.vinca import VINCA
from causalgia.errors import InputError, nearest

__all__ = ["find", "names"]

_OWN = (
    SHINGLES,
    CERVICAL_RADICULOPATHY,
    LUMBAR_RADICULOPATHY,
    DIABETIC_NEUROPATHY,
    CARPAL_TUNNEL,
    CUBITAL_TUNNEL,
    MERALGIA,
    NERVE_INJURY,
    THORACOTOMY,
    MASTECTOMY,
    HERNIA_REPAIR,
    AMPUTATION,
    SPINAL_CORD_INJURY,
    MULTIPLE_SCLEROSIS,
    STROKE,
    TRIGEMINAL_NEURALGIA,
    HIV_NEUROPATHY,
    TAXANE,
    PLATINUM,
    VINCA,
    BORTEZOMIB,
    ALCOHOL_NEUROPATHY,
    CANCER_INVASION,
    SMALL_FIBER_CHANNELOPATHY,
    COMPLEX_REGIONAL_PAIN,
    OSTEOARTHRITIS,
)
_GROUP = "causalgia.causes"


@cache
def _causes() -> Mapping[str, Cause]:
    installed = [entry.load() for entry in entry_points(group=_GROUP)]
    table: dict[str, Cause] = {}
    for cause in (*_OWN, *installed):
        if cause.name in table:
            raise InputError(f"cause {cause.name!r} is defined twice; rename the installed one")
        table[cause.name] = cause
    return MappingProxyType(table)


def names() -> tuple[str, ...]:
    """The names of all causes."""
    return tuple(_causes())


def find(name: str) -> Cause:
    """One cause by name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    try:
        return _causes()[name]
    except (KeyError, TypeError):
        raise InputError(f"unknown cause {name!r}; {nearest(str(name), names())}") from None
