"""Names of rows: what a record is titled, and a report that is made for one member."""

from __future__ import annotations

from broadsheet.definitions.models.lists import ListSpec
from broadsheet.definitions.models.reports import ListBlock
from broadsheet.document.context import Context
from broadsheet.document.tree import Row, Section, Table


def name_of(rows: tuple[Row, ...], spec: ListSpec) -> str:
    """The name of the only row of a list, empty of several rows or where rows have no names."""
    if len(rows) != 1 or spec.name is None:
        return ""
    return rows[0].cells[tuple(spec.columns.values()).index(spec.name)].text


def member_shown(sections: tuple[Section, ...], context: Context) -> str:
    """The name of the one member that the whole report is about, such as a customer; empty where there is none."""
    for block, section in zip(context.report.blocks, sections, strict=True):
        spec = context.kpis[block.list].list if isinstance(block, ListBlock) else None
        if spec is None or not isinstance(section.body, Table):
            continue
        one = any(each.path == spec.each and len(each.values) == 1 for each in context.report.where)
        if one and not section.body.omitted:
            return name_of(section.body.rows, spec)
    return ""
