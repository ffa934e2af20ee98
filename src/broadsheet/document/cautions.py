"""Cautions: what readers must know of the data before they read on; a banner on page one and in the mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from broadsheet.document.context import Context
from broadsheet.document.tree import Section


@dataclass(frozen=True)
class Behind:
    """The data reach to `reached`; the report needs them until `wanted`."""

    reached: datetime
    wanted: datetime


@dataclass(frozen=True)
class Volume:
    """A fact has so many rows in the period, where it usually has about `usual`."""

    fact: str
    rows: int
    usual: int


@dataclass(frozen=True)
class Nulls:
    """So large a share of a column's values is empty, where `usual` is the rule; both from 0 to 1."""

    column: str
    share: float
    usual: float


Caution = Behind | Volume | Nulls


def banner(cautions: Iterable[Caution], sections: Sequence[Section], context: Context) -> str:
    """The cautions in sentences, and which parts are missing because their figures could not be computed."""
    failed = [section.title for section in sections if section.state == "failed"]
    missing = [context.say("caution.failed", titles=context.words.listed(failed))] if failed else []
    return context.words.between.join((*_told(cautions, context), *missing))


def _told(cautions: Iterable[Caution], context: Context) -> Iterator[str]:
    numbers, dates = context.numbers, context.dates
    for caution in cautions:
        match caution:
            case Behind(reached, wanted):
                moments = {"reached": dates.moment(reached), "wanted": dates.moment(wanted)}
                yield context.say("caution.behind", **moments)
            case Volume(fact, rows, usual):
                counts = {"rows": numbers.decimal(rows), "usual": numbers.decimal(usual)}
                yield context.say("caution.volume", fact=_plain(fact), **counts)
            case Nulls(column, share, usual):
                shares = {"share": numbers.percent(share), "usual": numbers.percent(usual)}
                yield context.say("caution.nulls", column=_plain(column), **shares)


def _plain(name: str) -> str:
    return name.replace("_", " ")
