"""Commands for the definitions: init, check, schema, texts, templates."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import count, print_json
from broadsheet.errors import BroadsheetError, Place, Problem, UsageError, did_you_mean

if TYPE_CHECKING:
    from broadsheet.press.press import Press


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(init)
    app.command()(check)
    app.command()(schema)
    app.command()(texts)
    templates = typer.Typer(
        help="See and take over the shipped page and mail templates.", no_args_is_help=True
    )
    templates.command("list")(list_templates)
    templates.command("copy")(copy_template)
    app.add_typer(templates, name="templates")


def init(folder: Annotated[Path, typer.Argument(help="An empty or new folder.")]) -> None:
    """Make a workspace: sample reports and configuration, ready to run on the sample company."""
    from broadsheet.press.starter import create_workspace

    written = create_workspace(folder)
    typer.echo(f"Wrote {len(written)} files to {folder}. Next:")
    typer.echo(f"  cd {folder}")
    typer.echo("  broadsheet sample                  a warehouse with a fictitious company")
    typer.echo("  broadsheet run sales-weekly        its last closed week, to var/out/")
    typer.echo("  broadsheet check                   after every change of a YAML file")


def check(
    context: typer.Context,
    data: Annotated[
        bool,
        typer.Option("--data", help="Also compare with the live tables: columns, keys, links, freshness."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Problems as JSON, for scripts and editors.")
    ] = False,
) -> None:
    """List every problem of the definitions at once: place, what is wrong, what to do."""
    workspace = door(context).workspace()
    problems = list(workspace.problems)
    if data and workspace.reports:
        problems += _data_problems(context)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print_json([_plain(problem) for problem in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        found = f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}"
        sound = f"{count(len(workspace.reports), 'report')}, {count(len(workspace.catalog.kpis), 'KPI')}"
        typer.echo(f"{found}. Sound: {sound}.")
    raise typer.Exit(1 if errors else 0)


def schema(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="Where to; default: var/schemas/.")] = None,
) -> None:
    """Write JSON Schemas, so that an editor completes and checks the YAML while you type."""
    from broadsheet.definitions.schema import schemas

    folder = out or door(context).var("var/schemas")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        typer.echo(str(folder / name))
    typer.echo("Name one in the first line of a file:  # yaml-language-server: $schema=PATH")


def texts(
    context: typer.Context,
    language: Annotated[str, typer.Argument(help="The language to translate into: de, fr, zh, ar, en.")],
) -> None:
    """Print what the reports say and config/languages/ does not yet translate, as YAML to complete there."""
    from broadsheet.definitions.checks.languages import untranslated
    from broadsheet.definitions.draft import draft
    from broadsheet.definitions.files import read_files
    from broadsheet.definitions.locales import LANGUAGES
    from broadsheet.definitions.texts import to_complete

    if language not in LANGUAGES:
        raise UsageError(f"there are no editions in “{language}”", did_you_mean(language, LANGUAGES))
    missing = untranslated(draft(read_files(door(context).root)), language, everyone=True)
    if missing:
        typer.echo(to_complete(missing), nl=False)
    typer.echo(f"{count(len(missing), 'text')} without translation into {language}.", err=True)


def list_templates(context: typer.Context) -> None:
    """List the shipped templates and which of them this workspace replaces."""
    from broadsheet.press.starter import shipped_templates

    for name in shipped_templates():
        own = (door(context).root / "templates" / name).is_file()
        typer.echo(f"{name}{'  (replaced by templates/' + name + ')' if own else ''}")


def copy_template(
    context: typer.Context, name: Annotated[str, typer.Argument(help="As in templates list.")]
) -> None:
    """Copy a shipped template into this workspace, to change it here."""
    from broadsheet.press.starter import copy_template as copy

    typer.echo(f"Copied to {copy(door(context).folder(), name)}")


def _data_problems(context: typer.Context) -> list[Problem]:
    from broadsheet.press.gather import circumstances
    from broadsheet.warehouse.inspect import check_data

    with door(context).press() as press, press.warehouse() as warehouse:
        place = partial(press.workspace.place, "config/sources.yaml")
        found = check_data(circumstances(press, warehouse, press.clock.now()), warehouse, place)
        return [*found, *_orphans(press)]


def _orphans(press: Press) -> list[Problem]:
    """Rows in nobody's edition, each audience and fact once; what cannot be asked was told before."""
    from broadsheet.press.reconcile import orphans

    found: dict[str, Place] = {}
    for name in press.workspace.reports:
        place = press.workspace.place(f"reports/{name}.yaml", "audience")
        with suppress(BroadsheetError):
            found |= {each.text: place for each in orphans(press, name)}
    remedy = "Mend the rows, or name readers of those members in the audience."
    return [Problem(place, "data-orphans", text, remedy, "warning") for text, place in found.items()]


def _plain(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "severity": problem.severity,
        "code": problem.code,
        "what": problem.what,
        "remedy": problem.remedy,
    }
