"""Compile the mechanisms of this folder for NEURON and load them.

They are written from the equations of the publications, and integrated as NEURON advises: gates by
`cnexp`, which solves each of them exactly over a step.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

MECHANISMS = Path(__file__).resolve().parent / "mechanisms"
TABULATED = ("na", "k", "nap", "bna", "kdri", "ka", "cal")


def built(core: bool) -> Path:
    """The library, compiled if these very sources were not compiled before for this NEURON."""
    import neuron

    sources = sorted(MECHANISMS.glob("*.mod"))
    text = b"".join(file.read_bytes() for file in sources) + neuron.__version__.encode()
    flavor = "coreneuron" if core else "neuron"
    where = cache_folder() / f"{flavor}-cord-{hashlib.sha256(text).hexdigest()[:12]}"
    if not where.exists():
        where.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=where.parent) as folder:
            made = Path(folder) / "made"
            made.mkdir()
            compiled = subprocess.run(
                [str(compiler()), *(["-coreneuron"] if core else []), str(MECHANISMS)],
                cwd=made,
                env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                check=False,
            )
            if compiled.returncode:
                raise RuntimeError(f"nrnivmodl failed: {compiled.stderr[-500:]}")
            try:
                made.rename(where)
            except OSError:  # another process was as quick
                assert where.exists()
    return next(where.rglob("libnrnmech.*"))


def cache_folder() -> Path:
    """The folder that Causalgia uses; this process need not have Causalgia."""
    chosen = os.environ.get("CAUSALGIA_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen).expanduser() if chosen else Path(base) / "causalgia"


def compiler() -> Path:
    """`nrnivmodl` of the interpreter that runs this."""
    beside = Path(sys.executable).parent / "nrnivmodl"
    found = beside if beside.exists() else shutil.which("nrnivmodl")
    if found is None:
        raise RuntimeError("nrnivmodl is not there: install NEURON for this interpreter")
    return Path(found)


@cache
def neuron(core: bool = False) -> Any:
    """NEURON's interpreter with the mechanisms, and those of CoreNEURON if asked."""
    from neuron import h

    library = built(core)
    h.nrn_load_dll(str(library))
    if core:
        os.environ["CORENEURONLIB"] = str(next(library.parent.glob("libcorenrnmech.*")))
    return h


@contextmanager
def on_core(is_on: bool) -> Iterator[None]:
    """Let CoreNEURON integrate what is run within."""
    from neuron import coreneuron

    coreneuron.enable, coreneuron.verbose = is_on, 0
    try:
        yield
    finally:
        coreneuron.enable = False


def tabulate(is_on: bool) -> None:
    """Take the rates of gates from tables of 0.1 mV, or compute them at every step."""
    from neuron import h as interpreter

    for name in TABULATED:
        setattr(interpreter, f"usetable_cord_{name}", int(is_on))
