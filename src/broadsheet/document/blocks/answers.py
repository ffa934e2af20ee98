"""Answers to both sides of the neutral ones: who is content, and who is not."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.definitions.models.structure import AnswersBlock
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Answers
from broadsheet.document.order import in_order
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import EMPTY, OTHER, Answer, Question, Top
from broadsheet.periods import Period


@dataclass(frozen=True)
class Line:
    """A row: how often each answer was given, and how many answers there were."""

    member: str
    counts: tuple[float, ...]

    @property
    def total(self) -> float:
        """All answers; those without a value are none."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        """Each answer as a part of all."""
        return tuple(count / self.total for count in self.counts)


def ask(block: AnswersBlock, context: Context) -> Question:
    """Every answer of the rows with the most of them."""
    spec, where = block.answers, (*context.report.where, *block.where)
    level = (spec.by, spec.of)
    top = Top(spec.by, spec.count, spec.top)
    levels = (level, (spec.by,), (spec.of,), ())
    return Question((spec.count,), (context.resolve(block.period),), level, levels, where, top)


def tell(block: AnswersBlock, answer: Answer, context: Context) -> Section:
    """The bars from the most content row to the least, under the sentence about both."""
    spec, period, reading = block.answers, context.resolve(block.period), Reading(answer, context)
    found = in_order(spec.of, reading.members((spec.of,), period), context)
    answers = [name for name in (found if spec.best == "last" else reversed(found)) if name != EMPTY]
    above = _after(answers, spec.neutral)
    lines = sorted(
        _lines(block, answers, period, reading),
        key=lambda line: (line.member == OTHER, -sum(line.shares[len(answers) - above :])),
    )
    definition = context.kpis[spec.count]
    if not lines:
        text = context.say("no_data", period=context.dates.full(period))
        return Section("", definition.label, "", Notice("empty", text), state="empty")
    drawn = _drawn(block, answers, lines, above, reading)
    title = _title(drawn, [line.member for line in lines], context)
    by, of = (context.words.inside(context.dimensions[name].label) for name in (spec.by, spec.of))
    told = zip(drawn.names, drawn.texts, strict=True)
    facts = context.words.listed(f"{name} {' · '.join(texts)}" for name, texts in told)
    caption = (
        context.say("caption_by", label=definition.label, by=context.words.listed((by, of))),
        context.dates.full(period),
        context.say("answers_caption") if spec.neutral else "",
    )
    others = (reading.others(),) if lines[-1].member == OTHER else ()
    return Section(
        id="",
        title=title,
        caption=context.words.listed(filter(None, caption)),
        body=drawn,
        alt=context.say("alt_members", kind=context.say("chart_alt.diverging"), title=title, facts=facts),
        remarks=(*others, *reading.persons_remarks),
    )


def _title(drawn: Answers, members: list[str], context: Context) -> str:
    """The rows with the largest and the smallest share of good answers."""
    told = [at for at, member in enumerate(members) if member != OTHER] or [0]
    first, last = told[0], told[-1]
    words = {"label": drawn.heads[0], "first": drawn.names[first], "best": drawn.good[first]}
    if first == last:
        return context.say("answers_one", **words)
    return context.say("answers_title", last=drawn.names[last], worst=drawn.good[last], **words)


def _after(answers: list[str], neutral: tuple[str, ...]) -> int:
    """How many answers are better than the neutral ones; without such, the better half."""
    places = [at for at, answer in enumerate(answers) if answer in neutral]
    return len(answers) - 1 - max(places) if places else len(answers) // 2


def _lines(block: AnswersBlock, answers: list[str], period: Period, reading: Reading) -> list[Line]:
    """The rows with answers; not those of which a figure is not printed, for the others would be no shares."""
    spec, lines = block.answers, list[Line]()
    for member in reading.members((spec.by,), period):
        spots = (Spot(period, (spec.by, spec.of), (member, answer)) for answer in answers)
        points = [reading.point(spec.count, spot) for spot in spots]
        line = Line(member, tuple(point.value or 0.0 for point in points))
        if line.total > 0 and not any(reading.instead(spec.count, point) for point in points):
            lines.append(line)
    return lines


def _drawn(
    block: AnswersBlock, answers: list[str], lines: list[Line], above: int, reading: Reading
) -> Answers:
    context, spec = reading.context, block.answers
    middle = sum(answer in spec.neutral for answer in answers)
    better = [sum(line.shares[len(answers) - above :]) for line in lines]
    names = tuple(reading.member(spec.of, answer) for answer in answers)
    return Answers(
        names=tuple(reading.member(spec.by, line.member) for line in lines),
        answers=names,
        shares=tuple(line.shares for line in lines),
        texts=tuple(tuple(context.numbers.percent(share, 0) for share in line.shares) for line in lines),
        below=len(answers) - above - middle,
        above=above,
        good=tuple(context.numbers.percent(share, 0) for share in better),
        counts=tuple(context.numbers.decimal(line.total) for line in lines),
        heads=(" + ".join(names[len(answers) - above :]), context.say("answers_count")),
    )
