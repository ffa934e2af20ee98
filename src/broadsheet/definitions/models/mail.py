"""`mail:` in `config/settings.yaml`: how editions travel, and what the mail server allows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from broadsheet.definitions.models.audiences import Recipient, parse_address
from broadsheet.definitions.models.base import Definition, Many
from broadsheet.definitions.secrets import PLACEHOLDER


def _sendable(text: str) -> str:
    if not parse_address(text).addr_spec.isascii():
        raise ValueError(
            f"“{text}” cannot be a sender: not every server takes letters beyond ASCII before the @"
        )
    return text


Sender = Annotated[str, AfterValidator(_sendable)]
"""An address that letters come from, with or without a name."""


class Limits(Definition):
    """How many messages the mail server takes from you. What is over the limit waits, and `plan` tells until when."""

    per_minute: int | None = Field(default=None, ge=1, description="Messages in any 60 seconds, such as 30.")
    per_day: int | None = Field(default=None, ge=1, description="Messages in any 24 hours, such as 10000.")


class Bounces(Definition):
    """The mailbox, read by IMAP over TLS, where undeliverable letters and wishes to get no more come back. Its server
    must deliver `reports+anything@example.test` to `reports@example.test`."""

    address: Sender | None = Field(
        default=None, description="The address that letters come back to; default the sender's."
    )
    host: str = Field(description="The IMAP server.")
    port: int = Field(default=993, gt=0, lt=65536, description="TLS from the first byte.")
    ca_file: str | None = Field(default=None, description="A private certificate authority's PEM file.")
    user: str = Field(description="The account.")
    password: str | None = Field(
        default=None, description="Only as ${env:NAME}; without one, `token_command` gives a token."
    )
    folder: str = Field(default="INBOX", description="The folder to read; what was read is marked as seen.")

    @model_validator(mode="after")
    def _secret(self) -> Bounces:
        if self.password is not None and not PLACEHOLDER.fullmatch(self.password):
            raise ValueError("a password never stands in a file: write ${env:NAME}")
        if '"' in self.folder or not self.folder.isprintable():
            raise ValueError(f"“{self.folder}” is no name of a folder")
        return self


class Mail(Definition):
    """How editions travel: to the local outbox folder, or by SMTP with a verified certificate."""

    channel: Literal["outbox", "smtp"] = Field(
        default="outbox", description="outbox writes .eml files to a local folder, smtp sends them."
    )
    sender: Sender = Field(default="Broadsheet <reports@example.test>", description="The From address.")
    reply_to: Recipient | None = Field(default=None, description="Where answers go, if not to the sender.")
    host: str | None = Field(default=None, description="The mail server; smtp needs it.")
    port: int = Field(default=587, gt=0, lt=65536, description="587 for starttls, 465 for tls.")
    security: Literal["starttls", "tls"] = Field(
        default="starttls", description="Encrypt after connecting, or from the first byte. Never unencrypted."
    )
    ca_file: str | None = Field(default=None, description="A private certificate authority's PEM file.")
    user: str | None = Field(default=None, description="The account at the mail server, with its password.")
    password: str | None = Field(default=None, description="Only as ${env:NAME}.")
    token_command: Many[str] = Field(
        default=(),
        description="In place of a password: a program with its arguments that prints an access token (XOAUTH2).",
    )
    timeout: int = Field(default=300, gt=0, description="Seconds to wait for an answer of the server.")
    connections: int = Field(
        default=2, ge=1, le=20, description="Connections at a time; each has one message under way at most."
    )
    limits: Limits = Field(default_factory=Limits, description="What the mail server takes from you.")
    max_megabytes: int | None = Field(
        default=None,
        ge=1,
        description="The largest message; a larger one leaves out attachments. The server's own limit holds anyway.",
    )
    max_age: int = Field(
        default=48,
        ge=1,
        description="Hours after which a message that could not be sent is given up; "
        "sooner when the report's next edition is due.",
    )
    on_uncertain: Literal["resend", "hold"] = Field(
        default="resend",
        description="When nobody can know whether a message was accepted: send the same bytes again, "
        "or hold it until somebody decides.",
    )
    new_domains: Literal["allow", "confirm"] = Field(
        default="allow",
        description="Mail to a domain, other than the sender's, that it has never gone to: send it, or hold it until "
        "two people have confirmed the domain with `broadsheet approve --domain`.",
    )
    bounces: Bounces | None = Field(default=None, description="Where undeliverable letters come back.")
    unsubscribe_url: str | None = Field(
        default=None,
        pattern=r"^https://[^\s<>{}]+\{token\}[^\s<>{}]*$",
        description="A page of yours that takes a recipient off by one click (RFC 8058), with {token} where the "
        "letter is named: https://example.test/leave/{token}.",
    )
    idempotency_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9-]{0,62}$",
        description="A header by which your mail provider knows a repeat, such as Resend-Idempotency-Key.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Mail:
        if self.channel == "smtp" and not self.host:
            raise ValueError("channel smtp needs a host")
        if self.password is not None and self.token_command:
            raise ValueError("a login has a password or a token_command, not both")
        if (self.user is None) != (self.password is None and not self.token_command):
            raise ValueError("user and password (or token_command) belong together")
        if self.password is not None and not PLACEHOLDER.fullmatch(self.password):
            raise ValueError("a password never stands in a file: write ${env:NAME}")
        if self.bounces is not None and self.bounces.password is None and not self.token_command:
            raise ValueError("`bounces` needs a password, or a token_command")
        return self
