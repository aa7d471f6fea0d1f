"""What reaches the library's own dorsal horn: skin stimuli, volleys, pulses, ectopic firing.

Pieces are drawn from a seed, each from a stream of its own, and put together with `together`; the
background, which stands for all that is not simulated, is always one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.cord.catalog import column_arrival, find
from causalgia.cord.drive import Fired, merged, ongoing, pulses, volleys
from causalgia.cord.network import Network
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = ["SKIN_STIMULI", "HornDrive", "together"]

CIRCUIT = "dorsal_horn"
SKIN_STIMULI: Mapping[str, tuple[str, ...]] = {
    "brush": ("a_beta",),
    "heat": ("c",),
    "pinch": ("c", "a_delta", "a_beta"),
}
"""What is done to the skin, and which classes of afferents answer."""

Piece = Mapping[str, Fired]


@dataclass(frozen=True)
class HornDrive:
    """Draws what fibers of a `network` do; the same `seed` gives the same spikes.

    Fibers beyond `surviving` of a class (share, 0 to 1) have been cut off: they answer neither the
    skin nor a volley, but may fire ectopically.
    """

    network: Network
    seed: int = 1
    surviving: float = 1.0

    def background(self, duration_ms: float) -> dict[str, Fired]:
        """What the circuit always hears."""
        rate = parameters("causalgia_horn")["background_rate"].value
        return {"background": self._ongoing("background", rate, 0.0, duration_ms, "background")}

    def skin(
        self, stimulus: str, start_ms: float, end_ms: float, strength: float = 1.0
    ) -> dict[str, Fired]:
        """Brush, heat or pinch, irregular, at `strength` times the usual rates.

        **Raises:** `InputError` for another stimulus.
        """
        if stimulus not in SKIN_STIMULI:
            raise InputError(f"stimulus is {stimulus!r}; {nearest(stimulus, SKIN_STIMULI)}")
        own = parameters("causalgia_cord_drive")
        made = {}
        for name in SKIN_STIMULI[stimulus]:
            rate = own[f"dorsal_horn_{stimulus}_{name}_rate"].value
            fired = self._ongoing(name, strength * rate, start_ms, end_ms, stimulus)
            kept = fired.fiber < round(self.surviving * self.network.afferents[name])
            made[name] = Fired(fired.time_ms[kept], fired.fiber[kept])
        return made

    def ectopic(
        self, rates_Hz: Mapping[str, float], start_ms: float, end_ms: float
    ) -> dict[str, Fired]:
        """Irregular firing by class, that no stimulus causes."""
        return {
            name: self._ongoing(name, rate, start_ms, end_ms, "ectopic")
            for name, rate in rates_Hz.items()
        }

    def volleys(
        self,
        onsets_ms: Sequence[float] | Float[np.ndarray, " volley"],
        classes: Sequence[str] = ("a_beta", "a_delta", "c"),
    ) -> dict[str, Fired]:
        """One spike of each fiber at each onset, with the latencies of a C-strength shock."""
        arrivals = find(CIRCUIT).arrivals
        return {
            name: volleys(
                onsets_ms,
                arrivals[name],
                self.network.afferents[name],
                self._random("volley", name),
                self.surviving,
            )
            for name in classes
        }

    def column(
        self, frequency_Hz: float, start_ms: float, end_ms: float, fraction: float = 1.0
    ) -> dict[str, Fired]:
        """Dorsal column pulses through the collaterals of a `fraction` of the touch fibers."""
        onsets = pulses(frequency_Hz, start_ms, end_ms)
        return {
            name: volleys(
                onsets,
                column_arrival(name),
                self.network.afferents[name],
                self._random("column", name),
                fraction,
            )
            for name in find(CIRCUIT).column
        }

    def _ongoing(
        self, name: str, rate_Hz: float, start_ms: float, end_ms: float, why: str
    ) -> Fired:
        fibers = self.network.afferents[name]
        return ongoing(rate_Hz, fibers, start_ms, end_ms, self._random(why, name))

    def _random(self, *names: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, *"|".join(names).encode()])


def together(*pieces: Piece) -> dict[str, Fired]:
    """Pieces as one drive; a fiber does not fire twice within its refractory period."""
    refractory = parameters("zhang_2014")["fiber_refractory_period"].value
    return {
        name: merged([piece[name] for piece in pieces if name in piece], refractory)
        for name in dict.fromkeys(name for piece in pieces for name in piece)
    }
