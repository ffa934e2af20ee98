"""The ledger's tables: made and upgraded in one transaction, never by an older program."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from broadsheet.errors import StorageError
from broadsheet.ledger.migrate import HEAD, config
from broadsheet.ledger.tables import metadata
from support.ledgers import Place


def url_of(place: Place) -> str:
    return (
        place.server.replace("postgresql:", "postgresql+psycopg:")
        if place.server
        else f"sqlite:///{place.file}"
    )


def test_migrations_make_exactly_the_tables_of_the_program(place: Place) -> None:
    with place.ledger():
        pass
    engine = create_engine(url_of(place))
    with engine.connect() as connection:
        ours = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: name != "moment"}
        )
        assert compare_metadata(ours, metadata) == []
        assert ScriptDirectory.from_config(config(connection)).get_current_head() == HEAD
    engine.dispose()


def test_fault_l10_schema_newer_than_code(place: Place) -> None:
    with place.ledger():
        pass
    engine = create_engine(url_of(place))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with (
            pytest.raises(StorageError, match=f"version 9999, this program knows up to {HEAD}") as refused,
            place.ledger(),
        ):
            pass
        assert "upgrade the program" in refused.value.remedy
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
        engine.dispose()
