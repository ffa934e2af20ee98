"""Progress while editions are made: a bar for people, nothing for logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from broadsheet.cli.context import interactive

if TYPE_CHECKING:
    from broadsheet.press.order import Order
    from broadsheet.press.run import Progress, Stage

STAGES: dict[str, str] = {"gathered": "numbers ready", "rendered": "typeset", "archived": "archived"}


@contextmanager
def progress_of(editions: int) -> Iterator[Progress | None]:
    """A callback for the press that draws how far the editions are, or None when nobody watches."""
    if not interactive() or not editions:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<38}"), BarColumn(24), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking the warehouse", total=editions * 2)

        def tell(order: Order, stage: Stage) -> None:
            bar.update(task, description=f"{order.edition.report}: {STAGES[stage]}")
            if stage != "archived":
                bar.advance(task)

        yield tell
