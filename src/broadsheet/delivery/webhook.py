"""Webhooks: an edition's headline and text for a chat tool, or as JSON for a program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Literal

from broadsheet import failpoints
from broadsheet.definitions.secrets import resolve
from broadsheet.delivery.call import call
from broadsheet.delivery.message import Letter
from broadsheet.delivery.outcome import Outcome, Parcel, Trouble

ANSWER_SECONDS = 30
CHAT_LENGTH = 3000
"""Characters that every chat tool takes in one message."""
Form = Literal["json", "slack", "teams"]


class Webhook:
    """Posts to addresses that the environment holds."""

    name = "webhook"

    def __init__(self, hosts: Collection[str], environ: Mapping[str, str]) -> None:
        self._hosts, self._environ = hosts, environ

    def open(self) -> Trouble | None:
        """Nothing is held open: every address is a place of its own."""
        return None

    def send(self, parcel: Parcel) -> Outcome:
        """Post the stored bytes. The key in the header is that of the delivery: a repeat can be known by it."""
        url = resolve(parcel.recipient, self._environ, "the webhook of an audience")
        key = hashlib.sha256(parcel.message_id.encode()).hexdigest()
        headers = {"Idempotency-Key": key}
        failpoints.reached("webhook.before-call")
        outcome = call(url, self._hosts, parcel.message, seconds=ANSWER_SECONDS, headers=headers)
        failpoints.reached("webhook.after-call")
        return outcome

    def close(self) -> None:
        """Nothing is held open."""


def compose_post(letter: Letter, form: Form) -> bytes:
    """What a webhook gets of an edition. Same letter, same bytes."""
    text = letter.text if len(letter.text) <= CHAT_LENGTH else letter.text[: CHAT_LENGTH - 1] + "…"
    posts: dict[Form, dict[str, object]] = {
        "json": {
            "edition": letter.edition_key,
            "report": letter.report,
            "period": letter.period,
            "subject": letter.subject,
            "text": letter.text,
        },
        "slack": {"text": f"*{escaped(letter.subject)}*\n{escaped(text)}"},
        "teams": {"type": "message", "attachments": [_card(letter.subject, text)]},
    }
    return json.dumps(posts[form], ensure_ascii=False, sort_keys=True).encode()


def escaped(text: str) -> str:
    """Text that Slack takes for nothing else: no mention, no link with another name."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card(subject: str, text: str) -> dict[str, object]:
    return {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [
                # No TextBlock: it would read names in the data as Markdown, with links.
                _run(text=subject, size="Medium", weight="Bolder"),
                _run(text=text),
            ],
        },
    }


def _run(**words: str) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **words}]}
