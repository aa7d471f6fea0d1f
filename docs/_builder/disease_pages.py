"""Pages of what moves the pathway: mechanisms, causes, treatments."""

from __future__ import annotations

import inspect
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from _builder.membrane_pages import source_link
from _builder.text import anchor, table, words
from causalgia import causes, treatments
from causalgia.errors import InputError
from causalgia.evidence import parameter
from causalgia.mechanisms import map as mechanism_map
from causalgia.treatments import kinetics, side_effects
from causalgia.treatments.targets import targets
from causalgia.treatments.wording import describe_effects

__all__ = ["cause_page", "mechanism_page", "treatment_page"]


def mechanism_page() -> str:
    """The map of mechanisms, one row a quantity and kind of place."""
    grouped: dict[tuple[Any, ...], list[mechanism_map.Entry]] = {}
    for entry in mechanism_map.entries():
        numbers = (entry.unit, entry.healthy, entry.low, entry.high)
        grouped.setdefault((entry.quantity, *numbers, entry.status, entry.source), []).append(entry)
    rows = []
    for (quantity, unit, healthy, low, high, status, source), members in grouped.items():
        fibers = [one.fiber for one in members if one.fiber]
        rows.append(
            (
                f"`{quantity}`",
                members[0].description,
                ", ".join(dict.fromkeys(words(one.place) for one in members)),
                ", ".join(dict.fromkeys(words(fiber) for fiber in fibers)) or "all alike",
                f"{healthy:g}",
                f"{low:g} to {high:g}",
                unit,
                f"{status}, {source_link(source)}",
            )
        )
    head = ("quantity", "what it is", "places", "fibers", "healthy:", "range", "unit", "rests on")
    places = ", ".join(words(place) for place in mechanism_map.PLACES)
    return (
        "# Mechanisms\n\nEverything that disease moves and treatment pushes back: "
        f"{len(mechanism_map.entries())} numbers for each patient, at {places}. They are the only "
        "thing that causes, treatments and the pathway know of each other.\n\n"
        + table(head, rows)
        + "\n\nAn effect of strength $s$ on an entry $v$ makes it "
        r"$v\,(1 + s\,(f - 1)) + s\,\Delta$, with its factor $f$ and its shift $\Delta$ "
        "(`causalgia.mechanisms.effects`).\n"
    )


def cause_page() -> str:
    """Every cause: words, insult, priors, sources."""
    parts = [
        "# Causes",
        "How causes work, and what their rates rest on, is told in [causes](../causes.md) and "
        "[course](../course.md). Here is each as it is declared.",
    ]
    for name in causes.names():
        cause = causes.find(name)
        insult = sys.modules[cause.insult.__module__]
        said = f"{cause.description[0].upper()}{cause.description[1:]}. {_words_of(insult)}"
        kinds = ", ".join(cause.kinds)
        facts = [
            ("insults", kinds),
            ("places", ", ".join(map(words, cause.places))),
            ("day 0", cause.onset),
            ("felt in", words(cause.default_region)),
            ("taken away by", ", ".join(map(words, cause.removable_by)) or "nothing"),
            ("what matters of a patient", ", ".join(map(words, cause.factors))),
            ("sources", ", ".join(map(source_link, cause.sources)) or "assumed"),
        ]
        parts += [f"(cause-{anchor(name)})=\n## {cause.label}", f"`{name}`. {said}"]
        parts.append(table(("declared", "as"), facts))
        if cause.priors:
            rows = [
                (words(p.covariate), f"{p.low:g}", f"{p.high:g}", p.shape or "the population's")
                for p in cause.priors
            ]
            head = ("covariate", "from:", "to:", "shape of the beta distribution")
            parts.append(table(head, rows))
    return "\n\n".join(parts) + "\n"


def _words_of(module: object) -> str:
    return inspect.getdoc(module) or ""


def treatment_page() -> str:
    """Every treatment: doses, what becomes of them, targets, side effects."""
    parts = [
        "# Treatments",
        "How a dose becomes a push is told in [treatments](../treatments.md). Here is each with "
        "its numbers, and where each number comes from.",
        "## What becomes of a dose",
        _words_of(kinetics),
        "## Side effects",
        _words_of(side_effects),
        "## Targets",
        _targets(),
        *(_treatment(name) for name in treatments.names()),
    ]
    return "\n\n".join(parts) + "\n"


def _targets() -> str:
    rows = []
    for name, target in targets().items():
        try:
            efficacy = parameter(f"causalgia_efficacy/{name}")
            said = f"{efficacy.value:g} ({efficacy.status})"
        except InputError:
            said = ""
        pushes = [
            f"{effect.quantity}"
            + (f" x {effect.factor:g}" if effect.factor != 1.0 else "")
            + (f" {effect.shift:+g}" if effect.shift else "")
            for effect in target.effects
        ]
        also = ", ".join(target.also)
        rows.append((f"`{name}`", target.label, "; ".join(pushes), said, also))
    head = ("target", "in words", "held in full", "efficacy", "also known as")
    return table(head, rows)


def _treatment(name: str) -> str:
    treatment = treatments.find(name)
    file = resources.files("causalgia.treatments").joinpath("data", f"{name}.toml")
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    said = describe_effects(treatment)
    parts = [f"(treatment-{anchor(name)})=\n## {treatment.label}"]
    parts.append(
        f"`{name}`, {words(treatment.kind)}"
        + (", investigational" if treatment.investigational else "")
        + f". It {said or 'pushes nothing by itself'}. {treatment.note}"
    )
    rows = list(_numbers(written))
    if rows:
        parts.append(table(("number", "value", "status", "source"), rows))
    return "\n\n".join(parts)


def _numbers(written: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, ...]]:
    """The numbers of a treatment's file; those of the evidence with unit, status and source."""
    for key, value in written.items():
        name = f"{above}{words(key)}"
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{name}: ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for one in value:
                label = one.get("name") or one.get("target") or one.get("quantity") or ""
                inner = {k: v for k, v in one.items() if k != "name"}
                yield from _numbers(
                    inner, f"{name}, {words(str(label))}: " if label else f"{name}: "
                )
        elif isinstance(value, str) and "/" in value:
            yield _of_evidence(name, value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield name, f"{value:g}", "as written", ""


def _of_evidence(name: str, path: str) -> tuple[str, ...]:
    try:
        entry = parameter(path)
    except InputError:
        return name, path, "as written", ""
    unit = "" if entry.unit == "1" else f" {entry.unit}"
    return name, f"{entry.value:g}{unit}", entry.status, source_link(entry.source)
