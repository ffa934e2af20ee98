"""One mail per recipient: text, HTML with its chart, and the PDF, in bytes that a repeat can send unchanged.

The tree is mixed(alternative(text, related(html, png…)), pdf). Boundaries come from the Message-ID, so composing the
same mail twice gives the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from urllib.parse import quote

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.bounces import token_of, verp

# The standard library folds long values without spaces into encoded words, which breaks list headers.
POLICY = SMTP.clone(max_line_length=998)
MEDIA_TYPES = {
    ".pdf": ("application", "pdf"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".csv": ("text", "csv"),
}
SCOPE_HEADER = "X-Broadsheet-Scope"
"""Repeats what the ledger says of a letter: they are compared before it leaves."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Letter:
    """What every recipient of an edition gets alike. `images` are (content id, PNG bytes); `files` go with the PDF,
    by the end of their names. `scope` is the digest of the rows that it shows, `artifact` that of its bundle.
    """

    edition_key: str
    report: str
    period: str
    subject: str
    text: str
    html: str
    images: tuple[tuple[str, bytes], ...]
    pdf: bytes | None
    files: tuple[tuple[str, bytes], ...] = ()
    test: bool = False
    scope: str = ""
    locale: str = ""
    artifact: str = ""

    @property
    def name(self) -> str:
        """The edition with its language: the same numbers in another language are another letter."""
        return f"{self.edition_key} · {self.locale}" if self.locale else self.edition_key


def message_id(letter: Letter, recipient: str, mail: Mail, secret: str = "") -> str:
    """The stable identity of a letter to a recipient: `<edition-hash.recipient-hash@sender-domain>`.

    Who knows it can report the letter as undeliverable. With a `secret` nobody makes it out from the edition and the
    address of a colleague.
    """
    domain = parse_address(mail.sender).domain
    mark = "test." if letter.test else ""
    own = hmac.digest(secret.encode(), f"{letter.name} {recipient.lower()}".encode(), "sha256").hex()[:20]
    return f"<{mark}{_short(letter.name)}.{own}@{domain}>"


def compose(letter: Letter, recipient: str, mail: Mail, date: datetime, identity: str | None = None) -> bytes:
    """The complete mail to one recipient, dated when it was composed; `identity` is its Message-ID in the ledger."""
    reader = parse_address(recipient)
    message = EmailMessage(policy=policy_for(reader))
    _address(message, letter, reader, mail, date, identity or message_id(letter, reader.addr_spec, mail))
    message.set_content(letter.text, subtype="plain", charset="utf-8", cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", charset="utf-8", cte="quoted-printable")
    for name, png in letter.images:
        page = message.get_body(("related", "html"))
        assert isinstance(page, EmailMessage)  # noqa: S101  (it was added two lines above)
        page.add_related(
            png,
            maintype="image",
            subtype="png",
            cid=f"<{name}>",
            filename=f"{name}.png",
            disposition="inline",
        )
    pdf = () if letter.pdf is None else ((".pdf", letter.pdf),)
    for ending, content in (*pdf, *letter.files):
        main, sub = MEDIA_TYPES[ending[ending.rindex(".") :]]
        name = f"{letter.report}-{letter.period}{ending}"
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    _fix_boundaries(message, _short(message["Message-ID"]))
    return message.as_bytes()


def policy_for(reader: Address) -> EmailPolicy[EmailMessage]:
    """How headers are written: an address in other letters than ASCII stands there as it is (RFC 6532); only then."""
    return POLICY if reader.addr_spec.isascii() else POLICY.clone(utf8=True)


def _address(
    message: EmailMessage, letter: Letter, reader: Address, mail: Mail, date: datetime, identity: str
) -> None:
    sender = parse_address(mail.sender)
    message["Subject"] = clean(("[Test] " if letter.test else "") + letter.subject)
    message["From"] = _plain_address(sender)
    message["To"] = _plain_address(reader)
    if mail.reply_to:
        message["Reply-To"] = _plain_address(parse_address(mail.reply_to))
    message["Date"] = format_datetime(date)
    message["Message-ID"] = identity
    message["List-Id"] = f"{clean(letter.report)} <{letter.report}.{sender.domain}>"
    _leave(message, letter, mail)
    if mail.idempotency_header is not None:
        message[mail.idempotency_header] = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()
    # A machine wrote this: no out-of-office replies, please (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-Broadsheet-Edition"] = _ascii(letter.name) + " / test" * letter.test
    if letter.scope:
        message[SCOPE_HEADER] = letter.scope


def _leave(message: EmailMessage, letter: Letter, mail: Mail) -> None:
    """How a recipient asks to get this report no more (RFC 2369, RFC 8058).

    A mail goes to the mailbox that is read, at the letter's own address there, else to a person. One click is
    promised only where a page for it is configured.
    """
    token, wish = token_of(str(message["Message-ID"])), quote(f"unsubscribe {letter.report}")
    address = parse_address(mail.reply_to or mail.sender).addr_spec
    if mail.bounces is not None and token:
        address = verp(mail.bounces.address or parse_address(mail.sender).addr_spec, token)
    ways = [f"<mailto:{quote(address, safe='@+')}?subject={wish}>"]
    if mail.unsubscribe_url is not None and token:
        ways.insert(0, f"<{mail.unsubscribe_url.replace('{token}', token)}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Unsubscribe"] = ", ".join(ways)


def clean(text: str) -> str:
    """A header value that cannot start another header: without control characters, and without encoded words, for
    the library would decode `=?utf-8?q?=0a?=` to one.
    """
    return CONTROLS.sub(" ", text).replace("=?", "= ?").strip()


def _plain_address(address: Address) -> Address:
    return Address(clean(address.display_name), address.username, address.domain)


def _ascii(text: str) -> str:
    return clean(text).replace("·", "/").encode("ascii", "replace").decode()


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _fix_boundaries(message: EmailMessage, seed: str) -> None:
    for index, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{seed}_{index}")
