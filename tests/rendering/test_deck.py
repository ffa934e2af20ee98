"""Changes in cards: side by side where they fit, one below the other where a language needs more room."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Cards, Section
from broadsheet.rendering.deck import deck
from broadsheet.rendering.edition import render_edition
from rendering import sample

LONG = "−12.4 punti percentuali"


def lengthened(cards: Cards) -> Cards:
    def longer(card):
        changes = [
            replace(each, label="September", relative=replace(each.relative, text=LONG, value=-0.1))
            for each in card.changes
        ]
        return replace(card, changes=tuple(changes))

    return replace(cards, cards=tuple(map(longer, cards.cards)))


def test_changes_that_do_not_fit_side_by_side_are_stacked() -> None:
    cards = sample.cards()
    assert not deck(cards).stacked
    assert deck(lengthened(cards)).stacked
    assert sum(deck(cards).shares) == pytest.approx(100)


def test_no_card_runs_into_its_neighbor(templates) -> None:
    section = Section("cards", "", "", lengthened(sample.cards()))
    made = render_edition(sample.document(sections=(section,)), Theme(), templates)
    leaf = pypdfium2.PdfDocument(made.pdf)[0]
    words = leaf.get_textpage()
    count = len(section.body.cards)
    found = [
        (left, right)
        for left, bottom, right, top in map(words.get_rect, range(words.count_rects()))
        if "punti" in words.get_text_bounded(left, bottom, right, top)
    ]
    assert found
    edge, room = 15 * 72 / 25.4, 180 * 72 / 25.4
    for left, right in found:
        assert int((left - edge) / room * count) == int((right - edge) / room * count)
        assert right <= edge + room + 1
