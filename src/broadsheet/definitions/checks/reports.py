"""Checks of themes, and of what a report says outside its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from broadsheet.definitions.checks.places import unknown_zone
from broadsheet.definitions.checks.sources import outside
from broadsheet.definitions.codes import error, warning
from broadsheet.definitions.contrast import weak_colors
from broadsheet.definitions.draft import WORKSPACE, Draft, Finding, Subject
from broadsheet.definitions.files import SETTINGS
from broadsheet.definitions.models.reports import CardsBlock
from broadsheet.errors import Place, Problem, did_you_mean

_LOGOS, _FONTS = (".svg", ".png"), (".ttf", ".otf")


def check_themes(draft: Draft) -> Iterator[Finding]:
    """The files of a theme, its logo and its fonts, lie beside it."""
    for name, theme in draft.themes.items():
        subject = Subject("theme", name)
        wanted = [] if theme.logo is None else [(theme.logo, _LOGOS, draft.place(subject, "logo"))]
        for number, font in enumerate(theme.fonts):
            wanted.append((font.file, _FONTS, draft.place(subject, "fonts", number, "file")))
        for file, endings, place in wanted:
            for problem in _beside(draft, file, endings, place):
                yield subject, problem


def _beside(draft: Draft, file: str, endings: tuple[str, ...], place: Place) -> Iterator[Problem]:
    kind, what = ("logo", "an SVG or PNG file") if endings == _LOGOS else ("font", "a TTF or OTF file")
    if outside(file):
        yield error(
            "path-escapes", place, f"“{file}” leads out of config/themes/", f"Name {what} beside the theme."
        )
    elif PurePosixPath(file).suffix.lower() not in endings:
        yield error(
            "wrong-value", place, f"the {kind} “{file}” is no {what.partition(' ')[2]}", "Convert it."
        )
    elif not (draft.files.root / "config/themes" / file).is_file():
        remedy = f"Put the {kind} there, or correct its name."
        yield error("missing-file", place, f"there is no file config/themes/{file}", remedy)


def check_contrast(draft: Draft) -> Iterator[Finding]:
    """The colors of a theme can be read on its paper."""
    for name, theme in draft.themes.items():
        for weak in weak_colors(theme):
            subject = Subject("theme", name)
            what = f"{weak.color} has a contrast of {weak.ratio:.1f} : 1 against its ground"
            remedy = f"Take one with at least {weak.needed:.1f} : 1: darker on a light paper, lighter on a dark one."
            yield subject, warning("theme-contrast", draft.place(subject, *weak.way), what, remedy)


def check_names(draft: Draft) -> Iterator[Finding]:
    """Time zones, themes, audiences and headline KPIs exist."""
    settings = draft.catalog.settings
    for key, zone in (
        ("timezone", settings.calendar.timezone),
        ("naive_timestamps", settings.calendar.naive_timestamps),
    ):
        for problem in unknown_zone(zone, draft.files.place(SETTINGS, "calendar", key)):
            yield WORKSPACE, problem
    for problem in _known(draft, Subject("theme", settings.theme), draft.files.place(SETTINGS, "theme")):
        yield WORKSPACE, problem
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for used, key in (
            *((Subject("audience", audience), "audience") for audience in report.audiences),
            (Subject("theme", report.theme or "default"), "theme"),
            (Subject("kpi", report.headline or ""), "headline"),
        ):
            if used.name:
                for problem in _known(draft, used, draft.place(subject, key)):
                    yield subject, problem


def check_headlines(draft: Draft) -> Iterator[Finding]:
    """The headline speaks of a KPI that the first cards show."""
    for name, report in draft.reports.items():
        cards = next((block for block in report.blocks if isinstance(block, CardsBlock)), None)
        shown = [card.kpi for card in cards.kpis] if cards else []
        if report.headline is None or report.headline not in draft.catalog.kpis:
            continue
        if report.headline not in shown:
            subject = Subject("report", name)
            what = f"the headline is to speak of {report.headline}, which no card of the report shows"
            place = draft.place(subject, "headline")
            yield (
                subject,
                error(
                    "headline-kpi", place, what, f"Add a card for it. {did_you_mean(report.headline, shown)}"
                ),
            )


def _known(draft: Draft, used: Subject, place: Place) -> Iterator[Problem]:
    if not draft.defines(used.kind, used.name):
        remedy = did_you_mean(used.name, draft.names(used.kind))
        label = "KPI" if used.kind == "kpi" else used.kind
        yield error(f"unknown-{used.kind}", place, f"unknown {label} “{used.name}”", remedy)
