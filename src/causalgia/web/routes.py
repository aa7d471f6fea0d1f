"""What answers at once: health, library, pathway, course; and the files of the page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from causalgia import __version__
from causalgia.web.engine import Engine
from causalgia.web.errors import MissingError
from causalgia.web.messages import (
    AssessRequest,
    CourseAnswer,
    CourseRequest,
    Health,
    PathwayAnswer,
    PathwayRequest,
)
from causalgia.web.page_files import PageFile, PageFiles

__all__ = ["answer_routes", "page_routes"]

_JSON = "application/json"
_FOR_GOOD = "public, max-age=31536000, immutable"


def answer_routes(engine: Engine) -> APIRouter:
    """The routes of the API that an engine answers."""
    api = APIRouter()

    @api.get("/health", summary="Whether the server lives", tags=["server"])
    async def health() -> Health:
        return Health(status="ok", version=__version__, warm=engine.is_warm)

    @api.get(
        "/library",
        summary="Causes, treatments, mechanisms, and words for them",
        tags=["answers"],
    )
    async def library() -> dict[str, Any]:
        return Response(await engine.library(), media_type=_JSON)  # type: ignore[return-value]

    @api.post(
        "/pathway",
        summary="What the pathway makes of mechanisms",
        tags=["answers"],
        response_model=PathwayAnswer,
    )
    async def pathway(request: PathwayRequest) -> Response:
        return Response(await engine.pathway(request), media_type=_JSON)

    @api.post(
        "/course",
        summary="What becomes of people with a cause, week by week",
        tags=["answers"],
        response_model=CourseAnswer,
    )
    async def course(request: CourseRequest) -> Response:
        return Response(await engine.course(request), media_type=_JSON)

    @api.post(
        "/assess",
        summary="What is probably wrong with a person, what would tell more, and what to do",
        tags=["answers"],
    )
    async def assess(request: AssessRequest) -> dict[str, Any]:
        found = await engine.assessment(request)
        return Response(found, media_type=_JSON)  # type: ignore[return-value]

    return api


def page_routes(page: PageFiles) -> APIRouter:
    """The routes of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def index(request: Request) -> Response:
        return _sent(request, page.index, "no-cache")

    @routes.get("/page/{version}/{name:path}")
    async def file(request: Request, version: str, name: str) -> Response:
        found = page.files.get(name)
        if found is None or version != page.hash:
            raise MissingError("there is no such file; load the page anew")
        return _sent(request, found, _FOR_GOOD)

    return routes


def _sent(request: Request, file: PageFile, caching: str) -> Response:
    tag = f'"{file.tag}"'
    headers = {"ETag": tag, "Cache-Control": caching}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers={**headers, "Content-Type": file.type})
