"""Millions of inputs for a parser: sound texts with parts cut out, doubled, swapped and mixed, on every core.

An input whose outcome was not seen before becomes a seed too, so that the next ones go on from there.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from soak.hostile import STRINGS

PARSERS: dict[str, tuple[str, ...]] = {
    "file": (
        "version: 1\ncompany: Example\ncalendar: {timezone: Europe/Berlin}\n",
        'a: [1, 2.5, "x", yes, ~]\nb:\n  - c: |\n      text\n    d: >-\n      folded\n',
        "kpis:\n  orders: {label: Orders, count: orders, where: {channel: [Shop, Web]}}\n",
        "&a b: *a\n<<: {c: !!str d}\n---\n? e\n: 'f''g'\n# h\n",
    ),
    "address": (
        "ada@example.test",
        "Ada Example <ada@example.test>",
        '"Example, Ada" <ada.b+c@münchen.example>',
        "a@b@c.test",
        "<a@xn--mnchen-3ya.example>",
    ),
    "header": ("Sales · week 24", "=?utf-8?q?a=0ab?=", "Ünïcödé 漢字", "a\r\n b", "Re: [x] (y) <z>"),
    "filter": (
        "channel: Shop",
        "channel: [Shop, Web]\namount: {at_least: 10, below: 20.5}",
        "closed: missing\nopened: {before: period_end}",
        "any: [{a: present}, {not: {b: {in: [1, 2]}}}]",
        "due: {before: {period_end: -30 days}}\nrank: {top: 10}",
    ),
}
"""Sound inputs of every parser."""
SIGNS = "\x00\t\n\r \"'#%&()*,-./:;<=>?@[\\]^_`{|}~\x7f\x85\u2028\u202e\ufeff\ud800éß漢0aZ"
LENGTH = 160
SEEDS = 4000
CHUNK = 250_000

Outcome = Callable[[str], object]
"""Gives an input to a parser and says in few words what it made of it; raises what a parser must not raise."""


@dataclass(frozen=True)
class Chunk:
    """So many inputs of one parser, reproducible."""

    parser: str
    count: int
    seed: int


def changed(text: str, seeds: Sequence[str], dice: random.Random) -> str:
    """The text with up to four changes."""
    for _ in range(dice.randrange(1, 5)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.randrange(1, 9))
        match dice.randrange(6):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:end] * dice.randrange(1, 4) + text[end:]
            case 2:
                text = text[:start] + dice.choice(SIGNS) + text[end:]
            case 3:
                text = text[:start] + dice.choice(STRINGS) + text[start:]
            case 4:
                other = dice.choice(seeds)
                text = text[:start] + other[dice.randrange(len(other) + 1) :]
            case _:
                text = text[:start] + chr(dice.randrange(0x20, 0x2FFFF)) + text[start:]
    return text[:LENGTH]


def feed(chunk: Chunk, outcome: Outcome) -> int:
    """Give the inputs of a chunk to its parser; AssertionError names the one that it did not stand."""
    dice, seen = random.Random(chunk.seed), set[object]()
    seeds = list(PARSERS[chunk.parser])
    for _ in range(chunk.count):
        text = changed(dice.choice(seeds), seeds, dice)
        try:
            found = outcome(text)
        except Exception as error:
            raise AssertionError(f"{chunk.parser} {text!r}: {error!r}") from error
        if found not in seen and len(seeds) < SEEDS:
            seen.add(found)
            seeds.append(text)
    return chunk.count


def feed_all(count: int, feeder: Callable[[Chunk], int]) -> int:
    """Divide so many inputs among the parsers and the cores; how many were fed."""
    each = max(1, count // len(PARSERS))
    chunks = [
        Chunk(parser, min(CHUNK, each - first), first + 1)
        for first in range(0, each, CHUNK)
        for parser in PARSERS
    ]
    if len(chunks) == len(PARSERS):
        return sum(map(feeder, chunks))
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return sum(pool.map(feeder, chunks))
