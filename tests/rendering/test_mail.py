from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.diagrams import Funnel, Stage
from broadsheet.document.tree import Cards, Cell, Head, Line, Part, Row, Section, Span, Story, Table
from broadsheet.rendering.mail import Attached, render_mail
from rendering import sample
from rendering.mail_support import lint


def test_body_is_small_and_free_of_what_mail_programs_drop(edition):
    html = edition.mail_html
    assert len(html.encode()) <= 60_000
    for forbidden in (
        "<script",
        "<svg",
        "data:",
        "http:",
        "https:",
        "display: flex",
        "display: grid",
        "float:",
        "position:",
    ):
        assert forbidden not in html
    assert '<meta name="color-scheme" content="light dark"' in html
    assert "prefers-color-scheme: dark" in html
    assert 'role="presentation"' in html


def test_styles_are_inlined(edition):
    assert re.search(r'<td class="name" style="[^"]*border-bottom[^"]*"', edition.mail_html)


def test_the_one_picture_is_referenced_described_and_light(edition):
    (image,) = re.findall(r"<img[^>]+>", edition.mail_html)
    ((cid, content),) = edition.images
    assert f'src="cid:{cid}"' in image
    assert 'width="552"' in image
    assert re.search(r'height="\d+"', image)
    assert 'alt="Sales per week rose from 1.42 in W12 to 2.05 in W24' in image
    assert len(content) <= 40_000
    picture = Image.open(BytesIO(content))
    assert abs(picture.width - 2 * 552) <= 2
    assert "A" not in picture.mode


def test_first_text_is_the_preheader(edition):
    body = edition.mail_html.split("<body", 1)[1].split(">", 1)[1]
    assert re.sub(r"<[^>]+>", "", body).strip().startswith(sample.document().preheader)


def test_text_part_tells_the_story_alone(edition):
    text = edition.mail_text
    for needle in (
        sample.document().headline,
        "Sales, week 24: €2.05\u202fM (Off track)",
        "  −11.0\u202f% vs plan (2.30)",
        "no open gap left this quarter",
        "! One block is missing: returns.",
        "The table “returns” was last loaded on 2 June",
        "You get this as a member",
        "sales-weekly · 2026-W24 · sales · r1",
    ):
        assert needle in text
    assert "\n\n\n" not in text
    assert "<" not in text
    assert "&amp;" not in text


def test_at_most_five_cards_and_no_picture_without_chart(templates):
    cards = sample.sections()[0]
    mail = render_mail(sample.document(sections=(cards, cards)), Theme(), templates)
    assert mail.html.count('class="name"') == 5
    assert "<img" not in mail.html
    assert mail.images == ()


def test_a_list_tells_its_first_rows_in_text_and_page(templates):
    rows = tuple(Row((Cell(f"Task {n}"), Cell(f"Due {n} June"), Cell("Ada"))) for n in range(1, 8))
    body = Table((Head("Task"), Head("Reason"), Head("Owner")), rows, "list", omitted=2)
    section = Section("block-1", "9 overdue tasks", "W24. Next step: Call", body)
    document = replace(sample.document(), sections=(section,))
    mail = render_mail(document, Theme(), templates)
    for text in (mail.text, mail.html):
        assert "9 overdue tasks" in text
        assert "W24. Next step: Call" in text
        assert "Task 1 · Due 1 June · Ada" in text
        assert "Task 5 · Due 5 June · Ada" in text
        assert "Task 6" not in text


def test_every_tag_and_property_is_drawn_by_outlook_gmail_and_apple_mail(edition):
    assert lint(edition.mail_html) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<svg></svg>", "<svg>"),
        ('<div style="display: flex">', "display: flex"),
        ('<td style="position: relative">', "position on <td>"),
        ('<td style="border-radius: 4px">', "border-radius on <td>"),
        ('<div style="padding: 4px">', "padding on <div>"),
        ('<div style="max-width: 600px">', "max-width on <div>"),
        ('<td style="width: 10rem">', "width: 10rem"),
        ('<td style="background: url(x.png)">', "background: url(x.png)"),
        ('<img src="data:image/png;base64,x" alt="" width="1" height="1">', "src=data:image/png;base64,x"),
        ('<a href="https://evil.test">', "href=https://evil.test"),
        ('<img src="cid:x" width="1" height="1">', "a picture without alt, width and height"),
        ("<table>", "a table that is not said to be layout"),
        ('<td onclick="x">', "onclick"),
        (f"<style>{'x' * 16_001}</style>", "a style element over 16 KB"),
    ],
)
def test_the_linter_finds_what_programs_drop(body, problem):
    assert lint(body) == [problem]


