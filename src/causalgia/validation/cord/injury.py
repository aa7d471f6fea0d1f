"""What injury is in the rows of the dorsal horn: one injury for all of them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["INJURED_KCC2", "SURVIVING", "ECTOPIC_Hz"]

INJURED_KCC2 = 0.31
"""Fold of chloride transport, with which CB0002 was calibrated."""

SURVIVING = 0.5
"""Share of fibers not cut off from the skin (assumed)."""

ECTOPIC_Hz: Mapping[str, float] = {"c": 0.5, "a_delta": 1.0, "a_beta": 1.0}
"""Firing a fiber that begins in the injured nerve, in the mean of all fibers.

C: 28.6 % of nociceptors are active in painful neuropathy (AF0145), here each at the 1.8 Hz of
intact ones beside injured fibers (AF0073). A: 7 % are active after a crush (AF0157), each at the
15 to 20 Hz of early injury (AF0126, recalled).
"""
