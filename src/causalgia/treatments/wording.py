"""What a treatment acts on, in plain words made of its effects."""

from __future__ import annotations

from causalgia.mechanisms.effects import Effect
from causalgia.mechanisms.map import PERIPHERAL_PLACES, entries
from causalgia.treatments.treatment import Treatment

__all__ = ["PLACE_WORDS", "describe", "describe_effects"]

PLACE_WORDS = {
    "terminal": "nerve endings in the skin",
    "distal_nerve": "the distal nerve",
    "proximal_nerve": "the proximal nerve",
    "root": "the root and its ganglion",
    "cord": "the spinal cord",
    "brain": "the brain",
}
"""The places of the pathway in plain words."""

_FIBER_WORDS = {"c": "C fibers", "a_delta": "A-delta fibers", "a_beta": "A-beta fibers"}
_QUANTITY_WORDS = {
    "activity": "activity",
    "affective_gain": "how unpleasant pain is",
    "alpha2delta": "the alpha2delta subunit of calcium channels",
    "ampa_gain": "what synapses of nociceptors pass on",
    "fiber_survival": "the number of fibers",
    "kcc2": "chloride extrusion",
    "microglia": "activation of microglia",
    "nav1_3": "the sodium channel Nav1.3",
    "nav1_7": "the sodium channel Nav1.7",
    "nav1_8": "the sodium channel Nav1.8",
    "nmda_gain": "NMDA receptors",
    "noradrenergic_inhibition": "descending noradrenergic inhibition",
    "potassium": "potassium channels",
    "prostaglandin": "inflammatory sensitization by prostaglandins",
    "serotonergic_facilitation": "descending serotonergic facilitation",
    "sleep_quality": "sleep",
    "sodium_availability": "the share of sodium channels that can open",
    "trpv1": "the heat receptor TRPV1",
}


def describe(treatment: Treatment) -> str:
    """One sentence, as "Gabapentin lowers the alpha2delta subunit ... in the spinal cord."."""
    return f"{treatment.label} {describe_effects(treatment) or 'acts on no mechanism of pain'}."


def describe_effects(treatment: Treatment) -> str:
    """What it does, without its name and in the order of its data; empty where it does nothing."""
    site = " or ".join(PLACE_WORDS[p] for p in treatment.sites) if treatment.needs_place else None
    parts = [
        ("in time " if action.delay_days else "") + _phrase(action.effect, site)
        for action in treatment.actions
    ]
    for removal in treatment.removals:
        everywhere = set(removal.places) == set(PERIPHERAL_PLACES)
        where = "" if everywhere else f" at {site or _places(removal.places)}"
        parts.append(f"takes away the {removal.insult} insult{where} (the cause itself)")
    return _join(list(dict.fromkeys(parts)))


def _phrase(effect: Effect, site: str | None) -> str:
    verb = "raises" if effect.factor > 1.0 or effect.shift > 0.0 else "lowers"
    what = _QUANTITY_WORDS.get(effect.quantity, effect.quantity.replace("_", " "))
    if effect.fibers:
        what += f" ({_join([_FIBER_WORDS[f] for f in effect.fibers])})"
    places = effect.places or tuple(
        dict.fromkeys(e.place for e in entries() if e.quantity == effect.quantity)
    )
    if site:
        return f"{verb} {what} at {site}"
    along = set(places) == set(PERIPHERAL_PLACES)
    return f"{verb} {what} " + ("all along the nerve" if along else "in " + _places(places))


def _places(places: tuple[str, ...]) -> str:
    return _join([PLACE_WORDS[place] for place in places])


def _join(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]
