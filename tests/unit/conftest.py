"""A pathway of three lines of arithmetic, for tests that reason outcomes out by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import jax.numpy as jnp
import pytest

from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES
from causalgia.mechanisms.map import index_of
from causalgia.pathway.response import QUALITIES, TESTS, Response


def _respond(values):
    """Injured channels fire where they are; a block stops what comes from further out."""
    passes, births = 1.0, {}
    for place in reversed(PERIPHERAL_PLACES):
        passes = passes * jnp.clip(
            (values[index_of("sodium_availability", place)] - 0.3) / 0.7, 0, 1
        )
        if place == "terminal":
            rate = 5.0 * values[index_of("prostaglandin", place)]
        else:
            rate = 20.0 * values[index_of("nav1_3", place, "c")]
        births[place] = rate * passes
    c = jnp.stack([births[place] for place in PERIPHERAL_PLACES])
    origin = jnp.stack([c, *[jnp.zeros_like(c)] * (len(FIBERS) - 1)], axis=1)
    discharge = c.sum(axis=0) * values[index_of("alpha2delta", "cord")]
    return Response(
        afferent_Hz=jnp.broadcast_to(origin.sum(axis=0), (len(TESTS), *origin.shape[1:])),
        origin_Hz=origin,
        projection_Hz=jnp.broadcast_to(discharge, (len(TESTS), discharge.shape[-1])),
        rating=jnp.broadcast_to(
            10 * discharge / (discharge + 5), (len(TESTS), discharge.shape[-1])
        ),
        qualities=jnp.zeros((len(QUALITIES), discharge.shape[-1])),
    )


@pytest.fixture(scope="session")
def transparent_pathway():
    """Mechanisms to response, as `causalgia.pathway` has it."""
    return _respond


OUTSIDE = r"https://(doi\.org|pubmed\.ncbi\.nlm\.nih\.gov)/[^\s\"]+"


def _check_links(text: str) -> None:
    names = re.findall(r'<[^>]+ id="([^"]+)"', text)
    assert [name for name, count in Counter(names).items() if count > 1] == []
    wanted = re.findall(r'<a\b[^>]* href="#([^"]+)"', text)
    assert wanted and set(wanted) <= set(names)
    assert {"method", "sources"} <= set(wanted)
    for tag, address in re.findall(r'<(\w+)\b[^>]* (?:href|src)="(?!#|data:)([^"]*)"', text):
        assert tag == "a" and re.fullmatch(OUTSIDE, address), (tag, address)
    assert set(re.findall(r"https?://[^/\s\"']+", re.sub(r"<a [^>]*>", "", text))) <= {
        "http://www.w3.org"
    }


@pytest.fixture(scope="session")
def check_links() -> Callable[[str], None]:
    """A report's links lead to something in it, or to a publication; nothing else is outside."""
    return _check_links
