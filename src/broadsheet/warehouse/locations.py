"""Where a connection leads: environment variables filled in, paths resolved, secrets kept out of messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from broadsheet.definitions.models.sources import Connection
from broadsheet.errors import UnavailableError, WarehouseError

ENVIRONMENT = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")
PASSWORD = re.compile(r"(://[^:/@\s]*:)(?:\$\{[^}]*\}|[^@\s/])+@")
PARAMETER = re.compile(r"\b((?:password|token|secret|key)=)[^&\s]+", re.IGNORECASE)

Engine = Literal["duckdb", "postgresql", "folder", "other"]


@dataclass(frozen=True)
class Location:
    """A connection ready to be opened. `shown` is what the user wrote, without a password.

    `path` is the absolute file or folder; `url` the address of a database.
    """

    name: str
    engine: Engine
    shown: str
    timeout: int
    wait: int
    url: URL | None = None
    path: Path | None = None
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def redact(self, message: str) -> str:
        """A driver's message without passwords and without the values of environment variables."""
        for value, name in self.secrets:
            message = message.replace(value, f"${{env:{name}}}")
        if self.url is not None and self.url.password:
            message = message.replace(str(self.url.password), "***")
        return _hide(message)


def locate(name: str, connection: Connection, root: Path, environ: Mapping[str, str]) -> Location:
    """Resolve a connection against the workspace `root`; UnavailableError names a missing variable."""
    written = connection.url if connection.url is not None else str(connection.folder)
    names = ENVIRONMENT.findall(written)
    for variable in names:
        if not environ.get(variable):
            raise UnavailableError(
                f"connection “{name}”: the environment variable {variable} is not set",
                f"Set {variable} before starting: {written if connection.folder else 'the URL'} needs it.",
                connection=name,
            )
    text = ENVIRONMENT.sub(lambda match: environ[match[1]], written)
    shown = _hide(written)
    secrets = tuple((environ[variable], variable) for variable in names)
    limits = (connection.timeout, connection.wait)
    if connection.folder is not None:
        return Location(name, "folder", shown, *limits, path=_path(root, text), secrets=secrets)
    try:
        url = make_url(text)
    except ArgumentError:
        raise WarehouseError(
            f"connection “{name}”: “{shown}” is not a database URL",
            "Write engine://user:${env:PASSWORD}@host/database, or duckdb:///var/warehouse.duckdb.",
        ) from None
    engine, url = _driver(url)
    path = None
    if url.get_backend_name() in ("duckdb", "sqlite") and url.database not in (None, "", ":memory:"):
        path = _path(root, str(url.database))
    return Location(name, engine, shown, *limits, url=url, path=path, secrets=secrets)


def folder_of(location: Location) -> Path:
    """The folder of a connection; UnavailableError when it is not there."""
    assert location.path is not None  # noqa: S101  (a folder has one)
    if not location.path.is_dir():
        # A folder is no secret, so a placeholder is shown with what it stands for.
        found = f"{location.shown} ({location.path})" if "${" in location.shown else location.shown
        raise UnavailableError(
            f"connection “{location.name}”: the folder {found} does not exist",
            "Create it, or correct the connection's `folder`.",
            connection=location.name,
        )
    return location.path


def _driver(url: URL) -> tuple[Engine, URL]:
    backend = url.get_backend_name()
    if backend == "duckdb":
        return "duckdb", url
    if backend == "postgresql":
        return "postgresql", url.set(drivername="postgresql+psycopg") if "+" not in url.drivername else url
    return "other", url


def _path(root: Path, text: str) -> Path:
    return (root / Path(text).expanduser()).resolve()


def _hide(text: str) -> str:
    return PARAMETER.sub(r"\1***", PASSWORD.sub(r"\1***@", text))
