"""KPIs: plan questions as additive components, compile them to SQL, evaluate the answers."""

from broadsheet.metrics.answers import answer
from broadsheet.metrics.explain import describe
from broadsheet.metrics.question import (
    EMPTY,
    OTHER,
    Answer,
    Answers,
    Level,
    Question,
    Rows,
    Statement,
    Top,
)
from broadsheet.metrics.source import Result, Source

__all__ = [
    "EMPTY",
    "OTHER",
    "Answer",
    "Answers",
    "Level",
    "Question",
    "Result",
    "Rows",
    "Source",
    "Statement",
    "Top",
    "answer",
    "describe",
]
