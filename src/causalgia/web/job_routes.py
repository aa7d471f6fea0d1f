"""The routes of jobs: ask for one, watch it, fetch its files, delete it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated

import anyio
from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, StreamingResponse

from causalgia.web.errors import BusyError, MissingError
from causalgia.web.gate import REPORT_POLICY
from causalgia.web.jobs.kinds import check, identify
from causalgia.web.jobs.store import Row, Store
from causalgia.web.jobs.work import out_folder
from causalgia.web.messages import Job, JobFile, JobList, JobRequest
from causalgia.web.settings import Limits

__all__ = ["job_routes"]

_LOOK_s, _SIGN_OF_LIFE_s, _LONGEST_s = 0.3, 15.0, 3600.0
_LISTED = 100
_CHECKED_AT_A_TIME = 2
_SHOWN = {
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
_SAVED = {".parquet": "application/vnd.apache.parquet", ".zip": "application/zip"}

Id = Annotated[str, InPath(pattern="^[0-9a-f]{24}$", description="Of a job.")]
FileName = Annotated[str, InPath(min_length=1, max_length=120, description="Of one of its files.")]


def job_routes(store: Store, limits: Limits, is_stopping: Callable[[], bool]) -> APIRouter:
    """The routes over a store; streams of events end when the server `is_stopping`."""
    api, streams = APIRouter(tags=["jobs"]), _Streams(store, limits, is_stopping)
    checking = anyio.CapacityLimiter(_CHECKED_AT_A_TIME)

    @api.post(
        "/jobs",
        status_code=202,
        summary="Ask for long work; the same as before is the same job",
        response_model=Job,
        responses={200: {"model": Job, "description": "It was asked for before"}},
    )
    async def add(request: JobRequest, http: Request, response: Response) -> Job:
        client = http.client.host if http.client else ""

        def put() -> tuple[Row, bool]:
            check(request)
            return store.add(identify(request), request.kind, request.model_dump_json(), client)

        row, is_new = await anyio.to_thread.run_sync(put, limiter=checking)
        response.status_code = 202 if is_new else 200
        response.headers["Location"] = f"/api/v1/jobs/{row.id}"
        return _shown(store, row)

    @api.get("/jobs", summary="The newest jobs")
    def latest() -> JobList:
        return JobList(jobs=[_shown(store, row) for row in store.latest(_LISTED)])

    @api.get("/jobs/{id}", summary="How a job stands")
    def get(id: Id) -> Job:
        return _shown(store, store.get(id))

    @api.delete("/jobs/{id}", status_code=204, summary="Stop a job, or forget it, with its files")
    def delete(id: Id) -> Response:
        store.delete(id)
        return Response(status_code=204)

    @api.get(
        "/jobs/{id}/events",
        summary="How a job stands, as server-sent events, until it is over",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def events(id: Id) -> StreamingResponse:
        await anyio.to_thread.run_sync(store.get, id)
        return streams.open(id)

    @api.get(
        "/jobs/{id}/files/{name}",
        summary="A file that a job made",
        response_class=FileResponse,
        responses={200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}},
    )
    def file(id: Id, name: FileName) -> FileResponse:
        row = store.get(id)
        path = out_folder(store, row) / name
        # Only what the job's own list names is looked for on the disk.
        if name not in row.files or not path.is_file():
            raise MissingError("the job has no file of that name; its files are listed in the job")
        return _sent(path)

    return api


def _shown(store: Store, row: Row) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]
        state=row.state,
        ahead=store.ahead(row),
        progress=row.progress,
        created=row.created,
        started=row.started,
        finished=row.finished,
        error=row.error,
        files=[
            JobFile(name=name, bytes=size, type=_type(Path(name)))
            for name, size in row.files.items()
        ],
    )


def _type(file: Path) -> str:
    return {**_SHOWN, **_SAVED}.get(file.suffix, "application/octet-stream")


def _sent(file: Path) -> FileResponse:
    """A file to look at, in a sandbox, or to save."""
    return FileResponse(
        file,
        media_type=_type(file),
        filename=file.name,
        content_disposition_type="inline" if file.suffix in _SHOWN else "attachment",
        headers={"Content-Security-Policy": REPORT_POLICY, "Cache-Control": "private, no-cache"},
    )


class _Streams:
    """Streams of events, some at a time."""

    def __init__(self, store: Store, limits: Limits, is_stopping: Callable[[], bool]) -> None:
        self._store, self._most, self._is_stopping = store, limits.streams, is_stopping
        self._open = 0

    def open(self, job: str) -> StreamingResponse:
        """A stream of what becomes of a job.

        **Raises:** `BusyError` where too many are open.
        """
        if self._open >= self._most:
            raise BusyError(f"{self._open} streams of events are open; ask for the job instead")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._told(job), media_type="text/event-stream", headers=headers)

    async def _told(self, job: str) -> AsyncIterator[str]:
        self._open += 1
        try:
            last, sent_at, began = "", time.monotonic(), time.monotonic()
            while not self._is_stopping() and time.monotonic() - began < _LONGEST_s:
                try:
                    row = await anyio.to_thread.run_sync(self._store.get, job)
                except MissingError:
                    yield "event: gone\ndata: {}\n\n"
                    return
                text = _shown(self._store, row).model_dump_json()
                if text != last:
                    last, sent_at = text, time.monotonic()
                    yield f"event: job\ndata: {text}\n\n"
                elif time.monotonic() - sent_at > _SIGN_OF_LIFE_s:
                    sent_at = time.monotonic()
                    yield ": still there\n\n"
                if row.is_over:
                    return
                await asyncio.sleep(_LOOK_s)
        finally:
            self._open -= 1
