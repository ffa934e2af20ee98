"""Checks of dimensions: their names, and the paths by which facts reach them."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.catalog import Unreachable
from broadsheet.definitions.checks.columns import NUMBERS, TIMES
from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.errors import Problem, did_you_mean
from broadsheet.periods import GRAINS

#: Names of answers' own columns and of time grains: neither a KPI nor a dimension can bear them.
RESERVED = (*GRAINS, "bucket")


def check_dimension_names(draft: Draft) -> Iterator[Finding]:
    """No name means two things in an answer."""
    for kind, names in (("dimension", draft.catalog.dimensions), ("kpi", draft.catalog.kpis)):
        for name in names:
            subject = Subject("dimension" if kind == "dimension" else "kpi", name)
            if name in RESERVED:
                what = f"the name “{name}” is taken: it is a time grain or a column of every answer"
                yield subject, error("reserved-name", draft.key_place(subject), what, "Choose another name.")
            elif kind == "kpi" and name in draft.catalog.dimensions:
                what = f"{name} is also a dimension"
                yield (
                    subject,
                    error(
                        "reserved-name", draft.key_place(subject), what, "Rename the KPI or the dimension."
                    ),
                )


def check_paths(draft: Draft) -> Iterator[Finding]:
    """Every declared path leads to a column, and bands are made of numbers."""
    for name, dimension in draft.catalog.dimensions.items():
        subject = Subject("dimension", name)
        for problem in _paths(draft, subject, dimension):
            yield subject, problem


def _paths(draft: Draft, subject: Subject, dimension: Dimension) -> Iterator[Problem]:
    facts = draft.catalog.facts
    place = draft.place(subject, "via")
    if isinstance(dimension.via, str):
        reached = [fact for fact in facts if reaches(draft, fact, subject.name)]
        if facts and not reached:
            what = f"no fact has the path {dimension.via} of dimension {subject.name}"
            paths = sorted({f"{link}.{column}" for link, column in _short_paths(draft)})
            yield error("unknown-path", place, what, did_you_mean(dimension.via, paths))
        for fact in reached:
            yield from _bands(draft, subject, dimension, fact)
        return
    for fact in dimension.via:
        if fact not in facts:
            at = draft.key_place(subject, "via", fact)
            what = f"dimension {subject.name} has a path for the unknown fact “{fact}”"
            yield error("unknown-fact", at, what, did_you_mean(fact, facts))
            continue
        try:
            draft.catalog.dimension_route(fact, subject.name)
        except Unreachable as gap:
            yield error("unknown-path", draft.place(subject, "via", fact), str(gap), gap.remedy)
        else:
            yield from _bands(draft, subject, dimension, fact)


def _short_paths(draft: Draft) -> Iterator[tuple[str, str]]:
    tables = {**draft.catalog.entities, **draft.catalog.facts}
    for fact in draft.catalog.facts.values():
        for step, link in fact.links.items():
            for column in tables[link.to].columns if link.to in tables else ():
                yield step, column


def _bands(draft: Draft, subject: Subject, dimension: Dimension, fact: str) -> Iterator[Problem]:
    kind = draft.catalog.dimension_route(fact, subject.name).type
    if dimension.age is not None:
        if kind not in TIMES:
            what = f"an age is counted from a date or time, {fact}.{dimension.path(fact)} is {kind}"
            place = draft.place(subject, "age")
            yield error("column-type", place, what, "Use another column, or leave out `age`.")
    elif dimension.part is not None:
        if kind not in TIMES or (dimension.part == "hour" and kind == "date"):
            needed = "a time" if dimension.part == "hour" else "a date or time"
            what = f"the {dimension.part} is that of {needed}, {fact}.{dimension.path(fact)} is {kind}"
            place = draft.place(subject, "part")
            yield error("column-type", place, what, "Use another column, or leave out `part`.")
    elif dimension.bands and kind not in NUMBERS:
        what = f"bands are made of numbers, {fact}.{dimension.path(fact)} is {kind}"
        place = draft.place(subject, "bands")
        yield error("column-type", place, what, "Use another column, or name the members under labels.")


def reaches(draft: Draft, fact: str, dimension: str) -> bool:
    """True where a fact has a path to a dimension."""
    try:
        draft.catalog.dimension_route(fact, dimension)
    except Unreachable:
        return False
    return True


def paths_to(draft: Draft, dimension: str) -> Iterator[tuple[str, str]]:
    """Every fact that reaches a dimension, with its path."""
    for fact in draft.catalog.facts if dimension in draft.catalog.dimensions else ():
        path = draft.catalog.dimensions[dimension].path(fact)
        if path is not None and reaches(draft, fact, dimension):
            yield fact, path
