"""Checks of connections, entities and facts, and of secrets wherever they could stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath

from broadsheet.definitions.checks.columns import TIMES, conditions, need
from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import WORKSPACE, Draft, Finding
from broadsheet.definitions.files import SETTINGS, SOURCES
from broadsheet.definitions.models.sources import Bridge, Entity, Fact, Table
from broadsheet.definitions.secrets import PLACEHOLDER
from broadsheet.errors import Place, Problem, did_you_mean

_PASSWORD = re.compile(r"://[^/@:]*:[^@]+@|[?&](password|passwd|pwd|token|secret)=[^&]+", re.I)


def check_secrets(draft: Draft) -> Iterator[Finding]:
    """Passwords stand in the environment, and the references to it are well-formed."""
    for name, connection in draft.catalog.connections.items():
        place = draft.files.place(SOURCES, "connections", name, "url")
        match = _PASSWORD.search(PLACEHOLDER.sub("", connection.url or ""))
        if match and "${" not in match.group():
            what = f"the url of connection {name} holds a password"
            remedy = "Replace it: ${env:NAME} reads it from the environment. Change the password, it has been seen."
            yield WORKSPACE, error("secret-in-file", place, what, remedy)
    for place, text in _texts(draft):
        if "${" in PLACEHOLDER.sub("", text):
            what = "a reference to an environment variable is not complete"
            yield WORKSPACE, error("environment-variable", place, what, "Write ${env:NAME}.")


def _texts(draft: Draft) -> Iterator[tuple[Place, str]]:
    for name, connection in draft.catalog.connections.items():
        for key, value in connection:
            if isinstance(value, str):
                yield draft.files.place(SOURCES, "connections", name, key), value
    for key, value in draft.catalog.settings.mail:
        if isinstance(value, str):
            yield draft.files.place(SETTINGS, "mail", key), value


def _tables(draft: Draft) -> Iterator[tuple[str, str, Table]]:
    groups: Mapping[str, Mapping[str, Table]] = {
        "entities": draft.catalog.entities,
        "facts": draft.catalog.facts,
    }
    for group, tables in groups.items():
        for name, table in tables.items():
            yield group, name, table


def check_loads(draft: Draft) -> Iterator[Finding]:
    """A log of loads is a time of a fact."""
    for name, connection in draft.catalog.connections.items():
        if connection.loads is None:
            continue
        place = draft.files.place(SOURCES, "connections", name, "loads")
        fact, _, column = connection.loads.partition(".")
        if fact not in draft.catalog.facts:
            what, remedy = f"“{fact}” is not a fact", did_you_mean(fact, draft.catalog.facts)
            yield WORKSPACE, error("unknown-fact", place, what, remedy)
            continue
        for problem in need(draft.catalog, (fact, column), ("time",), "a log of loads", place):
            yield WORKSPACE, problem


def check_tables_places(draft: Draft) -> Iterator[Finding]:
    """Every table lies in a connection that can hold it, every file in the folder it belongs to."""
    for group, name, table in _tables(draft):
        home = (group, name)
        if group == "facts" and name in draft.catalog.entities:
            place = draft.files.key_place(SOURCES, *home)
            what = f"{name} is an entity and a fact"
            yield WORKSPACE, error("duplicate-name", place, what, "Rename one of the two.")
        for problem in (*_connection(draft, table, home), *_view(draft, table, home)):
            yield WORKSPACE, problem


def check_rates(draft: Draft) -> Iterator[Finding]:
    """The table of exchange rates is an entity with one rate per currency and interval."""
    name, entities = draft.catalog.settings.rates, draft.catalog.entities
    if name is None:
        return
    place = draft.files.place(SETTINGS, "rates")
    if name not in entities:
        yield (
            WORKSPACE,
            error(
                "unknown-link",
                place,
                f"rates names the unknown entity “{name}”",
                did_you_mean(name, entities),
            ),
        )
        return
    entity = entities[name]
    if len(entity.key) != 1 or entity.valid is None or entity.types.get("rate") != "number":
        what = f"entity {name} cannot give exchange rates"
        remedy = "It needs key: currency, valid: [valid_from, valid_to] and a column rate of type number."
        yield WORKSPACE, error("dated-entity", place, what, remedy)


def _connection(draft: Draft, table: Table, home: tuple[str, str]) -> Iterator[Problem]:
    connections = draft.catalog.connections
    if table.connection not in connections:
        place = draft.files.place(SOURCES, *home, "connection")
        what = f"{home[1]} lies in the unknown connection “{table.connection}”"
        yield error("unknown-connection", place, what, did_you_mean(table.connection, connections))
        return
    folder = connections[table.connection].folder is not None
    if (table.file is not None and not folder) or (table.table is not None and folder):
        key, other = ("file", "url") if table.file is not None else ("table", "folder")
        what = f"{home[1]} names a {key}, but connection {table.connection} is a {other}"
        remedy = f"Write {'table' if key == 'file' else 'file'}: …, or name another connection."
        yield error("table-source", draft.files.place(SOURCES, *home, key), what, remedy)
    if table.file is not None and outside(table.file):
        place = draft.files.place(SOURCES, *home, "file")
        what = f"“{table.file}” leads out of the connection's folder"
        yield error("path-escapes", place, what, "Name a file below it, without .. and without a leading /.")


def _view(draft: Draft, table: Table, home: tuple[str, str]) -> Iterator[Problem]:
    if table.sql is None:
        return
    place = draft.files.place(SOURCES, *home, "sql")
    if outside(table.sql) or PurePosixPath(table.sql).parts[:1] != ("config",):
        what = f"“{table.sql}” does not lie below config/"
        yield error("path-escapes", place, what, "Views are files such as config/views/tickets.sql.")
    elif not (draft.files.root / table.sql).is_file():
        what = f"there is no file {table.sql}"
        yield error("missing-file", place, what, "Write it with one SELECT, or correct the path.")


def outside(path: str) -> bool:
    """True for a path that could lead out of the folder it is relative to."""
    return (
        not path
        or "\\" in path
        or ".." in PurePosixPath(path).parts
        or PurePosixPath(path).is_absolute()
        or bool(PureWindowsPath(path).drive)
    )


def check_links(draft: Draft) -> Iterator[Finding]:
    """Links lead to one row of a table that one statement can reach."""
    catalog = draft.catalog
    tables = {**catalog.entities, **catalog.facts}
    for group, name, table in _tables(draft):
        for step, link in table.links.items():
            place = draft.files.place(SOURCES, group, name, "link", step)
            if link.to not in tables:
                what = f"link {step} of {name} leads to the unknown table “{link.to}”"
                yield WORKSPACE, error("unknown-link", place, what, did_you_mean(link.to, tables))
                continue
            target = tables[link.to]
            if len(target.key) != 1:
                what = f"link {step} of {name} would multiply rows: {link.to} has the key {', '.join(target.key)}"
                remedy = "Links are many-to-one: link to a table whose key is one column."
                yield WORKSPACE, error("link-key", place, what, remedy)
            if target.connection != table.connection and target.connection in catalog.connections:
                what = f"{name} lies in connection {table.connection}, {link.to} in {target.connection}"
                remedy = "Bring both tables into one connection; one statement cannot read two."
                yield WORKSPACE, error("link-connection", place, what, remedy)


def check_bridges(draft: Draft) -> Iterator[Finding]:
    """Bridges lead to rows that one statement can reach, by a column that these rows have."""
    tables = {**draft.catalog.entities, **draft.catalog.facts}
    for group, name, table in _tables(draft):
        for step, bridge in table.many.items():
            for problem in _bridge(draft, tables, (group, name, "many", step), bridge):
                yield WORKSPACE, problem


def _bridge(
    draft: Draft, tables: Mapping[str, Table], home: tuple[str, ...], bridge: Bridge
) -> Iterator[Problem]:
    (_, name, _, step), table = home, tables[home[1]]
    place = draft.files.key_place(SOURCES, *home)
    if step in table.links:
        what = f"{step} is a link and a bridge of {name}"
        yield error("duplicate-name", place, what, "Rename one of the two.")
    if bridge.through not in tables:
        what = f"bridge {step} of {name} leads through the unknown table “{bridge.through}”"
        remedy = did_you_mean(bridge.through, tables)
        yield error("unknown-link", draft.files.place(SOURCES, *home, "through"), what, remedy)
        return
    there = tables[bridge.through]
    if there.connection != table.connection:
        what = f"{name} lies in connection {table.connection}, {bridge.through} in {there.connection}"
        remedy = "Bring both tables into one connection; one statement cannot read two."
        yield error("link-connection", place, what, remedy)
    if bridge.by not in there.types:
        what = f"bridge {step} of {name} needs a column “{bridge.by}” of {bridge.through}, which has none"
        at = draft.files.place(SOURCES, *home, "by")
        yield error("unknown-path", at, what, did_you_mean(bridge.by, there.types))
    if bridge.on is None and len(table.key) != 1:
        what = f"bridge {step} needs one column of {name}, whose key is {', '.join(table.key)}"
        yield error("link-key", place, what, "Name the column that the many rows hold under `on`.")


def check_facts(draft: Draft) -> Iterator[Finding]:
    """Clocks are times, currencies text, standing exclusions fit, dated entities have sound intervals."""
    for group, name, table in _tables(draft):
        problems = [*_standing(draft, table, (group, name)), *_currency(draft, table, (group, name))]
        if isinstance(table, Fact):
            problems += _clock(draft, table, name)
        if isinstance(table, Entity):
            problems += _interval(draft, table, name)
        for problem in problems:
            yield WORKSPACE, problem


def _standing(draft: Draft, table: Table, home: tuple[str, str]) -> Iterator[Problem]:
    yield from conditions(
        draft.catalog,
        home[1],
        table.always,
        lambda path: draft.files.key_place(SOURCES, *home, "always", path),
    )


def _currency(draft: Draft, table: Table, home: tuple[str, str]) -> Iterator[Problem]:
    if table.currency is not None:
        place = draft.files.place(SOURCES, *home, "currency")
        yield from need(
            draft.catalog, (home[1], table.currency), ("text",), f"the currency of {home[1]}", place
        )


def _clock(draft: Draft, fact: Fact, name: str) -> Iterator[Problem]:
    place = draft.files.place(SOURCES, "facts", name, "clock")
    yield from need(draft.catalog, (name, fact.clock), TIMES, f"the clock of {name}", place)


def _interval(draft: Draft, entity: Entity, name: str) -> Iterator[Problem]:
    if entity.valid is None:
        return
    place = draft.files.place(SOURCES, "entities", name, "valid")
    if len(set(entity.valid)) != 2 or set(entity.valid) & set(entity.key):
        what = f"the interval of {name} uses one column twice, or a column of the key"
        remedy = "key names the thing, valid the two columns between which a version of it holds."
        yield error("dated-entity", place, what, remedy)
        return
    for column in entity.valid:
        yield from need(draft.catalog, (name, column), TIMES, f"the interval of {name}", place)
