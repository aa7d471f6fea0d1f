"""How a server is run: where it listens, who may ask, how much of everything is allowed."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from pathlib import Path

from causalgia.cache import cache_folder
from causalgia.errors import InputError

__all__ = [
    "COVERING_HOSTS",
    "LEAST_TOKEN",
    "TOKEN_VARIABLE",
    "Limits",
    "Settings",
    "is_loopback",
    "jobs_folder",
]

TOKEN_VARIABLE = "CAUSALGIA_TOKEN"
"""The variable of the environment that may hold the token; no other process needs it."""

LEAST_TOKEN = 16
"""The fewest characters of a token."""

COVERING_HOSTS = ("", "0.0.0.0", "::")
"""Addresses that stand for all of a machine."""

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Limits:
    """What a server takes.

    Bytes of a request's body and seconds for it to arrive; courses computed at a time and waiting
    for it; jobs that wait (`queued`), in all and of one client, and jobs kept; seconds, tries and
    bytes of memory of a job; streams of events at a time; failed tokens a minute of one client.
    """

    body_bytes: int = 1_000_000
    body_s: float = 10.0
    courses_at_a_time: int = 2
    courses_waiting: int = 200
    queued: int = 50
    queued_by_client: int = 10
    kept: int = 2000
    job_s: float = 3600.0
    job_tries: int = 3
    job_bytes: int = 6 * 2**30
    streams: int = 64
    failed_tokens: int = 20


@dataclass(frozen=True)
class Settings:
    """One server.

    **Arguments:** the `host` and `port` it listens at; the `token` that a request must bring (None:
    none, on localhost only); the folder of `jobs`; how many job `workers` (processes); further
    names by which it is `known`, behind a proxy say; its `limits`.
    **Raises:** `InputError` where others could reach it without a token, or a number cannot be.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    token: str | None = None
    jobs: Path | None = None
    workers: int = 1
    known: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise InputError(f"--port: {self.port}; allowed: 0 (any that is free) to 65535")
        if not 1 <= self.workers <= 16:
            raise InputError(f"--workers: {self.workers}; allowed: 1 to 16")
        if self.token is None and not is_loopback(self.host):
            raise InputError(
                f"--host: {self.host!r} is not this machine alone, so that a token is needed; give "
                f"--token (or {TOKEN_VARIABLE}), at least {LEAST_TOKEN} characters, or --token new"
            )
        if self.token is not None:
            _check_token(self.token)

    @property
    def folder(self) -> Path:
        """Where jobs are kept."""
        return self.jobs if self.jobs is not None else jobs_folder()

    @property
    def names(self) -> frozenset[str]:
        """The names by which a request may call this server, in lower case."""
        names = {*_LOOPBACK_NAMES, *self.known}
        if self.host not in COVERING_HOSTS:
            names.add(self.host)
        if not is_loopback(self.host):
            names.add(socket.gethostname())
        return frozenset(name.lower().strip("[]") for name in names)

    def knows(self, name: str) -> bool:
        """Whether a request may call this server so: by one of its names or, where it is open to
        others, by an address, which no foreign name can be made to mean.
        """
        name = name.lower().strip("[]")
        return name in self.names or (not is_loopback(self.host) and _is_address(name))


def _check_token(token: str) -> None:
    if len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(
            f"--token: must have at least {LEAST_TOKEN} ASCII characters and no spaces; "
            "'--token new' makes one"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def jobs_folder() -> Path:
    """Where jobs are kept unless said otherwise; it need not exist."""
    return cache_folder() / "jobs"
