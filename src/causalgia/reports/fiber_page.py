"""The page of a fiber: figures first, then its numbers, and what they rest on."""

from __future__ import annotations

import math
from html import escape

from causalgia import __version__
from causalgia.afferents.fiber_result import FiberResult, Response
from causalgia.patients.numerals import minus
from causalgia.reports.fiber_data import fiber_keys, known_of, unit_of
from causalgia.reports.fiber_figures import (
    draw_map,
    draw_raster_of_sites,
    draw_recovery,
    draw_traces,
    draw_waterfall,
)
from causalgia.reports.frame import framed
from causalgia.reports.sources import Basis, Html, cite
from causalgia.reports.table import table

__all__ = ["LABELS", "draw_figures", "figure_number", "render_fiber_page", "summary_of"]

LABELS = {
    "rest_mV": "Resting potential",
    "spontaneous_Hz": "Fires by itself",
    "threshold_nA": "Threshold, current into the fiber",
    "electrode_threshold_mA": "Threshold, electrode outside",
    "peak_mV": "Peak of the spike",
    "amplitude_mV": "Spike above rest",
    "width_ms": "Width halfway up",
    "afterpotential_mV": "Afterpotential, from rest",
    "velocity_m_per_s": "Conduction velocity",
    "slowing_percent": "Slowing by the train",
    "failed_percent": "Pulses without a spike at the end",
    "following_Hz": "Follows ten pulses up to",
    "refractory_ms": "No second spike up to",
    "supernormality_percent": "Supernormality (faster by)",
    "subnormality_percent": "Late subnormality (slower by)",
}
"""Biomarkers in words, in the order shown."""

_CONTEXT = (
    "Causalgia is a research instrument, not a medical device. These are numbers of a model of one "
    "fiber; what is published of it was measured or computed under the conditions named beside it."
)


def draw_figures(result: FiberResult) -> dict[str, str]:
    """All figures by name, as SVG elements."""
    figures: dict[str, str] = {}
    for name, response in result.responses.items():
        if not result.setup.conducts:
            continue
        for window in response.windows:
            key = f"map_{name}_{window.label.replace(' ', '_')}"
            figures[key] = draw_map(result, window, name)
    figures["traces"] = draw_traces(result)
    if result.pulse_ms.size > 1:
        figures["waterfall"] = draw_waterfall(result)
    figures["raster"] = draw_raster_of_sites(result)
    if any(
        math.isfinite(change)
        for response in result.responses.values()
        for change in response.biomarkers.recovery.change_percent
    ):
        figures["recovery"] = draw_recovery(result)
    return figures


def summary_of(result: FiberResult) -> str:
    """What was done, in a sentence or two."""
    setup = result.setup
    table, stimulus = setup.protocol, setup.protocol.stimulus
    parts = [setup.fibers["unchanged"].description.replace(" um", " µm")]
    if table.mutation is not None:
        copies = "one copy" if table.mutation.copies == 1 else "two copies"
        parts.append(f"{table.mutation.name} ({copies})")
    parts += [f"{drug.name} {drug.concentration:g} µM" for drug in table.drugs]
    parts += [f"{name} {density}" for name, density in table.densities.items()]
    if table.lesion is not None:
        lesion = table.lesion
        what = f"a lesion from {1e-3 * lesion.start:g} to {1e-3 * lesion.end:g} mm"
        inner = [] if lesion.myelin is None else [f"{lesion.myelin:g} of the myelin left"]
        inner += [f"{name} {density}" for name, density in lesion.densities.items()]
        parts.append(f"{what} ({', '.join(inner)})")
    train = "one pulse"
    if setup.count > 1:
        train = f"{setup.count} pulses at {1e3 / setup.period_ms:.3g} Hz"
    pulse = f"{stimulus.waveform} {setup.width_ms:g} ms, {result.amplitude:.3g} {result.unit}"
    where = (
        "into the fiber"
        if stimulus.electrode == "intracellular"
        else (f"from an electrode {1e-3 * stimulus.distance:g} mm away")
    )
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}. {train[:1].upper()}{train[1:]} ({pulse}), {where}."


def render_fiber_page(result: FiberResult, figures: dict[str, str]) -> str:
    """The whole page as HTML, without any external resource."""
    return framed(
        f"Fiber {result.setup.protocol.fiber.type}",
        eyebrow="Causalgia fiber report",
        lead=summary_of(result),
        answers=_answers(result),
        sections=(
            _spread(result, figures),
            _activity(result, figures),
            _numbers(result),
        ),
        context=_CONTEXT,
        basis=_basis(result),
    )


def _answers(result: FiberResult) -> dict[str, str]:
    questions = {
        "How excitable is it?": _excitable,
        "How does it conduct?": _conducting,
        "What does activity do?": _active,
    }
    return {question: _said(result, tell) for question, tell in questions.items()}


def _said(result: FiberResult, tell: object) -> str:
    assert callable(tell)
    if len(result.responses) == 1:
        (response,) = result.responses.values()
        said = str(tell(response))
        return f"{said[:1].upper()}{said[1:]}."
    return " ".join(f"{name.capitalize()}: {tell(r)}." for name, r in result.responses.items())


