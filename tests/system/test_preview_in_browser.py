"""The preview in a real browser: it follows a save, keeps the place, and shows mistakes above the page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from press.workspace import House, build, report


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(tmp_path / "shop")


@pytest.fixture
def address(house: House) -> Iterator[str]:
    command = house.command("preview", "orders", "--watch", "--as-of", "2026-06-15T09:00")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield re.findall(r"http://\S+", process.stdout.readline())[0]
        process.terminate()


def test_a_save_is_shown_at_the_same_place_and_a_mistake_above_it(
    browser: Chrome, house: House, address: str
) -> None:
    browser.set_window_size(900, 500)
    wait = WebDriverWait(browser, 30)

    def shown(words: str) -> bool:
        return words in (inside("return document.body ? document.body.innerText : ''") or "")

    def inside(script: str) -> object:
        wrapped = f"(new Function('document', 'window', {script!r}))"
        frame = "document.querySelector('iframe').contentWindow"
        return browser.execute_script(f"return {wrapped}({frame}.document, {frame})")

    browser.get(address)
    wait.until(lambda _: shown("What do customers order?"))
    inside("window.scrollTo(0, 300)")
    house.write("reports/orders.yaml", report(question="What sells best?"))
    wait.until(lambda _: shown("What sells best?"))
    wait.until(lambda _: inside("return window.scrollY") == 300)
    house.write("reports/orders.yaml", report(blocks="[{kpis: [revenu]}]"))
    wait.until(lambda _: "Did you mean “revenue”?" in browser.find_element(By.ID, "problems").text)
    assert shown("What sells best?"), "the last sound page stays"
    house.write("reports/orders.yaml", report())
    wait.until(lambda _: not browser.find_element(By.ID, "problems").text)
    wait.until(lambda _: shown("What do customers order?"))
    browser.find_elements(By.CSS_SELECTOR, "[data-view]")[2].click()
    wait.until(lambda _: inside("return window.innerWidth") == 375)
