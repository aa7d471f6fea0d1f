"""Where the atlas comes from: shipped with the package, kept from before, or simulated anew."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from causalgia.cache import cache_folder
from causalgia.patients.atlas.atlas import Atlas
from causalgia.patients.atlas.model import atlas_hash
from causalgia.patients.atlas.packing import made_of, pack, unpack

__all__ = ["ROWS", "STORED", "atlas", "is_at_hand", "write_atlas"]

STORED = Path(__file__).parent / "stored.npz"
"""The atlas that comes with the package."""

ROWS = 1024
"""Virtual patients of each cause in it, or fewer where few hurt."""

_CHOSEN = "CAUSALGIA_ATLAS"

Tell = Callable[[str], None]


def atlas(tell: Tell = lambda _: None) -> Atlas:
    """The atlas of this version of the model.

    Where the one that comes with the package was made of another model (its source or numbers were
    changed), it is simulated anew once, which takes minutes, and kept in the user's cache. A file
    named by `CAUSALGIA_ATLAS` is taken as it is, whatever it was made of.

    **Arguments:** `tell`, told when patients must be simulated.
    **Raises:** `InputError` for a chosen file that holds none.
    """
    file = _at_hand()
    return _anew(_kept(), tell) if file is None else _read(file)


def is_at_hand() -> bool:
    """Whether the atlas of this version of the model need not be simulated first."""
    return _at_hand() is not None


def _at_hand() -> Path | None:
    chosen = os.environ.get(_CHOSEN)
    if chosen:
        return Path(chosen).expanduser()
    now = atlas_hash()
    return next((file for file in (STORED, _kept()) if made_of(file) == now), None)


def _kept() -> Path:
    return cache_folder() / "atlas" / f"{atlas_hash()}.npz"


@cache
def _read(file: Path) -> Atlas:
    return unpack(file)


@cache
def _anew(file: Path, tell: Tell) -> Atlas:
    # It brings JAX, which a stored atlas does without.
    from causalgia.patients.atlas.build import build_atlas
    from causalgia.patients.atlas.histories import Wanted

    tell(
        "the model has been changed since its virtual patients were stored: they are simulated "
        "anew, once, which takes some minutes"
    )
    made = build_atlas(Wanted(rows=ROWS), tell=tell)
    write_atlas(made, file)
    # As read, so that the first answer is that of later ones.
    return made if made_of(file) is None else unpack(file)


def write_atlas(made: Atlas, file: Path) -> None:
    """Write an atlas; where the folder cannot be written it will be simulated again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            pack(made, stream)
        os.chmod(beside, 0o644)  # others read it where the package is installed for all
        os.replace(beside, file)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return
