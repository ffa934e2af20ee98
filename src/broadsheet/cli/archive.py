"""Commands for past editions: show, rerun, diff, archive prune."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from broadsheet.cli.context import door
from broadsheet.cli.run import shown
from broadsheet.cli.tables import count, print_json, print_table, size
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from broadsheet.archive.manifest import Manifest
    from broadsheet.ledger.records import EditionRecord
    from broadsheet.press.again import Part, Redrawn
    from broadsheet.press.press import Press

DIFFERENT = 1

Named = Annotated[
    str,
    typer.Argument(
        help="REPORT/PERIOD, such as sales-weekly/2026-W46, as far as needed with /AUDIENCE/SLICE and @REVISION; "
        "or the number of `history`."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(show)
    app.command()(rerun)
    app.command()(diff)
    archive = typer.Typer(help="The archive: what it no longer need keep.", no_args_is_help=True)
    archive.command()(prune)
    app.add_typer(archive, name="archive")


def show(
    context: typer.Context,
    edition: Named,
    out: Annotated[Path | None, typer.Option(help="Write the stored files to this folder.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what it was drawn from: answers, templates, YAML, statements.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give back a past edition: exactly the stored bytes, each file compared with its digest."""
    from broadsheet.press.again import parts_of, write_parts
    from broadsheet.press.editions import manifest_of, named_edition, named_editions

    with door(context).press() as press:
        record = named_edition(press, edition)
        manifest = manifest_of(press, record)
        parts = tuple(part for part in parts_of(record, manifest) if part.read or everything)
        if out is not None:
            written = [shown(path) for path in write_parts(press, parts, out)]
            typer.echo("\n".join(written))
            return
        told = _told(press, record, manifest, parts)
        if as_json:
            print_json(told)
            return
        for line in _lines(record, manifest, press.calendar.zone):
            typer.echo(line)
        others = [f"r{other.key.revision} ({other.state})" for other in named_editions(press, edition)]
        if len(others) > 1:
            typer.echo(f"{'revisions':<12}{', '.join(others)}")
        typer.echo()
        heads = ("file", "size", "sha256")
        print_table(heads, [(file["file"], size(file["bytes"]), file["sha256"]) for file in told["files"]])


def rerun(
    context: typer.Context,
    edition: Named,
    out: Annotated[Path | None, typer.Option(help="Write the files drawn now to this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a past edition again from its bundle and compare every byte, whatever data and YAML say today."""
    from broadsheet.archive.store import write_durably
    from broadsheet.press.again import redraw
    from broadsheet.press.editions import named_edition, reference_of

    with door(context).press() as press:
        drawn = redraw(press, named_edition(press, edition))
    if out is not None:
        for name, content in drawn.files.items():
            write_durably(out / name, content)
    if as_json:
        print_json(_redrawn(drawn, reference_of(drawn.record)))
    else:
        for line in _compared(drawn, reference_of(drawn.record)):
            typer.echo(line)
    raise typer.Exit(DIFFERENT if drawn.different else 0)


def diff(
    context: typer.Context,
    edition: Named,
    other: Annotated[
        str | None, typer.Argument(help="Another edition; without it the last two revisions are compared.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two editions: values as sent and as of now, definitions, texts, versions. Exit code 1 if any differ."""
    from broadsheet.cli.differences import plain, told_differences
    from broadsheet.press.compare import archived, compare
    from broadsheet.press.editions import named_edition
    from broadsheet.press.revisions import made_revisions

    with door(context).press() as press:
        if other is None:
            *_, then, now = (None, None, *made_revisions(press, named_edition(press, edition).key))
        else:
            then, now = named_edition(press, edition), named_edition(press, other)
        if then is None or now is None:
            raise UsageError(
                f"“{edition}” has one revision, so nothing to compare with", "Name another edition as well."
            )
        found = compare(archived(press, then), archived(press, now))
    if as_json:
        print_json(plain(found))
    else:
        for line in told_differences(found):
            typer.echo(line)
    raise typer.Exit(DIFFERENT if found.any else 0)


def prune(
    context: typer.Context,
    trial: Annotated[bool, typer.Option("--trial", help="Only say what would be removed.")] = False,
) -> None:
    """Remove what `archive:` in the settings does not keep, as `serve` and `tick` do once a day."""
    from broadsheet.press.retention import prune as prune_archive

    with door(context).press() as press:
        if not press.has_ledger:
            typer.echo("No edition has been made yet.")
            return
        done = prune_archive(press, trial=trial)
    left, removed = ("would leave", "would be removed") if trial else ("left", "removed")
    typer.echo(
        f"{count(done.editions, 'edition')} {left} the archive; {count(done.files, 'file')} {removed}, "
        f"{size(done.bytes) if done.bytes else '0 KB'}; {count(done.kept, 'edition')} kept."
    )


def _told(press: Press, record: EditionRecord, manifest: Manifest, parts: tuple[Part, ...]) -> dict[str, Any]:
    from broadsheet.press.again import stored

    files = [
        {"name": part.name, "file": part.file, "bytes": len(stored(press, part)), "sha256": part.digest}
        for part in parts
    ]
    return {
        "number": record.id,
        "edition": dict(manifest.edition),
        "state": record.state,
        "as_of": manifest.as_of,
        "made_at": record.finished_at.isoformat() if record.finished_at else None,
        "subject": manifest.subject,
        "pages": manifest.pages,
        "definition": manifest.definition,
        "scope": manifest.scope,
        "versions": dict(manifest.versions),
        "files": files,
    }


def _lines(record: EditionRecord, manifest: Manifest, zone: ZoneInfo) -> Iterator[str]:
    yield f"{record.key} (number {record.id})"
    made = f", made {record.finished_at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if record.finished_at else ""
    yield f"{'state':<12}{record.state}{made}, {count(manifest.pages, 'page')}"
    yield f"{'as of':<12}{record.as_of.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    yield f"{'subject':<12}{manifest.subject}"
    yield f"{'definition':<12}{manifest.definition[:12]}"
    yield f"{'drawn by':<12}{_versions(manifest)}"


def _versions(manifest: Manifest) -> str:
    named = ("broadsheet", "python", "weasyprint", "pango", "matplotlib", "duckdb", "tzdata")
    return ", ".join(f"{name} {manifest.versions[name]}" for name in named if name in manifest.versions)


def _compared(drawn: Redrawn, name: str) -> Iterator[str]:
    if not drawn.different:
        yield f"{name}: identical, all {len(drawn.files)} files byte for byte"
    for part in drawn.different:
        yield f"{name}: {part} is not the stored one"
    for part, then, now in drawn.versions:
        yield f"{part}: {then or 'not installed'} then, {now or 'not installed'} now"
    if drawn.different and not drawn.versions:
        yield "The versions are the same; the pages differ for another reason, such as the machine's processor."


def _redrawn(drawn: Redrawn, name: str) -> dict[str, Any]:
    return {
        "edition": name,
        "identical": not drawn.different,
        "different": drawn.different,
        "versions": [{"name": part, "then": then, "now": now} for part, then, now in drawn.versions],
    }
