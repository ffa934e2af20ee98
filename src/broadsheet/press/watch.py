"""The watch beside the press: finds what is late, tells the owner what is new, and once a day that all is well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from broadsheet.definitions.locales import language_of
from broadsheet.definitions.models.audiences import domain_of, parse_address
from broadsheet.definitions.texts import translated
from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.notices import Notice, compose_notice
from broadsheet.delivery.outcome import Parcel, send_all
from broadsheet.document.dates import Dates
from broadsheet.document.language import wording
from broadsheet.errors import BroadsheetError
from broadsheet.ledger.records import EditionRecord
from broadsheet.periods import parse_label
from broadsheet.press.alarms import Told, tell_news, tell_owner
from broadsheet.press.domains import new_domains
from broadsheet.press.holds import settle_overdue
from broadsheet.press.press import Press
from broadsheet.press.sources import Waiting

STALE = timedelta(days=1)
"""An edition that is later than this is no news to its readers, such as after a long downtime."""


def watch(press: Press) -> tuple[Told, ...]:
    """Look once; what the owner was told. Raises StorageError when the ledger cannot be used."""
    settle_overdue(press)
    late = _late(press)
    told = (tell_news(press), _heartbeat(press))
    if not press.ledger.continuity.held():
        for record in late:
            _tell_readers(press, record)
    return tuple(each for each in told if each is not None)


def _late(press: Press) -> tuple[EditionRecord, ...]:
    """Keep the alerts of late reports in step with what is late now; the editions that are not made."""
    ledger, zone = press.ledger, press.calendar.zone
    before = press.clock.now() - timedelta(minutes=press.settings.alerts.late_after)
    overdue = ledger.figures.overdue(before, press.workspace.paused)
    said: dict[str, list[str]] = {}
    away: dict[str, str] = {}
    waiting = Waiting(press)
    for record in overdue:
        if record.state == "due" and (source := waiting.source(record.key)):
            away[source.name] = source.reason
            continue
        due = f"{record.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
        waits = record.reason or ("being made" if record.state == "running" else "not begun")
        said.setdefault(record.key.report, []).append(
            f"{record.key.period} for {record.key.audience}, due {due}: {waits}"
        )
    for stuck in ledger.figures.stuck(before):
        key, since = stuck.edition.key, f"{stuck.since.astimezone(zone):%Y-%m-%d %H:%M}"
        heard = f": {stuck.reply}" if stuck.reply else ""
        said.setdefault(key.report, []).append(
            f"{stuck.letters} letters of {key.period} for {key.audience} wait since {since}{heard}"
        )
    for name, reason in away.items():  # Told once, however many editions need it.
        ledger.alerts.open("source", name, reason)
    for report, lines in said.items():
        more = f"; and {len(lines) - 3} more" if len(lines) > 3 else ""
        ledger.alerts.open("late", report, "; ".join(lines[:3]) + more)
    for alert in ledger.alerts.current():
        if alert.kind == "late" and alert.subject not in said:
            ledger.alerts.settle("late", alert.subject)
    return overdue


def _tell_readers(press: Press, record: EditionRecord) -> None:
    """Announce the delay to the audience of a report that wants it, once per edition."""
    key, report = record.key, press.workspace.reports.get(record.key.report)
    if report is None or not report.late_note or key.audience not in press.workspace.audiences:
        return
    if record.silent or press.clock.now() - record.due_at > STALE:
        return
    if not press.ledger.marks.renew(f"late {record.id}", "told"):
        return
    words, language = wording(key.locale), press.workspace.languages.get(language_of(key.locale))
    title = translated(report, language.texts).title if language else report.title
    period = parse_label(key.period, press.calendar)
    facts = {"title": title, "period": Dates(key.locale, press.calendar.timezone, words).name(period)}
    notice = Notice(f"late-{record.id}", words.say("late.subject", **facts), words.say("late.text", **facts))
    mail = press.settings.mail
    try:
        readers = press.directory.recipients(key)
        channel = open_channel(mail.channel, press.resources)
    except BroadsheetError:
        return
    now, barred = press.clock.now(), press.ledger.suppressions.addresses(key.report)
    addresses = {one: parse_address(one).addr_spec for one in readers}
    strangers = new_domains(press, addresses.values())
    send_all(
        channel,
        (
            Parcel(address, "", compose_notice(notice, one, mail, now))
            for one, address in addresses.items()
            if address.lower() not in barred and domain_of(address) not in strangers
        ),
    )


def _heartbeat(press: Press) -> Told | None:
    """Once a day, from the time that the settings say: what was sent, late and failed since the day before."""
    alerts, now = press.settings.alerts, press.clock.now()
    if alerts.heartbeat is None:
        return None
    local = now.astimezone(press.calendar.zone)
    if local.time() < alerts.heartbeat or not press.ledger.marks.renew("heartbeat", f"{local:%Y-%m-%d}"):
        return None
    late = timedelta(minutes=alerts.late_after)
    since = now - timedelta(days=1)
    done = press.ledger.figures.summary(since, late)
    subject = f"Broadsheet: sent {done.sent}, late {done.late}, failed {done.failed}"
    text = "\n".join(_summary(press, done.lines, since))
    return tell_owner(press, Notice(f"heartbeat-{local:%Y-%m-%d}", subject, text))


def _summary(press: Press, counts: tuple[str, ...], since: datetime) -> Iterator[str]:
    zone = press.calendar.zone
    yield f"Since {since.astimezone(zone):%Y-%m-%d %H:%M %Z}:"
    yield from (f"  {line}" for line in counts)
    current = press.ledger.alerts.current()
    yield "Nothing is amiss." if not current else "Still amiss:"
    yield from (f"  {each.subject}: {each.kind}: {each.detail}" for each in current)
