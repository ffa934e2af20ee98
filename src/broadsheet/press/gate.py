"""The go/no-go gate between printing and sending: pure functions from what is known of an edition to findings.

A finding tells what was seen and what follows: go out, go out with a caution above the headline, or wait for somebody
who decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from statistics import median
from typing import TYPE_CHECKING, Literal

from broadsheet.definitions.models.gate import Gate, Verdict
from broadsheet.document.cautions import Behind, Caution, Nulls, Volume

if TYPE_CHECKING:
    from broadsheet.metrics.profile import Profile

Check = Literal["freshness", "volume", "nulls", "failed_blocks", "placeholders", "pages", "size"]

ENOUGH = 3
"""So many former editions tell what is usual."""
FEW = 20
"""Fewer rows than this vary by chance."""
LONGEST_SLACK = timedelta(days=4)

_OPEN = re.compile(r"\{\{|\}\}|\{%|\$\{|\[Test\]|(?<![\w’'-])(?:nan|NaN|NaT|None(?! [a-z]))(?![\w’'-])")
"""What stands in a text where a value should."""


@dataclass(frozen=True)
class Reach:
    """How far the data reach: by the log of loads (`logged`), or by the newest row."""

    moment: datetime
    logged: bool


@dataclass(frozen=True)
class Seen:
    """What the data behind an edition look like; kept with it, so that later ones know what is usual."""

    profiles: tuple[Profile, ...] = ()
    reach: Reach | None = None


NOTHING = Seen()


@dataclass(frozen=True)
class Finding:
    """What a check found: the verdict, the reason for who runs Broadsheet, the caution for readers."""

    check: Check
    verdict: Verdict
    reason: str
    caution: Caution | None = None


def of_data(
    seen: Seen, usual: Sequence[Seen], gate: Gate, wanted: datetime, length: timedelta
) -> tuple[Finding, ...]:
    """What the data say, before anything is drawn. They must reach `wanted`; `usual` are those of former editions."""
    return (
        *freshness(seen.reach, gate, wanted, length),
        *(found for each in seen.profiles for found in _volume(each, usual, gate)),
        *(found for each in seen.profiles for found in _nulls(each, usual, gate)),
    )


def of_blocks(failed: Sequence[str], gate: Gate) -> tuple[Finding, ...]:
    """What the titles of blocks that could not be computed say; that they are missing is printed in any case."""
    reason = f"{len(failed)} of its blocks failed: {'; '.join(failed)}"
    return (Finding("failed_blocks", gate.failed_blocks, reason),) if failed else ()


def of_print(
    pages: int, size: int, texts: Iterable[str], members: Iterable[str], gate: Gate
) -> tuple[Finding, ...]:
    """What the printed edition says: `texts` as readers see them, `members` what the data themselves say in them."""
    found = []
    if pages > gate.pages.at_most:
        found.append(Finding("pages", gate.pages.then, f"{pages} pages, more than {gate.pages.at_most}"))
    if size > gate.size.megabytes * 1e6:
        reason = f"{size / 1e6:.1f} MB, more than {gate.size.megabytes:g}"
        found.append(Finding("size", gate.size.then, reason))
    left = sorted(set(unfilled(texts, members)))
    if left:
        reason = f"unresolved in its texts: {', '.join(left)}"
        found.append(Finding("placeholders", gate.placeholders, reason))
    return tuple(found)


def unfilled(texts: Iterable[str], members: Iterable[str]) -> Iterator[str]:
    """What stands in texts where a value should; what the data themselves say is no placeholder."""
    own = sorted({member for member in members if _OPEN.search(member)}, key=len, reverse=True)
    for text in texts:
        for member in own:
            text = text.replace(member, "")
        yield from _OPEN.findall(text)


def reasons(findings: Iterable[Finding], verdict: Verdict, of: Check | None = None) -> str:
    """Why a verdict was found (by one check), in one line; empty where it was not."""
    wanted = (each for each in findings if each.verdict == verdict and of in (None, each.check))
    return "; ".join(each.reason for each in wanted)


def words(html: str) -> str:
    """What a reader sees of a page: its text without tags, styles and drawings."""
    reader = _Reader()
    reader.feed(html)
    return "".join(reader.seen)


def freshness(reach: Reach | None, gate: Gate, wanted: datetime, length: timedelta) -> Iterator[Finding]:
    """Whether the data, as far as they `reach`, fall short of `wanted`, the end of a period of this length."""
    if reach is None:
        return
    slack = timedelta(0)
    if not reach.logged:
        rule = gate.freshness.slack
        slack = timedelta(seconds=rule.seconds) if rule else min(length / 2, LONGEST_SLACK)
    if reach.moment < wanted - slack:
        source = "were last loaded" if reach.logged else "end"
        reason = f"the data {source} at {reach.moment:%Y-%m-%d %H:%M}, but are wanted until {wanted:%Y-%m-%d %H:%M}"
        yield Finding("freshness", gate.freshness.then, reason, Behind(reach.moment, wanted))


def _volume(mine: Profile, usual: Sequence[Seen], gate: Gate) -> Iterator[Finding]:
    former = [each.rows for seen in usual for each in seen.profiles if each.fact == mine.fact]
    if len(former) < ENOUGH or (expected := median(former)) < FEW:
        return
    rule = gate.volume
    if not rule.at_least * expected <= mine.rows <= rule.at_most * expected:
        caution = Volume(mine.fact, mine.rows, round(expected))
        reason = f"{mine.rows} rows of {mine.fact}, usually about {expected:.0f}"
        yield Finding("volume", rule.then, reason, caution)


def _nulls(mine: Profile, usual: Sequence[Seen], gate: Gate) -> Iterator[Finding]:
    if mine.rows < FEW:
        return
    for column, share in mine.nulls:
        former = [
            dict(each.nulls)[column]
            for seen in usual
            for each in seen.profiles
            if each.fact == mine.fact and column in dict(each.nulls)
        ]
        if len(former) >= ENOUGH and share > (expected := median(former)) + gate.nulls.more:
            reason = f"{share:.0%} of {mine.fact}.{column} are empty, usually {expected:.0%}"
            yield Finding("nulls", gate.nulls.then, reason, Nulls(column, share, expected))


class _Reader(HTMLParser):
    """Collects what stands between tags."""

    UNSEEN = ("style", "script", "svg")

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """An end of a word, and perhaps the beginning of what nobody sees."""
        del attrs
        self._inside += tag in self.UNSEEN
        self.seen.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """The end of what nobody sees."""
        self._inside -= tag in self.UNSEEN
        self.seen.append(" ")

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._inside:
            self.seen.append(data)
