"""What slows CYP2D6: how much it raises the levels of other drugs, beside what was measured."""

from __future__ import annotations

import dataclasses

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.course import typical
from causalgia.evidence import parameter
from causalgia.treatments import Prescription, build_schedule, find, prescribe, read_treatment
from causalgia.treatments.exposure import advance_exposure, planned_levels, settled_exposure
from causalgia.treatments.inhibition import area_ratio, inhibitors, row_owners, slowed
from causalgia.treatments.schedule import concentrations, plateau_per_dose, strengths
from causalgia.treatments.warnings import warnings_for

_concentrations, _strengths = eqx.filter_jit(concentrations), eqx.filter_jit(strengths)
PAROXETINE = """
label = "Paroxetine, as far as CYP2D6 goes"
kind = "oral"
assessed_after_days = 28
sources = []
groups = ["cyp2d6_inhibitor"]
[regimen]
unit = "mg/day"
default = 20
maximum = 60
[kinetics]
form = "systemic"
clearance_L_per_h = 20.0
volume_L = 600.0
cyp2d6_half_inhibition = {:g}
"""
IMIPRAMINE = find("imipramine").kinetics


def measured(path: str) -> float:
    return parameter(path).value


def paroxetine() -> Prescription:
    """A stand-in that raises desipramine as much as paroxetine was seen to."""
    ratio = measured("desipramine_paroxetine_1997/desipramine_area_ratio_with_paroxetine")
    share = measured("product_labels/desipramine_cyp2d6_share")
    times = share / (1.0 / ratio - (1.0 - share)) - 1.0
    text = PAROXETINE.format(20.0 * 1000.0 / 24.0 / 20.0 / times)
    return Prescription(read_treatment("paroxetine.toml", text), 0.0)


def desipramine(inhibitor: Prescription) -> float:
    """How much desipramine as such, nothing of it formed, rises beside an inhibitor."""
    alone = dataclasses.replace(
        IMIPRAMINE, cyp2d6_share=IMIPRAMINE.metabolites[0].cyp2d6_share, metabolites=()
    )
    return area_ratio(inhibitor.treatment.kinetics, inhibitor.full_dose, alone)


def level(*given: Prescription, day: float = 120.0, row: int = 0, **who: float) -> float:
    """Concentration of one row of what is given together."""
    schedule = build_schedule(given)
    return float(_concentrations(schedule, jnp.float32(day), typical(1, **who))[row, 0])


def test_levels_rise_as_measured() -> None:
    # Set by the first, which was read in the abstract; the others were not used.
    usual = measured("skinner_2003/desipramine_area_ratio_with_duloxetine")
    assert desipramine(prescribe("duloxetine", 0.0, dose=120.0)) == pytest.approx(usual, rel=0.01)
    half = measured("patroneva_2008/desipramine_area_ratio_with_duloxetine")
    assert desipramine(prescribe("duloxetine", 0.0, dose=60.0)) == pytest.approx(half, rel=0.1)
    # A product label, recalled.
    assert desipramine(prescribe("venlafaxine", 0.0, dose=150.0)) == pytest.approx(1.35, rel=0.01)
    given = paroxetine()
    mine = area_ratio(given.treatment.kinetics, 20.0, find("duloxetine").kinetics)
    published = measured("skinner_2003/duloxetine_area_ratio_with_paroxetine")
    assert mine == pytest.approx(published, rel=0.05)


def test_the_course_has_the_levels_of_the_steady_state() -> None:
    nortriptyline, duloxetine = prescribe("nortriptyline", 0.0), prescribe("duloxetine", 0.0)
    alone = level(nortriptyline)
    slows, changed = duloxetine.treatment.kinetics, nortriptyline.treatment.kinetics
    expected = area_ratio(slows, 60.0, changed)
    assert level(nortriptyline, duloxetine) / alone == pytest.approx(expected, rel=0.02)
    assert 1.7 < expected < 2.2
    # Who has none of the enzyme has none to lose, and what does not need it is left alone.
    poor = {"cyp2d6_activity": 0.0}
    assert level(nortriptyline, duloxetine, **poor) == pytest.approx(level(nortriptyline, **poor))
    pregabalin = prescribe("pregabalin", 0.0)
    assert level(pregabalin, duloxetine) == level(pregabalin)
    before, after = (level(nortriptyline, prescribe("duloxetine", d)) for d in (200.0, 30.0))
    assert before == pytest.approx(alone, rel=1e-3) and after > 1.5 * alone


def test_duloxetine_alone_is_as_it_was_and_its_own_doses_do_not_slow_each_other() -> None:
    duloxetine, more = prescribe("duloxetine", 0.0), prescribe("duloxetine", 0.0, dose=120.0)
    assert not np.any(build_schedule((duloxetine,)).inhibits)
    assert inhibitors((duloxetine, more)) == () == inhibitors((duloxetine, prescribe("tens", 0.0)))
    rows = row_owners((duloxetine, prescribe("nortriptyline", 0.0)))
    assert rows == (0, 0, 1, 1, 1, 0)


def test_tramadol_loses_its_metabolite() -> None:
    tramadol, inhibitor = prescribe("tramadol", 0.0), paroxetine()
    m1 = next(i for i, a in enumerate(tramadol.treatment.actions) if a.moiety == "m1")
    assert level(tramadol, inhibitor, row=m1) < 0.25 * level(tramadol, row=m1)
    assert level(tramadol, inhibitor) > 1.1 * level(tramadol)
    pushes = []
    for given in ((tramadol,), (tramadol, inhibitor)):
        held = _strengths(build_schedule(given), jnp.float32(120.0), typical(1))
        # The inhibitor's own row pushes nothing.
        assert not np.any(held[len(tramadol.treatment.pushes) :])
        pushes.append(float(held[0, 0] + held[m1, 0]))
    assert pushes[1] < 0.5 * pushes[0]


def test_days_stepped_one_by_one_come_to_the_same_levels() -> None:
    given = (prescribe("nortriptyline", 0.0), prescribe("duloxetine", 0.0))
    schedule, who = build_schedule(given), typical(2, cyp2d6_activity=[1.0, 0.5])
    rows = schedule.step_day.shape[0]
    exposure = settled_exposure(schedule, jnp.zeros((rows, 2)), who)
    for day in range(90):
        levels = planned_levels(schedule, jnp.full((rows, 2), float(day)))
        exposure, mean = advance_exposure(exposure, levels, schedule, 1.0, who)
    closed = concentrations(schedule, jnp.float32(89.5), who)
    assert np.asarray(mean) == pytest.approx(np.asarray(closed), rel=0.02, abs=1e-6)
    settled = settled_exposure(schedule, levels, who)
    assert np.asarray(settled[2]) == pytest.approx(np.asarray(closed), rel=0.03, abs=1e-6)
    together = plateau_per_dose(schedule, slowed(schedule, exposure[0], who))
    ratio = np.asarray(together / plateau_per_dose(schedule, who))
    # Three rows of nortriptyline; those of duloxetine, which does not slow itself.
    assert (ratio[:3] > 1.5).all() and (ratio[3:] == 1.0).all()


def test_the_warning_says_how_much() -> None:
    def lines(*names: str) -> str:
        return "\n".join(str(w) for w in warnings_for([prescribe(n, 0.0) for n in names]))

    assert "measure its level; about 1.8 times the usual level" in lines(
        "duloxetine", "nortriptyline"
    )
    assert "times the m1 level" in lines("duloxetine", "tramadol")
