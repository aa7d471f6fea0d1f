"""Figures and pages of the library in a notebook.

What draws (`draw_...`) gives a picture as text, what renders (`render_...`) a page. `show` makes of
either an object that Jupyter displays, and that says in plain words what it shows where nothing
can be displayed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape

from causalgia.errors import InputError
from causalgia.reports.fiber_figures import standalone

__all__ = ["Shown", "show"]

_ALT = re.compile(r'<svg[^>]*? aria-label="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, repr=False)
class Shown:
    """Pictures side by side, or one page, for a notebook to display.

    **Arguments:** `figures`, SVG by the title above it ("" for none), or a whole `page` as HTML;
    `width_px`, how wide each picture may become; `height_px` of the window onto the page.
    """

    figures: Mapping[str, str]
    page: str = ""
    width_px: int = 640
    height_px: int = 720

    def __repr__(self) -> str:
        """What is shown, in words."""
        if self.page:
            titles = _TITLE.findall(self.page)
            return f"Page: {unescape(titles[0])}" if titles else "Page"
        return "\n".join(
            ": ".join(part for part in (title, _said(svg)) if part)
            for title, svg in self.figures.items()
        )

    def _repr_html_(self) -> str:
        # A picture has its style inside, and an address keeps it from the notebook's own.
        if self.page:
            return (
                f'<iframe title="{escape(repr(self))}" srcdoc="{escape(self.page)}" '
                f'style="width:100%;height:{self.height_px}px;border:1px solid #d9d8d2;'
                'border-radius:10px"></iframe>'
            )
        cells = "".join(
            f'<figure style="flex:1 1 320px;max-width:{self.width_px}px;margin:0">'
            + (f"<figcaption>{escape(title)}</figcaption>" if title else "")
            + f'<img style="width:100%" alt="{escape(_said(svg))}" src="{_address(svg)}"></figure>'
            for title, svg in self.figures.items()
        )
        return f'<div style="display:flex;flex-wrap:wrap;gap:18px">{cells}</div>'


def show(what: str | Mapping[str, str], *, width_px: int = 640, height_px: int = 720) -> Shown:
    """Let a notebook display a figure, several with their titles, or a whole page.

    **Arguments:** what a `draw_...` or `render_...` function gives; or figures by title;
    `width_px`, how wide each figure may become; `height_px` of the window onto a page.
    **Raises:** `InputError` for a text that is neither SVG nor a page.
    """
    if isinstance(what, str) and what.lstrip().lower().startswith("<!doctype html"):
        return Shown({}, what, width_px, height_px)
    figures = {"": what} if isinstance(what, str) else dict(what)
    for title, svg in figures.items():
        if not svg.lstrip().startswith("<svg"):
            named = f"{title!r}: " if title else ""
            raise InputError(
                f"show: {named}begins with {svg[:20]!r}; allowed: what a draw_ or render_ function "
                "gives"
            )
    return Shown(figures, "", width_px, height_px)


def _said(svg: str) -> str:
    """The description that a picture carries."""
    found = _ALT.search(svg)
    return unescape(found[1]) if found else ""


def _address(svg: str) -> str:
    """The picture with its style, as an address that holds it."""
    text = svg if "<style>" in svg else standalone(svg)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode("utf-8")).decode("ascii")