def _excitable(response: Response) -> str:
    found = response.biomarkers
    rest = f"rests at {figure_number(found.rest_mV)} mV"
    if found.spontaneous_Hz > 0:
        return f"{rest} between spikes of its own ({found.spontaneous_Hz:.3g} Hz)"
    if not math.isfinite(found.threshold_nA):
        return f"{rest}, and no current sends a spike on"
    return f"{rest}, fires at {figure_number(found.threshold_nA)} nA"


def _conducting(response: Response) -> str:
    found = response.biomarkers
    if not math.isfinite(found.spike.peak_mV):
        return "no spike arrives"
    spike = f"a spike of {figure_number(found.spike.width_ms)} ms"
    if not math.isfinite(found.velocity_m_per_s):
        return f"{spike}, in one place"
    return f"{spike} at {figure_number(found.velocity_m_per_s)} m/s"


def _active(response: Response) -> str:
    found = response.biomarkers
    said = []
    if math.isfinite(found.slowing_percent):
        word = "slows" if found.slowing_percent >= 0 else "speeds up"
        said.append(f"{word} by {abs(found.slowing_percent):.2g} % in the train")
    if found.failed_percent > 0:
        said.append(f"leaves {found.failed_percent:.0f} % of the pulses unanswered")
    else:
        said.append("answers every pulse")
    return ", ".join(said)


def _spread(result: FiberResult, figures: dict[str, str]) -> str:
    cards = ""
    for name, response in result.responses.items():
        for window in response.windows:
            key = f"map_{name}_{window.label.replace(' ', '_')}"
            if key in figures:
                label = f"{name.capitalize()}, {window.label}"
                if len(result.responses) == 1:
                    label = window.label.capitalize()
                cards += f"<figure><h3>{escape(label)}</h3>{figures[key]}</figure>"
    cards += f"<figure><h3>At three places</h3>{figures['traces']}</figure>".replace(
        "three places", f"{result.site_um.size} places" if result.site_um.size > 1 else "one place"
    )
    caption = (
        "Voltage along the fiber: from the start at the top to its end, time to the right. A spike "
        "is a slanted band, and the steeper it falls, the faster it goes. The orange arrow is the "
        "stimulus."
    )
    said = f'<p class="caption">{escape(caption)}</p>\n' if result.setup.conducts else ""
    return (
        f'<section>\n<h2>In space and time</h2>\n<div class="grid broad">{cards}</div>\n{said}'
        "</section>"
    )


def _activity(result: FiberResult, figures: dict[str, str]) -> str:
    titles = {
        "waterfall": "Latency, pulse under pulse",
        "recovery": "After a spike",
        "raster": "Spikes",
    }
    cards = "".join(
        f"<figure><h3>{titles[name]}</h3>{figures[name]}</figure>"
        for name in titles
        if name in figures
    )
    caption = (
        "Latency is drawn as microneurographers mark a unit: one line for each pulse, first at the "
        "top, a small spike where it arrives. A column that drifts to the right is a fiber that "
        "slows; a cross at the left is a pulse that went unanswered."
    )
    if "recovery" in figures:
        caption += (
            " After a spike: how much later (above the line) or earlier (below) a second one "
            "arrives; nothing is drawn for none."
        )
    if "waterfall" not in figures:
        caption = "One pulse was given."
    return (
        f'<section>\n<h2>What activity does</h2>\n<div class="grid broad">{cards}</div>\n'
        f'<p class="caption">{escape(caption)}</p>\n</section>'
    )


def figure_number(value: float) -> str:
    """A number in three digits with a proper minus; a dash for none."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:.3g}"
    return minus(f"{value:.0f}" if "e" in text else text)


def _numbers(result: FiberResult) -> str:
    known, source = known_of(result), result.setup.fibers["unchanged"].source
    found = {name: r.biomarkers.as_dict() for name, r in result.responses.items()}
    rows = []
    for key, label in LABELS.items():
        values = [numbers[key] for numbers in found.values()]
        if not any(math.isfinite(value) for value in values):
            continue
        other = known.get(key)
        beside = ("", Html(""))
        if other is not None:
            said = f'<span class="where">{cite(source)}: {escape(other.where)}</span>'
            beside = (_with_unit(other.value, key), Html(said))
        rows.append((label, *(_with_unit(value, key) for value in values), *beside))
    names = ("here",) if len(found) == 1 else tuple(found)
    listed = table(("", *names, "published", "source"), rows, last_is_words=True)
    return f"<section>\n<h2>Biomarkers</h2>\n{listed}\n</section>"


def _with_unit(value: float, key: str) -> str:
    text = figure_number(value)
    return text if text == "–" else f"{text} {unit_of(key)}"


def _basis(result: FiberResult) -> Basis:
    setup = result.setup
    model = setup.fibers["unchanged"]
    facts = {
        "Model": f"{model.name}, compartments: {model.cable.size}, step: {model.dt_ms:g} ms",
        "Thresholds": f"of a pulse of {setup.width_ms:g} ms that sends a spike to the last place, "
        "within 0.2 %; spike, velocity and recovery at 1.5 times each fiber's own, the train as "
        "the protocol says, with 'x threshold' that of the unchanged fiber",
        "Version": f"Causalgia {__version__}",
        "Configuration": setup.protocol.configuration,
    }
    return Basis(facts, fiber_keys(result), models=(model.source,))
