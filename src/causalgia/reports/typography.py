"""Numbers that no line's end parts from what belongs to them, in the text of a page."""

from __future__ import annotations

import re

__all__ = ["tie"]

_SPACE = "\u00a0"
_UNITS = (
    *("%", "°C", "mV", "mV/ms", "ms", "s", "min", "h", "d", "mo", "Hz", "kHz", "1/ms", "1/s"),
    *("m/s", "µm", "um", "mm", "cm", "m", "nm", "pA", "nA", "µA", "uA", "mA", "V", "V/m", "mV/mm"),
    *("nM", "µM", "uM", "mM", "mg", "mg/day", "µg", "ug", "g", "kg", "mL", "mL/min", "U", "T"),
    *("nS", "µS", "uS", "mS", "S/cm2", "mS/cm2", "pF", "uF/cm2", "bits", "points"),
)
_UNIT = re.compile(
    rf"(?<=\d) (?=(?:{'|'.join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))})"
    r"(?![\w/]))"
)
_SHARE = re.compile(r"(?:&[lg]t;)?\d+ % \(\d+–\d+\)")
# Pictures have no lines to break; code is as it was written.
_PART = re.compile(r"(<(svg|pre|code|math|style|script)\b.*?</\2>|<[^>]*>)", re.DOTALL)


def tie(page: str) -> str:
    """The page with a number and its unit, and a share and its interval, on one line each.

    **Arguments:** the body of a `page` as HTML. Tags, pictures and code stay as they are.
    """
    parts = _PART.split(page)
    # Of three parts the second and third are what divides: a tag or an element, and its name.
    texts = parts[::3]
    tags = [*parts[1::3], ""]
    return "".join(f"{_tied(text)}{tag}" for text, tag in zip(texts, tags, strict=True))


def _tied(text: str) -> str:
    text = _SHARE.sub(lambda found: f'<span class="tied">{found[0]}</span>', text)
    return _UNIT.sub(_SPACE, text).replace(" → ", f"{_SPACE}→{_SPACE}")
