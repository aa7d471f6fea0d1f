"""Compiled programs kept between processes, so that only the first run of a machine compiles."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder", "enable_compilation_cache"]


def cache_folder() -> Path:
    """Where the package keeps what it can compute again.

    The folder is `CAUSALGIA_CACHE` where that is set, else `causalgia` in the user's cache folder
    of the platform. It need not exist.
    """
    chosen = os.environ.get("CAUSALGIA_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "causalgia"


def enable_compilation_cache() -> bool:
    """Let JAX keep compiled programs in the cache folder; call it before the first compilation.

    **Returns:** whether they are kept: not where the folder cannot be written, which costs
    compile time and nothing else.
    """
    try:
        folder = cache_folder() / "compiled"
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return False
    if not writable:
        return False

    import jax

    jax.config.update("jax_compilation_cache_dir", str(folder))
    # Small programs count too: a case runs many of them once each.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return True
