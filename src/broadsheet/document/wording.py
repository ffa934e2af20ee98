"""The words of a document, apart from the author's own, by id.

Placeholders are filled by name; ids ending in `.one` and `.other` are the forms of a plural. These are the
English texts, from which the catalogs of the other languages are made: see `language`.
"""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.document.stories import STORIES
from broadsheet.document.wording_cautions import CAUTIONS
from broadsheet.document.wording_diagrams import DIAGRAMS

LABELS: Mapping[str, str] = {
    "page_of": "Page {page} of {pages}",
    "as_of": "Data as of",
    "owner": "Owner",
    "source": "Source",
    "kpi": "KPI",
    "meaning": "What is counted",
    "contents": "Contents",
    "how_to_read": "How to read this report",
    "notation": "Signs",
    "definitions": "Definitions",
    "data_notes": "Notes on data and method",
    "code_actual": "AC",
    "code_plan": "PL",
    "code_last_year": "PY",
    "code_forecast": "FC",
    "actual": "actual",
    "plan": "plan",
    "forecast": "forecast",
    "last_year": "last year",
    "previous": "previous period",
    "good": "good for the business",
    "bad": "bad for the business; sign and arrow give the direction",
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "sparkline": "Sparkline: filled dot now, open dots low and high, dashed line the base",
    "bullet": "Bar: part of plan or goal (tick); grays: off track, at risk",
    "marks": "more or fewer than chance would give",
    "low_base": "low base",
    "everyone": "everyone",
    "value": "Value",
    "unit": "Unit",
    "remark": "Remark",
    "versus": "Compared with",
    "base": "Base",
    "difference": "Difference",
    "relative": "Relative change",
    "status": "Status",
    "formula": "Formula",
    "reference": "Reference",
    "edition": "Edition",
    "subject": "Subject",
    "note": "Note",
    "attached": "Attached",
    "why_you_get_this": "You get this as a member of the report’s audience. To get it no more, reply to this mail.",
    # punctuation
    "colon": ": ",
    "comma": ", ",
    "stop": ".",
}

