"""How much patients with a condition believe: placebo relieves some syndromes more than others.

Half of the pain is gone on placebo in 26 % of patients with painful diabetic neuropathy, 19 % after
shingles, 15 % after injury and 14 % with central pain (Arakawa 2015). Why is not known; so belief
has a factor for each syndrome, and no mechanism.
"""

from __future__ import annotations

from collections.abc import Mapping

from causalgia.causes import Cause

__all__ = ["belief_factor", "syndrome_of"]

_POLYNEUROPATHY = {"metabolic", "toxic", "neuronopathic", "channelopathy"}


def syndrome_of(cause: Cause) -> str:
    """Whether a cause makes a "polyneuropathy", "central_pain", or a "focal" neuropathy."""
    if "lesion" in cause.kinds:
        return "central_pain"
    return "polyneuropathy" if _POLYNEUROPATHY & set(cause.kinds) else "focal"


def belief_factor(cause: Cause, numbers: Mapping[str, float]) -> float:
    """How much more people with this condition believe than those with a focal neuropathy.

    **Arguments:** the `cause`; the `numbers` of `causalgia_trials`.
    """
    syndrome = syndrome_of(cause)
    return 1.0 if syndrome == "focal" else numbers[f"belief_fold_in_{syndrome}"]
