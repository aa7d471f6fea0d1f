"""The gate that every request passes: whose name it calls, where it comes from, whether it brings
the token, how large it is; and the headers that every answer carries.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from causalgia.web.access import COOKIE, Access, Attempts
from causalgia.web.problems import problem
from causalgia.web.settings import Settings

__all__ = ["ENTER", "PAGE_POLICY", "REPORT_POLICY", "Gate"]

ENTER = "/enter"
"""Where the link leads that hands out the cookie."""

OPEN_PATHS = ("/api/v1/health",)
"""What answers without a token: that the server lives, and no more."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may do: nothing inline, nothing from elsewhere."""

REPORT_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""What a file made by a job may do when it is looked at: show itself, and run nothing."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_COOKIE_s = 30 * 24 * 3600


class Gate:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings, access: Access) -> None:
        self._app, self._settings, self._access = app, settings, access
        self._attempts = Attempts(settings.limits.failed_tokens)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets
            return
        dressed = _dressed(send)
        refused = self._refusal(scope, Headers(scope=scope))
        if refused is not None:
            await refused(scope, receive, dressed)
            return
        limits = self._settings.limits
        try:
            async with asyncio.timeout(limits.body_s):
                body = await _body(receive, limits.body_bytes)
        except TimeoutError:
            refused = problem(408, f"the body did not arrive within {limits.body_s:g} s")
        else:
            if body is not None:
                await self._app(scope, _again(body, receive), dressed)
                return
            refused = self._too_large()
        await refused(scope, receive, dressed)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to a request that does not get through; None for one that does."""
        name = _host_name(headers.get("host", ""))
        if name is None or not self._settings.knows(name):
            return problem(
                421, "Host: this server does not go by that name; see --known for further names"
            )
        if scope["method"] not in _SAFE and not _is_own(headers):
            return problem(403, "Origin: requests from other sites are not taken")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:18]) > self._settings.limits.body_bytes:
            return self._too_large()
        return self._unknown(scope, headers)

    def _unknown(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to who brings no token; the cookie, to who brings the key of the link."""
        if self._access.is_open or scope["path"] in OPEN_PATHS:
            return None
        client = (scope.get("client") or ("",))[0]
        if self._attempts.are_too_many(client):
            return problem(429, "too many wrong tokens; wait a minute")
        if self._access.admits(headers):
            return None
        if scope["path"] == ENTER and scope["method"] == "GET":
            query = scope.get("query_string", b"").decode("latin-1")
            if self._access.use(query.removeprefix("key=")):
                return self._enter(scope)
            self._attempts.add(client)
            return problem(401, "the link was used before, or is not whole; start the server anew")
        if self._access.brings_any(headers):
            self._attempts.add(client)
        challenge = {"WWW-Authenticate": 'Bearer realm="causalgia"'}
        return problem(401, "Authorization: give the token as 'Bearer TOKEN'", challenge)

    def _enter(self, scope: Scope) -> Response:
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            self._access.cookie,
            max_age=_COOKIE_s,
            httponly=True,
            samesite="strict",
            secure=scope.get("scheme") == "https",
        )
        return answer

    def _too_large(self) -> Response:
        most = self._settings.limits.body_bytes
        return problem(413, f"the body is too large; allowed: {most} bytes")


def _host_name(host: str) -> str | None:
    """The name in a Host header, without its port; None where it is none."""
    try:
        found = urlsplit(f"//{host}")
        _ = found.port
    except ValueError:
        return None
    is_plain = not (found.path or found.query or found.fragment or "@" in host)
    return found.hostname if is_plain else None


def _is_own(headers: Headers) -> bool:
    """Whether a request that changes something comes from this server's own page or no page."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


async def _body(receive: Receive, most_bytes: int) -> bytes | None:
    """The whole body of a request, or None where it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > most_bytes:
            return None
        parts.append(part)
        if not message.get("more_body", False):  # all of it, or the client went away
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read, and then what the client does further."""
    is_told = False

    async def again() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _dressed(send: Send) -> Send:
    """Answers with the headers that all of them carry."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return dressed
