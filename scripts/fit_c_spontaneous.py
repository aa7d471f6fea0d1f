"""Fit how far a neuropathy sensitizes TRPV1: 34 % of silent nociceptors active (Serra 2014).

A grid of the shift; the share in health (2.2 %) is printed beside, which the number of receptors
of the silent ending was chosen for. Run: python scripts/fit_c_spontaneous.py
"""

from __future__ import annotations

from causalgia.afferents.population import draw_c_class
from causalgia.afferents.spontaneous import active_endings, neuropathic_ending
from causalgia.afferents.terminals import c_endings
from causalgia.evidence import parameters

SHIFTS_mV = (40.0, 70.0, 100.0)
COUNT = 48


def main() -> None:
    measured = parameters("serra_2014")
    healthy = c_endings(draw_c_class("c_silent", COUNT, 0))
    print(
        f"health {active_endings(healthy).active_percent:.1f} % "
        f"(measured {measured['silent_active_in_controls'].value:g})",
        flush=True,
    )
    for shift in SHIFTS_mV:
        found = active_endings(neuropathic_ending(healthy, 1.0, trpv1_shift_mV=shift))
        print(
            f"shift {shift:g} mV: {found.active_percent:.1f} % "
            f"(measured {measured['silent_active_in_neuropathy'].value:g})",
            flush=True,
        )


if __name__ == "__main__":
    main()
