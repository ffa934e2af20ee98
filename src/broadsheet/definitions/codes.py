"""Every code a definition problem can have, with its one-line explanation; the reference is made from it."""

from __future__ import annotations

from types import MappingProxyType

from broadsheet.errors import Place, Problem

CODES = MappingProxyType(
    {
        "yaml-syntax": "The text is not YAML: indentation, a bracket or a quote is wrong.",
        "yaml-alias": "Anchors and aliases (& and *) are not part of the language: values stand where they are used.",
        "yaml-tag": "Tags (! and !!) are not part of the language: the type follows from the text.",
        "yaml-duplicate-key": "A mapping says the same key twice; one of the two would be lost.",
        "yaml-key": "A key is text: numbers, true, false and null are quoted to be one.",
        "yaml-documents": "A file holds one document.",
        "yaml-depth": "Lists and mappings are nested deeper than any definition needs.",
        "yaml-size": "The file is larger than any definition.",
        "yaml-encoding": "Definition files are UTF-8 text.",
        "yaml-control-character": "An invisible control character stands in the text; it breaks pages and mail.",
        "unreadable-file": "The file cannot be read.",
        "missing-file": "A file that the workspace needs, or that a definition names, is not there.",
        "empty-file": "The file has no content.",
        "file-name": "A file's name is the id of what it defines, so it has a fixed form.",
        "version": "The workspace is written for another version of the language.",
        "unknown-key": "The key is not part of the language at this place.",
        "missing-key": "A key that has no default is missing.",
        "wrong-type": "The value is of another type than the key needs.",
        "wrong-value": "The value has the right type but is not allowed here.",
        "block-kind": "A block has none of the keys that say what it shows: kpis, chart, table, story …",
        "duplicate-name": "Two definitions have the same name, so a report could mean either.",
        "reserved-name": "The name already means something else wherever it could be used.",
        "unknown-connection": "A table names a connection that is not defined.",
        "table-source": "Files lie in folders and tables in databases: the connection is of the other kind.",
        "unknown-link": "A link leads to an entity or fact that is not defined.",
        "link-connection": "A link leads to a table of another connection, which one statement cannot reach.",
        "link-key": "A link leads to a table whose rows are not named by one column, so rows would multiply.",
        "unknown-path": "A path names a link or column that its table does not have.",
        "column-type": "A column has a type that this use cannot take.",
        "condition-type": "A condition compares a column with a value of another type.",
        "dated-entity": "The interval columns of a dated entity contradict its key.",
        "path-escapes": "A file named in a definition lies outside the folder it belongs to.",
        "secret-in-file": "A password stands in a file that many people read and git keeps for ever.",
        "environment-variable": "A reference to an environment variable is not written ${env:NAME}.",
        "unknown-timezone": "The time zone is not in the zone database.",
        "unknown-locale": "Numbers and dates cannot be written for the locale.",
        "missing-translation": "Texts of a report are not translated into the language of its audience.",
        "unknown-holidays": "The public holidays of the country or region are not known.",
        "unknown-theme": "The theme is neither built in nor a file in config/themes/.",
        "unknown-fact": "The fact is not defined in config/sources.yaml.",
        "unknown-kpi": "The KPI is not defined in config/kpis/.",
        "kpi-cycle": "A KPI's formula leads back to itself.",
        "running-state": "A running KPI is made of a state, which does not add up over days.",
        "working-hours": "A KPI counts working hours, but the settings have none.",
        "moved-part": "A KPI reads days by which its parts cannot be told.",
        "members-rows": "Members are told by KPIs over rows, and here there are none.",
        "kpi-unit": "A KPI's unit contradicts what it measures.",
        "unknown-dimension": "The dimension is neither defined in config/dimensions.yaml nor a time grain.",
        "hidden-dimension": "A report splits by a dimension whose members are never printed.",
        "unreachable-dimension": "A fact of the KPI has no path to the dimension, so it cannot be split by it.",
        "same-dimension": "Both sides of a table or chart are the same dimension.",
        "finer-than-data": "The question asks for shorter periods than the rows of the fact stand for.",
        "unknown-audience": "The audience is not defined in config/audiences.yaml.",
        "audience-group": "A group is made of audiences that see the same rows, none of them a group itself.",
        "audience-slice": "The members of the dimension do not part the rows, so it cannot say what readers may see.",
        "slice-reach": "A report shows rows of which nobody can tell whether its audience may see them.",
        "not-shareable": "Readers of a slice are to be shown a figure of everyone that tells more than a total.",
        "recipients-file": "A file of recipients has a column too few, or a line that names no reader.",
        "recipient-domain": "Mail may not go to the domain of an address.",
        "duplicate-recipient": "An audience names the same address twice; it gets one mail.",
        "webhook-hosts": "An audience has a webhook, but the settings name no host that webhooks may lead to.",
        "no-funnel": "A block shows the steps of a KPI that is no funnel.",
        "sort-kpi": "A table is sorted by a KPI that it does not show.",
        "crosstab-count": "A contingency table counts rows; only a count adds up to its margins.",
        "chart-units": "A chart has one scale, but its KPIs are measured in different units.",
        "not-additive": "The parts that a chart shows do not add up, or a movement is not that of a balance.",
        "no-base": "A chart of differences has no comparison to start from.",
        "no-order": "Classes or answers are to be drawn in their order, and have none.",
        "headline-kpi": "The headline is to speak of a KPI that no card shows.",
        "missing-plugin": "A KPI uses a measure that no installed package brings.",
        "no-list": "A block is to list the rows of a KPI that has no list.",
        "printed-never": "A list would print what identifies a person in technical systems.",
        "persons-audience": "The block names persons, and the report's audience may not see them.",
        "no-plan": "A comparison with the plan is asked for, but no KPI there has a plan or target.",
        "no-forecast": "A chart is to look ahead, but its KPI has no forecast.",
        "bullet-base": "A bullet shows a KPI that has neither a plan nor a target.",
        "ahead-end": "A chart is to look ahead to the end of a unit, but its period is not a part of one.",
        "event-date": "Events are to be marked in a chart by time, but their list tells no date.",
        "cumulative-kpi": "Running totals are asked for of a KPI whose values do not add up.",
        "theme-contrast": "A color of a theme can hardly be read on its ground.",
        "when-misfit": "A condition speaks of something that the report does not show.",
        "schedule-misfit": "The schedule's rhythm is not that of the period it reports.",
        "schedule-never": "The schedule has no moment at which anything could go out.",
    }
)

DATA_CODES = MappingProxyType(
    {
        "data-source": "A table, file or server that the definitions name does not answer.",
        "data-column": "A declared column is not in the table.",
        "data-type": "A column holds another type than it is declared with.",
        "data-key": "The key names several rows, so that links to it would multiply rows.",
        "data-versions": "Versions of a dated entity overlap, so that rows of that time would be counted twice.",
        "data-link": "Rows refer to nothing; they are shown under the dimension's empty member.",
        "data-clock": "Rows have no time; they belong to no period.",
        "data-orphans": "Rows belong to no slice of an audience, so that they are in nobody's edition.",
        "data-value": "Values cannot be read as the declared type and are taken as empty.",
    }
)
"""What only the live data can show: `check --data`."""


def error(code: str, place: Place, what: str, remedy: str) -> Problem:
    """A mistake that makes a definition unusable; KeyError for a code nobody explained."""
    _ = CODES[code]
    return Problem(place, code, what, remedy)


def warning(code: str, place: Place, what: str, remedy: str) -> Problem:
    """Something that works, but hardly as meant."""
    _ = CODES[code]
    return Problem(place, code, what, remedy, "warning")
