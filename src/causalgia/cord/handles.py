r"""Handles of the dorsal horn: what disease, drugs and the brain turn, and what that moves.

A terminal of a C or A-delta fiber lets calcium in,
$c = a\,(1 - \sum_k m_k o_k)\,(1 + n)/(1 + n N)$, with $a$ the fold of alpha2delta, $o_k$ the share
of presynaptic receptors of a kind that are occupied, $m_k$ what they take away when all are, and
$N$ the noradrenaline (fold of rest, of which the share $n$ acts here); it releases
$r = c^h (1 + k^h) / (c^h + k^h)$ of what a healthy one does. Potassium channels that mu-opioid,
alpha2 and GABA-B receptors open hold excitatory and projection neurons. Serotonin eases the AMPA
receptors of these and of C fibers on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from causalgia.cord.horn import INHIBITORY
from causalgia.cord.modulation import Modulation
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = ["TARGETS", "CordHandles", "modulation_of"]

Lanes = float | Float[np.ndarray, " patient"]

TARGETS: Mapping[str, str] = {
    "alpha2delta": "less calcium enters C and A-delta terminals (gabapentinoids)",
    "n_type_calcium": "less calcium enters C and A-delta terminals (ziconotide)",
    "mu_opioid": "less calcium enters terminals, potassium channels open (opioids)",
    "alpha2": "as noradrenaline does (clonidine)",
    "gaba_b": "less calcium enters terminals, potassium channels open (baclofen)",
    "nmda": "NMDA receptors blocked (ketamine)",
    "nk1": "NK1 receptors blocked (aprepitant)",
    "gaba_a_modulator": "GABA-A receptors open more (benzodiazepines)",
    "gaba_a": "GABA-A receptors blocked (bicuculline)",
    "glycine": "glycine receptors blocked (strychnine)",
    "noradrenaline_transporter": "more noradrenaline (duloxetine, tricyclics)",
    "serotonin_transporter": "more serotonin (duloxetine)",
    "ht3": "serotonin eases less (ondansetron)",
    "kcc2": "more chloride carried out (KCC2 enhancers)",
}
"""Drug targets in the dorsal horn, and what occupying them does."""

HELD = ("transient_central", "vertical", "somatostatin", "lamina_i", "wide_dynamic_range")
"""Excitatory and projection neurons, on which potassium channels are opened."""


@dataclass(frozen=True)
class CordHandles:
    """What is turned in a dorsal horn; each one number or one for each patient.

    **Arguments:** folds of healthy: `alpha2delta`, `ampa_gain`, `nmda_gain`, `kcc2`,
    `interneuron_survival` (the share of inhibitory interneurons that still inhibit),
    `noradrenaline` and `serotonin` (what descends); `bdnf`, 0 to 1, what microglia release, which
    takes KCC2 away and adds to NMDA receptors; `occupied`, by drug target (`TARGETS`), the share
    of receptors occupied, 0 to 1.
    **Raises:** `InputError` for a target that is not there or a number out of range.
    """

    alpha2delta: Lanes = 1.0
    ampa_gain: Lanes = 1.0
    nmda_gain: Lanes = 1.0
    kcc2: Lanes = 1.0
    interneuron_survival: Lanes = 1.0
    noradrenaline: Lanes = 1.0
    serotonin: Lanes = 1.0
    bdnf: Lanes = 0.0
    occupied: Mapping[str, Lanes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name == "occupied":
                continue
            most = 1.0 if name in ("bdnf", "interneuron_survival") else np.inf
            _check(name, value, most)
        for target, share in self.occupied.items():
            if target not in TARGETS:
                raise InputError(f"occupied: {target!r} is not one; {nearest(target, TARGETS)}")
            _check(f"occupied[{target!r}]", share, 1.0)


def _check(label: str, value: Lanes, most: float) -> None:
    values = np.asarray(value, dtype=float)
    if not ((values >= 0) & (values <= most)).all():
        allowed = "0 or more" if np.isinf(most) else f"0 to {most:g}"
        raise InputError(f"{label} is {value}, must be {allowed}")


def modulation_of(handles: CordHandles) -> Modulation:
    """What the handles change in the circuit of `causalgia.cord.horn`."""
    own = parameters("causalgia_horn")

    def occupied(target: str) -> Float[np.ndarray, "..."]:
        return np.asarray(handles.occupied.get(target, 0.0), dtype=float)

    def full(name: str) -> float:
        return own[f"{name}_at_full_occupancy"].value

    noradrenaline = np.asarray(handles.noradrenaline) * (
        1.0 + full("noradrenaline_transporter") * occupied("noradrenaline_transporter")
    ) + full("alpha2") * occupied("alpha2")
    serotonin = np.asarray(handles.serotonin) * (
        1.0 + full("serotonin_transporter") * occupied("serotonin_transporter")
    )
    eased = 1.0 + own["serotonin_gain"].value * (1.0 - occupied("ht3")) * (serotonin - 1.0)
    bdnf = np.asarray(handles.bdnf)
    nmda = np.asarray(handles.nmda_gain) * (1.0 + own["bdnf_nmda"].value * bdnf)
    ampa = np.asarray(handles.ampa_gain)
    gaba = (1.0 + full("gaba_a_modulator") * occupied("gaba_a_modulator")) * (
        1.0 - occupied("gaba_a")
    )
    held = (
        own["noradrenaline_girk"].value * noradrenaline
        + own["mu_opioid_girk"].value * occupied("mu_opioid")
        + own["gaba_b_girk"].value * occupied("gaba_b")
    )
    release = dict.fromkeys(INHIBITORY, handles.interneuron_survival)
    for fiber in ("c", "a_delta"):
        taken = sum(
            own[f"{target}_{fiber}_calcium"].value * occupied(target)
            for target in ("alpha2delta", "n_type_calcium", "mu_opioid", "gaba_b")
        )
        release[fiber] = _released(handles.alpha2delta, taken, noradrenaline)
    kcc2 = np.asarray(handles.kcc2) * (1.0 - own["bdnf_kcc2"].value * bdnf)
    return Modulation(
        release=release,
        conductance={
            "ampa": ampa,
            "c_ampa": ampa * np.maximum(eased, 0.0),
            **{(name, "ampa"): np.maximum(eased, 0.0) for name in HELD},
            "nmda": nmda * (1.0 - occupied("nmda")),
            "nk1": 1.0 - occupied("nk1"),
            "gaba_a": gaba,
            "glycine": 1.0 - occupied("glycine"),
        },
        tonic_uS={(name, "girk"): 1e-3 * held for name in HELD},
        kcc2=kcc2 * (1.0 + full("kcc2") * occupied("kcc2")),
    )


def _released(alpha2delta: Lanes, taken: Lanes, noradrenaline: Lanes) -> Lanes:
    """Share of what a healthy terminal releases."""
    own = parameters("causalgia_horn")
    share = own["noradrenaline_presynaptic"].value
    entry = (
        np.asarray(alpha2delta)
        * np.maximum(1.0 - np.asarray(taken), 0.0)
        * (1.0 + share)
        / (1.0 + share * np.asarray(noradrenaline))
    )
    hill, half = own["release_hill"].value, own["release_half"].value
    return np.asarray(entry**hill * (1.0 + half**hill) / (entry**hill + half**hill))
