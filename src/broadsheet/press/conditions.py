"""Whether an edition that is due is wanted: the conditions of `when:`, judged by its numbers before it is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from broadsheet.analysis.change import ENOUGH, natural_limits
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.when import Significant, Threshold, When
from broadsheet.document.compose import compose
from broadsheet.document.material import Material
from broadsheet.document.shown import shown_kpis
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Calendar, Period

LOOKED_BACK = 12
"""So many periods before tell whether a change is significant."""


def questions_of(report: Report, period: Period, calendar: Calendar) -> tuple[Question, ...]:
    """What the conditions of a report ask of the data beside its blocks, in the order of the conditions."""
    asked = []
    for condition in report.when:
        if isinstance(condition, Threshold):
            asked.append(Question((condition.kpi,), (period,), where=report.where))
        elif kpi := _significant(condition, report):
            asked.append(Question((kpi,), (period, *_before(period, calendar)), where=report.where))
    return tuple(asked)


def judged(report: Report) -> Iterator[str]:
    """The KPIs by whose values the conditions of a report judge."""
    for condition in report.when:
        kpi = condition.kpi if isinstance(condition, Threshold) else _significant(condition, report)
        if kpi:
            yield kpi


def unmet(material: Material, answers: Sequence[Answer | None]) -> str:
    """Why the edition is not wanted; empty where it is. `answers` are those to `questions_of`."""
    found, reasons = iter(answers), []
    for condition in material.report.when:
        if isinstance(condition, Threshold):
            reasons.append(_beyond(condition, next(found)))
        elif kpi := _significant(condition, material.report):
            reasons.append(_unchanged(kpi, next(found)))
        else:
            reasons.append(_WORDS[str(condition)](material))
    return "; ".join(filter(None, reasons))


def _significant(condition: When, report: Report) -> str | None:
    if isinstance(condition, Significant):
        return condition.significant
    return report.main_kpi if condition == "significant" else None


def _before(period: Period, calendar: Calendar) -> list[Period]:
    """The periods before, the latest first: each cut as this one is, not as a shorter one between them."""
    found = (period.previous(calendar, n) for n in range(1, LOOKED_BACK + 1))
    return [former.period for former in found if former is not None]


def _beyond(condition: Threshold, answer: Answer | None) -> str:
    value = math.nan if answer is None else answer.value(condition.kpi)
    if condition.holds(value):
        return ""
    bounds = " and ".join(f"{name.replace('_', ' ')} {bound:g}" for name, bound in condition.bounds.items())
    return f"{condition.kpi} is {_shown(value)}, not {bounds}"


def _unchanged(kpi: str, answer: Answer | None) -> str:
    values = [] if answer is None else [answer.value(kpi, i) for i in range(len(answer.question.buckets))]
    now, former = (
        (values[0], [value for value in reversed(values[1:]) if not math.isnan(value)])
        if values
        else (math.nan, [])
    )
    limits = natural_limits(former)
    if limits is None:
        return f"{kpi} has fewer than {ENOUGH} periods before that could tell what is significant"
    if limits[0] <= now <= limits[1] or math.isnan(now):
        return f"{kpi} is {_shown(now)}, which chance alone makes of it ({_shown(limits[0])} to {_shown(limits[1])})"
    return ""


def _empty(material: Material) -> str:
    return "there are rows behind its figures" if _has_rows(material) else ""


def _not_empty(material: Material) -> str:
    return "" if _has_rows(material) else "no row stands behind its figures"


def _changed(material: Material) -> str:
    """No card tells another figure than in the last edition that was sent."""
    former = dict(material.former.figures) if material.former else None
    if former is None:
        return ""
    now = dict(compose(material).told.figures)
    same = now.keys() == former.keys() and all(_alike(now[kpi], former[kpi]) for kpi in now)
    return "no figure is other than in the last edition" if same else ""


_WORDS = {"empty": _empty, "not_empty": _not_empty, "changed": _changed}


def _has_rows(material: Material) -> bool:
    """Whether a row of the report's period stands behind any figure; what could not be asked may have some."""
    for block, data in zip(material.report.blocks, material.data, strict=True):
        for each in data.every:
            if each.failure or (each.answer and _rows(each.answer, shown_kpis(block), material.period)):
                return True
    return False


def _rows(answer: Answer, kpis: Sequence[str], period: Period) -> bool:
    if answer.question.everyone:
        return False
    if answer.rows is not None:
        return bool(answer.rows.values)
    mine = [index for index, bucket in enumerate(answer.question.buckets) if bucket == period]
    for frame in answer.frames.values():
        own = frame[frame["bucket"].isin(mine)]
        if any((own[f"{kpi}:n"] > 0).any() for kpi in kpis if f"{kpi}:n" in own):
            return True
    return False


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9)


def _shown(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.6g}"
