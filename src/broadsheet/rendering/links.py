"""Links of a page lead to the web, to a mail address, to a telephone or within the page; all others are dropped."""

from __future__ import annotations

import re
from html import unescape

SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid", "report"})
PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/svg+xml;")
_TAG = re.compile(r"""<[a-zA-Z](?:"[^"]*+"|'[^']*+'|[^'">])*+>""")
_ATTRIBUTE = re.compile(
    r"""(?P<name>[\s/"'][^\s"'<>/=]+)(?P<is>\s*=\s*)(?P<value>"[^"]*"|'[^']*'|[^\s"'>]+)"""
)
ADDRESSES = frozenset(
    {"action", "background", "data", "formaction", "href", "ping", "poster", "src", "srcdoc", "xlink:href"}
)
"""Attributes that hold an address."""
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]+")
"""What browsers take out of an address before they look at its scheme."""


def harmless(html: str) -> str:
    """The page without addresses that run or carry something (`javascript:`, `data:`), and without event handlers.

    A page from our templates has none; those of a workspace may put a value of the data into a link.
    """
    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(_kept, tag[0]), html)


def _kept(found: re.Match[str]) -> str:
    name = found["name"][1:].lower()
    if name.startswith("on"):
        return ""
    if name in ADDRESSES and not allowed(unescape(found["value"].strip("\"'"))):
        return f'{found["name"]}{found["is"]}"#"'
    return found[0]


def allowed(address: str) -> bool:
    """Whether a link may lead there."""
    plain = _IGNORED.sub("", address)
    scheme = _SCHEME.match(plain)
    if scheme is None:
        # What begins with two slashes names a host in the scheme of the page, here a file's.
        return not plain.replace("\\", "/").startswith("//")
    return scheme[1].lower() in SCHEMES or plain.lower().startswith(PICTURES)
