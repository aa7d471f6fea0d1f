"""The whole pathway, every membrane integrated, beside what its fitted stand-ins say."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from jaxtyping import Float
from pydantic import Field

from causalgia import __version__
from causalgia.mechanisms import FIBERS
from causalgia.pathway.response import TESTS
from causalgia.reports.files import text_writers, write_together
from causalgia.reports.frame import framed
from causalgia.reports.progress import progress
from causalgia.tables import Table, read_tables, whole_between
from causalgia.web.numbers import rounded
from causalgia.web.pathways import mechanism_values

__all__ = ["PathwayTables", "read_states", "run_whole_pathway"]

_TICK_s = 1.0
_WORDS = {
    "rest": "At rest",
    "brush": "Brush",
    "pinprick": "Pinprick",
    "heat": "Heat",
    "cold": "Cold",
}


class _StateTable(Table):
    """A state: its `name`, and `mechanisms` that are not as in health."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    mechanisms: Annotated[dict[str, float], Field(max_length=100)] = Field(default_factory=dict)


class PathwayTables(Table):
    """The document: up to two `states`; how many `fibers` of each class; the noise's `seed`."""

    states: Annotated[list[_StateTable], Field(min_length=1, max_length=2)]
    fibers: Annotated[int, whole_between(1, 16, "number of fibers")] = 8


def read_states(file: Path) -> PathwayTables:
    """Read a document.

    **Raises:** `InputError`, one line, for what cannot be.
    """
    found = read_tables(
        PathwayTables, file, "states of the pathway", "it needs at least [[states]]"
    )
    for state in found.states:
        mechanism_values(state.mechanisms)
    return found


def run_whole_pathway(file: Path, *, seed: int, out: Path) -> None:
    """Integrate fibers and cord of each state in each test, and write what came of it."""
    from causalgia.cache import enable_compilation_cache
    from causalgia.pathway import biophysical

    enable_compilation_cache()
    asked = read_states(file)
    found = []
    with progress() as tell:
        for number, state in enumerate(asked.states, start=1):
            values = mechanism_values(state.mechanisms)
            what = f"{state.name} ({number} of {len(asked.states)}): every membrane is integrated"
            with _ticking(tell, what):
                response = biophysical.respond(values.astype(float), fibers=asked.fibers, seed=seed)
            whole = _shown(response.rating, response.projection_Hz, response.afferent_Hz)
            found.append({"name": state.name, "membranes": whole, "stand_in": _stand_in(values)})
    result = {"version": __version__, "seed": seed, "fibers": asked.fibers, "states": found}
    texts = {
        "pathway.json": json.dumps(result, indent=1, allow_nan=False) + "\n",
        "report.html": _page(result),
    }
    write_together(out, text_writers(texts))


def _stand_in(values: Float[np.ndarray, "entry 1"]) -> dict[str, Any]:
    from causalgia.pathway.surrogate import respond

    response = respond(values)  # type: ignore[arg-type]
    return _shown(
        np.asarray(response.rating),
        np.asarray(response.projection_Hz),
        np.asarray(response.afferent_Hz),
    )


def _shown(
    rating: Float[np.ndarray, "test 1"],
    projection_Hz: Float[np.ndarray, "test 1"],
    afferent_Hz: Float[np.ndarray, "test fiber 1"],
) -> dict[str, Any]:
    return {
        test: {
            "rating": rounded(rating[i, 0]),
            "projection_Hz": rounded(projection_Hz[i, 0]),
            "afferent_Hz": {fiber: rounded(afferent_Hz[i, k, 0]) for k, fiber in enumerate(FIBERS)},
        }
        for i, test in enumerate(TESTS)
    }


@contextmanager
def _ticking(tell: Callable[[str], None], what: str) -> Iterator[None]:
    """Say what is being done, and for how long it has been."""
    began, over = time.monotonic(), threading.Event()

    def tick() -> None:
        while True:
            tell(f"{what}, {time.monotonic() - began:.0f} s so far")
            if over.wait(_TICK_s):
                return

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _page(result: Mapping[str, Any]) -> str:
    """The result as a page."""
    farthest = max(
        abs(state["membranes"][test]["rating"] - state["stand_in"][test]["rating"])
        for state in result["states"]
        for test in TESTS
    )
    return framed(
        "The whole pathway",
        eyebrow="Membranes beside stand-ins",
        lead=(
            f"{result['fibers']} fibers of each class from skin to cord and the circuit behind "
            "them, every membrane integrated, beside what the fitted stand-ins answer at once."
        ),
        answers={"How far are they apart?": f"At most {farthest:.1f} of 10 points of pain."},
        sections=[_table(state) for state in result["states"]],
        context=f"Causalgia {result['version']}, seed {result['seed']}",
    )


def _table(state: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_WORDS[test]}</th>'
        f"<td>{stand_in['rating']:.1f}</td><td>{whole['rating']:.1f}</td>"
        f"<td>{stand_in['projection_Hz']:.1f}</td><td>{whole['projection_Hz']:.1f}</td></tr>"
        for test in TESTS
        for stand_in, whole in [(state["stand_in"][test], state["membranes"][test])]
    )
    heads = ("Test", "Pain, stand-in", "Pain, membranes", "Hz, stand-in", "Hz, membranes")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f"<section>\n<h2>{escape(state['name'])}</h2>\n<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>\n</section>"
    )
