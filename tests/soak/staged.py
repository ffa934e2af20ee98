"""A press on a stage: what it prints is a stand-in, so that hundreds of editions are made in seconds; its ledger, its
archive and its mail are real. It can be told to die or to stand still at a step that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

from broadsheet import failpoints
from broadsheet.definitions.models.reports import FileKind
from broadsheet.delivery import smtp
from broadsheet.document.tree import Document
from broadsheet.errors import CrashError, UnavailableError
from broadsheet.press import bundle, run, sources
from broadsheet.press.gate import Finding
from broadsheet.press.job import Artifacts, Gathered
from broadsheet.press.order import Order
from broadsheet.press.press import Press

PDF = b"%PDF-1.7 a stand-in"


class Killed(BaseException):
    """The process is dead. Whatever the code still does on its way out leaves no trace."""


@dataclass
class Life:
    """One life of a press, from one wake to the next: what happens to it at which of its steps."""

    fate: Mapping[int, Callable[[str], None]] = field(default_factory=dict)
    steps: int = 0
    dead: bool = False


def death(_step: str) -> None:
    """A fate: the process dies here."""
    raise Killed


@dataclass
class Stage:
    """What goes on around the presses: whether their source answers, what the gate doubts, whose page kills."""

    source: bool = True
    doubts: bool = False
    poison: frozenset[str] = frozenset()
    life: Life = field(default_factory=Life)

    @contextmanager
    def lived(self, life: Life) -> Iterator[Life]:
        """All steps are of this life until the block is left, except those of another life inside it."""
        before, self.life = self.life, life
        try:
            yield life
        finally:
            self.life = before

    def reached(self, step: str) -> None:
        """Stands in for the fail-points' own."""
        life = self.life
        if life.dead:
            raise Killed
        life.steps += 1
        fate = life.fate.get(life.steps)
        if fate is not None:
            try:
                fate(step)
            except Killed:
                life.dead = True
                raise

    def gather(self, press: Press, order: Order, also: tuple[FileKind, ...] = ()) -> Gathered:
        """Stands in for asking the warehouse."""
        del also
        press.report(order.edition.report)
        if not self.source:
            raise UnavailableError("the data source does not answer", "Try again.", connection="warehouse")
        job: Any = SimpleNamespace(
            edition=order.edition,
            poison=order.edition.report in self.poison,
            material=SimpleNamespace(scope=order.scope),
        )
        return Gathered(job, ())

    def probe(self, *_: object) -> None:
        """Stands in for asking the source for next to nothing."""
        if not self.source:
            raise UnavailableError("the data source does not answer", "Try again.", connection="warehouse")

    def looked_at(self, *_: object) -> tuple[Finding, ...]:
        """Stands in for the gate."""
        return (Finding("volume", "hold", "fewer rows than usual"),) if self.doubts else ()

    def give_up(self, link: Any) -> None:
        """The dead do not say goodbye."""
        if self.life.dead:
            link.close()
        else:
            self._give_up(link)

    _give_up = staticmethod(smtp.give_up)


class Printer:
    """Stands in for the pool of processes."""

    def __init__(self, workers: int) -> None:
        del workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, job: Any) -> Future[Artifacts]:
        """An edition of one line, or the death of the process that draws it."""
        future: Future[Artifacts] = Future()
        if job.poison:
            future.set_exception(CrashError("the process that rendered it died", "It is tried again."))
        else:
            future.set_result(printed(job.edition))
        return future


def printed(edition: Any) -> Artifacts:
    """A tiny edition that says its own key."""
    text = dict.fromkeys(
        ("company", "title", "question", "headline", "preheader", "scope", "period_text", "as_of_text",
         "as_of_iso", "owner", "confidentiality", "language"), "",
    )  # fmt: skip
    document = Document(
        edition=edition, **text, direction="ltr", sections=(), definitions=(), notes=(), subject=edition.key
    )
    page = f"<body><p>{edition.key}</p></body>"
    return Artifacts(edition, document, page.encode(), PDF, 1, page, f"{edition.key}\n", ())


@contextmanager
def staged() -> Iterator[Stage]:
    """Stand-ins for all that prints, as long as the block lasts."""
    stage = Stage()
    with ExitStack() as stack:
        stack.enter_context(patch.object(failpoints, "reached", stage.reached))
        stack.enter_context(patch.object(smtp, "give_up", stage.give_up))
        for name, stand_in in (("gather", stage.gather), ("looked_at", stage.looked_at), ("Pool", Printer)):
            stack.enter_context(patch.object(run, name, stand_in))
        stack.enter_context(patch.object(sources, "probe", stage.probe))
        stack.enter_context(patch.object(bundle, "job_files", lambda _job: {}))
        stack.enter_context(patch.object(bundle, "trail_of", lambda *_: SimpleNamespace(text="")))
        stack.enter_context(patch.object(bundle, "findings", lambda _document: b"{}"))
        yield stage


def abandoned(press: Press) -> None:
    """Let go of what a dead press held, without a word to the ledger."""
    with suppress(Killed):
        press.close()


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder for the length of the block, in memory where the system has such a place."""
    fast = Path("/dev/shm")
    with TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        yield Path(folder)
