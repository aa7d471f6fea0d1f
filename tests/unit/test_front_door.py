"""The package's front door: what `import causalgia` offers."""

import subprocess
import sys

import pytest

import causalgia


def test_every_public_name_opens():
    for name in causalgia.__all__:
        assert getattr(causalgia, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulate_caes'"):
        _ = causalgia.simulate_caes


def test_the_door_itself_loads_no_room():
    code = "import sys, causalgia; print('jax' in sys.modules or 'numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