ENGLISH: Mapping[str, str] = {
    # periods
    "week": "W{number}",
    "quarter": "Q{number}",
    "quarter_year": "Q{number} {year}",
    "named_days": "{name}, {days}",
    "to_date": "{name} to date",
    "to_day": "{name} to {day}",
    "within.week": "in {name}",
    "within.month": "in {name}",
    "within.quarter": "in {name}",
    "within.year": "in {name}",
    "within.part": "in {name}",
    "within.day": "on {name}",
    "within.rolling": "in the {name}",
    "within.range": "between {first} and {last}",
    "grain.day.one": "{count} day",
    "grain.day.other": "{count} days",
    "grain.week.one": "{count} week",
    "grain.week.other": "{count} weeks",
    "grain.month.one": "{count} month",
    "grain.month.other": "{count} months",
    "grain.quarter.one": "{count} quarter",
    "grain.quarter.other": "{count} quarters",
    "grain.year.one": "{count} year",
    "grain.year.other": "{count} years",
    "grain.fiscal_quarter.one": "{count} fiscal quarter",
    "grain.fiscal_quarter.other": "{count} fiscal quarters",
    "grain.fiscal_year.one": "{count} fiscal year",
    "grain.fiscal_year.other": "{count} fiscal years",
    "moment": "{weekday} {day}, {time} {zone}",
    "day_time": "{day}, {time}",
    # units
    "points": "pp",
    # files
    "left_out.too_large": "Left out, because this mail would be too large: {files}. To get it, reply to this mail.",
    "left_out.not_locked": "Left out, because it cannot be locked with a password: {files}.",
    "pages.one": "{count} page",
    "pages.other": "{count} pages",
    # members
    "other": "Other ({count})",
    "empty": "(not set)",
    "total": "All",
    # comparisons
    "goal": "Goal",
    "good.up": "more is better",
    "good.down": "less is better",
    "good.neutral": "neither is better",
    "before": "before",
    "above": "{amount} above {base}",
    "below": "{amount} below {base}",
    "level": "level with {base}",
    "versus": "{change} vs {base}",
    "base.plan": "plan",
    "base.target": "the goal",
    "base.before": "the period before",
    "base.last_year": "last year",
    # undefined values
    "no_rows": "no rows",
    "zero_base": "the base is 0",
    "missing_part": "a part of it is missing",
    "not_recorded": "not recorded for this period",
    "no_value": "its measure gives no value here",
    "missing_table": "no data, table {table} is missing",
    "missing_column": "no data, column {column} is missing",
    "few_persons": "not printed, fewer than {count} persons",
    "kept_back": "not printed, it would tell a figure of fewer than {count} persons",
    "few_cell": "<{count}",
    "few_cell.n": "n<{count}",
    "kept_cell": "hidden",
    "persons_remark": (
        "“<{count}” and “n<{count}”: fewer than {count} persons, not printed; “hidden”: not printed either, for it "
        "would tell the others."
    ),
    "no_method": "its method is not installed",
    # headline and mail
    "headline": "{fact} {period}",
    "headline_change": "{fact} {period}, {change}",
    "headline_two": "{fact} {period}, {change} and {second}",
    "no_material_change": "No material change: {fact}",
    "headline_undefined": "{label} is undefined {period}: {reason}",
    "headline_member": "{member}: {headline}",
    "headline_failed": "{title}, {period}: data are missing",
    "headline_plain": "{title}, {period}",
    "subject_change": "{title} {period}: {label} {change}",
    "subject_value": "{title} {period}: {label} {value}",
    "subject_news": "{title} {period}: {news}",
    "subject_plain": "{title} {period}",
    "subject_failed": "{title} {period}: data are missing",
    "fact_change": "{fact}, {change}",
    "fact.money": "{label} of {value}",
    "fact.count": "{value} {label}",
    "fact.other": "{label} {value}",
    **STORIES,
    **CAUTIONS,
    # scope
    "all_records": "All records",
    "condition.in": "{label}: {values}",
    "condition.not_in": "{label} not {values}",
    "condition.present": "{label} known",
    "condition.missing": "{label} not known",
    "condition.at_least": "{label} from {values}",
    "condition.at_most": "{label} up to {values}",
    "condition.above": "{label} above {values}",
    "condition.below": "{label} below {values}",
    # cards
    "cards_note": "Rows: base and change against it.",
    "cards_spark": "Sparkline: {span}, unit by unit.",
    "everyone_withheld": "{label} of everyone is withheld: fewer than {count} other groups have rows.",
    "of_base": "{hits} of {total}",
    # No line ends between n and its number.
    "n": "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count}",
    "range": "{low}–{high}",
    "interval": "95 % interval {range}",
    "spark_alt": "{label}, {span}: from {first} to {last}, lowest {low}, highest {high}",
    "span": "{count} to {period}",
    # charts
    "chart_highest": "{label} rose to {value} {period}, the highest of {span}",
    "chart_lowest": "{label} fell to {value} {period}, the lowest of {span}",
    "chart_above_plan": "{label} above plan in {hits} of {span}, by {amount} {period}",
    "chart_below_plan": "{label} below plan in {hits} of {span}, by {amount} {period}",
    "chart_above_goal": "{label} above the goal in {hits} of {span}, by {amount} {period}",
    "chart_below_goal": "{label} below the goal in {hits} of {span}, by {amount} {period}",
    "chart_between": "{fact} {period}, between {low} and {high} over {span}",
    "chart_level": "{fact} {period}, unchanged over {span}",
    "chart_several": "{facts} {period}",
    "chart_leads": "Largest by {label}: {member} with {value}, {share} of the total",
    "chart_leads_plain": "Largest by {label}: {member} with {value}",
    "chart_rate": "Highest {label}: {member} with {value}, {total} overall",
    "chart_rate_plain": "Highest {label}: {member} with {value}",
    "gap_above": "Largest difference in {label}: {member}, {amount} above {base}",
    "gap_below": "Largest difference in {label}: {member}, {amount} below {base}",
    "of_shown": "{fact} (of the {size} shown)",
    "of_low_base": "{text} ({mark})",
    "without_low_base": "{fact}, low base set aside",
    "chart_undefined": "{label} is undefined {period}",
    "chart_alt.line": "Line chart",
    "chart_alt.bar": "Bar chart",
    "chart_alt.stacked": "Stacked bar chart",
    "chart_alt.multiples": "Small charts on one scale",
    "chart_alt.ranked": "Ranked bar chart",
    "chart_alt.bullet": "Bullet chart",
    "chart_alt.waterfall": "Waterfall chart",
    "chart_alt.funnel": "Funnel",
    "chart_alt.pareto": "Pareto chart",
    "chart_alt.histogram": "Histogram",
    "chart_alt.diverging": "Diverging bar chart",
    "chart_alt.scatter": "Scatter chart",
    "chart_alt.dots": "Dot chart",
    "chart_alt.heat": "Heat map",
    "alt_span": (
        "{kind}. {title}. {label}: first {first} ({start}), last {last} ({end}), lowest {low}, "
        "highest {high}."
    ),
    "alt_expected": "Forecast {value} ({period}).",
    "alt_members": "{kind}. {title}. {facts}.",
    "caption_by": "{label} by {by}",
    "caption_sorted": "sorted by {label}",
    "caption_cumulative": "{label}, running total",
    "caption_ahead": "forecast to {period}",
    "caption_band": "thin lines or shade: probable range of the forecast",
    "event": "{mark} {text} ({day})",
    "events": "{label}: {events}.",
    "events_more.one": "{count} further event is not marked.",
    "events_more.other": "{count} further events are not marked.",
    "caption_one_scale": "all on one scale",
    "caption_tick": "tick or dashed line: {base}",
    "caption_own_scale": "own scale",
    "caption_zero": "scale does not start at 0",
    "variance_same": "variance on the scale of the values",
    "variance_scale": "variance drawn at {times} times the scale of the values",
    "partial": "* only the days inside the period",
    "chart_units": "A chart has one scale, but {label} and {other} differ in unit. Draw them apart.",
    # bullets
    "bullet_caption": "bar: part of plan or goal (tick); grays: off track, at risk",
    "bullet_alt": "{label} {value}, {share} of {base}",
    "bullet_met": "{hits} of {total} figures have reached plan or goal",
    "bullet_missed": "{hits} of {total} figures have reached plan or goal; farthest is {label}, {change}",
    **DIAGRAMS,
    # tables
    "rows_first": "The first {shown} of {count} rows.",
    "rows_workbook": "The first {shown} of {count} rows; all stand in the workbook.",
    "table_tick": "tick: {code}",
    "delta": "Δ{code}",
    "delta_percent": "Δ{code} %",
    "low_base_remark": "Gray with n: fewer than {count} rows, low base.",
    "low_base_ones": "Low base, fewer than {count} rows: {names}.",
    "interval_remark": "Small range below a share from fewer than 30 cases: 95 % Wilson interval.",
    "rounded": "Shares are rounded and may not add up to 100.",
    "other_remark.one": "“Other” stands for {count} further member, computed from its rows.",
    "other_remark.other": "“Other” stands for {count} further members, computed from their rows.",
    "hidden_remark": "The {size} largest are shown; the total holds all.",
    "overlapping": "A record counts in every row it belongs to: rows do not add up to the total.",
    "not_additive": "{labels}: rows do not add up to the total, which is counted anew.",
    "pending.one": "{label}: {count} row is still open and not in the figure.",
    "pending.other": "{label}: {count} rows are still open and not in the figure.",
    "faults.one": "{label}: {count} row with an impossible value is left out.",
    "faults.other": "{label}: {count} rows with impossible values are left out.",
    "unrated.one": "{label}: {count} amount without an exchange rate is left out.",
    "unrated.other": "{label}: {count} amounts without an exchange rate are left out.",
    "block_undefined": "{label} is undefined: {reason}.",
    # lists
    "funnel_step": "Step",
    "funnel_count": "Number",
    "funnel_first": "of the first",
    "funnel_before": "of the one before",
    "funnel_left": "too young",
    "funnel_moving": "arrow: share going on",
    "funnel_change": "{change} vs {code}",
    "funnel_lost": "{fact}: fewest go on after {step} ({share})",
    "funnel_window": "each followed for {window}",
    "funnel_young": "Too young: less than {window} old and left out; how far these have come so far.",
    "list_none": "No {label}.",
    "list_acts": "{owner} acts",
    "list_next": "Next step: {step}",
    "list_reason": "Reason",
    "list_owner": "Owner",
    "list_step": "Next step",
    "list_nobody": "nobody",
    "yes": "yes",
    "no": "no",
    # contingency tables
    "crosstab_low": (
        "Gray: share of fewer than {count} cases, low base; of fewer than {below} with its 95 % Wilson interval."
    ),
    "crosstab_associated": "{rows} and {columns} are associated (Cramér’s V {v})",
    "crosstab_cell": "{row}: {share} {column}, {overall} overall",
    "crosstab_none": "No association shown between {rows} and {columns} (p = {p})",
    "crosstab_few": "Too few {units} to tell whether {rows} and {columns} are associated",
    "crosstab_largest": "{column} is most frequent: {count} of {total} {units} ({share})",
    "crosstab_caption.row": "Row %: share of the row’s {units}; small: number",
    "crosstab_caption.column": "Column %: share of the column’s {units}; small: number",
    "crosstab_caption.total": "Total %: share of all {units}; small: number",
    "crosstab_caption.count": "Number of {units}",
    "crosstab_further.row": "then row %",
    "crosstab_further.column": "then column %",
    "crosstab_further.total": "then total %",
    "crosstab_heat": "darker is more",
    "test": (
        "χ² = {statistic}, {freedom}, p {p}, Cramér’s V = {v} (0 none, 1 full). "
        "Smallest expected count {expected}."
    ),
    "freedom.one": "{count} degree of freedom",
    "freedom.other": "{count} degrees of freedom",
    "test_plain": (
        "{rows} and {columns} are associated: if they had nothing to do with each other, a table as uneven as this "
        "would turn up about once in {tries} times."
    ),
    "test_rare": (
        "{rows} and {columns} are associated: if they had nothing to do with each other, a table as uneven as this "
        "would turn up less than once in {tries} times."
    ),
    "test_few": (
        "Caution: expected counts are too small (smallest {expected}), so the chi-square test gives "
        "no verdict."
    ),
    "test_none": "No test: fewer than two rows or columns hold {units}.",
    "test_hidden": "No test is printed: it would tell something of the figures that are not.",
    "test_overlap": ("No test: a case may stand in several cells, so the cells do not add up to the total."),
    "test_cause": "An association does not prove a cause.",
    "test_marks": (
        "▲ more, ▼ fewer {units} than chance would give (adjusted residual beyond ±2, expected "
        "count at least 5)."
    ),
    "test_other": "“Other” takes part in the test as one row.",
    "crosstab_wide": (
        "{columns} has {count} members, more than the {most} columns that fit. Use bands or a "
        "coarser dimension."
    ),
    # notices
    "failed": "This part is missing: {reason}",
    "failed_unknown": "its data could not be read",
    "no_data": "No data for {period}.",
    # notes
    "note.data": "Data",
    "note.freshness": "Data up to {as_of}. Latest records: {loads}.",
    "note.as_of": "Data up to {as_of}.",
    "note.comparisons": "Comparisons",
    "note.plan": "PL is the plan or goal for the same period.",
    "note.last_year": "PY is {period}.",
    "note.previous": "The former period is {period}.",
    "note.everyone": "“Everyone” is the figure of all rows, also those that readers of this edition do not see.",
    "note.differences": (
        "Δ is the figure minus its base. No percent change is printed where the base is 0 or the "
        "sign changes; percentages change in percentage points (pp)."
    ),
    "note.week_53": "{this} has no counterpart last year and is compared with {other}.",
    "note.leap_day": "{this} has no counterpart last year and is compared with {other}.",
    "note.lengths": "{scenario}: {this} days against {other}.",
    "note.workdays": "{scenario}: {this} working days against {other}.",
    "note.elapsed_workdays": "{scenario}: to date, after {this} working days against {other}.",
    "note.elapsed_days": "{scenario}: to date, after {this} days against {other}.",
    "note.status": "Status",
    "note.status_rule": (
        "On track from 98 % of plan or goal, at risk from 90 %, else off track. Where less is "
        "better: up to 102 %, up to 110 %. Without a plan there is no status."
    ),
    "note.small_numbers": "Small numbers",
    "note.low_base": (
        "Figures from fewer than {count} rows are marked “low base”. A proportion from fewer than "
        "30 cases has its 95 % Wilson interval beside it. “–” means undefined, never 0."
    ),
    "note.totals": "Totals",
    "note.by": "all by {label}",
    "note.not_additive": "{labels}: parts do not add up to the whole, which counts every record or thing once.",
    "note.rounding": "Rounding",
    "note.rounded": (
        "Only printed figures are rounded; shares may not add up to 100. Totals are computed from "
        "all rows, not from the rows shown."
    ),
    "note.quality": "Data quality",
    "flaw.orphan": "Rows of the period that refer to no known {subject}: {counts}.",
    "flaw.blank": "Rows of the period without {subject}: {counts}.",
    "flaw.future": "Rows dated in the future and in no figure: {counts}.",
    "flaw.unread": "Values of {subject} that cannot be read and count as empty: {counts}.",
    "flaw.none": (
        "In the rows of the period no key without its record, no empty member of the dimensions shown, no date in "
        "the future and no unreadable value was found."
    ),
    "note.completeness": "Completeness",
    "note.missing": "Missing parts: {titles}.",
    "semicolon": "; ",
}
