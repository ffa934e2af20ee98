"""The readers that an audience's own files name: rows of addresses become persons, or are refused with a reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from broadsheet.definitions.locales import known_locale
from broadsheet.definitions.models.audiences import Audience, parse_address

ADDRESS, LOCALE = "address", "locale"
SURPLUS = "\0"
"""Where fields of a line stand that no head names."""


@dataclass(frozen=True)
class Person:
    """A reader as written, the member of the audience's dimension that is theirs, and the locale that they read."""

    recipient: str
    member: str = ""
    locale: str = ""

    @property
    def address(self) -> str:
        """The bare address."""
        return parse_address(self.recipient).addr_spec


@dataclass(frozen=True)
class Refusal:
    """A row that gives no reader: where it stands (a line, or its number), and why."""

    line: int
    why: str
    code: Literal["recipients-file", "recipients-columns", "recipient-domain"] = "recipients-file"


@dataclass(frozen=True)
class People:
    """The readers of an audience, none twice for the same member, and the rows that were refused."""

    persons: tuple[Person, ...] = ()
    refused: tuple[Refusal, ...] = ()


def written_people(audience: Audience, domains: tuple[str, ...]) -> People:
    """The readers that stand in the definition itself."""
    given = audience.recipients
    by_member = given.items() if isinstance(given, dict) else [("", given)]
    rows = ({ADDRESS: one, audience.each or "": member} for member, some in by_member for one in some)
    return people_of(enumerate(rows, start=1), audience, domains)


def filed_people(path: Path, audience: Audience, domains: tuple[str, ...]) -> People:
    """The readers of a CSV file with a line of heads. Raises OSError, or UnicodeDecodeError where it is not UTF-8."""
    reader = csv.DictReader(
        StringIO(path.read_text(encoding="utf-8-sig"), newline=""), restkey=SURPLUS, strict=True
    )
    try:
        lacking = missing_columns(reader.fieldnames or (), audience)
        if lacking:
            return People(refused=(Refusal(1, lacking, "recipients-columns"),))
        return people_of(((reader.line_num, row) for row in reader), audience, domains)
    except csv.Error as error:
        return People(refused=(Refusal(reader.reader.line_num, f"the line is not CSV: {error}"),))


def missing_columns(columns: Iterable[str], audience: Audience) -> str:
    """What is wrong with the columns of a file or an answer; empty when they will do."""
    wanted = (ADDRESS, *((audience.each,) if audience.each else ()))
    missing = [name for name in wanted if name not in set(columns)]
    return f"there is no column {' and no column '.join(missing)}" if missing else ""


def people_of(
    rows: Iterable[tuple[int, Mapping[str, Any]]], audience: Audience, domains: tuple[str, ...]
) -> People:
    """The persons of rows with the columns `address`, `locale` and that of the audience's dimension.

    Rows without any address are passed over: an employee without mail is no mistake.
    """
    persons: dict[tuple[str, str], Person] = {}
    refused: list[Refusal] = []
    for line, row in rows:
        recipient, member = _text(row.get(ADDRESS)), _text(row.get(audience.each or ""))
        locale = _text(row.get(LOCALE))
        if any(map(_text, row.get(SURPLUS, ()))):
            # A comma in a name has moved what follows: somebody could get the rows of another.
            refused.append(
                Refusal(line, "the line has more fields than the first one: put quotes around commas")
            )
        elif not recipient:
            continue
        elif why := next(_faults(recipient, member, locale, audience), ""):
            refused.append(Refusal(line, why))
        elif foreign := foreign_domain(recipient, (domains, audience.domains)):
            refused.append(Refusal(line, f"mail to {foreign} is not allowed here", "recipient-domain"))
        else:
            person = Person(recipient, member, locale)
            persons.setdefault((person.address.lower(), member), person)
    return People(tuple(persons.values()), tuple(refused))


def foreign_domain(recipient: str, allowed: Iterable[tuple[str, ...]]) -> str:
    """The domain of a recipient that one of the lists does not allow; empty when each that names any has it."""
    domain = parse_address(recipient).domain.lower()
    return domain if any(domains and domain not in domains for domains in allowed) else ""


def _faults(recipient: str, member: str, locale: str, audience: Audience) -> Iterator[str]:
    try:
        parse_address(recipient)
    except ValueError as error:
        yield str(error)
    if audience.each and not member:
        yield f"{recipient} has no {audience.each}, so nothing can be shown to them"
    if locale and not known_locale(locale):
        yield f"there is no locale “{locale}”"


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
