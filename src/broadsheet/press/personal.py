"""The letter as one recipient gets it: where a password is agreed, without what cannot be locked with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.secrets import Secret, resolve
from broadsheet.delivery.message import Letter
from broadsheet.document.language import wording
from broadsheet.document.tree import Edition
from broadsheet.ledger.records import EditionKey
from broadsheet.press.press import Press


def personal(press: Press, key: EditionKey, letter: Letter, recipient: str) -> Letter:
    """The letter to a recipient: who has a password gets no files beside the PDF, which could not be locked."""
    if not letter.files or _placeholder(press, key.audience, recipient) is None:
        return letter
    endings = [ending for ending, _ in letter.files]
    return telling(replace(letter, files=()), key, endings, "not_locked")


def password_of(press: Press, audience: str, recipient: str) -> Secret | None:
    """The password of a recipient's PDFs; None where there is none. BroadsheetError when its variable is not set."""
    placeholder = _placeholder(press, audience, recipient)
    if placeholder is None:
        return None
    return resolve(placeholder, press.environ, f"the password of audience {audience}")


def telling(letter: Letter, key: EditionKey, endings: Sequence[str], why: str) -> Letter:
    """The letter with a sentence on what was left out, in place of the one that names what is attached."""
    words = wording(key.locale)
    edition = Edition(key.report, key.period, key.audience, key.slice, key.locale, key.revision)
    said = words.say(f"left_out.{why}", files=words.listed(edition.file(ending) for ending in endings))
    named = re.compile(re.escape(words.labels["attached"] + words.labels["colon"]) + r"[^\n<]*")
    text, in_text = named.subn(lambda _: said, letter.text, count=1)
    html, in_html = named.subn(lambda _: said, letter.html, count=1)
    if not in_text:
        text = f"{said}\n\n{text}"
    if not in_html:
        html = re.sub(r"<body[^>]*>", lambda body: f"{body[0]}<p>{said}</p>", html, count=1)
    return replace(letter, text=text, html=html)


def _placeholder(press: Press, audience: str, recipient: str) -> str | None:
    known = press.workspace.audiences.get(audience)
    if known is None:
        return None
    if not isinstance(known.password, dict):
        return known.password
    address = parse_address(recipient).addr_spec.lower()
    return next(
        (
            password
            for one, password in known.password.items()
            if parse_address(one).addr_spec.lower() == address
        ),
        None,
    )
