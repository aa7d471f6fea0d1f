"""What a client is told when something is wrong: one line, as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from causalgia.errors import CausalgiaError, InputError, SimulationDiverged
from causalgia.tables import printable, shorten
from causalgia.web.errors import MissingError, TooManyError

__all__ = [
    "MEDIA_TYPE",
    "STATUSES",
    "Problem",
    "add_handlers",
    "problem",
]

MEDIA_TYPE = "application/problem+json"
"""Of every answer that says that something is wrong."""

STATUSES = (400, 401, 403, 404, 405, 408, 413, 415, 421, 422, 429, 503)
"""The statuses of such answers, but for what is a bug."""

_LONGEST = 500
_log = logging.getLogger("causalgia.web")


class Problem(BaseModel):
    """What is wrong: `title`, the kind in a few words; `detail`, one line that names the field,
    what was given and what is allowed.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Always about:blank: the status says which kind it is.")
    title: str
    status: int
    detail: str


_STATUS: dict[type[CausalgiaError], int] = {
    InputError: 422,
    SimulationDiverged: 422,
    MissingError: 404,
    TooManyError: 429,
    # Whatever else was raised on purpose: the model on this machine cannot answer.
    CausalgiaError: 503,
}
_AGAIN_s = {429: "10", 503: "2"}


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer that says what is wrong."""
    line = printable(detail)
    content = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "...",
    )
    again = {"Retry-After": _AGAIN_s[status]} if status in _AGAIN_s else {}
    return JSONResponse(
        content.model_dump(), status, {**again, **(headers or {})}, media_type=MEDIA_TYPE
    )


def add_handlers(app: FastAPI) -> None:
    """Let an application answer whatever is raised with problem details."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, CausalgiaError)
        status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
        return problem(status, str(error))

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        status, line = _said(error)
        return problem(status, line)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        allowed = error.headers or {}
        line = _WORDS.get(error.status_code, str(error.detail))
        return problem(error.status_code, line, dict(allowed))

    async def any_other(request: Request, error: Exception) -> JSONResponse:
        return unforeseen(error)

    app.add_exception_handler(CausalgiaError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, any_other)


_WORDS = {
    400: "the request's body is no JSON that can be read",
    404: "there is nothing here; the addresses are listed in /api/v1/openapi.json",
    405: "this address takes other methods; see the Allow header",
}


def unforeseen(error: Exception) -> JSONResponse:
    """A bug: the server's log has all of it, the client is told no more than its kind."""
    _log.error("a request failed", exc_info=error)
    return problem(500, f"a bug ({type(error).__name__}); the server's log has more")


def _said(error: RequestValidationError) -> tuple[int, str]:
    """Status and line of the first thing that is wrong with a request."""
    first: dict[str, Any] = dict(error.errors()[0])
    if first["type"] == "json_invalid":
        return 400, f"the request's body is no JSON: {first.get('ctx', {}).get('error', '')}"
    place = [str(part) for part in first["loc"] if part != "body"]
    name = ".".join(place) or "the request's body"
    if first["type"] == "missing":
        return 422, f"{name}: is missing"
    if first["type"] == "extra_forbidden":
        return 422, f"{name}: is not known here"
    message = str(first["msg"]).removeprefix("Value error, ")
    return 422, f"{name}: {shorten(first.get('input'))}: {message}"
