"""From answers to the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

from broadsheet.definitions.models.reports import AnyBlock, CardsBlock
from broadsheet.definitions.models.stories import DigestBlock, StoryBlock
from broadsheet.definitions.texts import translated
from broadsheet.document import former, lacks, notes
from broadsheet.document.blocks import kind_of
from broadsheet.document.cautions import banner
from broadsheet.document.context import Context
from broadsheet.document.happened import happened
from broadsheet.document.headline import cards_of, news
from broadsheet.document.material import BlockData, Material
from broadsheet.document.reading import Reading
from broadsheet.document.scales import on_one_scale
from broadsheet.document.shown import shown_kpis
from broadsheet.document.tree import Cards, Document, Notice, Section, State, Story
from broadsheet.metrics.question import Answer
from broadsheet.metrics.values import NO_METHOD


def compose(material: Material) -> Document:
    """Tell every block, then what the edition says as a whole. A pure function of the material."""
    material = _translated(material)
    context = _context(material)
    told_blocks = [_section(index, material, context) for index in range(len(material.report.blocks))]
    told_once = tuple(_said_once(told_blocks, material, context))
    sections = on_one_scale(_with_news(told_once, context), context)
    told = news(sections, context)
    definitions, cards = notes.definitions(material, context), tuple(cards_of(sections, context))
    changes = former.changed(material.former, cards, definitions, context)
    return Document(
        edition=material.edition,
        company=material.settings.company,
        title=material.report.title,
        question=material.report.question,
        headline=told.headline,
        preheader=told.preheader,
        scope=notes.scope(material, context),
        period_text=context.dates.full(material.period),
        as_of_text=context.dates.moment(material.as_of),
        as_of_iso=material.as_of.astimezone(UTC).isoformat(),
        owner=material.report.owner or material.settings.owner,
        confidentiality=material.settings.confidentiality,
        language=context.words.language,
        direction=context.words.direction,
        sections=sections,
        definitions=definitions,
        notes=notes.notes(material, sections, context, changes),
        subject=told.subject,
        banner=banner(material.cautions, sections, context),
        told=former.told(cards, definitions, context),
        labels=(*context.words.labels.items(), ("between", context.words.between)),
    )


def _context(material: Material) -> Context:
    return Context(
        material.report,
        material.period,
        material.calendar,
        material.settings,
        material.kpis,
        material.dimensions,
        material.edition.locale,
        material.texts,
    )


def _said_once(sections: list[Section], material: Material, context: Context) -> Iterator[Section]:
    """The sections, each telling only what none before it told of rows that its figures lack."""
    told: set[str] = set()
    for index, section in enumerate(sections):
        counted = set(lacks.left_out(material, context, index))
        yield replace(section, remarks=tuple(each for each in section.remarks if each not in counted & told))
        told |= counted


def _with_news(sections: tuple[Section, ...], context: Context) -> tuple[Section, ...]:
    """The sections, each story beginning with what the cards say happened."""
    decks = [section.body for section in sections if isinstance(section.body, Cards)]
    if not decks:
        return sections
    first = happened([card for deck in decks for card in deck.cards], context)
    return tuple(
        replace(section, body=replace(section.body, parts=(first, *section.body.parts)))
        if isinstance(section.body, Story)
        else section
        for section in sections
    )


def _translated(material: Material) -> Material:
    """The material with the definitions in the edition's language."""
    texts = material.texts
    if not texts:
        return material
    return replace(
        material,
        report=translated(material.report, texts),
        settings=translated(material.settings, texts),
        kpis={name: translated(kpi, texts) for name, kpi in material.kpis.items()},
        dimensions={name: translated(each, texts) for name, each in material.dimensions.items()},
    )


def _section(index: int, material: Material, context: Context) -> Section:
    """A block as a section: told by its kind, or a notice that says why it cannot be."""
    block, data = material.report.blocks[index], material.data[index]
    section = _told(block, data, context)
    remarks = (
        *notes.unprinted(section.body, context),
        *section.remarks,
        *lacks.lacking(material, context, index),
    )
    remarks = tuple(dict.fromkeys((*remarks, block.note) if block.note else remarks))
    return replace(
        section,
        id=f"block-{index + 1}",
        title=section.title if block.title is None else block.title,
        # What the author says instead is spoken first; the sentence made from the numbers keeps its place.
        alt=f"{block.title.rstrip('.')}. {section.alt}" if block.title and section.alt else section.alt,
        caption=" · ".join(filter(None, (section.caption, *notes.described(block.where, context)))),
        remarks=remarks,
        width=block.width,
        new_page=block.page is not None,
        landscape=block.page == "landscape",
    )


def _told(block: AnyBlock, data: BlockData, context: Context) -> Section:
    ask, tell = kind_of(block)
    if isinstance(block, StoryBlock | DigestBlock):
        return tell(block, data, context)
    if data.failure:
        return _notice(block, "failed", context.say("failed", reason=data.failure), context)
    if data.answer is None:
        if ask(block, context) is None:
            return tell(block, None, context)
        return _notice(block, "failed", context.say("failed", reason=context.say("failed_unknown")), context)
    if Reading(data.answer, context).empty():
        return _notice(block, "empty", _nothing(block, data.answer, context), context)
    return tell(block, data if isinstance(block, CardsBlock) else data.answer, context)


def _nothing(block: AnyBlock, answer: Answer, context: Context) -> str:
    """Why a block shows no figure: there are no rows, or a table, a column or a method is missing."""
    shown = [kpi for kpi in shown_kpis(block) if kpi in context.kpis]
    waiting = [kpi for kpi in shown if answer.reason(kpi) == NO_METHOD]
    lost = sorted({answer.missing[kpi] for kpi in shown if kpi in answer.missing})
    if lost:
        kind = lost[-1].kind
        reason = context.absent(kind, [absent.name for absent in lost if absent.kind == kind])
    elif waiting:
        reason = context.say(NO_METHOD)
    else:
        return context.say("no_data", period=context.dates.full(context.resolve(block.period)))
    labels = context.words.listed(context.kpis[kpi].label for kpi in (waiting or shown))
    return context.say("block_undefined", label=labels, reason=reason)


def _notice(block: AnyBlock, state: State, text: str, context: Context) -> Section:
    """A block without figures, named after what it would have shown."""
    labels = (context.kpis[kpi].label for kpi in dict.fromkeys(shown_kpis(block)) if kpi in context.kpis)
    return Section(
        id="", title=context.words.listed(labels), caption="", body=Notice(state, text), state=state
    )
