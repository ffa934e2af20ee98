"""Sentences with their figures set off: strong, and in the tone of what they mean."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.document.tree import Line, Span, Tone


def line(text: str, figures: Iterable[tuple[str, Tone | None]] = (), note: str = "") -> Line:
    """The text as a line; each figure is set off where it stands first, in the order given."""
    spans: list[Span] = []
    rest = text
    for figure, tone in figures:
        if not figure or figure not in rest:
            continue
        before, _, after = rest.partition(figure)
        if before:
            spans.append(Span(before))
        spans.append(Span(figure, tone, strong=True))
        rest = after
    if rest:
        spans.append(Span(rest))
    return Line(tuple(spans), note)
