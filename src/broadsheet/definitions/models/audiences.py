"""`config/audiences.yaml`: who gets an edition."""

from __future__ import annotations

from email.headerregistry import Address
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from broadsheet.definitions.models.base import Definition, Many, Name


def _address(text: str) -> str:
    """Accept `ada@example.test` or `Ada Example <ada@example.test>`, ASCII address, nothing else."""
    parse_address(text)
    return text


def parse_address(text: str) -> Address:
    """The name and address of a recipient; ValueError when the text is not exactly one address."""
    name, bracket, rest = text.partition("<")
    bare = rest.removesuffix(">") if bracket else text
    spec = bare.strip()
    if (bracket and not rest.endswith(">")) or any(sign in spec for sign in '<>,;: \t()[]\\"'):
        raise ValueError(f"“{text}” is not one mail address: write name@host or Name <name@host>")
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text) or not spec.isascii():
        raise ValueError(f"“{text}” holds a character that mail addresses do not allow")
    user, at, host = spec.rpartition("@")
    if (
        not at
        or not user
        or "." not in host
        or "@" in user
        or ".." in spec
        or host[0] in ".-"
        or host[-1] in ".-"
    ):
        raise ValueError(f"“{text}” is not one mail address: write name@host or Name <name@host>")
    return Address(display_name=name.strip().strip('"') if bracket else "", username=user, domain=host)


Recipient = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "address"})]


class Audience(Definition):
    """A group of readers with one locale."""

    label: str = Field(description="The audience's printed name.")
    recipients: Many[Recipient] = Field(min_length=1, description="Each gets a mail of their own.")
    persons: bool = Field(
        default=False, description="May see lists and rows that name persons; others are refused them."
    )
    locale: str | None = Field(default=None, description="Another locale than the workspace's.")


class AudiencesFile(Definition):
    """`config/audiences.yaml`: who gets the editions."""

    audiences: dict[Name, Audience] = Field(description="Audiences by name.")
