r"""Receptive endings of C-fibers: heat, cold, pressure and chemicals open channels one by one.

An ending is a thin branch with few receptor channels. Each opens and closes at random, as the
two-state gating of its kind says for the temperature and the agonists (`channels.transduction`),
so that the current through them flickers: in a branch so thin a few channels that open together
make a spike, and the ending fires irregularly at low rates, the faster the more are open. Drawn
with the voltage held at rest, which leaves out that a spike itself opens TRP channels.

The sodium channels of an ending and its branch are those of Tigerholm (2014): with the measured
ones, which the axons have, an ending sends a few spikes and then stays depolarized, since Nav1.8
then opens where it is not yet inactivated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.afferents.c_classes import CRecipe, c_densities, c_fiber_model, c_recipe, membrane_of
from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.cable import Electrics, Section, cable_of
from causalgia.cable.recording import Recording
from causalgia.cable.stimulus import Opening
from causalgia.channels.transduction import receptor, transition_rates
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = [
    "Ending",
    "Stimulus",
    "c_ending",
    "c_endings",
    "heat_ramp",
    "respond",
    "sensitized_ending",
]

RECEPTORS = ("trpv1", "trpm8", "trpa1", "mechanical")
AGONISTS = {"capsaicin": "trpv1", "proton": "trpv1", "menthol": "trpm8", "aitc": "trpa1"}
SAMPLE_ms = 1.0
SECTIONS = {"ending": 6, "axon": 20}
"""Compartments of each part."""

WATCHED = 4
"""Compartments before the far end, where spikes count as sent."""


@dataclass(frozen=True)
class Stimulus:
    """What is done to an ending: temperature and force over time, and agonists throughout.

    **Arguments:** `temperature_degC` and `force_mN` [time], one value for each `every_ms`;
    `agonists_uM` by name: capsaicin, proton, menthol, aitc (mustard oil). The first value is the
    skin before: force and agonists come with the second.
    """

    temperature_degC: Float[np.ndarray, " time"]
    force_mN: Float[np.ndarray, " time"] | None = None
    agonists_uM: Mapping[str, float] = field(default_factory=dict)
    every_ms: float = 10.0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.agonists_uM) - set(AGONISTS))
        if unknown:
            raise InputError(
                f"agonist {unknown[0]!r} is not known; {nearest(unknown[0], AGONISTS)}"
            )
        temperature = np.asarray(self.temperature_degC)
        if temperature.ndim != 1 or not np.all((temperature > -5.0) & (temperature < 60.0)):
            raise InputError("temperature_degC must be a sequence of values from -5 to 60")
        if self.force_mN is not None and np.shape(self.force_mN) != temperature.shape:
            raise InputError(
                f"force_mN has {np.size(self.force_mN)} values, temperature_degC {temperature.size}"
            )


@dataclass(frozen=True)
class Ending:
    """A fiber with its receptive ending first.

    **Arguments:** the `model`; the `sites` that hold receptors; how many receptor `channels` of
    each kind they hold together; the voltage (mV) by which each kind is `sensitized`; the force
    (mN) that opens half of the mechanical channels; how strongly open TRPV1 channels desensitize.
    """

    model: FiberModel
    sites: tuple[int, ...]
    channels: Mapping[str, int]
    sensitized_mV: Mapping[str, float]
    half_force_mN: float
    desensitization: float

    @property
    def far(self) -> int:
        """The compartment where spikes count as sent toward the cord."""
        return self.model.cable.size - WATCHED


def heat_ramp(
    rate_degC_per_s: float, start_degC: float = 32.0, end_degC: float = 47.0, every_ms: float = 10.0
) -> Stimulus:
    """A temperature that rises steadily.

    **Raises:** `InputError` for a rate that does not lead from start to end.
    """
    duration_s = (end_degC - start_degC) / rate_degC_per_s if rate_degC_per_s else -1.0
    if duration_s <= 0:
        raise InputError(
            f"rate_degC_per_s is {rate_degC_per_s:g}, which never leads from {start_degC:g} to "
            f"{end_degC:g} degC"
        )
    count = round(1e3 * duration_s / every_ms)
    return Stimulus(np.linspace(start_degC, end_degC, count), every_ms=every_ms)


def c_ending(name: str) -> Ending:
    """The ending of a C class with a stretch of its axon.

    **Raises:** `InputError` for an unknown class.
    """
    return c_endings([c_recipe(name)])


def c_endings(recipes: Sequence[CRecipe]) -> Ending:
    """Endings of several fibers of one class side by side, one lane each.

    **Raises:** `InputError` for no recipe, recipes of more than one class, or one whose ending is
    not modeled (touch).
    """
    names = {recipe.name for recipe in recipes}
    if len(names) != 1:
        raise InputError(f"recipes are of {len(names)} classes ({sorted(names)}), must be of one")
    (name,) = names
    own = parameters("causalgia_fibers")
    half = own.get(f"{name}_half_force")
    channels = {
        kind: int(found.value) for kind in RECEPTORS if (found := own.get(f"{name}_{kind}"))
    }
    if not channels:
        raise InputError(f"no receptive ending is modeled for {name!r}")
    return Ending(
        _branched(recipes),
        tuple(range(SECTIONS["ending"] - 2)),
        channels,
        {},
        half.value if half else np.inf,
        own["trpv1_desensitization"].value,
    )


def sensitized_ending(ending: Ending, inflammation: float) -> Ending:
    """The ending in inflamed skin, from 0 (healthy) to 1: bradykinin, prostaglandin, NGF.

    TRPV1 opens at lower voltages and temperatures, Nav1.8 is more and potassium current less.
    """
    if not 0.0 <= inflammation <= 1.0:
        raise InputError(f"inflammation is {inflammation:g}, allowed 0 to 1")
    own, older = parameters("causalgia_fibers"), parameters("causalgia_afferents")
    model = ending.model
    densities = model.electrics.densities_S_per_cm2.copy()
    folds = {
        "nav1_8": 1.0 + older["prostaglandin_nav1_8_gain"].value * inflammation,
        "delayed_rectifier": 1.0 - older["prostaglandin_potassium_loss"].value * inflammation,
    }
    for name, fold in folds.items():
        densities[model.membrane.names.index(name), : SECTIONS["ending"]] *= fold
    shift = own["inflammation_trpv1_shift"].value * inflammation
    return replace(
        ending,
        model=replace(model, electrics=replace(model.electrics, densities_S_per_cm2=densities)),
        sensitized_mV={**ending.sensitized_mV, "trpv1": shift},
    )


def respond(
    ending: Ending, stimuli: Sequence[Stimulus], *, seed: int = 0, settle_ms: float = 500.0
) -> Recording:
    """Spikes of an ending under several stimuli, one a lane, or of many endings under one.

    Each first holds its first temperature, without force, for `settle_ms`; times in the recording
    are from the start of the run. The spike sites are the ending and the far end.
    **Raises:** `InputError` where lanes and stimuli do not match.
    """
    lanes = ending.model.electrics.densities_S_per_cm2.shape[2]
    if not stimuli or (len(stimuli) > 1 and lanes not in (1, len(stimuli))):
        raise InputError(f"{len(stimuli)} stimuli are given for {lanes} endings")
    steps = max(round(s.every_ms * np.size(s.temperature_degC) / SAMPLE_ms) for s in stimuli)
    settle = round(settle_ms / SAMPLE_ms)
    rng = np.random.default_rng(seed)
    # a thicker ending holds more channels
    sizes = np.broadcast_to(ending.model.electrics.diameter_scale, (max(lanes, len(stimuli)),))
    shares = [sizes] if len(stimuli) == 1 else np.split(sizes, len(stimuli))
    drawn = [
        _generator_uS(ending, stimulus, size, settle, steps, rng)
        for stimulus, size in zip(stimuli, shares, strict=True)
    ]
    model = ending.model
    opening = Opening(
        ending.sites,
        jnp.asarray(np.concatenate(drawn, axis=-1)),
        0.0,
        hold=round(SAMPLE_ms / model.dt_ms),
    )
    return simulate_fiber(
        model,
        duration_ms=(settle + steps) * SAMPLE_ms,
        openings=[opening],
        spikes=(0, ending.far),
        every_ms=2.0,
        batch=max(lanes, len(stimuli)),
    )


def _branched(recipes: Sequence[CRecipe]) -> FiberModel:
    """Thin branches that join axons of the recipes' diameters."""
    own, published = parameters("causalgia_fibers"), parameters("tigerholm_2014")
    resistivity = published["axial_resistivity"].value
    usual_um = c_recipe(recipes[0].name).diameter_um
    diameters = np.array([recipe.diameter_um for recipe in recipes])
    sections = [
        Section(
            "ending",
            own["ending_length"].value,
            own["ending_diameter"].value,
            SECTIONS["ending"],
            axial_resistivity_ohm_cm=resistivity,
        ),
        Section(
            "axon",
            own["ending_axon_length"].value,
            own[f"{recipes[0].name}_branch_diameter"].value,
            SECTIONS["axon"],
            "ending",
            axial_resistivity_ohm_cm=resistivity,
        ),
    ]
    cable = cable_of(sections)
    branch = np.array([c_densities(_of_part(recipe, "ending"), "ending") for recipe in recipes]).T
    axon = np.array([c_densities(_of_part(recipe, "branch"), "ending") for recipe in recipes]).T
    densities = [branch] * SECTIONS["ending"] + [axon] * SECTIONS["axon"]
    return replace(
        c_fiber_model(recipes[0]),
        cable=cable,
        membrane=membrane_of("ending")[0],
        electrics=Electrics(np.stack(densities, axis=1), diameter_scale=diameters / usual_um),
        dt_ms=0.05,
        description="ending of a C-fiber with a stretch of its axon",
    )


