"""The command `explain`: what a KPI or a report means, where its numbers come from, and the story of an edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import count, print_json, print_table
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from broadsheet.metrics.definition import Profile, Split
    from broadsheet.press.demand import Wish
    from broadsheet.press.explain import KpiNumbers, ReportNumbers, ReportProfile
    from broadsheet.press.press import Press
    from broadsheet.press.story import Story
    from broadsheet.press.trail import Traced

MANY = 4
"""More periods than these are told by the first ones."""


Name = Annotated[
    str, typer.Argument(help="A KPI, a report, or an edition: sales-weekly/2026-W46, or its number.")
]
Period = Annotated[
    str | None,
    typer.Option(
        help="2026-06-14, 2026-W24, 2026-05, …", show_default="the report's last; of a KPI the last month"
    ),
]
AllTime = Annotated[bool, typer.Option("--all-time", help="Everything the data holds.")]
AsOf = Annotated[str | None, typer.Option(help="See the data's calendar from this moment.")]
Offline = Annotated[bool, typer.Option("--offline", help="The definition only: ask no data source.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, with the SQL of every statement.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    context: typer.Context,
    name: Name,
    period: Period = None,
    all_time: AllTime = False,
    as_of: AsOf = None,
    offline: Offline = False,
    as_json: AsJson = False,
) -> None:
    """Tell how a KPI or a report is defined and which statements give its numbers; of an edition, its story."""
    from broadsheet.press.demand import Wish
    from broadsheet.press.explain import subjects
    from broadsheet.press.order import moment

    if period and all_time:
        raise UsageError("--period and --all-time exclude each other", "Give one of them.")
    if offline and (period or all_time or as_of):
        raise UsageError("--offline asks no data source, so it has no period", "Leave the period out.")
    if "/" in name or name.isdecimal():
        if period or all_time or as_of or offline:
            raise UsageError("an edition has its period and its moment", "Leave the options out.")
        _edition(context, name, as_json=as_json)
        return
    with door(context).press() as press:
        seen_from = moment(as_of, press.calendar) if as_of else None
        wish = None if offline else Wish(name, period, all_time, seen_from)
        is_kpi, is_report = subjects(press, name)
        told: dict[str, Any] = {}
        if is_kpi:
            told["kpi"] = _kpi(press, name, wish, quiet=as_json)
        if is_report:
            told["report"] = _report(press, name, wish, quiet=as_json)
        if as_json:
            print_json(told)


def _edition(context: typer.Context, name: str, *, as_json: bool) -> None:
    from broadsheet.press.story import stories

    with door(context).press() as press:
        told = stories(press, name)
    if as_json:
        print_json([asdict(story) for story in told])
        return
    for number, story in enumerate(told):
        _say([""] if number else [])
        _say(_story(story))
    if len(told) > 1:
        _say(["", f"What differs between them: broadsheet diff {told[-2].name} {told[-1].name}"])


def _story(story: Story) -> Iterator[str]:
    yield f"{story.edition} (number {story.number})"
    yield from _item("state", (story.state + (f", {story.reason}" if story.reason else ""),))
    yield from _item("due", (f"{story.due}, as of {story.as_of}",))
    yield from _item("definition", (story.definition,))
    yield from _item("drawn by", (story.drawn_by,))
    yield from _item("story", (f"{each.at}  {each.what}" for each in story.happenings))
    counted = ", ".join(f"{number} {state}" for state, number in story.letters)
    yield from _item("letters", (counted or "none",))
    for each in story.sendings:
        tries = count(each.attempts, "attempt")
        yield f"{'':<12}{each.recipient}: {each.state} {each.at} by {each.channel}, {tries}{_reply(each.reply)}"


def _reply(text: str) -> str:
    return f" ({text})" if text else ""


def _kpi(press: Press, name: str, wish: Wish | None, *, quiet: bool) -> dict[str, Any]:
    from broadsheet.press.explain import kpi_numbers, kpi_profile

    profile = kpi_profile(press, name)
    # The definition stands before the data is asked: it is told even where no data source answers.
    if not quiet:
        _say(_profile(profile))
    numbers = kpi_numbers(press, name, wish) if wish else None
    if numbers and not quiet:
        _print_kpi_numbers(numbers)
    return asdict(profile) | ({"numbers": asdict(numbers)} if numbers else {})


def _report(press: Press, name: str, wish: Wish | None, *, quiet: bool) -> dict[str, Any]:
    from broadsheet.press.explain import report_numbers, report_profile

    profile = report_profile(press, name)
    if not quiet:
        _say(_report_profile(profile))
    numbers = report_numbers(press, wish) if wish else None
    if numbers and not quiet:
        _say(_report_numbers(numbers))
    return asdict(profile) | ({"numbers": asdict(numbers)} if numbers else {})


def _profile(profile: Profile) -> Iterator[str]:
    from broadsheet.metrics.definition import ADDITIVITY

    yield f"{profile.label} (KPI {profile.kpi}{f', {profile.ref}' if profile.ref else ''})"
    yield profile.meaning
    yield ""
    good = {"up": ", more is better", "down": ", less is better"}.get(profile.good, "")
    yield from _item("formula", profile.formula)
    yield from _item("unit", (profile.unit + good,))
    yield from _item("owner", (profile.owner,))
    yield from _item("plan", (profile.plan or "",))
    yield from _item("forecast", profile.forecast)
    yield from _item("goal", ("" if profile.target is None else _figure(profile.target),))
    yield from _item("placed by", profile.attribution)
    yield from _item("additivity", (f"{profile.additivity}: {ADDITIVITY[profile.additivity]}",))
    yield from _item("rows from", profile.sources)
    yield from _item("always", profile.exclusions)
    yield from _item("edge cases", (profile.edge_cases,))
    yield from _item("split by", (_split(item) for item in profile.splits))
    yield from _item("list", profile.listed)
    yield from _item("persons", (profile.persons,))
    yield from _item("shareable", (profile.shareable,))
    parts = ((part, "" if part.rolls_up else ", asked for at every level") for part in profile.components)
    yield from _item("components", (f"{part.kpi}: {part.text}{how}" for part, how in parts))


def _split(split: Split) -> str:
    overlapping = "; a record counts under each of its members" if split.overlapping else ""
    return f"{split.dimension}: {', '.join(split.paths)}{overlapping}"


def _print_kpi_numbers(numbers: KpiNumbers) -> None:
    from broadsheet.document.language import english

    words = english().messages
    _say(["", f"As of {numbers.as_of} ({numbers.as_of_utc})"])
    _say(f"{item.role or 'period'} {item.text}" for item in numbers.periods)
    typer.echo()
    values = [
        (
            item.kpi,
            item.period,
            f"none: {words.get(item.why or '', item.why)}" if item.value is None else _figure(item.value),
            str(item.rows),
        )
        for item in numbers.values
    ]
    print_table(("kpi", "period", "value", "rows"), values)
    if numbers.pending:
        typer.echo(f"{count(numbers.pending, 'row')} still open, counted apart")
    if numbers.faults:
        typer.echo(f"{count(numbers.faults, 'row')} left out because of impossible values")
    for statement, seconds in zip(numbers.statements, numbers.seconds, strict=True):
        _say(["", _statement(statement, seconds), statement.days, statement.sql])


def _report_profile(profile: ReportProfile) -> Iterator[str]:
    yield f"{profile.title} (report {profile.report})"
    yield profile.question
    yield ""
    yield from _item("period", (profile.period,))
    yield from _item("compare", (", ".join(profile.compare),))
    yield from _item("audience", (profile.audience,))
    yield from _item("blocks", (block.text for block in profile.blocks))
    yield from _item("KPIs", (f"{kpi}: {formula}" for kpi, formula in profile.formulas))


def _report_numbers(numbers: ReportNumbers) -> Iterator[str]:
    trail = numbers.trail
    yield ""
    yield f"Edition {trail.edition}, as of {trail.as_of} ({trail.as_of_utc})"
    yield from (f"{item.role} {item.text}" for item in trail.periods if item.role)
    yield ""
    for block in trail.blocks:
        if block.failure:
            yield f"block {block.number} {block.kind}: failed: {block.failure}"
        elif block.kpis:
            answered = ", ".join(map(str, block.statements))
            yield f"block {block.number} {block.kind}: statements {answered}; {_periods(block.periods)}"
    yield ""
    for statement, seconds in zip(trail.statements, numbers.seconds, strict=True):
        yield f"{_statement(statement, seconds)}, for {statement.served}"
        yield f"  {statement.days}"
    yield "Their SQL is in --json, and in the archive of an edition that was sent: statements.sql."


def _statement(statement: Traced, seconds: float) -> str:
    by = f" by {' and '.join(statement.dimensions)}" if statement.dimensions else ""
    rows = count(statement.rows, "row")
    return f"statement {statement.number}: {statement.fact} ({statement.source}){by}, {rows}, {seconds:.3f} s"


def _periods(labels: Sequence[str]) -> str:
    if len(labels) <= MANY:
        return ", ".join(labels)
    return f"{', '.join(labels[:MANY])} and {len(labels) - MANY} more"


def _figure(value: float) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def _item(head: str, lines: Iterable[str]) -> Iterator[str]:
    """A term and its lines, aligned; nothing where there is nothing to say."""
    for index, line in enumerate(line for line in lines if line):
        yield f"{'' if index else head:<12}{line}"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
