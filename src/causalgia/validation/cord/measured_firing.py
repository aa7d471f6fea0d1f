"""Firing types of the neurons of the library's dorsal horn, and what they are at rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.cord.current_clamp import StepAnswer, answer_steps
from causalgia.cord.firing import LAMINA_II, lamina_ii_neuron
from causalgia.cord.horn import HORN_POPULATIONS, INHIBITORY, dorsal_horn
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["firing_patterns", "lamina_ii_at_rest"]

PROJECTIONS = ("lamina_i", "wide_dynamic_range")
STEPS_nA = (-0.005, *(0.005 * step for step in range(1, 25)))
SHOWN = 1.3
"""The type is named at the step nearest to this multiple of the rheobase, where types differ."""

MIDDLE = {"CB0086.rest": -63.5, "CB0086.input_resistance": 700.0, "CB0086.rheobase": 40.0}
"""The middles of the measured ranges: of the types, the one farthest from it is shown."""


@measures("CB0046", "CB0083", "CB0084")
def firing_patterns(_: Collection[str]) -> Mapping[str, Outcome]:
    """Percent of inhibitory neurons that fire tonically or in a burst, of excitatory with delay.

    And of all interneurons, those that fire in a burst at first.
    """
    horn = dorsal_horn()
    kinds = {make: _shown(answer_steps(make(), STEPS_nA)) for make in HORN_POPULATIONS.values()}

    def share(names: Collection[str], types: Collection[str]) -> float:
        sizes = {name: horn.population(name).count for name in names}
        mine = sum(size for n, size in sizes.items() if kinds[HORN_POPULATIONS[n]] in types)
        return 100.0 * mine / sum(sizes.values())

    excitatory = [n for n in HORN_POPULATIONS if n not in (*INHIBITORY, *PROJECTIONS)]
    return {
        "CB0046": share((*excitatory, *INHIBITORY), ("transient",)),
        "CB0083": share(INHIBITORY, ("tonic", "transient")),
        "CB0084": share(excitatory, ("delayed",)),
    }


@measures("CB0086.*")
def lamina_ii_at_rest(_: Collection[str]) -> Mapping[str, Outcome]:
    """Rest (mV), input resistance (MOhm) and rheobase (pA) of the least typical firing type."""
    answers = [answer_steps(lamina_ii_neuron(firing), STEPS_nA) for firing in LAMINA_II]
    values = {
        "CB0086.rest": [a.rest_mV for a in answers],
        "CB0086.input_resistance": [a.input_resistance_MOhm for a in answers],
        "CB0086.rheobase": [1e3 * a.rheobase_nA for a in answers],
    }
    found: dict[str, Outcome] = {}
    for row, each in values.items():
        away = np.abs(np.asarray(each) - MIDDLE[row])
        found[row] = each[int(away.argmax())]
    return found


def _shown(answer: StepAnswer) -> str:
    wanted = SHOWN * answer.rheobase_nA
    return answer.types()[int(np.argmin(np.abs(answer.current_nA - wanted)))]
