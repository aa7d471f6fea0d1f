"""Who is seen before anything is known: the mix of causes, which a clinic may state for itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia import causes
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.pathway.weights import healthy_ratings
from causalgia.patients.atlas import Atlas
from causalgia.tables import printable, read_toml

__all__ = ["clinic_mix", "read_clinic", "referral"]


def clinic_mix(changes: Mapping[str, float] | None = None) -> Mapping[str, float]:
    """The share of each cause among those who are seen; shares sum to 1.

    **Arguments:** `changes`, shares or counts of a clinic's own; where it names all causes these
    alone count, else what it names has these shares and the rest keeps its mix.
    **Raises:** `InputError` for an unknown cause or a share that is none.
    """
    names = causes.names()
    usual = {name: parameter(f"causalgia_clinic/share_of_{name}").value for name in names}
    total = sum(usual.values())
    usual = {name: share / total for name, share in usual.items()}
    if not changes:
        return MappingProxyType(usual)
    for name, share in changes.items():
        if name not in usual:
            raise InputError(f"clinic: unknown cause {name!r}; {nearest(name, names)}")
        if not (isinstance(share, (int, float)) and math.isfinite(share) and share >= 0.0):
            raise InputError(f"clinic: {name} is {share!r}; allowed: a share of 0 or more")
    own = {name: float(share) for name, share in changes.items()}
    others = [name for name in names if name not in own]
    given = sum(own.values())
    if given <= 0.0 and not others:
        raise InputError("clinic: all shares are 0; allowed: at least one above 0")
    if others and given > 1.0:
        raise InputError(
            f"clinic: shares sum to {given:g}; allowed: at most 1, or counts of all causes"
        )
    if not others:
        return MappingProxyType({name: own[name] / given for name in names})
    left = (1.0 - given) / sum(usual[name] for name in others)
    return MappingProxyType({n: own[n] if n in own else left * usual[n] for n in names})


def read_clinic(file: Path | str) -> Mapping[str, float]:
    """A clinic's own mix, from a file with a table `[shares]` of causes.

    **Raises:** `InputError`, one line that names file and field.
    """
    file = Path(file)
    try:
        document = read_toml(file, "a clinic file", "a clinic needs a table [shares]")
        shares = document.get("shares")
        if not isinstance(shares, dict) or set(document) != {"shares"}:
            raise InputError("allowed: one table, [shares], with a share for each cause named")
        return clinic_mix(shares)
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None


def referral(atlas: Atlas) -> Float[np.ndarray, " patient"]:
    """How readily each virtual patient is seen: those with a cause but without pain more rarely.

    Pain is what anybody has at rest, or in a test beyond what it hurts in health.
    """
    least = parameter("causalgia_patients/ongoing_pain_threshold").value
    usual = np.array(healthy_ratings())[:, None]
    hurts = (atlas.patients.rating - usual).max(axis=0) >= least
    return np.where(hurts, 1.0, parameter("causalgia_clinic/painless_referral").value)
