"""A contact at a nerve: which fibers it excites first."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.neurostimulation.nerve import c_bundle, nerve_bundle, skin, skin_pad
from causalgia.afferents.neurostimulation.recruitment import expose, recruitment
from causalgia.cable.electrodes import Medium, PointElectrode
from causalgia.cable.waveforms import Monophasic
from causalgia.errors import InputError

PULSE = Monophasic(0.2)


def test_a_beta_before_a_delta_before_c() -> None:
    near = PointElectrode((0.0, 4000.0, 0.0))
    myelinated, unmyelinated = (
        recruitment(
            expose(bundle, near, Medium(0.3)),
            PULSE,
            between_mA=(0.02, 200.0),
            tolerance=0.1,
            duration_ms=duration,
        ).threshold_mA
        for bundle, duration in ((nerve_bundle(nodes=41), 3.0), (c_bundle(), 60.0))
    )
    a_beta, a_delta = myelinated
    assert 1.5 * a_beta < a_delta < 0.2 * unmyelinated[0]


def test_a_deep_nerve_needs_more_current() -> None:
    fields = [expose(nerve_bundle(depth, nodes=41), skin_pad(), skin()) for depth in (3e3, 2e4)]
    shallow, deep = (np.ptp(field.potential_mV_per_mA[:, 0]) for field in fields)
    assert shallow > 3.0 * deep


def test_a_nerve_above_the_skin_is_refused() -> None:
    with pytest.raises(InputError, match="depth_um is -1"):
        nerve_bundle(-1.0)
