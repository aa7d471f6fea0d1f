"""Numbers stay beside their units: every page's text is tied as in the reports."""

from __future__ import annotations

from typing import Any

from causalgia.reports.typography import tie

__all__ = ["setup"]


def _tie_page(app: Any, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = tie(context["body"])


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("html-page-context", _tie_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
