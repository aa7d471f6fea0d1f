"""An atlas in a small file: numbers as whole steps of each row's own range.

Every row of an array (one mechanism, one test, one treatment) is written as steps between the
least and the most that any patient has, evenly in the root of the value where it spans orders of
magnitude: 255 steps for pain, 65535 for the rest. Treated pain is written as the steps that it lies
below the untreated, most of which are none.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.patients.atlas.atlas import Arm, Atlas
from causalgia.patients.virtual import VirtualPatients

__all__ = ["made_of", "pack", "unpack"]

_PAIN_STEPS, _MOST_PAIN = 250, 10.0
_STEPS = 4095
# Rates and strengths of insults lie near zero in most and are large in few.
_ROOTED = ("insult", "afferent_Hz", "origin_Hz", "projection_Hz", "hurting_days", "prior_weight")
_RATED = ("rating", "rating_without_input", "pain_untreated")
_PLAIN = ("mechanisms", "qualities", "duration_days", "covariates")

Table = dict[str, np.ndarray]


def pack(atlas: Atlas, file: IO[bytes]) -> None:
    """Write an atlas."""
    patients = atlas.patients
    table: Table = {"cause": patients.cause.astype(np.uint8), "weeks": atlas.weeks}
    for name, values in _arrays(atlas).items():
        if name in _RATED:
            table[name] = _pain_steps(values)
        else:
            table |= _steps(name, values, rooted=name in _ROOTED)
    without = table["pain_untreated"][[arm.week for arm in atlas.treatments]]
    # Differences wrap around within a byte.
    table["pain_treated"] = without - _pain_steps(atlas.pain_treated)
    about = {
        "made_of": atlas.made_of,
        "causes": patients.causes,
        "covariates": tuple(patients.covariates),
        "treatments": [(arm.name, arm.place, arm.week) for arm in atlas.treatments],
    }
    text = np.frombuffer(json.dumps(about).encode("utf-8"), dtype=np.uint8)
    np.savez_compressed(file, about=text, **table)  # type: ignore[arg-type]


def unpack(file: Path) -> Atlas:
    """Read an atlas.

    **Raises:** `InputError` for a file that holds none.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            table = {name: stored[name] for name in stored.files}
        return _from_table(table)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{file.name}: no atlas of virtual patients: {error}") from None


def made_of(file: Path) -> str | None:
    """The hash of the model that made a stored atlas; None where there is none to be read."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            return str(json.loads(stored["about"].tobytes())["made_of"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _arrays(atlas: Atlas) -> dict[str, np.ndarray]:
    patients = atlas.patients
    own = {name: getattr(patients, name) for name in (*_ROOTED[:-2], *_RATED[:-1], *_PLAIN[:-1])}
    return {
        **own,
        "covariates": np.stack(list(patients.covariates.values())),
        "hurting_days": atlas.hurting_days,
        "prior_weight": atlas.prior_weight,
        "pain_untreated": atlas.pain_untreated,
    }


def _from_table(table: Mapping[str, np.ndarray]) -> Atlas:
    about: dict[str, Any] = json.loads(table["about"].tobytes())
    arms = tuple(Arm(name, place, week) for name, place, week in about["treatments"])
    values = {name: _pain(table[name]) for name in _RATED}
    values |= {name: _values(name, table, rooted=True) for name in _ROOTED}
    values |= {name: _values(name, table, rooted=False) for name in _PLAIN}
    without = table["pain_untreated"][[arm.week for arm in arms]]
    covariates = dict(zip(about["covariates"], values.pop("covariates"), strict=True))
    weight, untreated = values.pop("prior_weight"), values.pop("pain_untreated")
    hurting = values.pop("hurting_days")
    return Atlas(
        patients=VirtualPatients(
            causes=tuple(about["causes"]),
            cause=table["cause"].astype(np.int64),
            covariates=covariates,
            **values,
        ),
        hurting_days=hurting,
        prior_weight=weight.astype(np.float64),
        weeks=table["weeks"],
        pain_untreated=untreated,
        treatments=arms,
        pain_treated=_pain(without - table["pain_treated"]),
        made_of=about["made_of"],
    )


def _pain_steps(pain: Float[np.ndarray, "*rows patient"]) -> np.ndarray:
    scaled = np.clip(pain, 0.0, _MOST_PAIN) * (_PAIN_STEPS / _MOST_PAIN)
    return np.round(scaled).astype(np.uint8)


def _pain(steps: np.ndarray) -> Float[np.ndarray, "*rows patient"]:
    return steps.astype(np.float32) * np.float32(_MOST_PAIN / _PAIN_STEPS)


def _steps(name: str, values: np.ndarray, *, rooted: bool) -> Table:
    """Steps of every row, high and low byte apart (which packs better), and each row's range."""
    known = np.sqrt(np.maximum(values, 0.0)) if rooted else np.asarray(values)
    rows = known.reshape(-1, known.shape[-1]).astype(np.float64)
    low, high = rows.min(axis=1), rows.max(axis=1)
    spread = np.maximum(high - low, 1e-12)
    whole = np.round((rows - low[:, None]) / spread[:, None] * _STEPS).astype(np.uint16)
    return {
        f"{name}/high": (whole >> 8).astype(np.uint8),
        f"{name}/low": (whole & 255).astype(np.uint8),
        f"{name}/range": np.stack([low, high]),
        f"{name}/shape": np.array(known.shape),
    }


def _values(name: str, table: Mapping[str, np.ndarray], *, rooted: bool) -> np.ndarray:
    low, high = (edge[:, None].astype(np.float32) for edge in table[f"{name}/range"])
    whole = table[f"{name}/high"].astype(np.float32) * 256.0 + table[f"{name}/low"]
    rows = low + whole * ((high - low) / np.float32(_STEPS))
    rows = np.square(rows) if rooted else rows
    return rows.reshape(table[f"{name}/shape"])
