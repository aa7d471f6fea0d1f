"""The page of a circuit: figures first, then its numbers, and what they rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import numpy as np

from causalgia import __version__
from causalgia.cord.experiment_result import CordResult
from causalgia.cord.protocol import CordProtocol, PatientTable
from causalgia.reports.cord_data import DRIVE, cord_keys
from causalgia.reports.cord_figures import Figure, Part
from causalgia.reports.cord_rasters import in_words, sentence
from causalgia.reports.cord_tables import NumberTable, relative, tables_of_numbers, telling
from causalgia.reports.fiber_page import figure_number
from causalgia.reports.frame import framed
from causalgia.reports.sources import Basis
from causalgia.reports.table import table

__all__ = ["render_cord_page", "summary_of_cord"]

_CONTEXT = (
    "Causalgia is a research instrument, not a medical device. These are spikes of a model of a "
    "piece of spinal cord under the drive described; what is published of it was measured or "
    "computed under conditions of its own."
)
_CAPTIONS = {
    "raster": "",
    "windup": "Spikes of a projection neuron in the time to the next stimulus (a second at most). "
    "A line that climbs is wind-up; the stronger the color, the faster the stimuli follow.",
    "stimulation": "Mean rate of projection neurons while the dorsal columns are stimulated, as a "
    "share of what the same neurons do without. Below the dashed line stimulation helps.",
    "gate": "Mean rate of projection neurons from the volley on. A gate that works is seen twice: "
    "A-beta input leaves less of the answer to a C volley, and touch alone brings little up.",
}
_RASTERS = (
    "A line is a neuron or a fiber, a mark a spike. Afferents are above, in the colors of their "
    "class; excitatory populations are orange, inhibitory ones green, projection neurons violet. "
    "Arrows or a bar at the top: stimuli."
)
_VOLTAGES = (
    "Voltage of single neurons where they fire, over the same time. Colors as above. Arrows or a "
    "bar at the top: stimuli."
)
_TONES = (
    "Transmitters that the brainstem releases in the dorsal horn, told every 50 ms what lamina I "
    "fires. Noradrenaline and opioid hold the circuit back, serotonin eases it on."
)
_TITLES = {
    "raster": "Firing",
    "windup": "Wind-up",
    "stimulation": "Dorsal column stimulation",
    "gate": "The gate",
}


def summary_of_cord(result: CordResult) -> str:
    """What was done, in a sentence or two."""
    protocol = result.protocol
    variants = [_said_of(patient) for patient in protocol.patients]
    if len(result.variants) > 1 and not variants:
        variants = ["disinhibited (inhibition ×0)"]
    beside = f", beside it {'; '.join(variants)}" if variants else ""
    conditions = len(result.conditions)
    under = f" under {conditions} conditions" if conditions > 1 else ""
    return (
        f"{sentence(result.circuit.description)}: {_TITLES[protocol.run.experiment].lower()}, the "
        f"circuit as built{beside}{under}{_joined(protocol)}. {1e-3 * result.duration_ms:.3g} s of "
        f"activity, counted from {1e-3 * result.begin_ms:.3g} s on."
    )


def _joined(protocol: CordProtocol) -> str:
    """What else takes part."""
    parts = []
    if protocol.run.feedback:
        parts.append("in the loop with the brain")
    if protocol.run.potentiation:
        parts.append("C-fiber synapses free to potentiate")
    return "".join(f", {part}" for part in parts)


def _said_of(patient: PatientTable) -> str:
    parts = [f"{in_words(k)} ×{v:g}" for k, v in patient.receptors.items()]
    parts += [f"release of {in_words(k)} ×{v:g}" for k, v in patient.release.items()]
    if patient.inhibition != 1:
        parts.append(f"inhibition ×{patient.inhibition:g}")
    if patient.kcc2 != 1:
        parts.append(f"KCC2 ×{patient.kcc2:g}")
    return f"{patient.name} ({', '.join(parts)})"


def render_cord_page(result: CordResult, figures: Mapping[str, Figure]) -> str:
    """The whole page as HTML, without any external resource."""
    experiment = result.protocol.run.experiment
    said: dict[Part, tuple[str, str]] = {
        "curves": (_TITLES[experiment], _CAPTIONS[experiment]),
        "rasters": ("Spike by spike", _RASTERS),
        "voltages": ("Voltage", _VOLTAGES),
        "tones": ("What the brain sends down", _TONES),
    }
    sections = []
    for part, (title, caption) in said.items():
        mine = [figure for figure in figures.values() if figure.part == part]
        if mine:
            sections.append(_section(title, mine, caption))
    sections.append(_numbers(tables_of_numbers(result)))
    return framed(
        f"{_TITLES[experiment]}: {result.circuit.name}",
        eyebrow="Causalgia cord report",
        lead=summary_of_cord(result),
        answers=_answers(result),
        sections=sections,
        context=_CONTEXT,
        basis=Basis(_facts(result), cord_keys(result), models=(result.circuit.source, DRIVE)),
    )


def _section(title: str, figures: list[Figure], caption: str) -> str:
    cards = "".join(
        f"<figure><h3>{escape(figure.title)}</h3>{figure.svg}</figure>" for figure in figures
    )
    return (
        f'<section>\n<h2>{escape(title)}</h2>\n<div class="grid broad">{cards}</div>\n'
        f'<p class="caption">{escape(caption)}</p>\n</section>'
    )


def _numbers(tables: list[NumberTable]) -> str:
    listed = "\n".join(
        f"<div><h3>{escape(own.title)}</h3>\n{table(own.head, own.rows)}</div>" for own in tables
    )
    return f'<section>\n<h2>Numbers</h2>\n<div class="tables">\n{listed}\n</div>\n</section>'


def _facts(result: CordResult) -> dict[str, str]:
    network = result.network
    neurons = sum(population.count for population in network.populations)
    compartments = sum(p.count * p.cell.cable.size for p in network.populations)
    synapses = sum(np.size(s.source_index) for s in network.synapses)
    return {
        "Model": f"{neurons} neurons, {compartments} compartments, {synapses} synapses, "
        f"{sum(network.afferents.values())} afferents; step {1e3 * result.protocol.run.dt:g} µs",
        "Drive": "drawn from the seed, the same for all variants",
        "Version and seed": f"Causalgia {__version__}, seed {result.seed}",
        "Configuration": result.protocol.configuration(result.seed),
    }


def _answers(result: CordResult) -> dict[str, str]:
    make: dict[str, Callable[[CordResult], dict[str, str]]] = {
        "raster": _firing,
        "windup": _winding,
        "stimulation": _stimulated,
        "gate": _gated,
    }
    return make[result.protocol.run.experiment](result) | _changed(result)


def _changed(result: CordResult) -> dict[str, str]:
    """What brain and synapses have made of the circuit as built at the end."""
    condition, said = telling(result), {}
    if result.descended is not None:
        lane = result.lane(0, condition)
        tones = [
            f"{in_words(name)} ×{tones[-1, lane]:.2f}"
            for name, tones in result.descended.tones.items()
        ]
        said["What does the brain send down?"] = sentence(f"{', '.join(tones)} of rest at the end.")
    growth = {name: float(grown[0, condition]) for name, grown in result.growth().items()}
    if growth:
        grown = [
            f"{in_words(name)} by {100 * share:.2g} %"
            for name, share in sorted(growth.items(), key=lambda item: -item[1])
            if share >= 1e-3
        ]
        said["Do C-fiber synapses grow?"] = sentence(", ".join(grown) or "nowhere") + "."
    return said


def _rate(result: CordResult, population: str, variant: int, condition: int = 0) -> float:
    index = result.populations.index(population)
    return float(result.rates_Hz()[variant, condition, index])


def _firing(result: CordResult) -> dict[str, str]:
    rates = result.rates_Hz()[:, 0]
    told = "; ".join(
        f"{in_words(name)}: " + _each(result, partial(_rate, result, name), "Hz")
        for name in result.circuit.projections
    )
    order = np.argsort(-rates[0])
    fastest = [
        f"{in_words(result.populations[i])} {figure_number(float(rates[0, i]))} Hz"
        for i in order[:3]
        if rates[0, i] > 0
    ]
    silent = [in_words(result.populations[i]) for i in order if rates[0, i] == 0]
    return {
        "What does the brain get?": sentence(f"{told}."),
        "Who fires most?": sentence(", ".join(fastest) or "nobody") + ".",
        "Who is silent?": sentence(", ".join(silent) or "nobody") + ".",
    }


def _each(result: CordResult, value: Callable[[int], float], unit: str) -> str:
    """A number for each variant, named where there are several."""
    if len(result.variants) == 1:
        return f"{figure_number(value(0))} {unit}"
    return ", ".join(f"{n} {figure_number(value(v))} {unit}" for v, n in enumerate(result.variants))


def _winding(result: CordResult) -> dict[str, str]:
    population = result.circuit.projections[-1]
    answers = result.answers(population)
    order = np.argsort([condition.frequency_Hz for condition in result.conditions])

    def told(variant: int, condition: int) -> str:
        first, last = (figure_number(float(answers[variant, condition, i])) for i in (0, -1))
        return f"{first} to {last} spikes"

    slow, fast = int(order[0]), int(order[-1])
    name = result.conditions[fast].name
    said = {f"At {name}, the fastest": sentence(f"from {told(0, fast)} a stimulus.")}
    if slow != fast:
        at = f"At {result.conditions[slow].name}, the slowest"
        said[at] = sentence(f"from {told(0, slow)} a stimulus.")
    others = [f"{sentence(n)}: from {told(v, fast)}." for v, n in enumerate(result.variants) if v]
    if others:
        said[f"What changes it, at {name}?"] = " ".join(others)
    return said


def _stimulated(result: CordResult) -> dict[str, str]:
    population = result.circuit.projections[-1]
    share = relative(result, population)
    if share.shape[1] < 2 or not np.isfinite(share[0]).all():
        return {"What does stimulation do?": "Nothing fires without it to be compared with."}
    best = 1 + int(np.argmin(share[0, 1:]))
    names = [condition.name for condition in result.conditions]
    above = [names[c] for c in range(1, len(names)) if share[0, c] > 100]
    turned = f"From {above[0]} on it fires more than without." if above else "At none of these."
    said = {
        "Which frequency helps most?": f"{names[best]}: {share[0, best]:.0f} % of the rate without "
        f"stimulation ({figure_number(_rate(result, population, 0))} Hz).",
        "Where does it turn?": turned,
    }
    others = []
    for v, name in enumerate(result.variants):
        if v and np.isfinite(share[v]).all():
            mine = 1 + int(np.argmin(share[v, 1:]))
            others.append(f"{sentence(name)}: at best {share[v, mine]:.0f} %, at {names[mine]}.")
    if others:
        said["What changes it?"] = " ".join(others)
    return said


def _share(times: float) -> str:
    """What A-beta input makes of an answer to a volley."""
    if times <= 1:
        return f"{100 * times:.0f} % of what it does without"
    return f"{times:.2g} times as much as without"


def _gated(result: CordResult) -> dict[str, str]:
    closed, opened = [], []
    for population in result.circuit.projections:
        alone, both = (_rate(result, population, 0, c) for c in (0, 1))
        if alone > 0:
            closed.append(f"{in_words(population)} fires {_share(both / alone)}")
        opened.append(
            f"{in_words(population)}: "
            + _each(result, partial(_rate, result, population, condition=3), "Hz")
        )
    lost = []
    for v, name in enumerate(result.variants):
        population = result.circuit.projections[0]
        alone, both = (_rate(result, population, v, c) for c in (0, 1))
        if v and alone > 0 and math.isfinite(both / alone):
            lost.append(f"{sentence(name)}: {in_words(population)} fires {_share(both / alone)}.")
    said = {
        "Does A-beta input close the gate to a C volley?": sentence("; ".join(closed) + ".")
        if closed
        else "Nothing answers the volley.",
        "What does touch bring up?": sentence("; ".join(opened) + "."),
    }
    if lost:
        said["And when it is changed?"] = " ".join(lost)
    return said