def _of_part(recipe: CRecipe, part: str) -> CRecipe:
    """What the membrane of an ending or of its branch is made of.

    As its class's is, as far as the fiber is its class's.
    """
    own, usual = parameters("causalgia_fibers"), c_recipe(recipe.name).folds
    folds = dict(recipe.folds)
    for fold, value in usual.items():
        if given := own.get(f"{recipe.name}_{part}_{fold}"):
            folds[fold] = given.value * recipe.folds[fold] / value
    return replace(recipe, folds=folds)


def _generator_uS(
    ending: Ending,
    stimulus: Stimulus,
    sizes: Float[np.ndarray, " copy"],
    settle: int,
    steps: int,
    rng: np.random.Generator,
) -> Float[np.ndarray, "sample site copy"]:
    """Conductance of all receptors at each site, sample by sample, of copies of several sizes."""
    own = parameters("causalgia_fibers")
    held = round(stimulus.every_ms / SAMPLE_ms)
    total = np.zeros((settle + steps, len(ending.sites), sizes.size))
    for kind, count in ending.channels.items():
        opened, redrawn = (
            _padded(np.repeat(values, held), settle, steps)
            for values in _kinetics(ending, kind, stimulus)
        )
        each = np.diff(np.linspace(0, count, len(ending.sites) + 1).round())
        channels = np.round(each[:, None] * sizes).astype(int)
        conductance = own[f"{kind}_conductance"].value
        total += conductance * _flicker(channels, opened, redrawn, rng)
    return 1e-6 * total


