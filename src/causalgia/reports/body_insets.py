"""Which ends of the body are drawn larger beside the body map."""

from __future__ import annotations

from causalgia.patients.anatomy import SIDES
from causalgia.reports.body_parts import Pain
from causalgia.reports.body_shapes import view

__all__ = ["choose_insets", "name_inset"]

_MOST_INSETS = 4
_FACE = ("forehead", "eye", "cheek", "upper jaw", "lower jaw", "temple", "tongue")
_DIGITS = ("thumb", "index finger", "middle finger", "ring finger", "little finger")
_TOES = ("big toe", "middle toes", "little toe")


def choose_insets(pain: Pain) -> list[tuple[str, str]]:
    """Which ends of the body are worth a larger drawing, on which side.

    What is named vaguely is worth it only where few drawings show it.
    """
    sure, all_ = _ends_touched(pain.sure), _ends_touched(pain.sure | pain.perhaps)
    if len(all_) <= (_MOST_INSETS if sure else 2):
        return all_
    return sure[:_MOST_INSETS]


def _ends_touched(drawn: frozenset[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    faces = {f"{side} {area}" for side in SIDES for area in _FACE} | {"tongue"}
    if drawn & faces:
        found.append(("face", ""))
    for ends in (("palm", "back of the hand", _DIGITS), ("sole", "top of the foot", _TOES)):
        # Of two hands or feet each lies below itself.
        for name, side in ((end, side) for end in ends[:2] for side in ("right", "left")):
            if drawn & _own_areas(name, side, drawn, ends):
                found.append((name, side))
    return found


def _own_areas(
    name: str, side: str, drawn: frozenset[str], ends: tuple[str, str, tuple[str, ...]]
) -> set[str]:
    """Areas that call for this view: digits, seen in both, for one view only."""
    digits = {f"{side} {digit}" for digit in ends[2]}
    only_here = {n for n in view(name, side).areas if n not in digits}
    only_here -= {f"{side} {n}" for n in ("wrist", "inner ankle", "outer ankle")}
    if name == "sole":
        only_here -= {f"{side} outer edge of the foot"}
    other = next(end for end in ends[:2] if end != name)
    elsewhere = {n for n in view(other, side).areas if n not in digits} & drawn
    takes_digits = bool(only_here & drawn) or (
        not elsewhere and name in ("palm", "top of the foot")
    )
    return only_here | (digits if takes_digits else set())


def name_inset(name: str, side: str) -> str:
    """What stands above the drawing: "left palm", "back of the left hand"."""
    front, of_the, end = name.partition(" of the ")
    return f"{front}{of_the}{side} {end}" if end else f"{side} {name}".strip()
