"""Channels besides mail, as an audience names them: folders and webhooks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from broadsheet.definitions.models.base import Definition
from broadsheet.definitions.secrets import PLACEHOLDER


def _secret(value: str) -> str:
    if not PLACEHOLDER.fullmatch(value):
        raise ValueError("who knows such an address may use it: write ${env:NAME}")
    return value


Secret = Annotated[str, AfterValidator(_secret)]


class ChannelDef(Definition):
    """A place where every edition of an audience goes besides its mails: a folder or a webhook."""

    folder: str | None = Field(
        default=None,
        description="A folder that takes page, PDF and attachments, such as a share; from the workspace, unless "
        "absolute. It must be there: a share that is not mounted is waited for.",
    )
    webhook: Secret | None = Field(
        default=None,
        description="An address that takes the mail's text, of a chat tool or of your own; only as ${env:NAME}. Its "
        "host stands in `webhook_hosts` of the settings.",
    )
    form: Literal["json", "slack", "teams"] = Field(
        default="json", description="How the text is wrapped for the webhook."
    )

    @model_validator(mode="after")
    def _one(self) -> ChannelDef:
        if (self.folder is None) == (self.webhook is None):
            raise ValueError("a channel is either a folder or a webhook: write {folder: PATH}")
        if self.folder is not None and self.form != "json":
            raise ValueError("`form` belongs to a webhook")
        return self
