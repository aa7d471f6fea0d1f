r"""Cord and brain in one loop: what reaches the cord, what ascends, what comes back, what is felt.

    afferents --> dorsal horn --> lamina I --> brainstem --> noradrenaline, serotonin, opioid
                      ^                 \--> (+ generator) --> pain              |
                      \---------------------------------------------------------/

Every 50 ms the discharge of lamina I and what ascends from elsewhere in the body drive
`causalgia.brain.descending`; the tones that it sends back set the handles of the cord. Lamina I is
what the brainstem and the affective brain hear: without its NK1 neurons descending control fails
(Suzuki 2002, recalled). What the wide-dynamic-range neurons fire is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.brain.descending import (
    DescendingSettings,
    DescendingState,
    advance,
    equilibrium,
    release,
    start,
)
from causalgia.brain.features import Train
from causalgia.brain.felt import FeltSettings, Percept, pain, percept
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.modulation import Modulation
from causalgia.cord.network import Network
from causalgia.cord.potentiation import Potentiation
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Discharge, Trains
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = [
    "PROJECTION",
    "BrainLoop",
    "Central",
    "brain_loop",
    "central",
    "conditioned",
    "horn_descending",
    "horn_felt",
]

PROJECTION = "lamina_i"
"""Whose discharge ascends."""

TONES = ("noradrenaline", "serotonin", "opioid")

Patients = Float[np.ndarray, " patient"]


def _own(name: str) -> float:
    return parameters("causalgia_central")[name].value


def horn_descending(**given: Any) -> DescendingSettings:
    """The loops, with what they need to know about this dorsal horn (`causalgia_central`).

    **Arguments:** `given`, other fields of `DescendingSettings`.
    """
    fitted: dict[str, Any] = {
        "half_Hz": _own("half_discharge"),
        "resting_Hz": _own("resting_discharge"),
        "locus_gain": _own("locus_gain"),
    }
    return DescendingSettings(**(fitted | given))


@cache
def horn_felt() -> FeltSettings:
    """The law of pain, with this dorsal horn's transfer from C fibers to lamina I in health."""
    return FeltSettings(
        projection_at_threshold_Hz=_own("projection_at_threshold"),
        transfer_exponent=_own("transfer_exponent"),
    )


@dataclass(frozen=True)
class Central:
    """What cord and brain did.

    `discharge`, spikes of the cord; `time_ms` and `tones`, by transmitter [time, patient], fold of
    healthy at rest, every 50 ms; `windows`, from and to (ms), by name; `generator_Hz` [patient],
    what the brain hears from a generator of its own; `state`, where the loops ended.
    """

    discharge: Discharge
    time_ms: Float[np.ndarray, " time"]
    tones: Mapping[str, Float[np.ndarray, "time patient"]]
    windows: Mapping[str, tuple[float, float]]
    generator_Hz: Patients
    state: DescendingState
    felt: FeltSettings = field(default_factory=horn_felt)

    def projection_Hz(self, window: str) -> Patients:
        """Mean discharge of a lamina I neuron in a window."""
        return self.rate_Hz(PROJECTION, window)

    def rate_Hz(self, population: str, window: str) -> Patients:
        """Mean discharge of a neuron of a population in a window.

        **Raises:** `InputError` for a window that is not there.
        """
        if window not in self.windows:
            raise InputError(f"window is {window!r}, must be one of {', '.join(self.windows)}")
        return self.discharge.rate_Hz(population, *self.windows[window])

    def pain(self, window: str) -> Patients:
        """Pain, 0 to 10, in a window: of what ascends and of the generator."""
        heard = self.projection_Hz(window) + self.generator_Hz
        return np.asarray(pain(jnp.asarray(heard), self.felt))

    def percept(
        self,
        patient: int,
        afferents_ms: Mapping[str, Sequence[Train]],
        *,
        healthy_Hz: Mapping[str, float] | None = None,
        touch_lost: float = 0.0,
    ) -> Percept:
        """What a patient feels: ongoing pain (the window "rest"), evoked pain, qualities.

        **Arguments:** spike times (ms) at rest of each fiber, by class, over the whole run; what
        lamina I fires in the same windows in health, for tests that hurt then too; the share of
        touch fibers that no longer report.
        **Raises:** `InputError` without a window "rest".
        """
        heard = {
            name: float((self.projection_Hz(name) + self.generator_Hz)[patient])
            for name in self.windows
        }
        return percept(
            afferents_ms,
            heard,
            self.felt,
            duration_ms=self.discharge.duration_ms,
            healthy_Hz=healthy_Hz,
            touch_lost=touch_lost,
        )

    def describe(self, patient: int = 0) -> str:
        """A patient in words."""
        lines = [
            f"{name}: pain {self.pain(name)[patient]:.1f} of 10 (lamina I "
            f"{self.projection_Hz(name)[patient]:.1f} Hz, wide dynamic range "
            f"{self.rate_Hz('wide_dynamic_range', name)[patient]:.1f} Hz)."
            for name in self.windows
        ]
        if self.generator_Hz[patient] > 0:
            lines.append(f"Generator in the brain: {self.generator_Hz[patient]:.1f} Hz.")
        sent = ", ".join(f"{name} {self.tones[name][-1, patient]:.2f}" for name in TONES)
        lines.append(f"Descending tone at the end, fold of rest: {sent}.")
        return "\n".join(lines)


