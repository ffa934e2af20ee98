"""`alerts:` in `config/settings.yaml`: who hears of trouble, and by which ways."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from broadsheet.definitions.models.audiences import Recipient
from broadsheet.definitions.models.base import Definition, Many, OneOrMany
from broadsheet.definitions.models.schedules import TimeOfDay
from broadsheet.definitions.secrets import PLACEHOLDER


def _secret(value: str) -> str:
    if not PLACEHOLDER.fullmatch(value):
        raise ValueError("who knows such an address may use it: write ${env:NAME}")
    return value


Secret = Annotated[str, AfterValidator(_secret)]


class Alerts(Definition):
    """Who hears of trouble. Mail comes first; the other ways are taken when mail does not go through."""

    to: OneOrMany[Recipient] = Field(default=(), description="Who gets a mail: the owner, the team on duty.")
    webhook: Secret | None = Field(
        default=None,
        description="An address that takes a message, of a chat tool or a pager; only as ${env:NAME}.",
    )
    command: Many[str] = Field(
        default=(), description="A program with its arguments; it gets the message on its standard input."
    )
    folder: str | None = Field(
        default=None,
        description="A folder for one text file per message; from the workspace, unless absolute.",
    )
    ping: Secret | None = Field(
        default=None,
        description="An address that is called after every complete tick, once a minute at most; only as "
        "${env:NAME}. A watch elsewhere that misses the calls knows that the schedule stands still.",
    )
    hosts: Many[str] = Field(
        default=(),
        description="The hosts that `webhook` and `ping` may lead to, such as hc-ping.com; of one within your own "
        "network its address or network, too, such as 10.20.0.0/16.",
    )
    heartbeat: TimeOfDay | None = Field(
        default=None, description="The time of day of a mail that tells what was sent since the day before."
    )
    late_after: int = Field(
        default=10, ge=1, le=1440, description="Minutes after which what is due and not sent counts as late."
    )

    @model_validator(mode="after")
    def _complete(self) -> Alerts:
        if (self.webhook or self.ping) and not self.hosts:
            raise ValueError("`webhook` and `ping` lead to `hosts` only: name them, such as [hc-ping.com]")
        if self.heartbeat is not None and not self.to:
            raise ValueError("a `heartbeat` is a mail: say `to` whom")
        return self
