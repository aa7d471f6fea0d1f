"""What each cause does to the mechanisms over a year, with nothing felt: no pathway is run.

One compiled program serves all causes, since an insult is an array.
"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array

from causalgia import causes
from causalgia.causes import KINDS
from causalgia.course import healthy_state, load_constants, typical
from causalgia.course.dynamics import progress
from causalgia.course.state import SCARS, SIGNALS
from causalgia.course.treating import relieve
from causalgia.mechanisms.map import entries, index_of
from causalgia.mechanisms.state import bounds
from causalgia.treatments import build_schedule, prescribe

CONSTANTS = load_constants()
DAYS = 728
SEVERITY = (0.0, 0.3, 0.6, 1.0)
PATIENTS = typical(4, severity=np.array(SEVERITY), persistence=0.9, hba1c_percent=10.0)


@jax.jit
def lived(insults: Array, mechanisms: Array, scars: Array) -> tuple[Array, Array]:
    """Mechanisms [day, entry, patient] and scars day by day, under insults and without activity."""

    def one_day(moving: tuple[Array, Array], insult: Array) -> tuple[tuple[Array, Array], tuple]:
        signals = jnp.zeros((len(SIGNALS), PATIENTS.count))
        after = progress(CONSTANTS, *moving, signals, insult, PATIENTS, jnp.float32(1.0))
        return after, after

    return jax.lax.scan(one_day, (mechanisms, scars), insults)[1]


@cache
def course_of(name: str, treatment: str | None = None, start: float = 0.0) -> tuple:
    schedule = build_schedule((prescribe(treatment, start),) if treatment else (), KINDS)
    cause, days = causes.find(name), jnp.arange(DAYS) + 0.5

    def insult(day: Array) -> Array:
        return relieve(cause.insult(day, PATIENTS), schedule, day, PATIENTS)

    state = healthy_state(PATIENTS)
    mechanisms, scars = lived(jax.vmap(insult)(days), state.mechanisms, state.scars)
    return np.asarray(mechanisms), np.asarray(scars)


def entry(name: str, *where: str, **given) -> np.ndarray:
    """One mechanism [day, patient]."""
    return course_of(name, **given)[0][:, index_of(*where)]


def scar(name: str, which: str, **given) -> np.ndarray:
    return course_of(name, **given)[1][:, SCARS.index(which)]


@pytest.mark.parametrize("name", causes.names())
def test_every_cause_harms_in_order_of_its_severity_and_stays_within_ranges(name: str) -> None:
    mechanisms, scars = course_of(name)
    low, high = (b[None, :, None] for b in bounds())
    assert (mechanisms >= low - 1e-4).all() and (mechanisms <= high + 1e-4).all()
    assert (scars >= -1e-5).all() and (scars <= 1.0 + 1e-5).all()
    health = np.array([e.healthy for e in entries()])[None, :, None]
    harm = np.max(np.abs(mechanisms - health) / (high - low), axis=(0, 1))
    assert harm[0] < 1e-4
    assert (np.diff(harm) > -1e-6).all() and harm[-1] > 0.05


def test_causes_above_the_nerve_leave_it_whole_and_raise_a_generator_over_months() -> None:
    for name in ("stroke", "multiple_sclerosis"):
        assert entry(name, "fiber_survival", "root", "c").min() > 0.999
    generator = entry("stroke", "central_generator", "brain")[:, -1]
    assert generator[7] < 0.2 * generator.max() and generator[180] > 5.0
    # It stays: nothing takes a stroke away.
    assert generator[-1] > 0.8 * generator.max()
    # A small stroke makes next to none.
    assert entry("stroke", "central_generator", "brain")[-1, 1] < 0.2 * generator[-1]


def test_a_lesion_of_the_cord_takes_inhibition_and_wakes_microglia() -> None:
    assert entry("spinal_cord_injury", "interneuron_survival", "cord")[90, -1] < 0.8
    assert entry("spinal_cord_injury", "microglia", "cord")[14, -1] > 0.3
    assert entry("spinal_cord_injury", "kcc2", "cord")[60, -1] < 0.9


def test_relapses_heal_in_part_within_three_months() -> None:
    # Smith 1981: central conduction is stable again after 90 days.
    burden = [
        float(causes.find("multiple_sclerosis").insult(jnp.float32(day), PATIENTS).max())
        for day in (0.0, 90.0, 490.0, 501.0)
    ]
    assert burden[1] < 0.6 * burden[0]
    assert burden[2] < burden[1] < burden[3]


def test_a_cut_severs_on_the_day_and_its_debris_is_cleared_within_months() -> None:
    survival = entry("nerve_injury", "fiber_survival", "distal_nerve", "a_beta")
    assert survival[0] == pytest.approx(1.0 - np.array(SEVERITY), abs=0.02)
    debris = scar("nerve_injury", "debris@distal_nerve")[:, -1]
    # Human sensory axons: half are gone at 7 days, all at 11 (Chaudhry 1992, recalled).
    assert debris.argmax() < 3
    assert debris[7] == pytest.approx(0.5 * debris.max(), rel=0.2)
    assert debris[60] < 0.02


def test_a_gap_keeps_axons_from_growing_back_and_repair_must_come_in_time() -> None:
    place = ("fiber_survival", "distal_nerve", "c")
    alone = entry("nerve_injury", *place)[-1, -1]
    early, late = (
        entry("nerve_injury", *place, treatment="nerve_repair", start=day)[-1, -1]
        for day in (14.0, 365.0)
    )
    assert alone < 0.1
    assert early > late + 0.1 and late > alone + 0.1
    lost = scar("nerve_injury", "lost_for_good@distal_nerve/c")[-1, -1]
    assert lost > 0.5


def test_platinum_coasts_and_taxanes_heal() -> None:
    last_infusion = 11 * 14
    dead = scar("platinum", "dead@root/a_beta")[:, -1]
    assert dead[last_infusion + 120] > 1.3 * dead[last_infusion]
    survival = entry("taxane", "fiber_survival", "terminal", "c")[:, -1]
    worst = int(survival.argmin())
    assert 60 < worst < 150
    assert 1.0 - survival[-1] < 0.5 * (1.0 - survival[worst])


def test_platinum_goes_on_though_it_is_stopped_and_a_toxin_does_not() -> None:
    survivors = {}
    for name, treatment in (("platinum", "platinum_stop"), ("alcohol_neuropathy", "toxin_stop")):
        fiber = ("fiber_survival", "root" if name == "platinum" else "terminal", "a_beta")
        untreated = entry(name, *fiber)[:, -1]
        stopped = entry(name, *fiber, treatment=treatment, start=84.0)[:, -1]
        survivors[name] = stopped[120] - untreated[120], stopped[-1] - untreated[-1]
    assert survivors["alcohol_neuropathy"][1] > 0.02
    assert survivors["platinum"][1] > 0.0


def test_a_vessel_strips_the_root_and_moving_it_brings_myelin_back_even_late() -> None:
    myelin = ("myelin", "root", "a_beta")
    assert entry("trigeminal_neuralgia", *myelin)[364, -1] < 0.5
    given = {"treatment": "microvascular_decompression", "start": 500.0}
    assert entry("trigeminal_neuralgia", *myelin, **given)[-1, -1] > 0.9
    # Hardly an axon is lost: that is why it is never too late.
    assert entry("trigeminal_neuralgia", "fiber_survival", "root", "c")[-1, -1] > 0.99


def test_a_channel_variant_is_more_nav1_7_everywhere_and_withers_endings() -> None:
    for place in ("terminal", "distal_nerve", "root"):
        assert entry("small_fiber_channelopathy", "nav1_7", place, "c")[364, -1] > 1.5
    survival = entry("small_fiber_channelopathy", "fiber_survival", "terminal", "c")
    assert 0.3 < survival[-1, -1] < 0.95


def test_amputation_loses_input_for_good() -> None:
    for fiber in ("c", "a_delta", "a_beta"):
        assert entry("amputation", "fiber_survival", "distal_nerve", fiber)[-1, -1] < 0.25
        lost = 1.0 - entry("amputation", "fiber_survival", "distal_nerve", fiber)
        # What is cut stays cut.
        assert (lost[-1, 1:] > 0.9 * lost[10, 1:]).all()


def test_a_tumor_grows_until_it_is_treated() -> None:
    tumor = causes.find("cancer_invasion").insult
    sizes = [float(tumor(jnp.float32(day), PATIENTS).max()) for day in (30.0, 90.0, 180.0, 360.0)]
    assert (np.diff(sizes) > 0.0).all()


def test_a_worn_joint_inflames_endings_and_takes_no_axon() -> None:
    assert entry("osteoarthritis", "prostaglandin", "terminal")[364, -1] > 0.4
    survival = [
        entry("osteoarthritis", "fiber_survival", place, "c")[-1, -1]
        for place in ("terminal", "distal_nerve", "root")
    ]
    assert min(survival) > 0.999
    assert entry("osteoarthritis", "myelin", "distal_nerve", "a_beta")[-1, -1] > 0.99
    # What injured afferents alone do to the cord hardly happens.
    joint, cut = (
        entry(n, "alpha2delta", "cord")[364, -1] for n in ("osteoarthritis", "amputation")
    )
    assert joint - 1.0 < 0.2 * (cut - 1.0)
