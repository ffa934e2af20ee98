"""Names of files, in characters that every shell, disk and mail program takes."""

from __future__ import annotations

import re
from hashlib import blake2s
from unicodedata import normalize

from broadsheet.press.order import Order, locale_of
from broadsheet.press.press import Press
from broadsheet.press.readers import WHOLE

LONGEST = 60
_OTHERS = re.compile(r"[^A-Za-z0-9.]+")
_LOST = re.compile(r"[^A-Za-z0-9.,=_ -]")


def stem_of(press: Press, order: Order) -> str:
    """What the names of an edition's files begin with: `sales-weekly-2026-W24`.

    Behind it stands what is not the usual: another audience than the report's, another locale than the
    audience's, a part of the data (`customer-view-2026-05-customer-G000249`), a later revision.
    """
    edition = order.edition
    unusual = (
        "" if edition.audience == press.report(edition.report).audience else edition.audience,
        "" if edition.locale == locale_of(press, edition.audience) else edition.locale,
        "" if edition.slice == WHOLE else edition.slice,
        "" if edition.revision == 1 else f"r{edition.revision}",
    )
    return "-".join((f"{edition.report}-{edition.period}", *(slug(text) for text in unusual if text)))


def slug(text: str) -> str:
    """A text in ASCII letters, digits, hyphens and dots; one that loses more than separators gets a digest."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    kept = _OTHERS.sub("-", plain)[:LONGEST].strip("-.")
    if kept and len(text) <= LONGEST and not _LOST.search(text):
        return kept
    return "-".join(filter(None, (kept, blake2s(text.encode(), digest_size=3).hexdigest())))
