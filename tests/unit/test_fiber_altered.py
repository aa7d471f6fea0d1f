"""Fibers by name, and what is done to them: mutations, drugs, densities, lesions, geometries."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import numpy as np
import pytest

from causalgia.afferents import altered, catalog
from causalgia.afferents.biomarkers import FiberBiomarkers, RecoveryCycle, SpikeShape
from causalgia.afferents.presets.rattay_1993 import rattay_1993
from causalgia.cable import Section
from causalgia.errors import InputError


@pytest.mark.parametrize("name", catalog.names())
def test_every_fiber_is_built_with_the_options_that_it_offers(name: str) -> None:
    kind = catalog.find(name)
    small = {"length": 600.0, "compartments": 12, "compartment": 50.0, "nodes": 4}
    given = {option: value for option, value in small.items() if option in kind.options}
    if "temperature" in kind.options:
        given["temperature"] = 34.0
    model = catalog.build(name, **given)
    assert model.cable.size >= 1
    assert model.electrics.densities_S_per_cm2.shape[0] == len(model.membrane.names)
    if "temperature" in kind.options:
        assert model.membrane.temperature_degC == 34.0


def test_an_unknown_fiber_or_option_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="unknown fiber 'mcintyre'; did you mean 'mcintyre_2002'"):
        catalog.build("mcintyre")
    with pytest.raises(InputError, match="compartments: mcintyre_2002 has no such option"):
        catalog.build("mcintyre_2002", compartments=5)


def test_a_published_diameter_is_taken_as_it_is_and_others_between() -> None:
    published, between = (catalog.build("mcintyre_2002", diameter=d, nodes=3) for d in (10.0, 9.0))
    assert published.cable.position_um[-1] == pytest.approx(2 * 1150.0 + 0.5)
    assert 1000 < between.cable.position_um[-1] < published.cable.position_um[-1]


def test_an_installed_fiber_is_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    target = "causalgia.afferents.presets.rattay_1993:rattay_1993"
    entry = EntryPoint("my_fiber", target, catalog.GROUP)
    monkeypatch.setattr(catalog, "entry_points", lambda group: [entry])
    catalog._makers.cache_clear()
    try:
        assert catalog.build("my_fiber", length=100.0, compartment=10.0).name == "rattay_1993"
        twice = EntryPoint("a_beta", target, catalog.GROUP)
        monkeypatch.setattr(catalog, "entry_points", lambda group: [twice])
        catalog._makers.cache_clear()
        with pytest.raises(InputError, match="'a_beta' is defined twice"):
            catalog.names()
    finally:
        catalog._makers.cache_clear()


@pytest.mark.parametrize("name", catalog.names())
def test_what_is_published_is_a_biomarker(name: str) -> None:
    nothing = RecoveryCycle(np.ones(1), np.ones(1))
    known = FiberBiomarkers(*(4 * [0.0]), SpikeShape(*(5 * [0.0])), *(4 * [0.0]), nothing)
    assert set(catalog.published(name)) <= set(known.as_dict())


def test_one_copy_of_a_mutation_shares_the_density() -> None:
    plain = catalog.build("tigerholm_2014", compartments=5)
    carrier = altered.mutant(plain, "L858H")
    names = carrier.membrane.names
    density = dict(zip(names, carrier.electrics.densities_S_per_cm2[:, 0, 0], strict=True))
    before = plain.electrics.densities_S_per_cm2[plain.membrane.names.index("nav1_7"), 0, 0]
    assert density["nav1_7"] == pytest.approx(0.5 * before)
    assert density["nav1_7_L858H"] == pytest.approx(0.5 * before)
    # pumps stay behind the channels
    assert names[-1] == plain.membrane.names[-1] == "sodium_potassium_pump"
    both = altered.mutant(plain, "L858H", 2)
    assert "nav1_7" not in both.membrane.names


def test_a_factor_reaches_both_forms_of_a_mutated_channel() -> None:
    carrier = altered.mutant(catalog.build("tigerholm_2014", compartments=5), "L858H")
    halved = altered.with_densities(carrier, {"nav1_7": 0.5})
    ratio = halved.electrics.densities_S_per_cm2 / carrier.electrics.densities_S_per_cm2
    changed = {n for n, r in zip(carrier.membrane.names, ratio[:, 0, 0], strict=True) if r == 0.5}
    assert changed == {"nav1_7", "nav1_7_L858H"}
    with pytest.raises(InputError, match="has two forms"):
        altered.with_densities(carrier, {"nav1_7": 0.1}, absolute=True)


def test_drugs_add_up() -> None:
    fiber = catalog.build("tigerholm_2014", compartments=5)
    both = altered.with_drug(altered.with_drug(fiber, "lidocaine", 10.0), "suzetrigine", 0.01)
    on_nav1_8 = [b for b in both.membrane.blocks if b.channel == "nav1_8"]
    assert len(on_nav1_8) == 2


def test_a_lesion_thins_the_myelin_of_its_zone_and_no_node() -> None:
    fiber = catalog.build("mcintyre_2002", nodes=5)
    where = altered.in_zone(fiber, 1000.0, 2000.0)
    ill = altered.with_myelin(fiber, 0.1, where)
    assert fiber.sheath is not None and ill.sheath is not None
    ratio = ill.sheath.conductance_S_per_cm2 / fiber.sheath.conductance_S_per_cm2
    nodes = np.isin(np.arange(fiber.cable.size), fiber.active)
    assert ratio[where & ~nodes] == pytest.approx(10.0)
    assert ratio[~where | nodes] == pytest.approx(1.0)
    held = ill.sheath.capacitance_uF_per_cm2 / np.maximum(fiber.sheath.capacitance_uF_per_cm2, 1e-9)
    assert held[where & ~nodes] == pytest.approx(10.0)
    bare = altered.with_myelin(fiber, 0.0, where).sheath
    assert bare is not None
    assert (bare.conductance_S_per_cm2[where] == altered.BARE_S_per_cm2).all()
    assert (bare.capacitance_uF_per_cm2[where] == 0).all()


def test_a_fiber_on_a_cable_of_its_own_shape_is_the_same_fiber() -> None:
    fiber = rattay_1993(1.0, 1000.0, 100.0)
    length = float(fiber.cable.length_um.sum())
    again = altered.on_sections(fiber, [Section("all", length, 1.0, fiber.cable.size)])
    for name in ("axial_mS", "area_cm2", "capacitance_uF", "position_um"):
        np.testing.assert_allclose(getattr(again.cable, name), getattr(fiber.cable, name))


def test_branches_may_stand_in_any_order() -> None:
    fiber = catalog.build("sundt_2015_axon", compartments=10)
    branches = [
        Section("left", 100.0, 0.5, 4, "stem"),
        Section("right", 200.0, 0.5, 4, "stem"),
        Section("stem", 300.0, 1.0, 4),
    ]
    tree = altered.on_sections(fiber, branches)
    # twelve compartments, and a junction that has no membrane
    assert tree.electrics.densities_S_per_cm2.shape[1] == 12
    assert tree.cable.size == 13
    assert np.shape(tree.electrics.passive_S_per_cm2)[0] == 13
