"""Does it fit together? A flat list of functions over the draft of a workspace, each yielding findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from broadsheet.definitions.checks.audiences import check_groups, check_reach, check_recipients, check_slices
from broadsheet.definitions.checks.blocks import (
    check_charts,
    check_comparisons,
    check_questions,
    check_tables,
)
from broadsheet.definitions.checks.courses import check_courses
from broadsheet.definitions.checks.dimensions import check_dimension_names, check_paths
from broadsheet.definitions.checks.funnels import check_funnel_blocks
from broadsheet.definitions.checks.kpis import (
    check_conditions,
    check_formulas,
    check_measures,
    check_plugins,
    check_runs,
    check_units,
)
from broadsheet.definitions.checks.languages import check_languages
from broadsheet.definitions.checks.lists import check_list_blocks, check_lists, check_persons
from broadsheet.definitions.checks.members import check_members, check_moves
from broadsheet.definitions.checks.places import check_holidays, check_locales
from broadsheet.definitions.checks.reports import (
    check_contrast,
    check_headlines,
    check_names,
    check_themes,
)
from broadsheet.definitions.checks.schedules import check_schedules
from broadsheet.definitions.checks.sharing import check_sharing
from broadsheet.definitions.checks.sources import (
    check_bridges,
    check_facts,
    check_links,
    check_loads,
    check_rates,
    check_secrets,
    check_tables_places,
)
from broadsheet.definitions.checks.structure import check_structure
from broadsheet.definitions.checks.when import check_when
from broadsheet.definitions.draft import Draft, Finding

CHECKS: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    check_secrets,
    check_loads,
    check_tables_places,
    check_links,
    check_bridges,
    check_facts,
    check_rates,
    check_dimension_names,
    check_paths,
    check_formulas,
    check_plugins,
    check_runs,
    check_measures,
    check_units,
    check_conditions,
    check_lists,
    check_members,
    check_moves,
    check_locales,
    check_languages,
    check_holidays,
    check_recipients,
    check_groups,
    check_slices,
    check_reach,
    check_sharing,
    check_themes,
    check_contrast,
    check_names,
    check_headlines,
    check_schedules,
    check_when,
    check_questions,
    check_tables,
    check_list_blocks,
    check_persons,
    check_charts,
    check_structure,
    check_courses,
    check_funnel_blocks,
    check_comparisons,
)


def findings(draft: Draft) -> Iterator[Finding]:
    """Every finding of every check."""
    for check in CHECKS:
        yield from check(draft)
