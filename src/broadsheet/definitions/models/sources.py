"""Where data comes from: connections, entities (one row per key) and facts (entities with a clock)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany, Path
from broadsheet.definitions.models.filters import Where

ColumnType = Literal["text", "number", "money", "flag", "date", "time"]


class Connection(Definition):
    """A database by SQLAlchemy URL, or a folder of CSV, Parquet, JSON or Excel files.

    `${env:NAME}` stands for an environment variable; a password never stands in a file.
    """

    url: str | None = Field(
        default=None, description="A SQLAlchemy URL, such as duckdb:///var/warehouse.duckdb."
    )
    folder: str | None = Field(default=None, description="A folder of CSV, Parquet, JSON or Excel files.")
    timeout: int = Field(default=60, gt=0, description="Seconds a statement may take.")
    wait: int = Field(default=60, ge=0, description="Seconds to wait for a locked file.")
    loads: Path | None = Field(
        default=None,
        description="The fact and column that log when the data were loaded, such as source_loads.loaded_at: rows"
        " dated later are faults, told in the note on data. Without it, rows dated after the report are.",
    )

    @model_validator(mode="after")
    def _one(self) -> Connection:
        if (self.url is None) == (self.folder is None):
            raise ValueError("a connection has either a url or a folder")
        return self


class SourceColumn(Definition):
    """A column: its type, and how dirty values become clean ones.

    `format` reads text as a date or time (strptime letters); `empty` lists texts that mean “no value”;
    `replace` maps one spelling to another; `flag` maps texts to true and false.
    """

    type: ColumnType = Field(description="What the values are; alone, it is the short form of a column.")
    format: str | None = Field(default=None, description="Of dates and times in text: %d/%m/%Y %H:%M.")
    empty: Many[str] = Field(default=(), description="Texts that mean “no value”.")
    replace: dict[str, str] = Field(default_factory=dict, description="One spelling for another.")
    flag: dict[str, bool] = Field(default_factory=dict, description="Texts that mean true or false.")


class Link(Definition):
    """A many-to-one link: this table's column `by` holds the key of the entity or fact `to`."""

    to: Name = Field(description="The entity or fact.")
    by: Name = Field(description="The column of this table that holds its key.")


class Bridge(Definition):
    """Many rows for one row of this table: those of `through` whose column `by` names it.

    A dimension may lead over a bridge; nothing else may, for it would count rows several times.
    """

    through: Name = Field(description="The entity or fact with the many rows.")
    by: Name = Field(description="The column there that refers to a row here.")
    on: Name | None = Field(default=None, description="The column here that it holds; default the key.")


def _column(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


ColumnField = Annotated[
    SourceColumn, BeforeValidator(_column, json_schema_input_type=ColumnType | SourceColumn)
]


class Table(Definition):
    """What entities and facts share. Exactly one of table, file or sql says where the rows are."""

    connection: Name = Field(default="warehouse", description="Where the rows are.")
    table: str | None = Field(default=None, description="A table or view, schema.table where needed.")
    file: str | None = Field(default=None, description="A file in the connection's folder.")
    sql: str | None = Field(default=None, description="A view: a file below config/ with one SELECT.")
    key: OneOrMany[str] = Field(description="The column(s) that name a row once; proven by check --data.")
    columns: dict[str, ColumnField] = Field(
        default_factory=dict,
        description="The columns that KPIs, dimensions and conditions may use, with their type.",
    )
    link: dict[Name, Link | str] = Field(
        default_factory=dict,
        description="Many-to-one links by name: `{team: team_id}`, or `{seller: {to: rep, by: rep_id}}`.",
    )
    many: dict[Name, Bridge] = Field(
        default_factory=dict,
        description="Bridges to many rows, for dimensions: `{rivals: {through: rivals, by: opportunity_id}}`.",
    )
    currency: Path | None = Field(
        default=None, description="The column with the currency of its money columns."
    )
    always: Where = Field(
        default=(), description="Standing exclusions: only rows meeting this are ever read."
    )

    @model_validator(mode="after")
    def _one_place(self) -> Table:
        if sum(place is not None for place in (self.table, self.file, self.sql)) != 1:
            raise ValueError("give exactly one of table, file or sql")
        return self

    @property
    def links(self) -> dict[str, Link]:
        """Links in long form: `{team: team_id}` means `{team: {to: team, by: team_id}}`."""
        return {
            name: Link(to=name, by=link) if isinstance(link, str) else link
            for name, link in self.link.items()
        }

    @property
    def types(self) -> dict[str, ColumnType]:
        """Every column that may be named: the declared ones, and keys and link columns, which are text."""
        unnamed: dict[str, ColumnType] = dict.fromkeys(
            (
                *self.key,
                *(link.by for link in self.links.values()),
                *(b.on for b in self.many.values() if b.on),
            ),
            "text",
        )
        return unnamed | {name: column.type for name, column in self.columns.items()}


class Entity(Table):
    """Something facts refer to: a customer, a product. `valid` names the interval columns of dated rows."""

    valid: Many[str] | None = Field(
        default=None, description="[valid_from, valid_to]: several versions per key."
    )
    unknown: str = Field(default="", description="Shown for rows that refer to none; default “(not set)”.")

    @model_validator(mode="after")
    def _interval(self) -> Entity:
        if self.valid is not None and len(self.valid) != 2:
            raise ValueError("valid needs two columns: [valid_from, valid_to]")
        return self


class Fact(Table):
    """Events or records that are counted and summed. `clock` is the time that places a row in a period."""

    clock: Path = Field(description="The time or date that places a row in a period.")
    grain: Literal["day", "week", "month", "quarter", "year"] | None = Field(
        default=None,
        description="Set when a row stands for a whole period (plans): finer questions are refused.",
    )
    spread: Literal["working_days", "days"] | None = Field(
        default=None,
        description="With grain: periods that cut a unit take its sums by their share of its working days, or days.",
    )

    shared: bool = Field(
        default=False,
        description="Every reader may see all of its rows, also audiences that have a slice; for facts that hold "
        "nothing of one region or person, such as a calendar of events.",
    )

    @model_validator(mode="after")
    def _spread(self) -> Fact:
        if self.spread is not None and self.grain in (None, "day"):
            raise ValueError("spread shares out the rows of a longer unit: it needs grain (month)")
        return self


class SourcesFile(Definition):
    """`config/sources.yaml`: connections, and the tables that KPIs are measured on."""

    connections: dict[Name, Connection] = Field(
        description="Connections by name; “warehouse” is the default one."
    )
    entities: dict[Name, Entity] = Field(default_factory=dict, description="Entities by name.")
    facts: dict[Name, Fact] = Field(description="Facts by name.")
