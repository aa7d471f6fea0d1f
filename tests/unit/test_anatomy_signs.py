"""Signs speak for origins by their frequencies, and those of strength grow with what is lost."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.errors import InputError
from causalgia.evidence import parameters
from causalgia.patients.anatomy import (
    draw_signs,
    find_origin,
    find_sign,
    origins,
    sign_chance,
    sign_log_likelihood,
    signs,
)

USUAL = np.array([0.3])


def test_tables_name_origins_that_exist():
    kinds = {origin.kind for origin in origins()}
    for sign in signs().values():
        assert set(sign.found) <= kinds, sign.name
        assert 0.0 < sign.elsewhere < 1.0
        assert all(0.0 < share < 1.0 for share in sign.found.values())


@pytest.mark.parametrize("name", sorted(signs()))
def test_the_published_frequency_holds_at_the_usual_loss(name):
    sign = find_sign(name)
    for origin in origins():
        if origin.kind in sign.found:
            assert sign_chance(sign, [origin], USUAL)[0, 0] == pytest.approx(sign.share(origin))


def test_weakness_grows_with_the_loss_of_large_fibers_and_provocation_does_not():
    origin = [find_origin("left C7 root")]
    loss = np.linspace(0.0, 1.0, 11)
    weak = sign_chance(find_sign("weak elbow extension"), origin, loss)[0]
    assert np.all(np.diff(weak) > 0.0)
    assert weak[0] == pytest.approx(find_sign("weak_elbow_extension").elsewhere, abs=0.01)
    assert weak[-1] > 0.85
    assert np.ptp(sign_chance(find_sign("spurling"), origin, loss)) == 0.0


def test_a_sign_and_its_absence_exclude_each_other():
    candidates = origins()[::7]
    loss = np.array([0.05, 0.33, 0.9])
    for name in ("weak_elbow_extension", "spurling", "numb_thumb"):
        total = np.exp(sign_log_likelihood({name: True}, candidates, loss))
        total = total + np.exp(sign_log_likelihood({name: False}, candidates, loss))
        assert total == pytest.approx(1.0, abs=1e-3)
        alone = np.exp(sign_log_likelihood({name: True}, candidates, USUAL))
        assert alone == pytest.approx(sign_chance(find_sign(name), candidates, USUAL), abs=0.02)


def test_two_signs_of_one_kind_tell_less_than_twice_and_two_kinds_tell_all():
    pair = [find_origin("left C7 root"), find_origin("left C5 root")]

    def odds(*names):
        first, second = sign_log_likelihood(dict.fromkeys(names, True), pair, USUAL)[:, 0]
        return first - second

    one, two = odds("weak_elbow_extension"), odds("weak_finger_extension")
    assert odds("weak_elbow_extension", "weak_finger_extension") < one + two
    reflex = odds("triceps_reflex_reduced")
    assert odds("weak_elbow_extension", "triceps_reflex_reduced") == pytest.approx(one + reflex)


def test_shingles_take_feeling_like_the_root_but_not_strength():
    root, ganglion = find_origin("left C6 root"), find_origin("left C6 ganglion")
    assert find_sign("numb_thumb").share(ganglion) == find_sign("numb_thumb").share(root)
    weak = find_sign("weak_wrist_extension")
    assert weak.share(ganglion) == weak.elsewhere < weak.share(root)
    assert find_sign("shingles_scars").share(ganglion) > 0.5


def test_drawn_signs_are_as_frequent_as_the_table_says():
    generator = np.random.default_rng(11)
    origin = find_origin("left median nerve at the wrist")
    found = [draw_signs(["phalen"], origin, 0.3, generator)["phalen"] for _ in range(600)]
    assert np.mean(found) == pytest.approx(0.68, abs=0.07)


def test_an_unknown_sign_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="unknown sign 'spurlig'; did you mean 'spurling'"):
        sign_log_likelihood({"spurlig": True}, origins(), USUAL)


@pytest.mark.parametrize(
    ("sign", "origin", "source", "name"),
    [
        ("spurling", "C6 root", "lin_2025", "spurling_sensitivity"),
        ("distraction_helps", "C7 root", "rubinstein_2007", "distraction_sensitivity"),
        ("elbow_flexion", "ulnar nerve at the elbow", "novak_1994", "flexion_with_pressure"),
        ("tinel_elbow", "ulnar nerve at the elbow", "novak_1994", "tinel"),
        ("face_triggered", "V2 root", "maarbjerg_2014", "any_trigger"),
        (
            "pelvic_compression",
            "lateral cutaneous nerve of the thigh",
            "nouraei_2007",
            "pelvic_compression_sensitivity",
        ),
    ],
)
def test_read_frequencies_are_those_of_their_sources(sign, origin, source, name):
    assert find_sign(sign).found[origin] == parameters(source)[name].value
