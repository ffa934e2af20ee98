"""Mail to a domain that it has never gone to waits until two people have said yes; everybody else gets theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from broadsheet.errors import UsageError
from broadsheet.ledger.records import Voice
from broadsheet.press.agenda import agenda
from broadsheet.press.deliver import deliver_due
from broadsheet.press.demand import Wish, allowed, orders_for, send_orders
from broadsheet.press.domains import approve, new_domains, refuse, waiting
from broadsheet.press.press import Press
from broadsheet.press.resend import resend
from broadsheet.press.story import stories
from press.slices import made, mails, press_on_monday, states
from press.workspace import MONDAY, SETTINGS, House, report
from support.smtp import MailServer

pytestmark = pytest.mark.faults
READERS = "[ada@example.test, kim@Partner.test, lee@partner.test, max@north.partner.test]"
ADA, BO = Voice("ada", "ada"), Voice("bo", "bo")
WAITS = ("held", "approval")
SENT = ("sent", "")


def opened(house: House, mail: str = "", readers: str = READERS, **changes: str) -> House:
    """The shop's report goes to readers of other houses too, and new domains are to be confirmed."""
    house.write("config/audiences.yaml", f"audiences:\n  sales: {{label: Sales, recipients: {readers}}}\n")
    house.write("reports/orders.yaml", report(**changes))
    house.write("config/settings.yaml", f"{SETTINGS}mail: {{{mail}new_domains: confirm}}\n")
    return house


@contextmanager
def sent_on_monday(house: House) -> Iterator[Press]:
    """A press that has made the edition of the week and delivered what may leave."""
    with press_on_monday(house) as press:
        made(press)
        tuple(deliver_due(press))
        yield press


def test_a_new_domain_is_held_by_the_mail_server_too_until_two_people_have_confirmed_it(
    house: House, smtp_server: MailServer
) -> None:
    server = f"channel: smtp, host: localhost, port: {smtp_server.port}, ca_file: {smtp_server.ca_file}, "

    def arrived() -> list[str]:
        return sorted(one for mail in smtp_server.mails for one in mail.recipients)

    with sent_on_monday(opened(house, server)) as press:
        assert states(press) == {"ada": SENT, "kim": WAITS, "lee": WAITS, "max": WAITS}
        assert arrived() == ["ada@example.test"]
        assert approve(press, "partner.test", ADA).state == "asked"
        tuple(deliver_due(press))
        assert arrived() == ["ada@example.test"], "one person is not enough"
        said = approve(press, "partner.test", BO)
        assert (said.state, said.first, said.letters) == ("confirmed", "ada", 2)
        tuple(deliver_due(press))
        assert states(press) == {"ada": SENT, "kim": SENT, "lee": SENT, "max": WAITS}, "below it is another"
        assert arrived() == ["ada@example.test", "kim@Partner.test", "lee@partner.test"]
    with house.press() as later:
        assert new_domains(later, ("lee@PARTNER.test", "max@north.partner.test")) == {"north.partner.test"}


@pytest.mark.parametrize(
    ("first", "second", "two"),
    [
        (ADA, BO, True),
        (ADA, ADA, False),
        (ADA, Voice("Ada", "bo"), False),
        (ADA, Voice("bo", "ada"), False),
        (Voice("broadsheet", "broadsheet"), Voice("bo", "broadsheet"), False),
        (Voice("ada", "broadsheet"), Voice("bo", "broadsheet"), True),
        (Voice("ada", "broadsheet"), BO, True),
    ],
    ids=[
        "two",
        "same",
        "same-name",
        "another-name-of-one-account",
        "one-unnamed",
        "both-named",
        "by-account",
    ],
)
def test_who_counts_as_a_second_person(house: House, first: Voice, second: Voice, two: bool) -> None:
    with opened(house).press() as press:
        approve(press, "partner.test", first)
        if two:
            assert approve(press, "partner.test", second).state == "confirmed"
        else:
            with pytest.raises(UsageError, match="takes another person") as refused:
                approve(press, "partner.test", second)
            assert "--by NAME" in refused.value.remedy
            assert new_domains(press, ("kim@partner.test",)) == {"partner.test"}


def test_a_domain_confirmed_before_its_first_letter_holds_nothing(house: House) -> None:
    opened(house, readers="[kim@partner.test]")
    with house.press() as press:
        approve(press, "partner.test", ADA)
        approve(press, "partner.test", BO)
        with pytest.raises(UsageError, match=r"mail goes to partner.test since 2026-06-14, confirmed by bo"):
            approve(press, "partner.test", ADA)
    with sent_on_monday(house) as press:
        assert states(press) == {"kim": SENT}


def test_the_owner_hears_of_the_domain_once_until_it_is_confirmed(house: House) -> None:
    with sent_on_monday(opened(house)) as press:
        told = {each.subject: each for each in press.ledger.alerts.current() if each.kind == "domain"}
        assert set(told) == {"partner.test", "north.partner.test"}
        assert "orders · 2026-W24 for sales to lee@partner.test" in told["partner.test"].detail
        approve(press, "partner.test", ADA)
        approve(press, "partner.test", BO)
        assert [each.subject for each in press.ledger.alerts.current()] == ["north.partner.test"]
        (story,) = stories(press, "orders/2026-W24")
        happened = [each.what for each in story.happenings]
        assert (
            "kim@Partner.test: held (mail has never gone to partner.test: two people must confirm it)"
            in happened
        )
        assert "kim@Partner.test: queued (mail may go to its domain now)" in happened
        assert dict(story.letters) == {"sent": 1, "queued": 2, "held": 1}
        planned = agenda(press, 1)
        assert planned[0].notes == ("held until confirmed: north.partner.test",)


