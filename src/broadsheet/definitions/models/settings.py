"""`config/settings.yaml`: what holds for the whole workspace."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.models.alerts import Alerts
from broadsheet.definitions.models.archive import Retention
from broadsheet.definitions.models.audiences import Domain
from broadsheet.definitions.models.base import Definition, Many, Name, Printed
from broadsheet.definitions.models.gate import Gate
from broadsheet.definitions.models.limits import RenderLimits
from broadsheet.definitions.models.mail import Mail
from broadsheet.definitions.secrets import PLACEHOLDER
from broadsheet.errors import did_you_mean
from broadsheet.periods import Calendar, Hours, WorkingHours, parse_hours, parse_special_day
from broadsheet.periods.calendar import WEEKDAYS

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
Month = Literal[
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip


def _currency(value: str) -> str:
    if len(value) != 3 or not (value.isascii() and value.isalpha() and value.isupper()):
        raise ValueError(f"“{value}” is not a currency: write its three-letter ISO code, such as EUR")
    return value


Currency = Annotated[
    str,
    AfterValidator(_currency),
    WithJsonSchema({"type": "string", "format": "currency", "pattern": "^[A-Z]{3}$"}),
]


def _stretches(value: Any) -> Hours:
    stretches = value if isinstance(value, list) else [value]
    if not stretches or not all(isinstance(text, str) for text in stretches):
        raise ValueError("working hours are text: write 09:00-17:00, or a list of such stretches")
    return parse_hours(stretches)


def _working_hours(value: Any) -> WorkingHours:
    if isinstance(value, WorkingHours):
        return value
    if not isinstance(value, dict):
        return WorkingHours(daily=_stretches(value))
    for day in value:
        if day not in WEEKDAYS:
            raise ValueError(f"“{day}” is no weekday. {did_you_mean(str(day), WEEKDAYS)}")
    return WorkingHours(weekly=tuple(_stretches(value[day]) if day in value else () for day in WEEKDAYS))


SpecialDays = tuple[tuple[str, Hours], ...]


def _special_days(value: Any) -> SpecialDays:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict):
        raise ValueError("special days are a mapping: write {12-24: 09:00-12:00, 2026-05-15: closed}")  # noqa: TRY004  (pydantic collects these)
    return tuple(
        (parse_special_day(str(day)), () if hours == "closed" else _stretches(hours))
        for day, hours in value.items()
    )


WorkingHoursField = Annotated[
    WorkingHours,
    BeforeValidator(_working_hours),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "hours"}, {"type": "object", "format": "weekly hours"}]}
    ),
]
SpecialDaysField = Annotated[
    SpecialDays, BeforeValidator(_special_days), WithJsonSchema({"type": "object", "format": "special days"})
]


class CalendarSettings(Definition):
    """Time zone, fiscal year, working hours and the country whose holidays are no working days."""

    timezone: str = Field(
        default="UTC", description="The zone of periods and schedules, such as Europe/Berlin."
    )
    fiscal_year_starts: Month = Field(default="january", description="The month that opens the fiscal year.")
    holidays: str | None = Field(default=None, description="ISO country code, such as DE or DE-BY.")
    naive_timestamps: str = Field(default="UTC", description="The zone of stored timestamps without one.")

    working_hours: WorkingHoursField | None = Field(
        default=None,
        description="When work is done, for durations in business hours: `09:00-17:00` on every working day, or by "
        'weekday, `{mon: "09:00-17:00", fri: ["09:00-12:00", "13:00-15:00"]}`, the others being days off.',
    )
    special_days: SpecialDaysField = Field(
        default=(),
        description="Days with hours of their own, of every year or of one: "
        '`{12-24: "09:00-12:00", 2026-05-15: closed}`.',
    )

    @model_validator(mode="after")
    def _complete(self) -> CalendarSettings:
        if self.special_days and self.working_hours is None:
            raise ValueError("`special_days` have other hours than `working_hours`, so both are needed")
        return self

    @property
    def rules(self) -> Calendar:
        """The calendar itself. Raises ValueError for an unknown zone or country."""
        hours = self.working_hours and replace(self.working_hours, special=self.special_days)
        return Calendar(self.timezone, self.fiscal_month, self.holidays, hours)

    @property
    def fiscal_month(self) -> int:
        """1 for January."""
        return MONTHS.index(self.fiscal_year_starts) + 1


def _ledger(value: str) -> str:
    if not PLACEHOLDER.fullmatch(value):
        raise ValueError("the address of a database holds a password: write ${env:LEDGER_URL}")
    return value


class Settings(Definition):
    """The workspace's settings. `as_of: data` anchors periods to the last event day of a finished data set."""

    version: Literal[1] = Field(description="The version of the language; 1 today.")
    company: str = Field(description="Your name, as it stands on every page.")
    currency: Currency = Field(default="EUR", description="The ISO code of all money.")
    rates: Name | None = Field(
        default=None,
        description="The dated entity with exchange rates: its key is a currency, its column `rate` the price of one "
        "unit in `currency`. Money of a currency without a rate on its day is left out and counted.",
    )
    locale: str = Field(default="en", description="Language and number format, such as en, de or de_CH.")
    calendar: CalendarSettings = Field(
        default_factory=CalendarSettings, description="Time zone, fiscal year, holidays."
    )
    as_of: Literal["due", "data"] = Field(
        default="due",
        description="Periods end before the due time, or at the last event of a finished data set.",
    )
    low_base: int = Field(default=10, ge=1, description="Numbers from fewer rows than this are marked.")
    smallest_cell: int = Field(
        default=5,
        ge=1,
        description="Figures of fewer persons than this are not printed, nor what would tell them.",
    )
    owner: Printed = Field(default="", description="Who answers for the reports; printed in the footer.")
    confidentiality: Printed = Field(default="Confidential", description="Printed in the footer.")
    theme: str = Field(default="default", description="A file of config/themes/, without its ending.")
    paper: Literal["A4", "Letter"] = Field(default="A4", description="The size of pages.")
    domains: Many[Domain] = Field(
        default=(),
        description="Mail goes to addresses of these domains only; others are refused wherever they stand. "
        "Default all.",
    )
    mail: Mail = Field(default_factory=Mail, description="How editions travel.")
    webhook_hosts: Many[str] = Field(
        default=(),
        description="The hosts that webhooks of audiences may lead to, such as hooks.slack.com. One inside your "
        "network also needs its address or network, such as 10.1.0.0/16.",
    )
    gate: Gate = Field(
        default_factory=Gate,
        description="What is looked at before an edition goes out, and what follows from it.",
    )
    archive: Retention = Field(default_factory=Retention, description="How long editions are kept.")
    alerts: Alerts = Field(default_factory=Alerts, description="Who hears of trouble, and by which ways.")
    limits: RenderLimits = Field(
        default_factory=RenderLimits, description="What rendering one edition may take."
    )
    ledger: Annotated[str, AfterValidator(_ledger)] | None = Field(
        default=None,
        description="Only as ${env:NAME}: the variable holds the URL of a PostgreSQL database, "
        "`postgresql://user:password@host/name`, which several hosts may share. Without it the ledger is the file "
        "`var/ledger.sqlite`, for one host.",
    )
