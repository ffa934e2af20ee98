"""What templates, pages and values of the data cannot do: reach out, run something, or leave their place."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Cards, Chart, Section, Table, Text
from broadsheet.errors import BroadsheetError, TemplateError
from broadsheet.rendering.edition import render_edition, render_screen
from broadsheet.rendering.links import harmless
from broadsheet.rendering.pdf import render_pdf
from broadsheet.rendering.templating import LONGEST, Templates
from rendering import sample
from soak.f11_fetch_and_bombs import by_renderer
from soak.traps import trap, vectors

SSTI = (
    "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__base__.__subclasses__()",
    "document.__class__",
    "document.edition.__init__.__globals__",
    "document['__class__']",
    "document|attr('__class__')",
    "''|attr('\\x5f\\x5fclass\\x5f\\x5f')",
    "[document]|map(attribute='__class__')|join",
    "'{0.__class__}'.format(document)",
    "('{0.__class__}'|format(document)).x.y",
    "'%s'.__mod__.__self__.__class__",
    "self.__init__.__globals__",
    "self._TemplateReference__context",
    "lipsum.__globals__['os'].popen('id').read()",
    "cycler.__init__.__globals__",
    "joiner.__init__",
    "namespace.__init__",
    "config.items()",
    "request.application",
    "url_for.__globals__",
    "range(10 ** 9)|list",
    "dict(a=1)",
    "sparkline.__globals__",
    "sparkline.__code__",
    "sparkline.__closure__",
    "labels.__class__",
    "labels.update(a=1)",
    "labels.pop('owner')",
    "labels.setdefault('x', 1)",
    "labels.clear()",
    "items.append(1)",
    "items.__class__.__init__",
    "[].sort.__self__.__class__",
    "''.join.__self__.__class__.__mro__",
    "''.encode('utf-8')",
    "''.center(10 ** 10)",
    "items|random",
    "loop.__class__",
    "(document.sections|first).__reduce__()",
    "theme.__dict__",
    "document.__dataclass_fields__",
)
METHODS = (
    "theme.model_dump()",
    "theme.model_copy(update={})",
    "theme.model_construct()",
    "theme.parse_file('/etc/passwd')",
    "theme.parse_raw('1')",
    "theme.model_validate_json('{}')",
    "theme.colors.json()",
    "theme.colors.copy()",
    "doing.delete()",
    "doing.path.read_text()",
    "doing.path.unlink()",
    "doing.count.bit_length()",
)


class Doing:
    """A value with methods that act, as none should be given to templates."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 1

    def delete(self) -> None:
        self.path.unlink()


def refused(expression: str, doing: object = None) -> TemplateError:
    values = {
        "document": sample.document(),
        "labels": dict(sample.document().labels),
        "theme": Theme(),
        "items": [1, 2],
        "sparkline": lambda spark: spark,
        "doing": doing,
    }
    with pytest.raises(TemplateError) as caught:
        Templates({"page.html.j2": f"\n\n{{{{ {expression} }}}}"}).render("page.html.j2", values)
    return caught.value


@pytest.mark.parametrize("expression", SSTI)
def test_fault_a01_ssti_corpus(expression: str) -> None:
    error = refused(expression)
    assert (error.place.file, error.place.line) == ("templates/page.html.j2", 3)
    assert error.remedy


