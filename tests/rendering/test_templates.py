from __future__ import annotations

from dataclasses import replace

import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Attainment, Cards, Chart, Section, Text
from broadsheet.errors import TemplateError
from broadsheet.rendering.edition import render_edition
from broadsheet.rendering.labels import LABELS
from broadsheet.rendering.templating import Templates, css_string
from rendering import sample


def failure(sources, name="page.html.j2", **values):
    with pytest.raises(TemplateError) as caught:
        Templates(sources).render(name, values)
    return caught.value


def test_malformed_template_is_placed():
    error = failure({"page.html.j2": "<p>\n{% if x %}\n{% endfor %}\n"})
    assert (error.place.file, error.place.line) == ("templates/page.html.j2", 3)
    assert "endfor" in str(error)
    assert error.remedy


def test_unknown_name_is_placed_in_the_template_that_uses_it():
    sources = {
        "page.html.j2": '{% import "macros.html.j2" as print with context %}\n{{ print.card() }}',
        "macros.html.j2": "{% macro card() %}\n<p>\n{{ titel }}</p>\n{% endmacro %}",
    }
    error = failure(sources)
    assert (error.place.file, error.place.line) == ("templates/macros.html.j2", 3)
    assert "titel" in str(error)


def test_missing_template_names_the_nearest():
    error = failure({"page.html.j2": '{% include "page.css" %}', "page.css.j2": ""})
    assert error.place.file == "templates/page.css"
    assert "page.css.j2" in error.remedy


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__",
        "document.edition.__init__.__globals__",
        "lipsum()",
        "cycler(1)",
        "items.append(1)",
        "1 / 0",
    ],
)
def test_templates_have_plain_values_only(expression):
    error = failure({"page.html.j2": f"\n{{{{ {expression} }}}}"}, document=sample.document(), items=[])
    assert error.place.line == 2


def test_css_strings_cannot_end_their_element():
    assert css_string('a"b</style>\n') == '"a\\22 b\\3c \\2f style\\3e \\a "'


def test_shipped_templates_need_exactly_the_listed_labels(templates):
    for missing in LABELS:
        labels = tuple((key, word) for key, word in sample.document().labels if key != missing)
        with pytest.raises(TemplateError, match=missing):
            render_needing_all(templates, labels)


def render_needing_all(templates, labels):
    """The pages and the mail, without typesetting, of a document that uses every sign."""
    from broadsheet.rendering.charts.draw import Drawing
    from broadsheet.rendering.html import render_html
    from broadsheet.rendering.mail import render_mail

    rare = (sample.series("before", "previous", (1,)), sample.series("FC", "forecast", (1,)))
    former = Chart("line", ("W23",), rare, "")
    pages = (Section(name, name, "", Text(("-",)), new_page=True) for name in ("two", "three", "four"))
    goal = Attainment(0.9, (0.9, 0.98), "Sales €2.05 M, 90 % of PL 2.3 M")
    card = replace(sample.cards().cards[0], spark=None, attainment=goal)
    aimed = Section("aimed", "", "", Cards((card,), ""))
    sections = (*sample.sections(), aimed, Section("former", "Before", "", former), *pages)
    document = sample.document(labels=labels, sections=sections)
    charts = {section.id: Drawing(b"", 1, 1, section.alt) for section in document.sections}
    render_html(document, Theme(), templates, charts)
    render_mail(document, Theme(), templates)


def test_a_workspace_template_takes_the_place_of_the_shipped_one(templates):
    own = {**templates, "mail.txt.j2": "{{ document.subject }}"}
    assert (
        render_edition(sample.document(sections=()), Theme(), own).mail_text
        == f"{sample.document().subject}\n"
    )
