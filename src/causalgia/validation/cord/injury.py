"""What injury is in the rows of the dorsal horn: one injury for all of them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["INJURED_KCC2", "SURVIVING", "ECTOPIC_Hz"]

INJURED_KCC2 = 0.35
"""Fold of chloride transport, with which CB0002 was calibrated."""

SURVIVING = 0.5
"""Share of fibers not cut off from the skin (assumed)."""

ECTOPIC_Hz: Mapping[str, float] = {"c": 1.0, "a_delta": 2.0, "a_beta": 4.0}
"""Firing a fiber that begins in the injured nerve (assumed)."""