def test_hostile_and_long_texts_stay_texts(templates):
    name = "<b>Ltd</b> & Söhne $5 " + "Wasserstraßenverwaltung" * 2 + " سفن 🚤"
    card = replace(sample.cards().cards[0], label=name)
    section = replace(sample.sections()[0], body=replace(sample.cards(), cards=(card,)))
    mail = render_mail(sample.document(sections=(section,), headline=name), Theme(), templates)
    assert "<b>Ltd</b>" not in mail.html
    assert name in mail.text
    assert lint(mail.html) == []


def test_it_tells_what_is_attached_in_the_language_of_the_edition(templates):
    files = (
        Attached("sales-weekly-2026-W24.pdf", 129_400, 6),
        Attached("sales-weekly-2026-W24.xlsx", 2_430_000),
    )
    mail = render_mail(sample.document(), Theme(), templates, files)
    told = (
        "Attached: sales-weekly-2026-W24.pdf (6 pages, 129\u202fkB), sales-weekly-2026-W24.xlsx (2.4\u202fMB)"
    )
    assert told in mail.text
    assert told in mail.html
    german = replace(sample.document(), edition=replace(sample.document().edition, locale="de"))
    assert "W24.pdf (6 Seiten, 129\u202fkB)" in render_mail(german, Theme(), templates, files).text


def test_the_story_is_told_in_full(templates):
    gap = Span("−€254 k", "bad", strong=True)
    story = Story(
        (
            Part("Why", (Line((Span("Export is "), gap)),), "A split proves no cause."),
            Part("What next", (Line((Span("Call the owner."),), "Ida Example, by Wed 17 June"),)),
        )
    )
    section = Section("block-2", "", "", story)
    mail = render_mail(sample.document(sections=(*sample.sections()[:1], section)), Theme(), templates)
    assert "Why\n- Export is −€254 k\n  A split proves no cause." in mail.text
    assert "What next\n- Call the owner.\n  Ida Example, by Wed 17 June" in mail.text
    assert re.search(r'<b class="bad"[^>]*>−€254 k</b>', mail.html)
    assert lint(mail.html) == []


def test_the_picture_is_the_first_chart_of_any_kind_that_is_not_too_tall(templates):
    stages = tuple(Stage(f"Step {at}", 9.0 - at, str(9 - at)) for at in range(4))
    names = ("Step", "Number", "of the first", "of the one before", "too young")
    tall = Section("b1", "Tall", "", Funnel(stages * 5, names), alt="Tall")
    short = Section("b2", "Four steps", "", Funnel(stages, names), alt="Funnel. Step 0 9, Step 1 8.")
    mail = render_mail(sample.document(sections=(tall, short)), Theme(), templates)
    (image,) = re.findall(r"<img[^>]+>", mail.html)
    assert 'alt="Funnel. Step 0 9, Step 1 8."' in image
    ((_, content),) = mail.images
    height = int(re.search(r'height="(\d+)"', image)[1])
    assert Image.open(BytesIO(content)).height == pytest.approx(2 * height, abs=3)
    assert height > 200


def test_a_digest_stands_in_the_mail_area_by_area(templates):
    document = sample.document()
    deck = next(section for section in document.sections if isinstance(section.body, Cards))
    cards = tuple(replace(deck.body.cards[0], label=f"Area {number}") for number in range(6))
    table = Table((Head("Area"),), (Row((Cell("Area 0"),)),), "digest", cards=cards)
    section = replace(deck, title=document.headline, body=table)
    made = render_mail(replace(document, sections=(section,)), Theme(), templates)
    for told in (made.html, made.text):
        assert all(told.count(card.label) == 1 for card in cards)
        assert told.count(cards[0].changes[0].versus) == 6
        assert told.count(cards[0].status_text) == 6
    assert made.text.count(document.headline) == 1
    assert lint(made.html) == []