def central(
    network: Network,
    trains: Mapping[str, Trains],
    handles: CordHandles | None = None,
    *,
    duration_ms: float,
    windows: Mapping[str, tuple[float, float]],
    patients: int = 1,
    descending: DescendingSettings | None = None,
    state: DescendingState | None = None,
    elsewhere_Hz: Patients | float = 0.0,
    generator_Hz: Patients | float = 0.0,
    felt: FeltSettings | None = None,
    potentiation: Potentiation | None = None,
    dt_ms: float = 0.1,
) -> Central:
    """Run a dorsal horn in the loop with the brain.

    **Arguments:** the `network`, one of `causalgia.cord.horn.dorsal_horn`; `trains` of its
    afferents; the `handles` of the cord, whose noradrenaline and serotonin the tones multiply;
    how long; the `windows` (from and to, ms) that are told apart, by name; how many `patients`;
    the loops (`descending`) and the `state` they start in (None: at rest); what ascends from the
    rest of the body (`elsewhere_Hz`, of a lamina I neuron) and what a thalamic generator adds
    (`generator_Hz`, see `causalgia.brain.generator`), each a number or one for each patient.
    **Raises:** `InputError` for a window outside of the run or a negative rate.
    """
    for name, (begin, end) in windows.items():
        if not 0 <= begin < end <= duration_ms:
            raise InputError(
                f"window {name!r} goes from {begin:g} to {end:g} ms, the run lasts {duration_ms:g}"
            )
    generator = _rates("generator_Hz", generator_Hz, patients)
    loop = brain_loop(
        patients, handles, descending=descending, state=state, elsewhere_Hz=elsewhere_Hz
    )
    discharge = simulate_network(
        network,
        trains,
        duration_ms=duration_ms,
        dt_ms=dt_ms,
        patients=patients,
        modulation=loop.heard,
        potentiation=potentiation,
    )
    time_ms, tones = loop.sent()
    return Central(
        discharge,
        time_ms,
        tones,
        dict(windows),
        generator,
        loop.state,
        felt or horn_felt(),
    )


def conditioned(
    conditioning_Hz: Patients | float,
    settings: DescendingSettings,
    patients: int,
    *,
    lasting_ms: float = 60e3,
    step_ms: float = 50.0,
) -> DescendingState:
    """Where the loops are at the end of a painful stimulus elsewhere in the body.

    **Arguments:** what ascends from there (`conditioning_Hz`, of a lamina I neuron, 0 for none),
    one number or one for each patient, and how long it lasts.
    """
    ascending = jnp.asarray(_rates("conditioning_Hz", conditioning_Hz, patients))
    state = equilibrium(jnp.full(patients, settings.resting_Hz), settings)
    steps = max(1, round(lasting_ms / step_ms))

    def step(now: DescendingState, _: None) -> tuple[DescendingState, None]:
        return advance(now, ascending, step_ms, settings), None

    found: DescendingState = jax.lax.scan(step, state, None, length=steps)[0]
    return found


def _rates(label: str, rate: Patients | float, patients: int) -> Patients:
    values = np.broadcast_to(np.asarray(rate, dtype=float), patients)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise InputError(f"{label} is {rate}, must be 0 or more")
    return values


def brain_loop(
    patients: int,
    handles: CordHandles | None = None,
    *,
    descending: DescendingSettings | None = None,
    state: DescendingState | None = None,
    elsewhere_Hz: Patients | float = 0.0,
) -> BrainLoop:
    """A brain at the other end of so many cords; its `heard` is the modulation of a run.

    **Arguments:** as in `central`.
    **Raises:** `InputError` for a negative rate.
    """
    settings = descending or horn_descending()
    elsewhere = _rates("elsewhere_Hz", elsewhere_Hz, patients)
    first = start(patients, settings) if state is None else state
    return BrainLoop(handles or CordHandles(), settings, elsewhere, first)


@dataclass
class BrainLoop:
    """What the brain knows between two calls of the cord."""

    handles: CordHandles
    settings: DescendingSettings
    elsewhere_Hz: Patients
    state: DescendingState
    time_ms: list[float] = field(default_factory=list)
    told: list[dict[str, np.ndarray]] = field(default_factory=list)

    def heard(self, time_ms: float, news: Discharge) -> Modulation:
        """Take in what was fired since the last call; the settings that follow."""
        if news.duration_ms > 0:
            ascending = self._mean_Hz(news) + self.elsewhere_Hz
            self.state = advance(
                self.state, jnp.asarray(ascending), news.duration_ms, self.settings
            )
        tones = {name: np.asarray(tone) for name, tone in release(self.state).items()}
        self.time_ms.append(time_ms)
        self.told.append(tones)
        return modulation_of(_under(self.handles, tones))

    def sent(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """When (ms) which tones, by transmitter [time, patient], were sent down so far."""
        tones = {name: np.stack([told[name] for told in self.told]) for name in TONES}
        return np.array(self.time_ms), tones

    def _mean_Hz(self, news: Discharge) -> Patients:
        fired = news.count(PROJECTION)
        return 1e3 * fired / (news.duration_ms * news.sizes[PROJECTION])


def _under(handles: CordHandles, tones: Mapping[str, np.ndarray]) -> CordHandles:
    """The handles under the tones of the moment.

    The circuit's weights were set with the opioid tone of rest, so only what is above it occupies
    receptors more.
    """
    more = np.clip(_own("opioid_occupancy") * (tones["opioid"] - 1.0), 0.0, 1.0)
    given = np.asarray(handles.occupied.get("mu_opioid", 0.0), dtype=float)
    return replace(
        handles,
        noradrenaline=np.asarray(handles.noradrenaline) * tones["noradrenaline"],
        serotonin=np.asarray(handles.serotonin) * tones["serotonin"],
        occupied={**handles.occupied, "mu_opioid": 1.0 - (1.0 - given) * (1.0 - more)},
    )
