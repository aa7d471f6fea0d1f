"""The nerve's protocols: published models agree, and cease to when they are changed."""

from __future__ import annotations

import pytest

from causalgia.afferents.model import scaled
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.channels.potassium import m_current
from causalgia.validation import judge, load_references
from causalgia.validation.nerve.clamp import clamp_numbers, voltage_clamp
from causalgia.validation.nerve.tigerholm import one_spike
from causalgia.validation.nerve.verma import resting_numbers, single_spike

REFERENCES = {row.id: row for row in load_references("nerve")}


def verdicts(outcomes) -> dict[str, str]:
    """The verdicts of the rows that are published, of what a protocol gave."""
    return {
        row: judge(REFERENCES[row], outcome).verdict
        for row, outcome in outcomes.items()
        if row in REFERENCES
    }


def test_all_gates_of_published_models_agree() -> None:
    found = verdicts(voltage_clamp([]))
    assert len(found) == sum(row.startswith("clamp.") for row in REFERENCES)
    assert set(found.values()) == {"inside"}


def test_a_warmer_gate_misses_its_time_constant_only() -> None:
    prefix = "clamp.tigerholm_2014.km_n_slow"
    assert set(verdicts(clamp_numbers(prefix, m_current(37.0), 0)).values()) == {"inside"}
    warmer = verdicts(clamp_numbers(prefix, m_current(37.3), 0))
    assert [row for row, verdict in warmer.items() if verdict == "outside"] == [f"{prefix}.tau"]


@pytest.mark.parametrize("measure", [resting_numbers, single_spike])
def test_the_ganglion_neuron_agrees_until_a_density_is_changed(measure) -> None:
    found = verdicts(measure(verma_2020()))
    assert len(found) > 7
    assert set(found.values()) == {"inside"}
    changed = verdicts(measure(scaled(verma_2020(), {"nav1_8": 1.3})))
    assert "outside" in changed.values()


def test_the_c_fiber_agrees_until_a_density_is_changed() -> None:
    found = verdicts(one_spike(tigerholm_2014()))
    assert {"tigerholm_2014.cv", "tigerholm_2014.peak", "tigerholm_2014.after.k_o"} <= set(found)
    assert set(found.values()) == {"inside"}
    changed = verdicts(one_spike(scaled(tigerholm_2014(), {"nav1_7": 1.3})))
    assert changed["tigerholm_2014.cv"] == "outside"