@pytest.mark.parametrize("expression", METHODS)
def test_fault_a02_object_method_in_template(expression: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("kept", encoding="utf-8")
    assert refused(expression, Doing(kept)).place.line == 3
    assert kept.read_text(encoding="utf-8") == "kept"


def test_what_a_template_writes_has_an_end() -> None:
    endless = Templates({"page.html.j2": "{% for a in s %}{% for b in s %}{{ s }}{% endfor %}{% endfor %}"})
    with pytest.raises(TemplateError, match=f"writes more than {LONGEST:,} characters"):
        endless.render("page.html.j2", {"s": "x" * 1000})


def test_fault_a04_fetch_vectors(tmp_path: Path) -> None:
    with trap(tmp_path) as traps:
        bodies = vectors(traps.web, traps.file)
        assert len(bodies) >= 40
        assert by_renderer(bodies, traps) == {}


def test_fault_a05_metadata_address_and_redirect(tmp_path: Path) -> None:
    with trap(tmp_path) as traps:
        pages = [
            '<img src="http://169.254.169.254/latest/meta-data/">',
            f'<img src="{traps.web}/redirect">',
            f'<link rel="stylesheet" href="{traps.web}/redirect"><p>a',
        ]
        for body in pages:
            made = render_pdf(f'<html lang="en"><title>a</title>{body}', ())
            assert any("a report refers to its own parts only" in warning for warning in made.warnings), body
        assert (traps.visits, traps.opened()) == ([], 0)


MARKUP = '<img src=x onerror="alert(1)"><script>alert(1)</script>\'"&amp;]]>'


def named(document: sample.Document, name: str) -> sample.Document:
    """The sample with a name of the data wherever one can stand."""

    def one(section: Section) -> Section:
        body = section.body
        if isinstance(body, Chart):
            body = replace(
                body,
                categories=tuple(f"{name}{number}" for number, _ in enumerate(body.categories)),
                series=tuple(replace(series, label=name) for series in body.series),
            )
        elif isinstance(body, Table):
            rows = tuple(
                replace(row, cells=(replace(row.cells[0], text=name, sub=name), *row.cells[1:]))
                for row in body.rows
            )
            body = replace(body, heads=(replace(body.heads[0], text=name), *body.heads[1:]), rows=rows)
        elif isinstance(body, Cards):
            body = replace(body, cards=tuple(replace(card, label=name, caption=name) for card in body.cards))
        elif isinstance(body, Text):
            body = replace(body, paragraphs=(name,))
        return replace(section, title=name, caption=name, alt=name, remarks=(name,), body=body)

    return replace(document, headline=name, sections=tuple(map(one, document.sections)))


class Elements(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.alternatives: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.alternatives += [value for name, value in attrs if name == "alt" and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_fault_a13_html_in_crm_name(templates) -> None:
    document = named(sample.document(), MARKUP)
    rendered, screen = (
        render_edition(document, Theme(), templates),
        render_screen(document, Theme(), templates),
    )
    for html in (rendered.html, rendered.mail_html, screen.html, screen.mail_html):
        found = Elements()
        found.feed(html)
        assert "script" not in found.names
        assert not [name for name in found.attributes if name.startswith("on")]
        assert any("<script>alert(1)</script>" in text for text in found.texts), (
            "the name is there, as a text"
        )
        assert any("<script>alert(1)</script>" in text for text in found.alternatives)
    assert MARKUP in rendered.mail_text
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(rendered.pdf)).pages)
    assert "<script>alert(1)</script>" in "".join(text.split())


BAD_LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript&colon;alert(1)",
    "vbscript:x",
    "data:text/html,<script>1</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:application/pdf;base64,AA==",
    "file:///etc/passwd",
    "blob:x",
    "//evil.example.test/a",
    "\\\\evil.example.test\\a",
)
GOOD_LINKS = (
    "https://shop.example.test/a?b=1#c",
    "mailto:ada@example.test",
    "#block-1",
    "tel:+49",
    "a/b.html",
)


@pytest.mark.parametrize("link", BAD_LINKS)
def test_fault_a14_javascript_or_data_link(link: str) -> None:
    assert harmless(f'<a class="x" href="{link}">a</a>') == '<a class="x" href="#">a</a>'
    source = """<a href='{{ link }}'>a</a><p style="color: red" onclick="x()">b"""
    made = Templates({"page.html.j2": source}).render("page.html.j2", {"link": unescape(link)})
    assert made == '<a href="#">a</a><p style="color: red">b'


@pytest.mark.parametrize("link", GOOD_LINKS)
def test_links_that_lead_somewhere_stay(link: str) -> None:
    assert harmless(f'<a href="{link}">a</a>') == f'<a href="{link}">a</a>'


def test_fault_r06_font_missing(templates, monkeypatch: pytest.MonkeyPatch) -> None:
    from broadsheet.rendering import typefaces

    arabic = sample.document(language="ar")
    with monkeypatch.context() as patched:
        patched.setattr(typefaces, "find_spec", lambda _name: None)
        typefaces._installed.cache_clear()
        with pytest.raises(BroadsheetError, match="no typeface for Arabic is installed"):
            render_edition(arabic, Theme(), templates)
    typefaces._installed.cache_clear()
    section = Section("block-1", "Anchors \U0001f6a2 and more", "", Text(("a",)))
    lacking = render_edition(sample.document(sections=(section,)), Theme(), templates)
    assert any("glyph" in warning or "\U0001f6a2" in warning for warning in lacking.warnings), (
        lacking.warnings
    )
