"""Formulas as MathML, which browsers set by themselves: no script, no network.

`html_math_renderer = "mathml"` in `conf.py` chooses it. A formula that cannot be turned is a
warning, which the build counts as an error.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

__all__ = ["as_mathml", "setup"]

LOG = logging.getLogger(__name__)
CASES = re.compile(r"<mo [^>]*>&#x0007B;</mo><mtable>")
# What the converter does not know it hands on as it stands.
UNKNOWN = re.compile(r"<mi>(\\[A-Za-z]+|&amp;|&)</mi>")


@cache
def as_mathml(latex: str, display: bool) -> str:
    """A formula as MathML, with its LaTeX as the text for those who cannot see it.

    **Raises:** `ValueError` naming what is not known.
    """
    text = convert(latex, display="block" if display else "inline")
    if found := UNKNOWN.search(text):
        raise ValueError(f"{found[1]} is not known")
    # An operator that is a word stands apart from what follows.
    text = re.sub(r"<mo>(max|min|ln|log|exp)</mo>", r"<mi>\1</mi><mo>&#x2061;</mo>", text)
    # Letters of one upright word belong together.
    text = re.sub(r'(?:<mi mathvariant="normal">[A-Za-z]</mi>){2,}', _joined, text)
    # Braces of cases grow with the text only in fonts made for mathematics: the page draws a line.
    text = CASES.sub('<mtable class="cases" displaystyle="true">', text)
    # Italic letters of mathematics are missing from many text fonts: the page sets its own.
    text = re.sub(r"<mi>([A-Za-z])</mi>", r'<mi mathvariant="normal" class="letter">\1</mi>', text)
    return text.replace("<math ", f'<math alttext="{html.escape(latex, quote=True)}" ', 1)


def _joined(found: re.Match[str]) -> str:
    return "<mtext>" + re.sub(r"<[^>]+>", "", found[0]) + "</mtext>"


def _html(self: Any, node: nodes.Node, display: bool) -> str:
    latex = node.astext()
    try:
        return as_mathml(latex, display)
    except Exception as error:  # whatever a formula does to the converter
        LOG.warning("formula %r: %s", latex, error, location=node, type="mathml")
        return f"<code>{html.escape(latex)}</code>"


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(_html(self, node, False))
    raise nodes.SkipNode


def _display(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math-block"))
    self.body.append(_html(self, node, True))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Make the renderer known to Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
