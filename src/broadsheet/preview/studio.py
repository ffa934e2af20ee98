"""From the files as they are now to what a browser shows: page, mail, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from broadsheet.clock import Clock
from broadsheet.definitions.workspace import Workspace, load_workspace
from broadsheet.document.blocks import questions
from broadsheet.document.compose import compose
from broadsheet.document.material import Material
from broadsheet.document.plain import plain
from broadsheet.document.tree import Document, Notice
from broadsheet.errors import BroadsheetError, DefinitionError, UsageError
from broadsheet.press.demand import Wish, orders_for
from broadsheet.press.gather import gather, job_of
from broadsheet.press.job import RenderJob
from broadsheet.press.order import moment
from broadsheet.press.press import Press
from broadsheet.press.render import render
from broadsheet.rendering.edition import Screen, render_screen


@dataclass(frozen=True)
class View:
    """The last `screen` that could be made, what is wrong now, and the seconds that it took."""

    screen: Screen | None
    problems: tuple[str, ...]
    seconds: float


@dataclass
class Studio:
    """Makes one report again and again, as its files are now.

    The data are asked only when a question or a definition has changed, or after `forget`.
    """

    root: Path
    clock: Clock
    environ: Mapping[str, str]
    var: Path
    wish: Wish
    as_of: str | None = None
    _screen: Screen | None = field(default=None, init=False)
    _job: RenderJob | None = field(default=None, init=False)
    _basis: object = field(default=None, init=False)
    _drawing: Lock = field(default_factory=Lock, init=False)

    def look(self) -> View:
        """The report as the files are now; with a mistake in them the last sound one, and the mistake.

        Raises UsageError when there never was such a report or period.
        """
        started = self.clock.seconds()
        problems: tuple[str, ...] = ()
        try:
            problems = self._refresh()
        except DefinitionError as error:
            problems = tuple(str(problem) for problem in error.problems)
        except BroadsheetError as error:
            if isinstance(error, UsageError) and self._screen is None:
                raise
            problems = (f"{error}\n    {error.remedy}".rstrip(),)
        return View(self._screen, problems, self.clock.seconds() - started)

    def forget(self) -> None:
        """Ask the data again at the next look."""
        self._basis = None

    def pdf(self) -> bytes | None:
        """The last sound report as PDF; None where there is none."""
        with self._drawing:  # Charts are drawn with settings that all threads share.
            return render(self._job).pdf if self._job else None

    def _refresh(self) -> tuple[str, ...]:
        workspace = load_workspace(self.root)
        if workspace.errors and not workspace.reports:
            raise DefinitionError(workspace.errors)
        press = Press(workspace, self.clock, self.environ, self.var)
        try:
            job = job_of(press, self._material(press))
        finally:
            press.close()
        document = plain(compose(job.material))
        with self._drawing:
            self._screen = render_screen(document, job.theme, job.templates, job.brand)
        self._job = job
        return (*_warnings(workspace, self.wish.report), *_failures(document))

    def _material(self, press: Press) -> Material:
        """What the data answered before, where they are asked the same; else what they answer now."""
        workspace = press.workspace
        report = press.report(self.wish.report)
        as_of = moment(self.as_of, press.calendar) if self.as_of else None
        order = orders_for(press, replace(self.wish, as_of=as_of))[0]
        asked = questions(report, order.period, workspace.catalog, press.calendar)
        basis = (asked, order, workspace.catalog)
        if self._job is not None and basis == self._basis:
            return replace(self._job.material, report=report)
        gathered = gather(press, order)
        self._basis = basis
        return gathered.job.material


def _warnings(workspace: Workspace, report: str) -> tuple[str, ...]:
    """What `check` would say of the report's own file."""
    own = f"reports/{report}.yaml"
    return tuple(str(problem) for problem in workspace.problems if problem.place.file == own)


def _failures(document: Document) -> tuple[str, ...]:
    """Blocks that could not be made; they say so on the page, too."""
    return tuple(
        f"Block {number}, {section.title}: {section.body.text}"
        for number, section in enumerate(document.sections, 1)
        if section.state == "failed" and isinstance(section.body, Notice)
    )
