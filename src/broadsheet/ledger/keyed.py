"""Inserts that can say what happens where the key is there already, in the words of either engine."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def keyed_insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return make(table)
