"""Heavy libraries load when they are used: a name or a page of help costs none of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"jax", "numpy", "scipy", "pandas", "matplotlib", "pint", "xarray", "pyarrow", "equinox"}


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running `code`."""
    report = "\nimport sys; print('modules', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    ("code", "also_absent"),
    [
        ("import causalgia", {"typer", "rich", "pydantic"}),
        ("import causalgia.evidence as e; e.all_parameters()", {"typer", "rich", "pydantic"}),
        ("from causalgia.cli import main; main(['--help'])", {"rich"}),
        ("from causalgia.cli import main; main(['case', '--help'])", {"rich"}),
        ("from causalgia.cli import main; main(['--version'])", {"rich"}),
    ],
)
def test_no_heavy_library_is_loaded(code: str, also_absent: set[str]) -> None:
    loaded = modules_after(code)
    assert "causalgia" in loaded
    assert not loaded & (HEAVY | also_absent)
