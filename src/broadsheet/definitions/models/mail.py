"""`mail:` in `config/settings.yaml`: how editions travel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition
from broadsheet.definitions.secrets import PLACEHOLDER


class Mail(Definition):
    """How editions travel: to the local outbox folder, or by SMTP with a verified certificate."""

    channel: Literal["outbox", "smtp"] = Field(
        default="outbox", description="outbox writes .eml files to a local folder, smtp sends them."
    )
    sender: str = Field(default="Broadsheet <reports@example.test>", description="The From address.")
    reply_to: str | None = Field(default=None, description="Where answers go, if not to the sender.")
    host: str | None = Field(default=None, description="The mail server; smtp needs it.")
    port: int = Field(default=587, gt=0, lt=65536, description="587 for starttls, 465 for tls.")
    security: Literal["starttls", "tls"] = Field(
        default="starttls", description="Encrypt after connecting, or from the first byte. Never unencrypted."
    )
    ca_file: str | None = Field(default=None, description="A private certificate authority's PEM file.")
    user: str | None = Field(default=None, description="The account at the mail server, with its password.")
    password: str | None = Field(default=None, description="Only as ${env:NAME}.")
    timeout: int = Field(default=300, gt=0, description="Seconds to wait for an answer of the server.")

    @model_validator(mode="after")
    def _complete(self) -> Mail:
        if self.channel == "smtp" and not self.host:
            raise ValueError("channel smtp needs a host")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.password is not None and not PLACEHOLDER.fullmatch(self.password):
            raise ValueError("a password never stands in a file: write ${env:NAME}")
        return self
