"""Checks of audiences: who they are, and that it can be told of every row whether they may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from broadsheet.definitions.catalog import Unreachable
from broadsheet.definitions.checks.asks import asks
from broadsheet.definitions.checks.sources import outside
from broadsheet.definitions.codes import error, warning
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.audiences import Audience, parse_address
from broadsheet.definitions.people import filed_people, foreign_domain
from broadsheet.errors import Place, Problem, did_you_mean


def check_recipients(draft: Draft) -> Iterator[Finding]:
    """Addresses stand once, in domains that mail may go to; files of readers are there and name readers."""
    for name, audience in draft.audiences.items():
        subject = Subject("audience", name)
        for look in (_addresses, _files, _webhooks):
            yield from ((subject, problem) for problem in look(draft, subject, audience))


def _addresses(draft: Draft, subject: Subject, audience: Audience) -> Iterator[Problem]:
    given = audience.recipients
    lists = given if isinstance(given, dict) else {"": given}
    for member, recipients in lists.items():
        seen: set[str] = set()
        for index, recipient in enumerate(recipients):
            address = parse_address(recipient).addr_spec.lower()
            place = draft.place(subject, "recipients", *([member] if member else []), index)
            if address in seen:
                what = f"{address} stands in audience {subject.name} twice"
                yield warning("duplicate-recipient", place, what, "Delete one; each address gets one mail.")
            if foreign := foreign_domain(recipient, (draft.catalog.settings.domains, audience.domains)):
                yield _foreign(f"mail to {foreign} is not allowed here", place)
            seen.add(address)


def _webhooks(draft: Draft, subject: Subject, audience: Audience) -> Iterator[Problem]:
    for index, channel in enumerate(audience.channels):
        if channel.webhook is not None and not draft.catalog.settings.webhook_hosts:
            place = draft.place(subject, "channels", index, "webhook")
            what = "no webhook may be called: the settings name no host"
            remedy = (
                "Name the host of its address in config/settings.yaml: webhook_hosts: [hooks.example.com]."
            )
            yield warning("webhook-hosts", place, what, remedy)


def _foreign(what: str, place: Place) -> Problem:
    return error("recipient-domain", place, what, DOMAIN_REMEDY)


DOMAIN_REMEDY = (
    "Correct the address, or add the domain to `domains` in config/settings.yaml or of the audience."
)
LINE_REMEDY = "Correct the line: it names nobody as it stands, and the others get their mail without it."


def _files(draft: Draft, subject: Subject, audience: Audience) -> Iterator[Problem]:
    """The file of addresses, read as it will be; of a query only that its file is there."""
    for key, file in (("file", audience.file), ("sql", audience.sql)):
        if file is None:
            continue
        place, path = draft.place(subject, key), draft.files.root / file
        if outside(file) or not file.startswith("config/"):
            yield error("path-escapes", place, f"“{file}” does not lie below config/", "Move the file there.")
        elif not path.is_file():
            yield error("missing-file", place, f"there is no file {file}", "Create it, or correct its name.")
        elif key == "file":
            yield from _rows(draft, audience, file, place)
    if audience.sql is not None and audience.connection not in draft.catalog.connections:
        known = did_you_mean(audience.connection, draft.catalog.connections)
        what = f"there is no connection “{audience.connection}”"
        yield error("unknown-connection", draft.place(subject, "connection"), what, known)


def _rows(draft: Draft, audience: Audience, file: str, place: Place) -> Iterator[Problem]:
    try:
        people = filed_people(draft.files.root / file, audience, draft.catalog.settings.domains)
    except (OSError, UnicodeDecodeError) as failure:
        yield error("unreadable-file", place, f"{file} cannot be read: {failure}", "Save it as UTF-8 text.")
        return
    for refusal in people.refused:
        at = Place(file, refusal.line)
        if refusal.code == "recipients-columns":
            remedy = "Name the columns in the first line: address, and the dimension of `each`."
            yield error("recipients-file", at, refusal.why, remedy)
        else:
            remedy = DOMAIN_REMEDY if refusal.code == "recipient-domain" else LINE_REMEDY
            yield warning(refusal.code, at, refusal.why, remedy)


def check_groups(draft: Draft) -> Iterator[Finding]:
    """A group is made of known audiences that may see what it may see, and of no other groups."""
    for name, audience in draft.audiences.items():
        subject = Subject("audience", name)
        for index, member in enumerate(audience.audiences):
            place, other = draft.place(subject, "audiences", index), draft.audiences.get(member)
            if other is None and not draft.defines("audience", member):
                remedy = did_you_mean(member, draft.audiences)
                yield subject, error("unknown-audience", place, f"unknown audience “{member}”", remedy)
            elif other is not None and (other.audiences or other.each or other.fixed != audience.fixed):
                what = f"audience {member} is a group itself, or may see other rows than {name}"
                remedy = (
                    "Give both the same `slice`, or name both audiences in the report: each gets its edition."
                )
                yield subject, error("audience-group", place, what, remedy)


def check_slices(draft: Draft) -> Iterator[Finding]:
    """The dimensions of slices are known, and part the rows of facts for good: by a text of each row."""
    for name, audience in draft.audiences.items():
        subject = Subject("audience", name)
        places = {each: draft.key_place(subject, "slice", each) for each in audience.slice}
        if audience.each is not None:
            places[audience.each] = draft.place(subject, "each")
        for each, place in places.items():
            if not draft.defines("dimension", each):
                remedy = did_you_mean(each, draft.catalog.dimensions)
                yield subject, error("unknown-dimension", place, f"unknown dimension “{each}”", remedy)
            elif each in draft.catalog.dimensions:
                for problem in _parting(draft, each, place):
                    yield subject, problem


def _parting(draft: Draft, name: str, place: Place) -> Iterator[Problem]:
    dimension, catalog = draft.catalog.dimensions[name], draft.catalog
    why = ""
    if dimension.bands or dimension.part or dimension.age:
        why = "has classes or parts of a value as members"
    elif dimension.as_ == "period_end":
        why = "has other members at another period's end"
    for fact in catalog.facts:
        try:
            route = catalog.dimension_route(fact, name)
        except Unreachable:
            continue
        if route.type != "text" and not why:
            why = f"is a {route.type} of {fact}, not a text"
        if route.bridge and not why:
            why = f"has several members of a row of {fact}"
    if why:
        remedy = "Choose a dimension that is one text of each row, such as a region or a person in charge."
        yield error("audience-slice", place, f"{name} cannot be a slice: it {why}", remedy)


def check_reach(draft: Draft) -> Iterator[Finding]:
    """Of all rows behind a report it can be told whether its audiences may see them."""
    told: set[tuple[str, str, str]] = set()
    for ask in asks(draft):
        report = draft.reports[ask.subject.name]
        for index, name in enumerate(report.audiences):
            audience = draft.audiences.get(name)
            for dimension in () if audience is None else _dimensions(audience):
                for fact, kpi in _facts(draft, (kpi for kpi, _ in ask.kpis)):
                    key = (ask.subject.name, dimension, fact)
                    if key not in told and _unreached(draft, fact, dimension):
                        told.add(key)
                        place = draft.place(
                            ask.subject, "audience", *([index] if len(report.audiences) > 1 else [])
                        )
                        yield ask.subject, _lost(kpi, fact, dimension, name, place)


def _dimensions(audience: Audience) -> tuple[str, ...]:
    return (*audience.slice, *((audience.each,) if audience.each else ()))


def _facts(draft: Draft, kpis: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The facts whose rows KPIs and their plans count, each with the KPI."""
    catalog = draft.catalog
    for name in (name for name in kpis if name in catalog.kpis):
        plan = catalog.kpis[name].plan
        for used in (name, *((plan,) if plan in catalog.kpis else ())):
            try:
                yield from ((catalog.fact_of(leaf), used) for leaf in catalog.leaves(str(used)))
            except KeyError:
                continue  # A formula names a KPI that there is not, which another check tells.


def _unreached(draft: Draft, fact: str, dimension: str) -> bool:
    if fact not in draft.catalog.facts or dimension not in draft.catalog.dimensions:
        return False
    return not draft.catalog.facts[fact].shared and draft.catalog.dimensions[dimension].path(fact) is None


def _lost(kpi: str, fact: str, dimension: str, audience: str, place: Place) -> Problem:
    what = f"audience {audience} may see some members of {dimension}, but {kpi} counts rows of {fact}, which has none"
    remedy = (
        f"Add a path for {fact} to {dimension} in config/dimensions.yaml, write shared: true for {fact} if every "
        "reader may see all of it, or leave the KPI out."
    )
    return error("slice-reach", place, what, remedy)
