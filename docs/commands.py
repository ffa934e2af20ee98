"""Write docs/reference/commands.md from the command line itself: `python docs/commands.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.main import get_command

from broadsheet.cli.app import app

PAGE = Path(__file__).parent / "reference" / "commands.md"

HEAD = """\
# Commands

This page is made from the program by `python docs/commands.py`; `broadsheet COMMAND --help` says the same.
`python -m broadsheet` is another way to write `broadsheet`.

## Exit codes

| code | meaning |
| ---: | --- |
| 0 | Done. |
| 1 | Something must be mended first: a definition, the data source, the disk. The message says what. |
| 2 | The command itself is wrong: an unknown option, report or period. |
| 3 | Held: an edition could not be made or must not go out, or a message is not with its recipient yet. |

Exit code 70 is a fault of Broadsheet itself. Run the command again with `--debug` and report the traceback.
"""


def page() -> str:
    """The whole page."""
    root: Any = get_command(app)
    parts = [HEAD, _options("## Options before the command", root)]
    for name, command in _commands(root, ""):
        parts.append(_section(name, command))
    return "\n".join(parts)


def _commands(group: Any, before: str) -> list[tuple[str, Any]]:
    found = []
    for name, command in group.commands.items():
        full = f"{before}{name}"
        if command.hidden:
            continue
        found += _commands(command, f"{full} ") if hasattr(command, "commands") else [(full, command)]
    return found


def _section(name: str, command: Any) -> str:
    arguments = [item for item in command.params if item.param_type_name == "argument"]
    table = _options("", command)
    usage = ["broadsheet", name, *map(_argument, arguments), *(["[OPTIONS]"] if table else [])]
    parts = [f"## `broadsheet {name}`\n", " ".join(command.help.split()) + "\n", f"    {' '.join(usage)}\n"]
    if arguments:
        parts.append("".join(f"- `{item.name.upper()}`: {item.help}\n" for item in arguments))
    return "\n".join([*parts, *([table] if table else [])])


def _argument(item: Any) -> str:
    name = item.name.upper() + ("..." if item.nargs == -1 else "")
    return name if item.required else f"[{name}]"


def _options(heading: str, command: Any) -> str:
    rows = [_row(item) for item in command.params if item.param_type_name == "option"]
    if not rows:
        return ""
    lines = [heading, ""] if heading else []
    return "\n".join([*lines, "| option | default | meaning |", "| --- | --- | --- |", *rows, ""])


def _row(item: Any) -> str:
    names = ", ".join(f"`{name}`" for name in item.opts)
    value = "" if item.is_flag else f" {item.name.upper()}"
    return f"| {names}{value} | {_default(item)} | {item.help or ''} |"


def _default(item: Any) -> str:
    if isinstance(item.show_default, str):
        return item.show_default
    return "" if item.default is None or item.is_flag else str(item.default)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
