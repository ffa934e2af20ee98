"""What goes wrong is told to those who answer for it: at once, by a way that works, and never by silence.

Alerts stand in the ledger until the owner has been told, so that neither a crash nor a broken mail server loses one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from broadsheet import failpoints
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.secrets import resolve
from broadsheet.delivery.call import call
from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.notices import Notice, compose_notice, other_ways
from broadsheet.delivery.outcome import Outcome, Parcel, send_all
from broadsheet.errors import BroadsheetError
from broadsheet.ledger.records import Alert, AlertKind
from broadsheet.press.press import Press

MAIL_SECONDS = 20
"""How long the mail server may take for an answer to an alert: there are other ways."""

LOG = "log"
"""The way where the settings name no other."""

SAID: Mapping[AlertKind, tuple[str, str]] = {
    "failed": ("not made", "Mend the cause, then: broadsheet run {subject} --send"),
    "refused": ("refused", "Its audience may not see it. broadsheet history {subject} tells the reason."),
    "quarantined": ("in quarantine", "It is tried again when its definition or its data change."),
    "held": ("held", "Decide: broadsheet approve shows what waits and why, and lets it go out."),
    "caution": ("sent with a caution", "Readers see it above the headline. Look at the data of {subject}."),
    "late": ("late", "broadsheet history {subject} shows what it waits for."),
    "recipients": ("without recipients", "Look at its audience in config/audiences.yaml."),
    "rejected": ("addresses refused", "Correct or delete the address in its audience."),
    "undelivered": ("letters refused", "The server's answer tells why."),
    "expired": ("not sent in time", "When mail works again: broadsheet run {subject} --send"),
    "blocked": (
        "letters stopped",
        "What was to be sent is not what its audience may see. Look into it at once.",
    ),
    "suppressed": ("address suppressed", "Correct or delete the address in its audience."),
    "domain": ("a new domain", "Two people let mail go there: broadsheet approve --domain {subject}"),
    "channel": (
        "channel down",
        "broadsheet doctor tells what is wrong; waiting letters are sent when it is back.",
    ),
    "source": (
        "out of reach",
        "broadsheet doctor tells what is wrong; what needs this data source is made when it is back.",
    ),
    "definition": (
        "definition not usable",
        "broadsheet check lists the problems; the former one stays in force.",
    ),
    "planning": ("more due than is sensible", "Is the clock right? broadsheet plan shows what comes."),
    "restored": ("put back from a backup", "Nothing is sent until you decide: broadsheet ledger confirm"),
    "storage": ("cannot be written", "Free some space: nothing is made until then."),
}
"""By kind: what is wrong with the subject, and what to do."""


@dataclass(frozen=True)
class Told:
    """A notice and the way by which the owner got it; none where every way failed, as `failures` say."""

    notice: Notice
    way: str
    failures: tuple[str, ...] = ()


def tell_news(press: Press) -> Told | None:
    """Tell the owner, in one notice, what is new; None when nothing is. What no way took is tried again next time."""
    at, news = press.clock.now(), press.ledger.alerts.untold()
    if not news:
        return None
    shut = press.ledger.channels.state(press.settings.mail.channel).opened_at is not None
    failpoints.reached("alarms.before-tell")
    told = tell_owner(press, _notice(news, press.calendar.zone), mail=not shut)
    failpoints.reached("alarms.before-told")
    if told.way:
        press.ledger.alerts.told(news, at)
    return told


def tell_owner(press: Press, notice: Notice, *, mail: bool = True) -> Told:
    """Tell the owner by mail, unless that is known to be down, else by the first other way that works."""
    alerts = press.settings.alerts
    failures = [] if mail or not alerts.to else ["mail: its channel is shut"]
    if alerts.to and mail:
        outcome = _by_mail(press, notice, alerts.to)
        if outcome.state == "sent":
            return Told(notice, "mail")
        failures.append(f"mail: {outcome.reply}")
    for way, outcome in other_ways(alerts, notice, press.workspace.root, press.environ):
        if outcome.state == "sent":
            return Told(notice, way, tuple(failures))
        failures.append(f"{way}: {outcome.reply}")
    return Told(notice, "" if failures else LOG, tuple(failures))


def ping(press: Press) -> Outcome | None:
    """Call the address that waits for a sign of life, if there is one. Whatever comes of it stops nothing."""
    alerts = press.settings.alerts
    if alerts.ping is None:
        return None
    try:
        return call(resolve(alerts.ping, press.environ, "alerts.ping"), alerts.hosts, seconds=5)
    except BroadsheetError as error:
        return Outcome("failed", str(error))


def _by_mail(press: Press, notice: Notice, to: Iterable[str]) -> Outcome:
    """A mail to each; what came of the best of them."""
    mail = press.settings.mail.model_copy(update={"timeout": min(MAIL_SECONDS, press.settings.mail.timeout)})
    try:
        channel = open_channel(mail.channel, replace(press.resources, mail=mail))
    except BroadsheetError as error:
        return Outcome("failed", str(error))
    now = press.clock.now()
    outcomes = send_all(
        channel,
        (Parcel(parse_address(one).addr_spec, "", compose_notice(notice, one, mail, now)) for one in to),
    )
    return next((outcome for outcome in outcomes if outcome.state == "sent"), outcomes[0])


def _notice(news: Sequence[Alert], zone: ZoneInfo) -> Notice:
    told = [f"{each.subject} {SAID[each.kind][0]}" for each in news]
    subject = told[0] if len(told) == 1 else f"{told[0]}, and {len(told) - 1} more"
    marks = " ".join(f"{each.id}.{each.count}" for each in news)
    identity = hashlib.sha256(marks.encode()).hexdigest()[:12]
    text = "\n".join(line for each in news for line in _lines(each, zone))
    return Notice(f"alert-{identity}", f"Broadsheet: {subject}", text)


def _lines(alert: Alert, zone: ZoneInfo) -> tuple[str, ...]:
    what, remedy = SAID[alert.kind]
    since = f"{alert.first_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    often = f", {alert.count} times, last:" if alert.count > 1 else ":"
    over = f"Over since {alert.over_at.astimezone(zone):%H:%M %Z}." if alert.over_at else remedy
    return (
        f"{alert.subject}: {what}",
        f"  since {since}{often} {alert.detail}",
        f"  {over.format(subject=alert.subject)}",
        "",
    )
