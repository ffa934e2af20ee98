"""The words of stories and digests, by id."""

from __future__ import annotations

from collections.abc import Mapping

STORIES: Mapping[str, str] = {
    "story_happened": "What happened",
    "story_why": "Why",
    "story_next": "What next",
    "happened": "{fact}: {changes}.",
    "happened_nothing": "No KPI moved by as much as 1 % against its base.",
    "amount_percent": "{amount} ({percent})",
    "not_available": "Not available: {reason}.",
    "headline_cause": "{headline}: {cause}",
    "cause_short": "{member} {amount}",
    "why_no_kpi": "the report has no KPI to explain",
    "why_no_dimension": "the report names no dimension for it",
    "why_no_base": "{label} has no base to compare with",
    "why_no_change": "{label} did not change",
    "why_no_parts": "the change of {label} is not the sum of parts by {names}",
    "why_member": "{name}: {side}.",
    "why_member.leading": "{name}: {side}, {share}.",
    "why_rate": "{name} adds {side}, with {value} against {own}.",
    "why_rate.leading": "{name} adds {side}, {share}, with {value} against {own}.",
    "why_others": "{name} others together: {side}.",
    "why_unexplained": "Not explained, without {name}: {side}.",
    "why_more_than_all": "more than the whole difference",
    "why_share": "{share} of the difference",
    "why_remark": "Parts by {dimension} add up; they prove no cause.",
    "next_none": "the report names no action",
    "next_listed": "{fact}: {step}",
    "next_owner": "{owner}, by {day}",
    "digest": "Digest",
    "digest_title": "{count} of {all} areas are on track",
    "digest_title_off": "{count} of {all} areas are on track; off track: {areas}",
    "digest_area": "Area",
    "digest_course": "Course",
    "digest_more": "More in",
    "digest_why": "{cause} against {base}",
}
