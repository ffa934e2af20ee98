"""Editions that somebody must look at first: held with their bundle, and shown to who decides."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import escape

from broadsheet.definitions.models.approvals import Approval
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.message import Letter
from broadsheet.delivery.outcome import Outcome
from broadsheet.errors import BroadsheetError
from broadsheet.ledger.records import EditionRecord, Hold
from broadsheet.press.domains import new_domains, unknown
from broadsheet.press.editions import reference_of
from broadsheet.press.press import Press
from broadsheet.press.proof import send_proof


def hold_of(press: Press, report: str, doubts: str) -> Hold | None:
    """What keeps an edition from going out by itself: the gate's doubts, or that somebody must look first."""
    approval = press.report(report).approval
    return Hold(doubts, "gate") if doubts else _wait_for(press, approval) if approval else None


def _wait_for(press: Press, approval: Approval) -> Hold:
    reason = f"waits for {parse_address(approval.by).addr_spec}"
    if approval.deadline is None:
        return Hold(reason, "approval")
    until = press.clock.now() + timedelta(seconds=approval.deadline.seconds)
    return Hold(reason, "approval", until, approval.then)


def show(press: Press, record: EditionRecord, letter: Letter, approval: Approval) -> Outcome:
    """Send who decides the letter as a marked preview, with the command that lets it go.

    The edition is held whatever becomes of the preview: its alert goes to the owner by itself.
    """
    address = parse_address(approval.by).addr_spec
    for name in new_domains(press, (address,)):
        press.ledger.alerts.open("domain", name, f"{record.key} waits for {address}, who gets no preview")
        return Outcome("cancelled", unknown(name))
    command = f"broadsheet approve {reference_of(record)}"
    said = f"Preview, not sent to anybody yet. Send it: {command}"
    marked = replace(
        letter,
        subject=f"To be approved: {letter.subject}",
        text=f"{said}\n\n{letter.text}",
        html=re.sub(r"<body[^>]*>", lambda body: f"{body[0]}<p>{escape(said)}</p>", letter.html, count=1),
        test=True,
    )
    try:
        return send_proof(press, record.key, marked, approval.by)
    except BroadsheetError as error:
        return Outcome("retry", str(error))
