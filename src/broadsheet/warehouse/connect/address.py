"""What a user names on the command line, as a connection of the YAML: without a password in it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from broadsheet.definitions.models.sources import Connection
from broadsheet.errors import UsageError
from broadsheet.warehouse.connect.doubts import Doubt

PASSWORD = "WAREHOUSE_PASSWORD"  # noqa: S105  (the name of a variable)
FILES = {".duckdb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}


def connection_of(source: str, root: Path) -> Connection:
    """The connection that a URL, a folder or the file of a database stands for; a path as seen from `root`.

    Raises UsageError when it is none of them.
    """
    if "://" in source:
        return Connection(url=source)
    path = (root / Path(source).expanduser()).resolve()
    if path.is_dir() or "${" in source:
        return Connection(folder=source if "${" in source else shown(path, root))
    if path.is_file() and path.suffix.lower() in FILES:
        return Connection(url=f"{FILES[path.suffix.lower()]}:///{shown(path, root)}")
    if path.is_file():
        raise UsageError(f"{source} is a file", "Name the folder it lies in: all tables there are looked at.")
    raise UsageError(
        f"there is no folder {source}", "Name a folder, or a URL such as duckdb:///var/warehouse.duckdb."
    )


def shown(path: Path, root: Path) -> str:
    """A path below the workspace relative to it, any other in full."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def without_password(connection: Connection) -> tuple[dict[str, str], list[Doubt]]:
    """The connection as it may stand in a file, and what the user must do for it."""
    if connection.folder is not None:
        return {"folder": connection.folder}, []
    written = str(connection.url)
    try:
        url = make_url(written)
    except ArgumentError:
        return {"url": written}, []
    if not url.password or "${" in str(url.password):
        return {"url": written}, []
    hidden = url.set(password=PASSWORD).render_as_string(hide_password=False)
    what = "the password does not belong in a file: the proposal reads it from the environment"
    doubt = Doubt("connection", what, f"Set {PASSWORD} where Broadsheet runs.")
    return {"url": hidden.replace(f":{PASSWORD}@", f":${{env:{PASSWORD}}}@")}, [doubt]