def test_whoever_asks_for_the_edition_does_not_get_past(house: House) -> None:
    with sent_on_monday(opened(house)) as press:
        ((record, _),) = press.ledger.history.latest()
        letters = press.ledger.deliveries.of(record)
        assert tuple(resend(press, record, letters[1:2])) == ()
        (again,) = send_orders(press, orders_for(press, Wish("orders", "2026-W24")))
        assert again.attempts == ()
        assert {name for name, state in states(press).items() if state == WAITS} == {"kim", "lee", "max"}
        with pytest.raises(UsageError, match=r"mail has never gone to partner\.test"):
            allowed(press, "new@partner.test")
        allowed(press, "new@example.test")


def test_a_held_letter_has_the_end_of_every_letter(house: House) -> None:
    with sent_on_monday(opened(house)) as press:
        house.clock.at = MONDAY + timedelta(hours=49)
        tuple(deliver_due(press))
        assert states(press)["kim"] == ("expired", "mail")
        (alert,) = [each for each in press.ledger.alerts.current() if each.kind == "expired"]
        assert "two people must confirm it" in alert.detail


def test_a_refused_domain_has_its_letters_cancelled_by_one_person(house: House) -> None:
    with sent_on_monday(opened(house)) as press:
        approve(press, "partner.test", ADA)
        assert [(each.name, len(each.letters), each.asked_by) for each in waiting(press)] == [
            ("north.partner.test", 1, ""),
            ("partner.test", 2, "ada"),
        ]
        assert refuse(press, "partner.test", "not our partner") == 2
        assert states(press)["kim"] == ("cancelled", "policy")
        assert approve(press, "partner.test", BO).state == "asked", "what was asked before is forgotten"
        with pytest.raises(UsageError, match=r"nothing waits for other.test"):
            refuse(press, "other.test", "never heard of")


def test_domains_that_had_mail_are_known_when_the_rule_comes_and_what_waits_leaves_when_it_goes(
    house: House,
) -> None:
    opened(house, readers="[kim@partner.test]")
    confirm = (house.root / "config/settings.yaml").read_text()
    house.write("config/settings.yaml", SETTINGS)
    with sent_on_monday(house) as press:
        assert states(press) == {"kim": SENT}
    house.write("config/settings.yaml", confirm)
    opened(house, readers="[kim@partner.test, max@north.partner.test]")
    with house.press() as press:
        tuple(send_orders(press, orders_for(press, Wish("orders", "2026-W24"))))
        assert states(press) == {"kim": SENT, "max": WAITS}
    house.write("config/settings.yaml", SETTINGS)
    with house.press() as press:
        tuple(deliver_due(press))
        assert states(press) == {"kim": SENT, "max": SENT}


def test_who_looks_first_gets_no_preview_at_a_new_domain(house: House) -> None:
    opened(house, readers="[ada@example.test]", approval="{by: ida@partner.test}")
    with sent_on_monday(house) as press:
        assert mails(house) == {}
        ((record, _),) = press.ledger.history.latest()
        assert record.state == "held"
        assert {each.subject for each in press.ledger.alerts.current()} == {"orders", "partner.test"}


def test_a_domain_in_other_letters_is_compared_in_the_form_of_mail_servers(house: House) -> None:
    opened(house, readers="[kim@MÜNCHEN.test]")
    settings = (house.root / "config/settings.yaml").read_text()
    house.write("config/settings.yaml", f"{settings}domains: [münchen.test]\n")
    with sent_on_monday(house) as press:
        assert states(press) == {"kim": WAITS}
        assert [each.name for each in waiting(press)] == ["xn--mnchen-3ya.test"]


def test_the_commands_tell_and_decide(house: House) -> None:
    with sent_on_monday(opened(house)):
        pass
    listed = house.run("approve").stdout.splitlines()
    assert [line.split() for line in listed] == [
        ["new", "domain", "letters", "asked", "for", "by"],
        ["north.partner.test", "1", "nobody", "yet"],
        ["partner.test", "2", "nobody", "yet"],
    ]
    asked = house.run("approve", "--domain", "Partner.test", "--by", "Ada")
    assert (asked.returncode, asked.stdout) == (
        3,
        "partner.test: asked for by Ada; another person must confirm it by the same command\n",
    )
    again = house.run("approve", "--domain", "partner.test", "--by", "ada")
    assert (again.returncode, "takes another person" in again.stderr) == (2, True)
    done = house.run("approve", "--domain", "partner.test", "--by", "Bo")
    assert (done.returncode, done.stdout) == (
        0,
        "partner.test: confirmed by Bo, asked for by Ada; 2 letters queued\n",
    )
    shown = house.run("who", "max@north.partner.test").stdout
    assert "held until two people have confirmed north.partner.test: broadsheet approve" in shown
    dropped = house.run("approve", "--domain", "north.partner.test", "--drop", "not ours")
    assert dropped.stdout == "north.partner.test: refused, 1 letter cancelled\n"
    assert house.run("approve").stdout == "Nothing is held.\n"
    wrong = house.run("approve", "--domain", "partner", "--by", "Ada")
    assert (wrong.returncode, "is not a domain" in wrong.stderr) == (2, True)
    assert house.run("approve", "orders/2026-W24", "--domain", "partner.test").returncode == 2
