"""Measure printing: a report against the bare typesetter, charts against plain matplotlib, the next recipient.

    make bench                       among the other benchmarks
    python benchmarks/bench_pages.py

Everything is warm and from ready data: the shipped reports over the sample company, gathered once. Both sides of a
ratio take turns in one process; times are CPU seconds. The typesetter gets the very page that we print, with the same
tags, fonts and pictures. The charts to measure against are eight kinds of matplotlib in constrained layout, from
BROADSHEET_TEST_DATA/performance-baselines; without them they are left out.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.document.compose import compose
from broadsheet.document.tree import Chart, Diagram
from broadsheet.press.bundle import letter_of, letters
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.job import RenderJob
from broadsheet.press.press import Press
from broadsheet.press.render import render
from broadsheet.rendering import pdf
from broadsheet.rendering.charts.draw import png
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.edition import drawings
from broadsheet.rendering.html import chart_resources, render_html
from broadsheet.rendering.theme import chart_style
from broadsheet.sample.build import build

ROOT = Path(__file__).parents[1]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
PAGES, CHART, NEXT = 1.00, 0.65, 0.02
"""Goals: our pages in bare typesettings, our charts in theirs, the next recipient in the first."""
MANY = 4
MONDAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
DPI = 144


def main() -> None:
    """Build the sample company, gather every report, let the sides take turns."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder:
        press = ready(Path(folder))
        scheduled = sorted(name for name, report in press.workspace.reports.items() if report.schedule)
        jobs = [gather(press, order_for(press, Wish(name))).job for name in scheduled]
        prepare()
        say(f"{'':<44}{'ours ms':>9}{'theirs':>9}{'ours ÷':>8}{'goal':>8}  met")
        for job in jobs:
            pages(job)
        charts(jobs)
        recipients(press, jobs)
        press.close()


def ready(folder: Path) -> Press:
    """A press over the shipped definitions and a fresh sample company."""
    for part in ("reports", "config", "templates"):
        (folder / part).symlink_to(ROOT / part)
    build(folder / "var" / "warehouse.duckdb", until=date(2026, 6, 14))
    return Press(load_workspace(folder), FixedClock(MONDAY), os.environ, folder / "var")


def pages(job: RenderJob) -> None:
    """Templates and typesetting of a report, its charts drawn, against `write_pdf` of the same page."""
    document = compose(job.material)
    drawn = drawings(document, job.theme)
    resources = chart_resources(drawn) + job.brand.files
    page = render_html(document, job.theme, job.templates, drawn, logo=job.brand.logo)
    fetcher, rules = pdf.setting(page, resources, job.paper)

    def ours() -> None:
        html = render_html(document, job.theme, job.templates, drawn, logo=job.brand.logo)
        pdf.render_pdf(html, resources, paper=job.paper)

    def bare() -> None:
        fonts = FontConfiguration()
        sheet = CSS(string=rules, url_fetcher=fetcher, font_config=fonts)
        HTML(string=page, url_fetcher=fetcher, base_url=pdf.SCHEME).write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant=pdf.VARIANT
        )

    count = pdf.render_pdf(page, resources, paper=job.paper).pages
    mine, theirs = turns(ours, bare)
    # A page or two cost little; what they cost beyond typesetting is no goal.
    row(f"{document.edition.report}, {count} pages", mine, theirs, PAGES if count >= MANY else None)


def charts(jobs: list[RenderJob]) -> None:
    """A chart of ours as SVG and as a picture, against the mean of eight plain ones as pictures."""
    folder = Path(os.environ.get("BROADSHEET_TEST_DATA", "")) / "performance-baselines"
    if "BROADSHEET_TEST_DATA" not in os.environ or not (folder / "docdata.py").is_file():
        say(
            "No charts to measure against: set BROADSHEET_TEST_DATA to the folder with performance-baselines/."
        )
        return
    sys.path.insert(0, str(folder))
    import docdata

    data = docdata.data()
    documents = [(compose(job.material), job) for job in jobs]
    bodies = [
        (s.body, job) for d, job in documents for s in d.sections if isinstance(s.body, Chart | Diagram)
    ]
    plain = [lambda i=i: docdata.chart(i, data, "png", DPI, layout="constrained") for i in range(8)]
    size = (4.6 * 25.4, 2.9 * 25.4)

    def svg() -> None:
        for document, job in documents:
            drawings(document, job.theme)

    def pictures() -> None:
        for body, job in bodies:
            png(body, chart_style(job.theme), size, dpi=DPI)

    def theirs() -> None:
        for draw in plain:
            draw()

    for name, side in (("as SVG, for pages", svg), ("as PNG of the same size", pictures)):
        mine, other = turns(side, theirs)
        row(f"a chart {name} (mean of {len(bodies)})", mine / len(bodies), other / len(plain), CHART)


def recipients(press: Press, jobs: list[RenderJob]) -> None:
    """One more letter of an edition, composed and stored, against rendering the edition with its first letter."""
    made = {job.material.edition.report: render(job) for job in jobs}
    for job in jobs:
        letter = letter_of(made[job.material.edition.report])
        number = iter(range(10_000))

        def following(letter=letter, number=number) -> None:  # type: ignore[no-untyped-def]
            letters(press, letter, (f"reader-{next(number)}@example.test",), MONDAY)

        def first(job: RenderJob = job, number=number) -> None:  # type: ignore[no-untyped-def]
            letters(press, letter_of(render(job)), (f"reader-{next(number)}@example.test",), MONDAY)

        mine, theirs = turns(following, first)
        row(f"{letter.report}, the next recipient", mine, theirs, NEXT)


def turns(one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """CPU seconds of both, medians of turns after one each for warming up."""
    one(), other()
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for side, times in zip((one, other), found, strict=True):
            begun = time.process_time()
            side()
            times.append(time.process_time() - begun)
    return statistics.median(found[0]), statistics.median(found[1])


def row(name: str, mine: float, theirs: float, goal: float | None) -> None:
    ratio = mine / theirs
    judged = f"{f'≤ {goal:.2f}':>8}  {'yes' if ratio <= goal else 'no'}" if goal is not None else ""
    say(f"{name:<44}{mine * 1e3:>9.0f}{theirs * 1e3:>9.0f}{ratio:>8.2f}{judged}")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
