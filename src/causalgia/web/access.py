"""Who may ask: a token in a header, or a cookie that a link hands out once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers

__all__ = ["COOKIE", "Access", "Attempts", "new_token"]

COOKIE = "causalgia"
"""The name of the cookie."""

_MINUTE_s = 60.0
_REMEMBERED = 10_000


def new_token() -> str:
    """A token nobody guesses."""
    return secrets.token_urlsafe(24)


class Access:
    """Whether a request may pass.

    The cookie is derived of the token, so that it outlives a restart and changes with the token; it
    gives nothing away of it. The `key` of the link is good for one use.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._cookie = "" if token is None else _derived(token, "cookie")
        self._key: str | None = None if token is None else secrets.token_urlsafe(24)
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether no token is needed."""
        return self._token is None

    @property
    def key(self) -> str | None:
        """What the link holds; None where there is none, or it was used."""
        return self._key

    @property
    def cookie(self) -> str:
        """The value of the cookie."""
        return self._cookie

    def admits(self, headers: Headers) -> bool:
        """Whether the headers of a request bring the token or the cookie."""
        if self._token is None:
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        by_header = _same(given.strip(), self._token) and kind.lower() == "bearer"
        by_cookie = _same(_cookie_of(headers), self._cookie)
        return by_header or by_cookie

    def brings_any(self, headers: Headers) -> bool:
        """Whether a request tries at all."""
        return "authorization" in headers or bool(_cookie_of(headers))

    def use(self, key: str) -> bool:
        """Whether this is the key of the link, which then is used up."""
        with self._lock:
            if self._key is None or not _same(key, self._key):
                return False
            self._key = None
            return True


class Attempts:
    """How often each client failed within a minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._failed: OrderedDict[str, list[float]] = OrderedDict()

    def are_too_many(self, client: str) -> bool:
        """Whether a client must wait."""
        recent = [at for at in self._failed.get(client, ()) if at > time.monotonic() - _MINUTE_s]
        return len(recent) >= self._most

    def add(self, client: str) -> None:
        """One more failure."""
        now = time.monotonic()
        recent = [at for at in self._failed.pop(client, ()) if at > now - _MINUTE_s]
        self._failed[client] = [*recent[-self._most :], now]
        while len(self._failed) > _REMEMBERED:
            self._failed.popitem(last=False)


def _derived(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), f"causalgia {purpose}".encode(), hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    """Whether two texts are the same, in a time that does not tell how far they are."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _cookie_of(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return "" if found is None else found.value
