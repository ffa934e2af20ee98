"""What the account of a warehouse may do: nothing but reading, if it was set up well."""

from __future__ import annotations

from sqlalchemy import Connection, text

WRITABLE = """
SELECT count(*) FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND has_table_privilege(t.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
"""


def writable_tables(connection: Connection) -> int:
    """How many tables of a PostgreSQL database the account may change; 0 for files, which are opened for reading."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.execute(text(WRITABLE)).scalar_one())
