"""In words, why a treatment does or does not reach the generator: read off the simulation.

No sentence belongs to a treatment. Each is chosen by numbers of the run: where the treatment
acts, what it moves there, where the spikes were born before and what of them remains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.patients.numerals import percent
from causalgia.patients.result import Move, State

__all__ = ["explain", "join", "name_place"]

# What counts as much, little and nothing in a sentence; the numbers stand beside the words.
_NEARLY_ALL, _MUCH, _LITTLE, _NOTHING = 0.9, 0.5, 0.1, 0.005
_RELIEF_POINTS = 0.5
_CENTRAL_NAMES = {"cord": "spinal cord", "brain": "brain"}


def name_place(place: str, site_names: Mapping[str, str]) -> str:
    """The name of a place in this region, with its article."""
    return "the " + (_CENTRAL_NAMES.get(place) or site_names[place])


def join(parts: Sequence[str]) -> str:
    """Parts as a list in prose: "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def explain(
    acts_at: Sequence[str],
    moves: Sequence[Move],
    untreated: State,
    treated: State,
    site_names: Mapping[str, str],
    *,
    is_cause_control: bool = False,
) -> str:
    """Why the treatment helps as much as it does.

    **Arguments:** the places where it `acts_at`; what it `moves`; the pathway `untreated` and
    `treated` at the same time; `site_names` from place to its name in this region; whether it
    acts on the cause instead of on mechanisms.
    """
    action = _action(
        acts_at, moves, site_names, "takes the cause away" if is_cause_control else "acts"
    )
    sentences = [_verdict(acts_at, untreated, treated), action]
    peripheral = [place for place in PERIPHERAL_PLACES if place in acts_at]
    if peripheral and not is_cause_control:
        sentences.append(_reach(peripheral, untreated, site_names))
    sentences.append(_effect(untreated, treated))
    sentences.append(_rest(untreated, treated, site_names))
    return " ".join(sentence for sentence in sentences if sentence)


def _fall(before: float, after: float) -> float:
    return 0.0 if before <= 0.0 else (before - after) / before


def _total(state: State) -> float:
    return sum(state.input_Hz.values())


def _verdict(acts_at: Sequence[str], untreated: State, treated: State) -> str:
    input_fall = _fall(_total(untreated), _total(treated))
    relief = untreated.rating - treated.rating
    central = any(place in _CENTRAL_NAMES for place in acts_at)
    if relief < -_RELIEF_POINTS:
        return "It makes this pain worse."
    if input_fall >= _MUCH:
        if relief >= _RELIEF_POINTS and input_fall >= _NEARLY_ALL:
            return "It reaches the generator."
        if relief >= _RELIEF_POINTS:
            return "It reaches most of the generator."
        if input_fall >= 1.0 - _NOTHING:
            return "It reaches the generator, but the pain does not depend on it any more."
        return "It reaches the generator, but what is left of it is enough for most of the pain."
    if input_fall >= _LITTLE:
        return "It reaches part of the generator."
    if central and relief >= _RELIEF_POINTS:
        return "It leaves the generator alone and helps behind it."
    if central:
        return "It leaves the generator alone and changes little behind it."
    return "It does not reach the generator."


def _action(
    acts_at: Sequence[str], moves: Sequence[Move], site_names: Mapping[str, str], acts: str
) -> str:
    if not acts_at:
        return "It acts on no station of the pathway."
    where = join([_at(place, site_names) for place in acts_at])
    if not moves:
        return f"It {acts} {where}, and changes next to nothing there."
    # One phrase a quantity: the place and fiber class where it moves most.
    strongest: dict[str, Move] = {}
    for move in moves:
        known = strongest.get(move.quantity)
        if known is None or _size(move) > _size(known):
            strongest[move.quantity] = move
    # Where there is one place it has just been named.
    named = site_names if len(acts_at) > 1 else None
    phrases = [_phrase(move, named) for move in list(strongest.values())[:3]]
    return f"It {acts} {where}: {join(phrases)}."


def _at(place: str, site_names: Mapping[str, str]) -> str:
    preposition = "at" if place == "distal_nerve" else "in"
    return f"{preposition} {name_place(place, site_names)}"


def _size(move: Move) -> float:
    return abs(move.treated - move.untreated)


def _phrase(move: Move, site_names: Mapping[str, str] | None) -> str:
    name = move.description.split(",")[0].split(";")[0].split("(")[0].strip()
    if not name[:2].isupper() and not name.startswith("Nav"):
        name = name[0].lower() + name[1:]
    where = "" if site_names is None else f" {_at(move.place, site_names)}"
    return f"{name}{where} ({move.untreated:.2g} → {move.treated:.2g})"


def _reach(peripheral: Sequence[str], untreated: State, site_names: Mapping[str, str]) -> str:
    """Whether the place lies between the generator and the cord."""
    total = _total(untreated)
    if total <= 0.0:
        return "No spike reaches the cord at rest."
    last = max(PERIPHERAL_PLACES.index(place) for place in peripheral)
    beyond = {p: untreated.input_Hz[p] / total for p in PERIPHERAL_PLACES[last + 1 :]}
    passing = sum(beyond.values())
    covered = (
        f"{percent(1 - passing)} of the spikes that reach the cord at rest are born there or "
        "further out"
    )
    if passing < 0.01:
        lies = "It lies" if len(peripheral) == 1 else "One of these places lies"
        return f"{lies} between the generator and the cord: {covered}."
    most = max(beyond, key=lambda place: beyond[place])
    return (
        f"{covered}; {percent(passing)} are born nearer the cord, most of them "
        f"{_at(most, site_names)}, and pass it by."
    )


def _effect(untreated: State, treated: State) -> str:
    change = _fall(_total(untreated), _total(treated))
    moved = f"{'falls' if change >= 0 else 'rises'} by {percent(abs(change))}"
    if abs(change) < 0.005:
        moved = "stays as it is"
    discharge = _from_to(f"{untreated.projection_Hz:.0f}", f"{treated.projection_Hz:.0f}")
    pain = _from_to(f"{untreated.rating:.1f}", f"{treated.rating:.1f}")
    return (
        f"The input to the cord {moved}, the discharge of the projection neurons {discharge} Hz, "
        f"and pain at rest {pain}."
    )


def _from_to(before: str, after: str) -> str:
    return f"stays at {before}" if before == after else f"goes from {before} to {after}"


def _rest(untreated: State, treated: State, site_names: Mapping[str, str]) -> str:
    left, before = _total(treated), _total(untreated)
    if before <= 0.0 or treated.rating < 1.0:
        return ""
    if left < _NOTHING * before:
        return "What pain remains no longer needs input from the nerve."
    place = max(treated.input_Hz, key=lambda p: treated.input_Hz[p])
    share = treated.input_Hz[place] / left
    where = _at(place, site_names)
    return f"Of the input that remains, {percent(share)} is born {where}."
