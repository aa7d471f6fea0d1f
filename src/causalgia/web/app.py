"""The application: routes, gate, engine and jobs put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware

from causalgia import __version__
from causalgia.web.access import Access
from causalgia.web.engine import Engine
from causalgia.web.gate import Gate
from causalgia.web.job_routes import job_routes
from causalgia.web.jobs.store import Store
from causalgia.web.jobs.supervisor import Supervisor
from causalgia.web.page_files import PageFiles, load_page
from causalgia.web.problems import MEDIA_TYPE, STATUSES, Problem, add_handlers
from causalgia.web.routes import answer_routes, page_routes
from causalgia.web.settings import Settings

__all__ = ["API", "make_app"]

API = "/api/v1"
"""Where the API begins; what changes in a way that breaks clients gets another number."""

_SMALLEST_PACKED = 4000
_ABOUT = (
    "An open in-silico laboratory for neuropathic pain. A research instrument, not a medical "
    "device. Errors are problem details (RFC 9457) with one line. Times are in days since the "
    "onset of the cause, ratings 0-10, rates in Hz."
)


def make_app(
    settings: Settings,
    *,
    access: Access | None = None,
    page: PageFiles | None = None,
    supervisor: Supervisor | None = None,
    store: Store | None = None,
    warm: bool = True,
    is_stopping: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """The application of a server.

    **Arguments:** its `settings`; who may ask (`access`), the `page`, the `store` of jobs and who
    looks after them (`supervisor`), each made of the settings where it is not given; `warm`,
    compile at the start; `is_stopping`, whether the server is about to end.
    **Raises:** `InputError` where the folder of jobs cannot be used.
    """
    store = store or Store(settings.folder, settings.limits)
    looks_after = supervisor or Supervisor(store, settings.workers, settings.limits)
    engine = Engine(settings.limits)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        looks_after.start()
        if warm:
            engine.start_warming()
        try:
            yield
        finally:
            looks_after.stop()

    app = FastAPI(
        title="Causalgia",
        version=__version__,
        description=_ABOUT,
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        redirect_slashes=False,
        lifespan=life,
    )
    app.include_router(answer_routes(engine), prefix=API)
    app.include_router(job_routes(store, settings.limits, is_stopping), prefix=API)
    app.include_router(page_routes(page or load_page()))
    add_handlers(app)
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_PACKED, compresslevel=3)
    app.add_middleware(Gate, settings=settings, access=access or Access(settings.token))
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The description of the API: every answer that says that something is wrong is a problem."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        schemas = found["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = Problem.model_json_schema()
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operation in (o for path in found["paths"].values() for o in path.values()):
            for status in STATUSES:
                operation["responses"][str(status)] = {
                    "description": "Something is wrong",
                    "content": content,
                }
        app.openapi_schema = found
    return app.openapi_schema
