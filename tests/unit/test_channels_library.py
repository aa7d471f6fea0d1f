"""The library lists every channel, and each can be put into a membrane and stepped."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.channels import Membrane
from causalgia.channels.ions import Ion
from causalgia.channels.library import CHANNELS, channel
from causalgia.channels.stack import GateStack
from causalgia.errors import InputError
from causalgia.evidence import load_sources

IONS = (
    Ion("sodium", 1, 11.4, 154.0),
    Ion("potassium", 1, 121.7, 5.6),
    Ion("calcium", 2, 1e-4, 2.0),
)
EXPECTED = {
    *("nav1_1", "nav1_3", "nav1_6", "nav1_7", "nav1_8", "nav1_9", "kv1", "kv1_4", "m_current"),
    *("bk", "sk", "kna", "hcn1", "hcn2", "cav1", "cav2_2", "cav3_2"),
    *("trpv1", "trpm8", "trpa1", "piezo2"),
}


def test_the_channels_of_a_primary_afferent_are_there() -> None:
    assert set(CHANNELS) >= EXPECTED


@pytest.mark.parametrize("name", list(CHANNELS))
def test_a_channel_has_a_source_named_gates_and_words(name: str) -> None:
    entry = CHANNELS[name]
    built = channel(name, 37.0)
    assert built.source == entry.source
    assert built.source in load_sources()
    assert len(built.gates) == len(entry.gates)
    assert entry.ion in dict(built.carriers)
    assert sum(share for _, share in built.carriers) == pytest.approx(1.0)
    assert entry.recommended_degC[0] < entry.reference_degC < entry.recommended_degC[1]
    assert "$" in (entry.build.__doc__ or "")


@pytest.mark.parametrize("name", list(CHANNELS))
def test_gates_stay_between_none_and_all_at_any_voltage_and_temperature(name: str) -> None:
    voltage = np.linspace(-150.0, 100.0, 51, dtype=np.float32)[:, None]
    inside = {"calcium": jnp.full((1, 1), 1e-4), "sodium": jnp.full((1, 1), 11.4)}
    for temperature in (0.0, 22.0, 50.0):
        stack = GateStack.of([channel(name, temperature)])
        gates = stack.steady_state(jnp.asarray(voltage), inside)
        for _ in range(3):
            gates = stack.advance(gates, jnp.asarray(voltage[::-1]), 0.05, inside)
        for values in gates:
            assert np.all(np.isfinite(values))
            # the published fit of Nav1.7's h exceeds one where nobody measured
            assert float(values.min()) > -1e-6
            assert float(values.max()) < 1.13


def test_all_of_them_make_one_membrane_that_can_be_stepped() -> None:
    channels = [channel(name, 37.0) for name in CHANNELS if name != "hcn_mixed"]
    membrane = Membrane.of(channels, {"cation": 0.0}, ions=IONS)
    densities = jnp.full((len(channels), 2, 1), 1e-5)

    @jax.jit
    def step(voltage: jax.Array) -> tuple[jax.Array, jax.Array]:
        state = membrane.advance(membrane.start(voltage), voltage + 40.0, 0.025)
        flow = membrane.flow(state, densities, voltage)
        return flow.conductance, flow.conductance * voltage - flow.drive

    conductance, current = step(jnp.full((2, 3), -60.0))
    assert np.all(np.isfinite(current))
    assert float(conductance.min()) > 0.0


def test_bad_names_and_temperatures_are_refused_in_one_line() -> None:
    with pytest.raises(InputError, match=r"^channel 'nav17' is not known; did you mean 'nav1_7'"):
        channel("nav17", 37.0)
    for temperature in (80.0, -1.0, float("nan")):
        with pytest.raises(InputError, match=r"^temperature_degC is [-\w]+, allowed 0 to 50$"):
            channel("nav1_7", temperature)
