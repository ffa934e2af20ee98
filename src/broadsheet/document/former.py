"""What changed since the last edition: figures of its period that are others now, and KPIs defined anew.

Compared is what both editions tell: the cards' KPIs for the last edition's period, which the present one shows as
its former period, and the definitions on the last page. Figures that no card shows are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from broadsheet.document.context import Context
from broadsheet.document.told import Told
from broadsheet.document.tree import Card, Definition
from broadsheet.periods import Period


def told(cards: Iterable[tuple[Card, Period]], definitions: Iterable[Definition], context: Context) -> Told:
    """What this edition tells, for the next one to compare with."""
    figures = {card.kpi: card.figure.value for card, period in cards if period == context.period}
    return Told(context.period.label, tuple(figures.items()), tuple(map(_text, definitions)))


def changed(
    former: Told | None,
    cards: Iterable[tuple[Card, Period]],
    definitions: Iterable[Definition],
    context: Context,
) -> Iterator[str]:
    """The changes in sentences, or that there are none; nothing where no last edition is known."""
    if former is None:
        return
    before = context.former(context.period, "previous")
    known = before is not None and before.period.label == former.period
    found = [*(_restated(former, cards, before.period, context) if before and known else ())]
    found += _redefined(former, definitions, context)
    yield from found
    if not found:
        name = context.dates.name(before.period) if before and known else former.period
        yield context.say("changed_nothing", period=name)


def _restated(
    former: Told, cards: Iterable[tuple[Card, Period]], period: Period, context: Context
) -> Iterator[str]:
    """The figures of the last edition's period that print otherwise now."""
    then = dict(former.figures)
    for card, shown in cards:
        base = next((change.base for change in card.changes if change.scenario == "previous"), None)
        if shown != context.period or base is None or card.kpi not in then:
            continue
        definition = context.kpis[card.kpi]
        now, before = (context.numbers.value(value, definition) for value in (base.value, then[card.kpi]))
        if now != before:
            facts = {"label": card.label, "period": context.dates.within(period)}
            yield context.say("changed_figure", now=now, before=before, **facts)


def _redefined(former: Told, definitions: Iterable[Definition], context: Context) -> Iterator[str]:
    now, before = dict(map(_text, definitions)), dict(former.definitions)
    changes = {
        "changed_definition": [label for label in now if label in before and now[label] != before[label]],
        "changed_new": [label for label in now if label not in before],
        "changed_gone": [label for label in before if label not in now],
    }
    for message, labels in changes.items():
        if labels:
            yield context.say(message, labels=context.words.listed(labels))


def _text(definition: Definition) -> tuple[str, str]:
    parts = (definition.meaning, definition.edge_cases, definition.formula)
    return definition.label, " ".join(filter(None, parts))
