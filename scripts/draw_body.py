"""Draw the figure of `docs/anatomy.md` anew.

    python scripts/draw_body.py

Writes `docs/body.svg`: the drawing of a person whose neck pain runs into the thumb, and where it
may come from once Spurling's test has been done.
"""

from __future__ import annotations

from pathlib import Path

from causalgia.patients.anatomy import rank_origins
from causalgia.reports.body_figure import draw_body
from causalgia.reports.fiber_figures import standalone

ROOT = Path(__file__).resolve().parents[1]
DRAWING = ("left back of the neck", "left outer forearm", "left thumb", "left index finger")
SIGNS = {"spurling": True, "phalen": False}
CAUSES = {"cervical_radiculopathy": 1.0, "carpal_tunnel": 1.0, "nerve_injury": 0.5}


def main() -> None:
    """Write the figure."""
    ranked = rank_origins(DRAWING, SIGNS, CAUSES, at_least=0.002)
    figure = draw_body(DRAWING, [(found.origin, found.probability) for found in ranked])
    (ROOT / "docs" / "body.svg").write_text(standalone(figure), encoding="utf-8")


if __name__ == "__main__":
    main()
