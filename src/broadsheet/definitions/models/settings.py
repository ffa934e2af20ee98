"""`config/settings.yaml`: what holds for the whole workspace."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
Month = Literal[
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip


class CalendarSettings(Definition):
    """Time zone, fiscal year and the country whose holidays are no working days."""

    timezone: str = "UTC"
    fiscal_year_starts: Month = "january"
    holidays: str | None = Field(default=None, description="ISO country code, such as DE or DE-BY.")
    naive_timestamps: str = Field(default="UTC", description="The zone of stored timestamps without one.")

    @property
    def fiscal_month(self) -> int:
        """1 for January."""
        return MONTHS.index(self.fiscal_year_starts) + 1


class Mail(Definition):
    """How editions travel: to the local outbox folder, or by SMTP with a verified certificate."""

    channel: Literal["outbox", "smtp"] = "outbox"
    sender: str = Field(default="Broadsheet <reports@example.test>", description="The From address.")
    reply_to: str | None = None
    host: str | None = None
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "tls"] = "starttls"
    ca_file: str | None = Field(default=None, description="A private certificate authority's PEM file.")
    user: str | None = None
    password: str | None = Field(default=None, description="Only as ${env:NAME}.")
    timeout: int = Field(default=300, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> Mail:
        if self.channel == "smtp" and not self.host:
            raise ValueError("channel smtp needs a host")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.password is not None and not self.password.startswith("${env:"):
            raise ValueError("a password never stands in a file: write ${env:NAME}")
        return self


class Settings(Definition):
    """The workspace's settings. `as_of: data` anchors periods to the last event day of a finished data set."""

    version: Literal[1]
    company: str
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    locale: str = "en"
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    as_of: Literal["due", "data"] = "due"
    low_base: int = Field(default=10, ge=1, description="Numbers from fewer rows than this are marked.")
    owner: str = Field(default="", description="Who answers for the reports; printed in the footer.")
    confidentiality: str = "Confidential"
    theme: str = "default"
    paper: Literal["A4", "Letter"] = "A4"
    mail: Mail = Field(default_factory=Mail)
