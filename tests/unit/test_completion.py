"""What a shell completes: every name that a command takes, at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from causalgia import completion

RUN = "import sys; from causalgia.cli import main; sys.exit(main([]))"


def offered(*words: str, shell: str = "bash") -> list[str]:
    """What the real command answers a shell whose user typed these words and pressed Tab."""
    asked: Mapping[str, str] = {
        "bash": {"COMP_WORDS": "causalgia " + " ".join(words), "COMP_CWORD": str(len(words))},
        "zsh": {"_TYPER_COMPLETE_ARGS": "causalgia " + " ".join(words)},
        "fish": {
            "_TYPER_COMPLETE_ARGS": "causalgia " + " ".join(words),
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        },
    }[shell]
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, **asked, "_CAUSALGIA_COMPLETE": f"complete_{shell}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_names_are_those_of_the_registries() -> None:
    from causalgia import causes, treatments
    from causalgia.afferents import catalog
    from causalgia.channels.blockers import drug
    from causalgia.channels.mutations import mutation
    from causalgia.cord import catalog as circuits
    from causalgia.cord.experiment import SETTLE_ms

    assert sorted(completion.causes()) == sorted(causes.names())
    assert sorted(completion.treatments()) == sorted(treatments.names())
    assert sorted(completion.fibers()) == sorted(catalog.names())
    assert sorted(completion.circuits()) == sorted(circuits.names())
    assert all(map(drug, completion.blockers()))
    assert all(map(mutation, completion.mutations()))
    assert completion.words(*SETTLE_ms)("w") == ["windup"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("pro",), ["prognosis"]),
        (("prognosis", "cer"), ["cervical_radiculopathy"]),
        (("prognosis", "shingles", "--treat", "gaba"), ["gabapentin"]),
        (("fibre", "sundt"), ["sundt_2015", "sundt_2015_axon"]),
        (("fibre", "a_beta", "--drug", "lido"), ["lidocaine:"]),
        (("fibre", "a_beta", "--mutation", "L84"), ["L848H"]),
        (("cord", "dorsal_horn", "--experiment", "s"), ["stimulation"]),
        (("validate", "co"), ["cord", "course"]),
        # Files are the shell's own business.
        (("cord", "examples/"), []),
        (("case", ""), []),
    ],
    ids=" ".join,
)
def test_bash_is_offered_what_begins_like_the_word(words, expected) -> None:
    assert offered(*words) == expected


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_offered_the_same(shell) -> None:
    assert "dorsal_horn" in " ".join(offered("cord", "dor", shell=shell))


def test_nothing_heavy_is_loaded_for_it() -> None:
    code = (
        "import sys; from causalgia import completion as c;"
        "c.causes(), c.treatments(), c.fibers(), c.circuits(), c.blockers(), c.floors();"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"jax", "numpy", "pydantic", "pint", "rich", "scipy"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_script_for_bash_completes_in_bash(tmp_path: Path) -> None:
    """The script that the command prints, loaded by a real bash, asks the command."""
    script = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, "_CAUSALGIA_COMPLETE": "source_bash"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    command = tmp_path / "causalgia"
    command.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{RUN}'\n")
    command.chmod(0o755)
    asking = "COMP_WORDS=(causalgia prognosis tax); COMP_CWORD=2; _causalgia_completion causalgia"
    done = subprocess.run(
        ["bash", "--norc", "-c", f'{script}\n{asking}; echo "${{COMPREPLY[@]}}"'],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "taxane"
