"""Which events the owner must hear of. The alert is entered in the event's own transaction: no crash loses it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from broadsheet.definitions.models.audiences import domain_of
from broadsheet.ledger.keyed import keyed_insert
from broadsheet.ledger.records import AlertKind
from broadsheet.ledger.tables import alert, delivery, edition

OF_EDITIONS: Mapping[str, AlertKind] = {
    "failed": "failed",
    "refused": "refused",
    "quarantined": "quarantined",
    "held": "held",
}
OF_DELIVERIES: Mapping[str, AlertKind] = {
    "rejected": "rejected",
    "failed": "undelivered",
    "expired": "expired",
    "blocked": "blocked",
    "held": "held",
}
OF_DOMAINS = ("held", "approval")
"""The state and cause of a letter that is told for its domain, once for all reports."""
OF_CAUSES: Mapping[str, AlertKind] = {"recipients": "recipients", "storage": "storage"}
"""Of editions whatever their state: one that is tried again because nothing can be written is told as well."""

MENDED: tuple[AlertKind, ...] = ("failed", "refused", "quarantined", "held", "storage")
"""What is over once every edition of the report that was in trouble has been made."""

BEGUN = (alert.c.kind, alert.c.subject, alert.c.first_at)
"""The key of an alert."""

LASTING = timedelta(days=1)
"""What has not happened again for so long is over: trouble that goes on is opened anew, and so told once a day."""


def follow(connection: Connection, entry: Mapping[str, Any]) -> None:
    """Open or settle the alerts that an event of an edition or a delivery calls for."""
    number, state = entry.get("edition_id"), str(entry.get("state", ""))
    of_delivery = entry.get("delivery_id")
    kind = (OF_EDITIONS if of_delivery is None else OF_DELIVERIES).get(state)
    if of_delivery is None and state != "running":
        kind = OF_CAUSES.get(str(entry.get("cause", "")), kind)
    if number is None or (kind is None and (of_delivery is not None or state not in ("ready", "cancelled"))):
        return
    names = (edition.c.report, edition.c.period, edition.c.audience, edition.c.slice)
    report, period, audience, part = connection.execute(select(*names).where(edition.c.id == number)).one()
    if kind is None:
        _mended(connection, report, entry["at"])
        return
    address = "" if of_delivery is None else _recipient(connection, of_delivery)
    reader = address and f" to {address}"
    readers = audience if part in ("", "all") else f"{audience} ({part})"
    detail = f"{period} for {readers}{reader}: {entry.get('detail') or state}"
    if of_delivery is not None and (state, entry.get("cause")) == OF_DOMAINS:
        open_alert(connection, "domain", domain_of(address), f"{report} · {detail}", entry["at"])
        return
    open_alert(connection, kind, report, detail, entry["at"])


def still_open(at: datetime) -> ColumnElement[bool]:
    """The condition of alerts that are not over."""
    return and_(alert.c.over_at.is_(None), alert.c.last_at > at - LASTING)


def open_alert(connection: Connection, kind: AlertKind, subject: str, detail: str, at: datetime) -> None:
    """Open an alert, or count another occurrence of an open one; what says nothing new changes nothing.

    One that began at this very moment goes on: it is over (a clock was put back, or counts coarsely), or another
    press has just opened it.
    """
    same = and_(alert.c.kind == kind, alert.c.subject == subject, still_open(at))
    known = connection.execute(
        select(alert.c.id, alert.c.detail).where(same).order_by(alert.c.id.desc()).limit(1)
    ).one_or_none()
    again = {"detail": detail, "last_at": at, "over_at": None, "count": alert.c.count + 1}
    if known is None:
        values = {"kind": kind, "subject": subject, "detail": detail, "first_at": at, "last_at": at}
        new = keyed_insert(connection, alert).values(values)
        connection.execute(new.on_conflict_do_update(index_elements=BEGUN, set_=again))
    elif known.detail != detail:
        connection.execute(update(alert).where(alert.c.id == known.id).values(again))


def settle_alert(connection: Connection, kind: AlertKind, subject: str, at: datetime) -> None:
    """End the open alerts of a subject."""
    same = and_(alert.c.kind == kind, alert.c.subject == subject, alert.c.over_at.is_(None))
    connection.execute(update(alert).where(same).values(over_at=at))


def _mended(connection: Connection, report: str, at: datetime) -> None:
    """End the alerts of a report none of whose editions has been in trouble since they were opened."""
    ours = and_(alert.c.subject == report, alert.c.kind.in_(MENDED), alert.c.over_at.is_(None))
    for number, first_at in connection.execute(select(alert.c.id, alert.c.first_at).where(ours)).all():
        troubled = and_(
            edition.c.report == report,
            edition.c.state.in_(OF_EDITIONS),
            func.coalesce(edition.c.finished_at, edition.c.due_at) >= first_at,
        )
        if not connection.execute(select(func.count()).where(troubled)).scalar_one():
            connection.execute(update(alert).where(alert.c.id == number).values(over_at=at))


def _recipient(connection: Connection, number: int) -> str:
    return str(connection.execute(select(delivery.c.recipient).where(delivery.c.id == number)).scalar_one())
