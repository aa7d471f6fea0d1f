"""Causalgia: an open in-silico laboratory for neuropathic pain, from ion channel to trial."""

from __future__ import annotations

__version__ = "0.1.0"
