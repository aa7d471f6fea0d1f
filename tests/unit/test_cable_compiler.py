"""What the environment is asked before XLA compiles."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = "import os, causalgia.cable.compiler; print(os.environ['XLA_FLAGS'])"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000000"),
        (
            "--xla_cpu_enable_fast_math=false",
            "--xla_cpu_enable_fast_math=false --xla_backend_extra_options="
            "xla_cpu_small_while_loop_byte_threshold=100000000",
        ),
        ("--xla_backend_extra_options=mine=1", "--xla_backend_extra_options=mine=1"),
    ],
)
def test_whole_loops_are_asked_for_unless_the_user_chose(before: str, expected: str) -> None:
    environment = {**os.environ, "XLA_FLAGS": before}
    ran = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == expected
