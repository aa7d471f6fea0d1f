"""Build the documentation as a site that needs no network.

    python scripts/build_docs.py

The pages lie in `build/docs/html` unless told otherwise. `--execute` runs the notebooks of the
tutorials; `--runs NAME` first makes a stored run of `docs/results/` anew.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "src")]


def fail(message: str) -> int:
    print(f"build_docs: error: {' '.join(message.split())}", file=sys.stderr)
    return 2


def main(arguments: list[str] | None = None) -> int:
    """Build, or say in one line why not."""
    parser = argparse.ArgumentParser(prog="build_docs", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs", metavar="FOLDER")
    parser.add_argument("--execute", action="store_true", help="run the notebooks")
    parser.add_argument("--runs", action="append", default=[], metavar="NAME", help="run anew")
    given = parser.parse_args(arguments)
    missing = [
        name for name in ("sphinx", "myst_nb", "furo", "latex2mathml") if not find_spec(name)
    ]
    if missing:
        return fail(f'{", ".join(missing)} is not installed; pip install -e ".[docs]"')
    if given.out.exists() and not given.out.is_dir():
        return fail(f"--out: {given.out} is a file; give a folder")
    from causalgia.errors import CausalgiaError

    try:
        make_runs(given.runs)
        return build(given.out, execute=given.execute)
    except CausalgiaError as error:
        return fail(str(error))


def make_runs(names: list[str]) -> None:
    """Make stored runs anew, one after the other."""
    from _builder.runs import make

    for name in names:
        print(f"{name}: running", flush=True)
        print(f"{name}: stored in {make(name).relative_to(ROOT)}", flush=True)


def build(out: Path, *, execute: bool) -> int:
    """Fill the source folder and run Sphinx, for which a warning is an error."""
    from _builder.stage import stage
    from sphinx.cmd.build import build_main

    from causalgia.cache import enable_compilation_cache

    os.environ["CAUSALGIA_DOCS_EXECUTE"] = "force" if execute else "off"
    # Notebooks run in processes of their own.
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    begun = time.monotonic()
    source, html = out / "source", out / "html"
    source.mkdir(parents=True, exist_ok=True)
    enable_compilation_cache()
    stage(source)
    status = build_main(
        [
            *("-b", "html", "-c", str(ROOT / "docs"), "-d", str(out / "doctrees")),
            *("--fail-on-warning", "--keep-going", "--quiet"),
            *(str(source), str(html)),
        ]
    )
    if status == 0:
        print(f"{html / 'index.html'}: built in {time.monotonic() - begun:.0f} s")
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
