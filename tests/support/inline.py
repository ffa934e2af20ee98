"""Rendering in the test's own process, for tests of what happens around it again and again."""

from __future__ import annotations

from concurrent.futures import Future
from types import TracebackType
from typing import Self

from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.press.render import render


class InlinePool:
    """Stands in for the pool of processes: no start of any, and no walls."""

    def __init__(self, workers: int) -> None:
        del workers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def submit(self, job: RenderJob) -> Future[Artifacts]:
        """Render now; the future is done when it is returned."""
        future: Future[Artifacts] = Future()
        try:
            future.set_result(render(job))
        except Exception as error:  # The caller asks the future.
            future.set_exception(error)
        return future
