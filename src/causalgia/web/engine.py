"""What answers at once: compiled programs behind a small queue, with answers kept."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable

import anyio
from pydantic import BaseModel

from causalgia.cache import enable_compilation_cache
from causalgia.web.errors import BusyError
from causalgia.web.messages import AssessRequest, CourseRequest, PathwayRequest
from causalgia.web.once import Once
from causalgia.web.settings import Limits

__all__ = ["Engine"]

_KEPT = 128
_PATHWAYS_AT_A_TIME = 4
_ASSESSMENTS_AT_A_TIME = 1
_log = logging.getLogger("causalgia.web")


class Engine:
    """Answers of the pathway, of courses, and of the library, as JSON."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._courses = anyio.CapacityLimiter(limits.courses_at_a_time)
        self._pathways = anyio.CapacityLimiter(_PATHWAYS_AT_A_TIME)
        # Apart: one takes a second, and no slider should wait for it.
        self._assessments = anyio.CapacityLimiter(_ASSESSMENTS_AT_A_TIME)
        self._kept = Once(_KEPT)
        self._warm = threading.Event()

    @property
    def is_warm(self) -> bool:
        """Whether all programs are compiled."""
        return self._warm.is_set()

    def start_warming(self) -> None:
        """Compile in a thread; who asks meanwhile is answered, only later."""
        threading.Thread(target=self._warm_up, name="warming", daemon=True).start()

    def _warm_up(self) -> None:
        enable_compilation_cache()
        try:
            from causalgia.web.assessments import warm_assessment
            from causalgia.web.courses import warm_course
            from causalgia.web.library import library
            from causalgia.web.pathways import warm_pathway
            from causalgia.web.schedules import ROWS

            warm_pathway()
            library()
            warm_assessment()
            for rows in ROWS:
                warm_course(rows)
        except Exception:  # who asks is told what is wrong
            _log.exception("the programs could not be compiled beforehand")
        self._warm.set()

    async def pathway(self, request: PathwayRequest) -> bytes:
        """The answer of the pathway.

        **Raises:** `InputError` for what cannot be; `BusyError` where too many wait.
        """

        def answer() -> str:
            from causalgia.web.pathways import answer_pathway

            return answer_pathway(request).model_dump_json()

        return await self._asked("pathway", request, answer, self._pathways)

    async def course(self, request: CourseRequest) -> bytes:
        """What becomes of people with a cause.

        **Raises:** `InputError` for what cannot be; `BusyError` where too many wait.
        """

        def answer() -> str:
            from causalgia.web.courses import answer_course

            return answer_course(request).model_dump_json()

        return await self._asked("course", request, answer, self._courses)

    async def assessment(self, request: AssessRequest) -> bytes:
        """What is probably wrong with a person.

        **Raises:** `InputError` for what cannot be; `BusyError` where too many wait, or no atlas
        is at hand.
        """

        def answer() -> str:
            from causalgia.web.assessments import answer_assessment

            return answer_assessment(request)

        return await self._asked("assess", request, answer, self._assessments)

    async def library(self) -> bytes:
        """What there is to choose from."""

        def answer() -> bytes:
            from causalgia.web.library import library

            return json.dumps(library(), ensure_ascii=False, allow_nan=False).encode()

        async def compute() -> bytes:
            return await anyio.to_thread.run_sync(answer)

        return await self._kept.get("library", compute)

    async def _asked(
        self,
        what: str,
        request: BaseModel,
        answer: Callable[[], str],
        limiter: anyio.CapacityLimiter,
    ) -> bytes:
        async def compute() -> bytes:
            if limiter.statistics().tasks_waiting >= self._limits.courses_waiting:
                raise BusyError(f"{what}: too many wait already; come again in a moment")
            return await anyio.to_thread.run_sync(lambda: answer().encode(), limiter=limiter)

        return await self._kept.get(f"{what} {request.model_dump_json()}", compute)
