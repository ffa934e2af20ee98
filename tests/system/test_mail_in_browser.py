"""The mail as readers see it: on a phone and a desk, with pictures off, in the dark."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.mail import Mail, render_mail
from rendering import sample

PHONES_AND_DESKS = (320, 375, 600, 1280)
OVERFLOWING = """
return [...document.querySelectorAll('td, h1, h2, span, b, img')]
  .filter(e => e.getBoundingClientRect().right > window.innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5)
  .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))
"""
CONTRASTS = """
const lum = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(Number).map(x => x / 255)
  .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2] };
const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
  if (!/, 0\\)|transparent/.test(c)) return c } return 'rgb(255,255,255)' };
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
while (texts.nextNode()) { const e = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !e.getClientRects().length || e.tagName === 'STYLE') continue;
  const a = lum(getComputedStyle(e).color), b = lum(ground(e));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) found.push(e.textContent.slice(0, 30) + ' ' + ratio.toFixed(2)) }
return found
"""
SMALL = """
return [...document.querySelectorAll('td, span, b')].filter(e => e.textContent.trim() && e.getClientRects().length)
  .map(e => parseFloat(getComputedStyle(e).fontSize)).reduce((a, b) => Math.min(a, b), 99)
"""


@pytest.fixture(scope="module")
def mail(templates: dict[str, str]) -> Mail:
    return render_mail(sample.document(), Theme(), templates)


def show(browser: Chrome, mail: Mail, folder: Path, width: int, *, pictures: bool = True) -> None:
    """The body as a mail program shows it, `width` pixels wide."""
    html = mail.html
    for cid, content in mail.images if pictures else ():
        html = html.replace(f"cid:{cid}", f"data:image/png;base64,{b64encode(content).decode()}")
    file = folder / f"mail-{width}.html"
    file.write_text(html, encoding="utf-8")
    size = {"width": width, "height": 900, "deviceScaleFactor": 2, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(file.as_uri())


@pytest.mark.parametrize("width", PHONES_AND_DESKS)
def test_nothing_leaves_the_screen_and_texts_can_be_read(
    browser: Chrome, mail: Mail, tmp_path: Path, width: int
) -> None:
    show(browser, mail, tmp_path, width)
    assert browser.execute_script(OVERFLOWING) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(SMALL) >= 13
    picture = browser.execute_script("return document.querySelector('img').getBoundingClientRect().toJSON()")
    assert picture["width"] == pytest.approx(min(552, width - 30 if width <= 480 else width - 48), abs=1)
    assert picture["height"] == pytest.approx(picture["width"] * 54 / 86, rel=0.02)


def test_a_long_name_is_broken_not_cut(browser: Chrome, templates: dict[str, str], tmp_path: Path) -> None:
    name = "Wasserstraßen- und Schifffahrtsverwaltung Donau/Main-Kanal GmbH"
    cards = replace(sample.cards(), cards=tuple(replace(c, label=name) for c in sample.cards().cards))
    document = sample.document(sections=(replace(sample.sections()[0], body=cards),), headline=name)
    show(browser, render_mail(document, Theme(), templates), tmp_path, 320)
    assert browser.execute_script(OVERFLOWING) == []


def test_with_pictures_off_the_chart_is_told_in_words(browser: Chrome, mail: Mail, tmp_path: Path) -> None:
    show(browser, mail, tmp_path, 375, pictures=False)
    assert browser.execute_script(OVERFLOWING) == []
    alt = browser.execute_script("return document.querySelector('img').alt")
    assert "from 1.42 in W12 to 2.05 in W24" in alt


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_in_the_light_and_in_the_dark(
    browser: Chrome, mail: Mail, tmp_path: Path, scheme: str
) -> None:
    feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
    try:
        show(browser, mail, tmp_path, 375)
        assert browser.execute_script(CONTRASTS) == []
        ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(31, 31, 31)") is (scheme == "dark")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_hidden_first_line_is_hidden(browser: Chrome, mail: Mail, tmp_path: Path) -> None:
    show(browser, mail, tmp_path, 600)
    assert sample.document().preheader not in browser.execute_script("return document.body.innerText")
