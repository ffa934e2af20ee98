"""What editions print of the definitions is found, and translated, wherever it stands."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from broadsheet.definitions import models
from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.models.base import PRINTED
from broadsheet.definitions.models.dimensions import Band, Dimension
from broadsheet.definitions.models.gate import NullsRule
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.languages import Language
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.texts import printed, translated
from broadsheet.definitions.workspace import load_workspace
from document.build import WAY
from errors.test_errors import BASE

STALE = Kpi(
    label="Stale deals",
    meaning="Open too long.",
    count="deals",
    list={
        "columns": {"Customer": "customer.name", "Worth": "amount"},
        "reason": "Was to close on {closed_at}",
        "next_step": "Close it.",
    },
)
REPORT = Report.model_validate(
    {
        "title": "Sales",
        "question": "Are we on plan?",
        "audience": "sales",
        "period": "week",
        "blocks": [
            {"kpis": ["won", {"kpi": "won", "label": "Quarter to date"}], "note": "Net of tax."},
            {"text": "First\nparagraph.\n\nSecond one.\n"},
            {"story": {"actions": [{"do": "Call them.", "owner": "Heads of sales", "by": "fri"}]}},
        ],
    }
)


def test_texts_are_found_in_order_and_by_paragraph() -> None:
    assert list(printed(REPORT)) == [
        "Sales", "Are we on plan?", "Net of tax.", "Quarter to date", "First paragraph.", "Second one.", "Call them.",
        "Heads of sales",
    ]  # fmt: skip
    assert list(printed(STALE)) == [
        "Stale deals", "Open too long.", "Customer", "Worth", "Was to close on {closed_at}", "Close it.",
    ]  # fmt: skip
    assert {"Decided", "Signed", "Won"} <= set(printed(WAY))
    dimension = Dimension(label="Outcome", via="status", labels={"won": "Won"}, empty="(none)")
    assert list(printed(dimension)) == ["Outcome", "Won", "(none)"]


def test_only_texts_with_a_translation_change() -> None:
    told = translated(REPORT, {"Sales": "Vertrieb", "Second one.": "Der zweite.", "Call them.": "Anrufen."})
    assert (told.title, told.question) == ("Vertrieb", "Are we on plan?")
    assert told.blocks[1].text == "First paragraph.\n\nDer zweite."
    assert told.blocks[2].story.actions[0].do == "Anrufen."
    assert told.blocks[0] == REPORT.blocks[0]
    assert REPORT.title == "Sales"
    assert translated(REPORT, {}) is REPORT


def test_heads_of_lists_are_translated_and_paths_are_not() -> None:
    told = translated(
        STALE, {"Worth": "Wert", "amount": "Betrag", "Was to close on {closed_at}": "Fällig {closed_at}"}
    )
    assert told.list is not None
    assert dict(told.list.columns) == {"Customer": "customer.name", "Wert": "amount"}
    assert told.list.reason == "Fällig {closed_at}"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"Revenue": " "}, "“Revenue” has no translation"),
        ({"Due {due_at}": "Fällig"}, "name different columns"),
        ({"Due {due_at}": "Fällig {closed_at}"}, "name different columns"),
    ],
)
def test_a_translation_that_cannot_be_right_is_refused(texts: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Language(texts=texts)


PROSE = {
    "label",
    "title",
    "question",
    "meaning",
    "edge_cases",
    "note",
    "do",
    "area",
    "more",
    "confidentiality",
}


def test_every_field_of_prose_is_marked() -> None:
    """A band's name is data, which conditions name; an audience's is for those who write the reports."""
    bare = set()
    for module in pkgutil.iter_modules(models.__path__):
        for model in vars(importlib.import_module(f"{models.__name__}.{module.name}")).values():
            if isinstance(model, type) and issubclass(model, BaseModel):
                for name in PROSE & model.model_fields.keys():
                    field = model.model_fields[name]
                    if PRINTED not in field.metadata and repr(PRINTED) not in repr(field.annotation):
                        bare.add((model, name))
    # `more` of the gate is a number.
    assert bare == {(Band, "label"), (Audience, "label"), (NullsRule, "more")}


def lay(root: Path, locale: str, audience: str) -> Path:
    import shutil

    shutil.copytree(BASE, root)
    settings, audiences = root / "config/settings.yaml", root / "config/audiences.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + f"locale: {locale}\n", encoding="utf-8")
    line = "recipients: [ada@example.test]"
    audiences.write_text(audiences.read_text(encoding="utf-8").replace(line, f"{line}, locale: {audience}"))
    return root


def test_only_another_language_than_the_workspaces_needs_translations(tmp_path: Path) -> None:
    cases = (
        ("en", "en-US", False),
        ("de", "de_AT", False),
        ("de", "en", True),
        ("en", "nl", False),
        ("en", "fr-CA", True),
    )
    for number, (locale, audience, wanted) in enumerate(cases):
        problems = load_workspace(lay(tmp_path / str(number), locale, audience)).problems
        assert ["missing-translation"] * wanted == [problem.code for problem in problems], (locale, audience)


def test_a_file_of_no_language_is_told(tmp_path: Path) -> None:
    root = lay(tmp_path / "workspace", "en", "en")
    (root / "config/languages").mkdir()
    (root / "config/languages/nl.yaml").write_text("texts: {Revenue: Omzet}\n", encoding="utf-8")
    (problem,) = load_workspace(root).problems
    assert str(problem).startswith(
        "config/languages/nl.yaml: error[unknown-locale]: there are no editions in “nl”"
    )


def test_a_broken_file_spoils_only_the_reports_read_in_it(tmp_path: Path) -> None:
    for audience, broken in (("de", ["sales-monthly"]), ("en", [])):
        root = lay(tmp_path / audience, "en", audience)
        (root / "config/languages").mkdir()
        (root / "config/languages/de.yaml").write_text("text: {}\n", encoding="utf-8")
        assert sorted(load_workspace(root).broken) == broken
