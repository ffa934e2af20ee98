"""A password that everybody knows, or that no log could hide, is refused before anything is made or sent."""

from __future__ import annotations

import pytest

from broadsheet.errors import BroadsheetError
from broadsheet.press.tick import tick
from press.workspace import SETTINGS, House

MAIL = "mail: {channel: smtp, host: mail.example.test, user: press, password: '${env:MAIL_PASSWORD}'}\n"
ADDRESS = "postgresql://broadsheet:{}@db.example.test/ledger"


@pytest.mark.parametrize(
    ("settings", "environ", "why"),
    [
        (MAIL, {"MAIL_PASSWORD": "changeme"}, "MAIL_PASSWORD is a default that everybody knows"),
        (MAIL, {"MAIL_PASSWORD": "Password"}, "MAIL_PASSWORD is a default that everybody knows"),
        (MAIL, {"MAIL_PASSWORD": "abc"}, "MAIL_PASSWORD is too short"),
        (MAIL, {"MAIL_PASSWORD": ""}, "MAIL_PASSWORD is too short"),
        (
            "ledger: ${env:LEDGER_URL}\n",
            {"LEDGER_URL": ADDRESS.format("postgres")},
            "LEDGER_URL is a default that everybody knows",
        ),
    ],
)
def test_fault_a29_default_or_short_secret(
    house: House, settings: str, environ: dict[str, str], why: str
) -> None:
    house.write("config/settings.yaml", SETTINGS + settings)
    with house.press(environ) as press, pytest.raises(BroadsheetError, match=why) as refused:
        tick(press)
    assert "Nothing is made or sent before" in refused.value.remedy
    assert not house.var.exists()


def test_a_warehouse_with_a_default_password_is_refused_as_well(house: House) -> None:
    sources = (house.root / "config/sources.yaml").read_text(encoding="utf-8")
    address = "postgresql://reader:${env:PG_PASSWORD}@db.example.test/${env:PG_NAME}"
    house.write("config/sources.yaml", sources.replace("duckdb:///shop.duckdb", address))
    weak = {"PG_PASSWORD": "secret", "PG_NAME": "crm"}
    with house.press(weak) as press, pytest.raises(BroadsheetError, match="PG_PASSWORD is a default"):
        tick(press)
    with house.press({"PG_PASSWORD": "a sound one", "PG_NAME": "crm"}) as press:
        assert tick(press).attempts == (), "names of databases are no passwords"
