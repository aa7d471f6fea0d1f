"""Reversal potentials and pools that differ from place to place."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import unbranched
from causalgia.cable.recording import Recorder
from causalgia.cable.simulate import simulate
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel


@pytest.mark.parametrize("compartments", [5, 9, 12])
def test_a_reversal_for_each_compartment_is_that_of_two_channels(compartments: int) -> None:
    cable = unbranched(500.0, 2.0, compartments)
    first = np.arange(compartments) < compartments // 3
    one = Membrane.of(
        [open_channel("leak", "leak", "aguiar_2010")], {"leak": np.where(first, -50.0, -80.0)}
    )
    two = Membrane.of(
        [open_channel("a", "a", "aguiar_2010"), open_channel("b", "b", "aguiar_2010")],
        {"a": -50.0, "b": -80.0},
    )
    leak = np.full((1, compartments, 1), 1e-4)
    recorder = Recorder(voltage=tuple(range(compartments)), every_ms=5.0)
    finals = [
        simulate(
            cable,
            membrane,
            Electrics(densities),
            duration_ms=50.0,
            dt_ms=0.1,
            recorder=recorder,
            precision="float64",
        ).final_voltage_mV
        for membrane, densities in (
            (one, leak),
            (two, leak * np.stack([first, ~first])[:, :, None]),
        )
    ]
    np.testing.assert_allclose(finals[0], finals[1], atol=1e-9)
    assert np.ptp(finals[0]) > 0.3
