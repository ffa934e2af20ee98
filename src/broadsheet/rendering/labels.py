"""The fixed words of pages and mails: the keys that every Document's `labels` carries, in its language.

English wordings stand beside the keys. Figures and dates are never part of a label.
"""

from __future__ import annotations

LABELS: tuple[str, ...] = (
    "page_of",  # Page {page} of {pages}
    "as_of",  # Data as of (followed by the document's as_of_text)
    "owner",  # Owner
    "contents",  # Contents
    "how_to_read",  # How to read this report
    "definitions",  # Definitions
    "data_notes",  # Notes on data and method
    "code_actual",  # AC
    "code_plan",  # PL
    "code_last_year",  # PY
    "code_forecast",  # FC
    "actual",  # actual
    "plan",  # plan
    "forecast",  # forecast
    "last_year",  # last year
    "previous",  # previous period
    "good",  # good for the business
    "bad",  # bad for the business; sign and arrow give the direction
    "on_track",  # On track
    "at_risk",  # At risk
    "off_track",  # Off track
    "sparkline",  # Sparkline: filled dot now, open dots low and high, dashed line the base
    "bullet",  # Bar: part of plan or goal (tick); grays: off track, at risk
    "marks",  # more or fewer than chance would give
    "low_base",  # low base
    "why_you_get_this",  # You get this as a member of … (a whole sentence)
    "colon",  # between a term and what is said of it, with its space
    "comma",  # between the items of a list, with its space
    "stop",  # at the end of a sentence
    "between",  # the space between two sentences
)
