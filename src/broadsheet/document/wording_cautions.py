"""The words of cautions and of mails that announce a delay, by id; part of the English texts in `wording`."""

from __future__ import annotations

from collections.abc import Mapping

CAUTIONS: Mapping[str, str] = {
    "caution.behind": "Data may be incomplete: they reach to {reached}, not to {wanted}.",
    "caution.volume": "Unusual amount of data: {rows} rows of {fact}, usually about {usual}.",
    "caution.nulls": "Many empty values: {share} of {column}, usually {usual}.",
    "caution.failed": "Parts are missing: {titles}.",
    "late.subject": "{title} {period} comes later",
    "late.text": "“{title}” for {period} is late. You get it as soon as it is complete.",
}
