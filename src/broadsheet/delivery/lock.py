"""PDFs that open with a password only. It is put on when a letter leaves: the archive keeps plain bytes."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from io import BytesIO

from broadsheet.definitions.secrets import Secret
from broadsheet.delivery.message import POLICY
from broadsheet.errors import DeliveryError

MISSING = "Install it: pip install broadsheet[pdf-password]"


def locked(message: bytes, password: Secret) -> bytes:
    """The message with every PDF in it encrypted (AES-256); all else, such as its Message-ID, stays.

    The encryption is random by nature: a repeat has the same content and other bytes. DeliveryError without pikepdf.
    """
    parsed = message_from_bytes(message, policy=POLICY)
    assert isinstance(parsed, EmailMessage)  # noqa: S101  (the policy makes them)
    for part in parsed.walk():
        if part.get_content_type() == "application/pdf":
            name, content = part.get_filename(), part.get_payload(decode=True)
            part.set_content(
                _encrypted(bytes(content), password), maintype="application", subtype="pdf", filename=name
            )
    return parsed.as_bytes()


def all_lockable(message: bytes) -> bool:
    """Whether nothing is attached that a password cannot lock."""
    parsed = message_from_bytes(message, policy=POLICY)
    assert isinstance(parsed, EmailMessage)  # noqa: S101  (the policy makes them)
    return all(part.get_content_type() == "application/pdf" for part in parsed.iter_attachments())


def _encrypted(content: bytes, password: Secret) -> bytes:
    try:
        import pikepdf
    except ImportError:
        raise DeliveryError("a PDF is to be locked with a password, which needs pikepdf", MISSING) from None
    into = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.save(into, encryption=pikepdf.Encryption(owner=password.reveal(), user=password.reveal(), R=6))
    return into.getvalue()
