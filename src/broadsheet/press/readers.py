"""Who reads what now: an audience becomes one group of readers per slice and language, with the rows that are theirs.

Files and queries of readers are asked when they are needed and never kept for long: who left must get nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from broadsheet.clock import Clock
from broadsheet.definitions.files import AUDIENCES
from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.people import (
    People,
    Person,
    filed_people,
    foreign_domain,
    people_of,
    written_people,
)
from broadsheet.definitions.scope import Scope
from broadsheet.definitions.workspace import Workspace, load_workspace
from broadsheet.errors import StorageError, UsageError, did_you_mean
from broadsheet.ledger.records import EditionKey

WHOLE = "all"
"""The slice of an edition that shows every row."""

LONGEST = 255
"""Characters of a slice's name; longer ones end with a digest."""

FRESH = timedelta(seconds=60)
"""How long the answer of a query holds."""

Stamp = tuple[int, ...] | None
Row = tuple[int, Mapping[str, object]]
Query = Callable[[str, Audience], Iterable[Row]]
"""Asks the query of an audience: its rows, numbered from 1."""
Planned = Callable[[EditionKey], bool]
"""Whether an edition was ever planned."""


@dataclass(frozen=True)
class Group:
    """The readers of one edition: of equal rows, in one locale. `recipients` are addresses as written."""

    slice: str
    scope: Scope
    locale: str
    recipients: tuple[str, ...]


def slice_name(scope: Scope) -> str:
    """What a scope is called in the key of an edition."""
    text = scope.text or WHOLE
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 17]} {sha256(text.encode()).hexdigest()[:16]}"


def scope_of_slice(audience: Audience, name: str) -> Scope | None:
    """The rows behind a slice of an audience as it is defined now; None where it has no such slice, or no more."""
    if audience.each is None:
        return audience.fixed if name == slice_name(audience.fixed) else None
    start, found = f"{audience.each}=", None
    for part in name.split("; "):
        if part.startswith(start):
            found = audience.fixed.also(audience.each, part.removeprefix(start))
    return found if found is not None and slice_name(found) == name else None


class Directory:
    """The readers of audiences as they are now: what has changed is read anew, queries are asked again.

    Raises UsageError for an audience that there is not, StorageError for a file and WarehouseError for a query that
    cannot be read: who the readers are is not known then, and nobody gets anything.
    """

    def __init__(self, workspace: Workspace, clock: Clock, query: Query, planned: Planned) -> None:
        self._workspace, self._clock, self._query, self._planned = workspace, clock, query, planned
        self._audiences, self._files = workspace.audiences, workspace.files
        self._stamp: Stamp = None
        self._known: dict[str, tuple[Stamp, People]] = {}

    def people(self, name: str) -> People:
        """The readers of an audience, and the rows that named none."""
        self._refresh()
        stamp = self._stamp_of(self._audience(name))
        known = self._known.get(name)
        if known is None or known[0] != stamp or stamp is None:
            known = self._known[name] = stamp, self._ask(name)
        return known[1]

    def groups(self, name: str) -> tuple[Group, ...]:
        """The readers of an audience by slice and locale, in the order in which they are first named."""
        people, audience = self.people(name), self._audience(name)
        usual = audience.locale or self._workspace.catalog.settings.locale
        found: dict[tuple[Scope, str], list[str]] = {}
        for person in people.persons:
            scope = audience.fixed.also(audience.each, person.member) if audience.each else audience.fixed
            found.setdefault((scope, person.locale or usual), []).append(person.recipient)
        return tuple(
            Group(slice_name(scope), scope, locale, tuple(recipients))
            for (scope, locale), recipients in found.items()
        )

    def recipients(self, key: EditionKey) -> tuple[str, ...]:
        """Those who get an edition: who reads its slice in its locale.

        Where nobody does any more and all of the slice read one other locale, they get it, unless they have an
        edition in their own.
        """
        groups = {group.locale: group for group in self.groups(key.audience) if group.slice == key.slice}
        if key.locale in groups:
            return groups[key.locale].recipients
        if len(groups) != 1:
            return ()
        ((locale, group),) = groups.items()
        return () if self._planned(replace(key, locale=locale)) else group.recipients

    def entitled(self, name: str, slice_: str) -> frozenset[str]:
        """The bare addresses, in small letters, of those who may have a slice in whatever language."""
        own = (group.recipients for group in self.groups(name) if group.slice == slice_)
        return frozenset(Person(one).address.lower() for some in own for one in some)

    def scope(self, name: str, slice_: str) -> Scope | None:
        """The rows behind a slice as its audience is defined now; None where it has no such slice."""
        self._refresh()
        return scope_of_slice(self._audience(name), slice_)

    def _refresh(self) -> None:
        """Read the definitions of audiences anew once their file has changed."""
        stamp = _stamp(self._workspace.root / AUDIENCES)
        if stamp != self._stamp or stamp is None:
            if self._files.changed(AUDIENCES):
                now = load_workspace(self._workspace.root)
                self._audiences, self._files, self._known = now.audiences, now.files, {}
            self._stamp = stamp  # Only now: where it cannot be read, the next look reads it again.

    def _stamp_of(self, audience: Audience) -> Stamp:
        """What changes when the readers do; nothing that could be relied on of a group."""
        if audience.file is not None:
            return _stamp(self._workspace.root / audience.file)
        if audience.sql is not None:
            return (int(self._clock.seconds() // FRESH.total_seconds()),)
        return None if audience.audiences else ()

    def _audience(self, name: str) -> Audience:
        if name not in self._audiences:
            if self._unclear(name):
                raise StorageError(
                    f"{AUDIENCES} cannot be understood, so nobody knows who audience {name} is",
                    "Nobody of the audience gets anything until it can: broadsheet check",
                )
            raise UsageError(f"there is no audience “{name}”", did_you_mean(name, self._audiences))
        return self._audiences[name]

    def _unclear(self, name: str) -> bool:
        """Whether an audience is missing only because its file is broken, or is just being written."""
        source = self._files.files.get(AUDIENCES)
        data = source.data if source is not None and not source.problems else None
        written = data.get("audiences") if isinstance(data, dict) else None
        return not isinstance(written, dict) or name in written

    def _ask(self, name: str) -> People:
        audience, domains = self._audience(name), self._workspace.catalog.settings.domains
        if audience.audiences:
            return self._together(audience)
        if audience.sql is not None:
            return people_of(self._query(name, audience), audience, domains)
        if audience.file is not None:
            try:
                return filed_people(self._workspace.root / audience.file, audience, domains)
            except (OSError, UnicodeDecodeError) as error:
                raise StorageError(
                    f"{audience.file}, which names the readers of audience {name}, cannot be read: {error}",
                    "Nobody of the audience gets anything until it can.",
                ) from error
        return written_people(audience, domains)

    def _together(self, group: Audience) -> People:
        asked = [self.people(member) for member in group.audiences]
        persons = dict.fromkeys(person for people in asked for person in people.persons)
        allowed = (person for person in persons if not foreign_domain(person.recipient, (group.domains,)))
        return People(tuple(allowed), tuple(refusal for people in asked for refusal in people.refused))


def _stamp(path: Path) -> Stamp:
    """What tells one state of a file from another; None where it cannot be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
