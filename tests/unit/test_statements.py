"""Statements are read by several threads of a server at once."""

from __future__ import annotations

import ast
import contextlib
import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import causalgia
from causalgia.statements import read_statements

FILES = sorted((Path(causalgia.__file__).parent / "course").glob("*.py"))


@pytest.fixture
def turns() -> Iterator[None]:
    """Threads take turns whenever something is collected, which is often."""
    usual = gc.get_threshold()

    def take_turns(*_: object) -> None:
        time.sleep(0)

    gc.callbacks.append(take_turns)
    gc.set_threshold(100)
    yield
    gc.set_threshold(*usual)
    gc.callbacks.remove(take_turns)


def test_threads_that_read_at_once_read_what_one_does(turns: None) -> None:
    alone = [ast.dump(read_statements(file)) for file in FILES]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(read_statements, FILES * 4))
    assert [ast.dump(tree) for tree in together] == alone * 4


def test_a_library_that_parses_at_the_same_time_does_not_break_it(turns: None) -> None:
    stop = threading.Event()

    def parse_without_asking() -> None:
        while not stop.is_set():
            with contextlib.suppress(SystemError):
                ast.parse("def of_a_library(first, second=1): pass")

    library = threading.Thread(target=parse_without_asking)
    library.start()
    try:
        for _ in range(12):
            assert all(read_statements(file).body for file in FILES)
    finally:
        stop.set()
        library.join()
    assert gc.isenabled()