def _kinetics(
    ending: Ending, kind: str, stimulus: Stimulus
) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, " time"]]:
    """Share open in the long run, and the chance to be redrawn within a sample, over time."""
    if kind == "mechanical":
        return _mechanics(ending, stimulus)
    agonists = {
        name: value for name, value in stimulus.agonists_uM.items() if AGONISTS[name] == kind
    }
    voltage = ending.model.initial_mV + ending.sensitized_mV.get(kind, 0.0)
    temperature = jnp.asarray(stimulus.temperature_degC)
    before = transition_rates(receptor(kind), voltage, temperature[:1])
    during = transition_rates(receptor(kind), voltage, temperature[1:], agonists)
    # what is given comes with the second value: the first is the skin before
    opening, closing = (
        np.concatenate([a, b]).astype(float) for a, b in zip(before, during, strict=True)
    )
    speed = opening + closing
    opened = opening / speed
    if kind == "trpv1":
        opened = opened * _available(opened, ending.desensitization, 1e-3 * stimulus.every_ms)
    return opened, -np.expm1(-SAMPLE_ms * speed)


def _available(
    opened: Float[np.ndarray, " time"], strength: float, every_s: float
) -> Float[np.ndarray, " time"]:
    r"""Share of TRPV1 channels not desensitized, $\tau \dot a = 1 - a - k\, p\, a$."""
    tau_s = parameters("causalgia_fibers")["trpv1_recovery"].value
    available = np.empty_like(opened)
    available[0] = 1.0 / (1.0 + strength * opened[0])
    for index in range(1, opened.size):
        final = 1.0 / (1.0 + strength * opened[index])
        keep = np.exp(-every_s / (tau_s * final))
        available[index] = final + (available[index - 1] - final) * keep
    return available


def _mechanics(
    ending: Ending, stimulus: Stimulus
) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, " time"]]:
    r"""Channels that force opens, $F^n / (F^n + F_{1/2}^n)$, of which most adapt."""
    own = parameters("causalgia_fibers")
    time_s = 1e-3 * stimulus.every_ms * np.arange(np.size(stimulus.temperature_degC))
    force = np.zeros_like(time_s) if stimulus.force_mN is None else np.asarray(stimulus.force_mN)
    hill = own["mechanical_hill"].value
    with np.errstate(over="ignore"):
        pushed = force**hill / (force**hill + ending.half_force_mN**hill)
    # the first value is the skin before
    pushed[0] = 0.0
    # what is pushed adapts: a slow copy of it is taken off
    share, pace = own["mechanical_adapting_share"].value, own["mechanical_adaptation"].value
    slow = np.zeros_like(pushed)
    keep = np.exp(-1e-3 * stimulus.every_ms / pace)
    for index in range(1, time_s.size):
        slow[index] = pushed[index] + (slow[index - 1] - pushed[index]) * keep
    opened = np.clip(pushed - share * slow, 0.0, 1.0)
    redrawn = -np.expm1(-SAMPLE_ms / own["mechanical_open_time"].value)
    return opened, np.full_like(opened, redrawn)


def _padded(values: Float[np.ndarray, " time"], before: int, steps: int) -> np.ndarray:
    """The first value before, the values, and the first again after the stimulus."""
    after = np.full(max(steps - values.size, 0), values[0])
    return np.concatenate([np.full(before, values[0]), values, after])[: before + steps]


def _flicker(
    channels: np.ndarray, opened: np.ndarray, redrawn: np.ndarray, rng: np.random.Generator
) -> Float[np.ndarray, "sample site copy"]:
    """How many of two-state channels are open, drawn exactly for chances held in each sample."""
    count = rng.binomial(channels, opened[0])
    drawn = np.empty((opened.size, *channels.shape))
    for index in range(opened.size):
        closing = redrawn[index] * (1.0 - opened[index])
        opening = redrawn[index] * opened[index]
        count = count - rng.binomial(count, closing) + rng.binomial(channels - count, opening)
        drawn[index] = count
    return drawn
