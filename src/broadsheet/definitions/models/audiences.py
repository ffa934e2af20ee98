"""`config/audiences.yaml`: who gets an edition."""

from __future__ import annotations

import unicodedata
from email.headerregistry import Address
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany
from broadsheet.definitions.models.channels import ChannelDef, Secret
from broadsheet.definitions.scope import Scope, scope_of


def _address(text: str) -> str:
    """Accept `ada@example.test` or `Ada Example <ada@example.test>`, nothing else."""
    parse_address(text)
    return text


def parse_address(text: str) -> Address:
    """The name and address of a recipient; ValueError when the text is not exactly one address.

    A domain in other letters than ASCII takes the form that mail servers know (IDNA): münchen.example becomes
    xn--mnchen-3ya.example.
    """
    name, bracket, rest = text.partition("<")
    bare = rest.removesuffix(">") if bracket else text
    spec = unicodedata.normalize("NFC", bare.strip())
    if (bracket and not rest.endswith(">")) or any(sign in spec for sign in '<>,;: \t()[]\\"'):
        raise ValueError(f"“{text}” is not one mail address: write name@host or Name <name@host>")
    if any(unicodedata.category(sign) in UNSEEN for sign in (*spec, *name)) or any(map(str.isspace, spec)):
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
    named = name.strip().strip('"') if bracket else ""
    return Address(display_name=named, username=user, domain=host if host.isascii() else _idna(host))


def domain_of(address: str) -> str:
    """The domain of a bare address, in small letters. What lies below a domain is another one."""
    return address.rpartition("@")[2].lower()


UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that nobody sees: controls, marks of direction, separators of lines."""


def _idna(host: str) -> str:
    """A domain as mail servers know it; ValueError where Python's older rules would lead to another domain."""
    try:
        known = host.encode("idna").decode("ascii")
        same = known.encode("ascii").decode("idna") == host.lower()
    except UnicodeError:
        same = False
    if not same:
        raise ValueError(f"the domain “{host}” has letters with more than one reading: write its form xn--…")
    return known


def parse_domain(text: str) -> str:
    """A domain in the form that mail servers know (IDNA); ValueError when the text is none in small letters."""
    if "." not in text or text != text.lower() or not all(sign.isalnum() or sign in "-." for sign in text):
        raise ValueError(
            f"“{text}” is not a domain: write it in small letters without @, such as example.test"
        )
    return text if text.isascii() else _idna(text)


Recipient = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "address"})]


ByMember = dict[str, OneOrMany[Recipient]]
"""Recipients by the member of a dimension that is theirs."""

Domain = Annotated[str, AfterValidator(parse_domain), WithJsonSchema({"type": "string", "format": "domain"})]


class Audience(Definition):
    """A group of readers: who they are, what they may see, which language they read.

    Exactly one of `recipients`, `audiences`, `file` or `sql` says who they are.
    """

    label: str = Field(description="The audience's printed name.")
    recipients: Many[Recipient] | ByMember = Field(
        default=(),
        description="Each gets a mail of their own. With `each`, the recipients of every member: "
        "`{North: ada@example.test, South: [bo@example.test, cy@example.test]}`.",
    )
    audiences: Many[Name] = Field(
        default=(), description="In place of recipients: all those of other audiences that may see the same."
    )
    file: str | None = Field(
        default=None,
        description="In place of recipients: a CSV file below config/ with the columns `address`, where wanted "
        "`locale`, and one named like the dimension of `each`. It is read anew each time.",
    )
    sql: str | None = Field(
        default=None,
        description="In place of recipients: a file below config/ with one SELECT that gives such columns. It is "
        "asked anew each time.",
    )
    connection: Name = Field(default="warehouse", description="Where `sql` runs.")
    slice: dict[Name, OneOrMany[str]] = Field(
        default_factory=dict,
        description="The rows that it may see: members by dimension, such as `{region: North}`; default all.",
    )
    each: Name | None = Field(
        default=None,
        description="A dimension: every member has its own readers, who get an edition of its rows alone.",
    )
    domains: Many[Domain] = Field(
        default=(), description="Only addresses of these domains; default all that the workspace allows."
    )
    channels: Many[ChannelDef] = Field(
        default=(), description="Folders and webhooks that get every edition besides its readers."
    )
    password: Secret | dict[Recipient, Secret] | None = Field(
        default=None,
        description="What the PDFs of mails open with, only as ${env:NAME}: one for all, or by address, "
        "`{ada@example.test: ${env:ADA_PDF}}`. Workbooks and CSV files, which it cannot lock, are left out then.",
    )
    persons: bool = Field(
        default=False, description="May see lists and rows that name persons; others are refused them."
    )
    locale: str | None = Field(default=None, description="Another locale than the workspace's.")

    @model_validator(mode="after")
    def _one_source(self) -> Audience:
        sources = (self.recipients, self.audiences, self.file, self.sql)
        if sum(bool(source) for source in sources) != 1:
            raise ValueError("give exactly one of recipients, audiences, file or sql, and at least one item")
        if isinstance(self.recipients, dict) != (self.each is not None) and self.recipients:
            raise ValueError(
                "recipients by member belong to `each`: use {each: region, recipients: {North: …}}"
            )
        if self.audiences and self.each is not None:
            raise ValueError("`each` belongs to recipients, file or sql: a group has none of its own")
        if self.channels and self.each is not None:
            raise ValueError(
                "`channels` show one place what `each` keeps apart: give them to an audience without `each`"
            )
        if self.password is not None and any(channel.folder for channel in self.channels):
            raise ValueError(
                "a folder would hold the PDF without its `password`: give it to another audience"
            )
        if self.each in self.slice:
            raise ValueError(f"`slice` and `each` are both of {self.each}: use one of them")
        if any(not members for members in self.slice.values()):
            raise ValueError("a slice without members permits nothing: write {region: North}")
        return self

    @property
    def fixed(self) -> Scope:
        """What all of its readers may see; with `each`, every one of them sees less."""
        return scope_of(self.slice)


class AudiencesFile(Definition):
    """`config/audiences.yaml`: who gets the editions."""

    audiences: dict[Name, Audience] = Field(description="Audiences by name.")
