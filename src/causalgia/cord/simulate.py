"""Integrate the circuit for many patients side by side: state [neuron, batch], batch last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.cord.chloride import inhibition_reversal_mV
from causalgia.cord.circuit import AFFERENTS, INHIBITORY, POPULATIONS, Circuit, circuit
from causalgia.errors import SimulationDiverged
from causalgia.evidence import parameters

__all__ = ["CordRecording", "simulate_cord"]

SPIKE_mV = -20.0
Lanes = Float[np.ndarray, " batch"]


@dataclass(frozen=True)
class CordRecording:
    """Spikes of every neuron.

    `spikes` [sample, neuron, batch], counts in intervals of `every_ms`; `population` [neuron],
    the index in `POPULATIONS`.
    """

    every_ms: float
    spikes: Float[np.ndarray, "sample neuron batch"]
    population: Float[np.ndarray, " neuron"]

    def rate_Hz(self, population: str, after_ms: float = 0.0) -> Lanes:
        """Mean rate of a population from a time on."""
        start = int(after_ms / self.every_ms)
        mine = self.spikes[start:, self.population == POPULATIONS.index(population)]
        return np.asarray(1e3 * mine.mean(axis=(0, 1)) / self.every_ms)


class _Inputs(eqx.Module):
    """Per-lane drive and conductances, cast to float32."""

    event_chance: Array  # [sample, afferent, batch], release included, a step
    ampa_gain: Array  # [afferent, batch]
    nmda_gain: Array  # [batch]
    excitation: Array  # [batch]
    inhibition_gain: Array  # [batch]
    reversal_mV: Array  # [batch]
    noradrenaline: Array  # [batch], S/cm2 in projection neurons
    key: Array


class _State(eqx.Module):
    voltage: Array
    gates: Array
    synapse: Array  # [ampa, nmda rise, nmda decay, nk1, inhibition; neuron; batch], uS
    spikes: Array


def simulate_cord(
    rates_Hz: Mapping[str, Float[np.ndarray, "..."]],
    mechanisms: Mapping[str, Lanes],
    *,
    duration_ms: float,
    dt_ms: float = 0.1,
    every_ms: float = 10.0,
    seed: int = 0,
) -> CordRecording:
    """Drive the circuit with Poisson afferents.

    **Arguments:** `rates_Hz` of "c", "a_delta" and "a_beta", each [batch] for a steady rate or
    [sample, batch] for one that changes every `every_ms`; `mechanisms`, one array [batch] for
    each of alpha2delta, ampa_gain, nmda_gain, kcc2, interneuron_survival,
    noradrenergic_inhibition and serotonergic_facilitation.
    **Raises:** `SimulationDiverged` when a voltage runs away.
    """
    inner = max(1, round(every_ms / dt_ms))
    outer = max(1, round(duration_ms / (dt_ms * inner)))
    net = circuit()
    inputs = _inputs(net, rates_Hz, mechanisms, outer, dt_ms, seed)
    spikes, worst = jax.device_get(_run(inputs, outer, inner, dt_ms))
    if not np.all(worst < 1e3):
        sample, lane = (int(i[0]) for i in np.nonzero(~(worst < 1e3)))
        given = {name: float(values[lane]) for name, values in mechanisms.items()}
        raise SimulationDiverged(
            f"a dorsal horn voltage ran away by {sample * every_ms:g} ms in lane {lane}: {given}"
        )
    return CordRecording(dt_ms * inner, spikes, np.repeat(np.arange(len(POPULATIONS)), net.copies))


def _inputs(
    net: Circuit,
    rates_Hz: Mapping[str, Float[np.ndarray, "..."]],
    mechanisms: Mapping[str, Lanes],
    outer: int,
    dt_ms: float,
    seed: int,
) -> _Inputs:
    own = parameters("causalgia_cord")
    batch = np.asarray(mechanisms["kcc2"]).size
    alpha = own["noradrenaline_presynaptic"].value
    tone = np.asarray(mechanisms["noradrenergic_inhibition"])
    calcium = np.asarray(mechanisms["alpha2delta"]) * (1.0 + alpha) / (1.0 + alpha * tone)
    hill, half = own["release_hill"].value, own["release_half"].value
    release = calcium**hill / (calcium**hill + half**hill)
    touch_release = 1.0 / (1.0 + half**hill)
    chance = np.zeros((outer, len(AFFERENTS), batch))
    for index, name in enumerate(AFFERENTS):
        rate = own["background_rate"].value if name == "background" else rates_Hz[name]
        released = release if name in ("c", "a_delta") else touch_release
        if name == "background":
            released = 1.0
        chance[:, index] = np.minimum(
            net.fibers[index] * np.asarray(rate) * released * dt_ms * 1e-3, 1.0
        )
    gain = np.ones((len(AFFERENTS), batch))
    gain[: AFFERENTS.index("a_beta")] = mechanisms["ampa_gain"]
    serotonin = own["serotonin_gain"].value
    facilitation = np.asarray(mechanisms["serotonergic_facilitation"])
    values = _Inputs(
        event_chance=chance,
        ampa_gain=gain,
        nmda_gain=np.asarray(mechanisms["nmda_gain"], dtype=float),
        excitation=1.0 + serotonin * (facilitation - 1.0),
        inhibition_gain=np.asarray(mechanisms["interneuron_survival"], dtype=float),
        reversal_mV=inhibition_reversal_mV(np.asarray(mechanisms["kcc2"], dtype=float)),
        noradrenaline=own["noradrenaline_conductance"].value * tone,
        key=jax.random.key(seed),
    )
    return jax.tree.map(
        lambda leaf: (
            leaf
            if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
            else jnp.asarray(leaf, jnp.float32)
        ),
        values,
    )


@eqx.filter_jit
def _run(inputs: _Inputs, outer: int, inner: int, dt_ms: float) -> tuple[Array, Array]:
    """Spike counts [sample, neuron, batch] and the largest voltage [sample, batch]."""
    net, own = circuit(), parameters("causalgia_cord")
    batch = inputs.reversal_mV.shape[0]
    copies, populations = net.copies, len(POPULATIONS)
    neurons = copies * populations
    each = np.repeat(np.arange(populations), copies)
    member = (each[:, None] == np.arange(populations)).astype(np.float32)
    densities = jnp.asarray(net.densities_S_per_cm2[:, each, None], jnp.float32)
    decay = np.exp(
        -dt_ms
        / np.array(
            [
                own[f"{n}_decay"].value if n != "nmda_rise" else own[n].value
                for n in ("ampa", "nmda_rise", "nmda", "nk1", "inhibition")
            ]
        )
    ).astype(np.float32)[:, None, None]
    afferent = {
        "ampa": jnp.asarray(net.afferent_ampa_uS[each], jnp.float32),
        "nmda": jnp.asarray(net.afferent_nmda_uS[each], jnp.float32),
    }
    nk1 = jnp.asarray(net.afferent_nk1_uS[each][:, None], jnp.float32)
    local = {
        "ampa": jnp.asarray(net.ampa_uS[each], jnp.float32),
        "nmda": jnp.asarray(net.nmda_uS[each], jnp.float32),
        "inhibition": jnp.asarray(net.inhibition_uS[each], jnp.float32),
    }
    is_inhibitory = np.array([name in INHIBITORY for name in POPULATIONS], np.float32)[:, None]
    is_projection = (each == POPULATIONS.index("projection")).astype(np.float32)[:, None]
    per_area = 1e-3 / net.area_cm2  # uS to mS/cm2 per uS
    potassium = own["potassium_reversal"].value
    magnesium, nmda_saturation = own["magnesium"].value, own["nmda_saturation"].value
    rise, fall = own["nmda_rise"].value, own["nmda_decay"].value
    peak_ms = np.log(fall / rise) * rise * fall / (fall - rise)
    nmda_norm = 1.0 / (np.exp(-peak_ms / fall) - np.exp(-peak_ms / rise))
    membrane = net.membrane

    def step(state: _State, chance: Array, index: Array) -> _State:
        draw = jax.random.uniform(
            jax.random.fold_in(inputs.key, index), (neurons, len(AFFERENTS), batch)
        )
        events = (draw < chance[None]).astype(jnp.float32)
        sent = member.T @ state.spikes
        excite = inputs.excitation[None]
        ampa = jnp.einsum("na,nab->nb", afferent["ampa"], events * inputs.ampa_gain[None])
        ampa = (ampa + local["ampa"] @ sent) * excite
        nmda = jnp.einsum("na,nab->nb", afferent["nmda"], events) + local["nmda"] @ sent
        nmda = nmda * inputs.nmda_gain[None] * excite * nmda_norm
        slow = nk1 * events[:, 0] * excite
        inhibition = (local["inhibition"] @ (sent * is_inhibitory)) * inputs.inhibition_gain[None]
        synapse = state.synapse * decay + jnp.stack([ampa, nmda, nmda, slow, inhibition])
        v = state.voltage
        unblocked = 1.0 / (1.0 + jnp.exp(-0.062 * v) * magnesium / 3.57)
        nmda_open = synapse[2] - synapse[1]
        nmda_open = nmda_open / (1.0 + nmda_open / nmda_saturation)
        excitatory = synapse[0] + nmda_open * unblocked + synapse[3]
        girk = 1e3 * inputs.noradrenaline[None] * is_projection
        conductance, drive = membrane.conductance_and_drive(state.gates, densities)
        total = 1e3 * conductance + (excitatory + synapse[4]) * per_area + girk
        pull = 1e3 * drive + synapse[4] * per_area * inputs.reversal_mV[None] + girk * potassium
        moved = (v / dt_ms + pull) / (1.0 / dt_ms + total)
        gates = membrane.stack.advance(state.gates, moved, dt_ms)
        spikes = ((v < SPIKE_mV) & (moved >= SPIKE_mV)).astype(jnp.float32)
        return _State(moved, gates, synapse, spikes)

    def record(state: _State, sample: tuple[Array, Array]) -> tuple[_State, tuple[Array, Array]]:
        chance, index = sample

        def inner_step(
            carry: tuple[_State, Array], offset: Array
        ) -> tuple[tuple[_State, Array], None]:
            state, count = carry
            state = step(state, chance, index * inner + offset)
            return (state, count + state.spikes), None

        (state, count), _ = jax.lax.scan(
            inner_step, (state, jnp.zeros((neurons, batch))), jnp.arange(inner)
        )
        size = jnp.where(jnp.isnan(state.voltage), jnp.inf, jnp.abs(state.voltage)).max(axis=0)
        return state, (count, size)

    voltage = jnp.full((neurons, batch), -65.0, jnp.float32)
    state = _State(
        voltage,
        membrane.stack.steady_state(voltage),
        jnp.zeros((5, neurons, batch), jnp.float32),
        jnp.zeros((neurons, batch), jnp.float32),
    )
    _, (spikes, worst) = jax.lax.scan(record, state, (inputs.event_chance, jnp.arange(outer)))
    return spikes, worst
