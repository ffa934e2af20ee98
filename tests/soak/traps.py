"""Addresses that a page may name, a server and a file that tell whether anybody came, and pages without end."""

from __future__ import annotations

import ctypes
import os
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

_OPENED = 0x20
_NONBLOCKING = 0o4000


class Trap:
    """A web server and a file in a folder; `visits` are the requests, `opened()` how often the file was opened."""

    def __init__(self, folder: Path) -> None:
        self.visits: list[str] = []
        self.file = folder / "trap.css"
        self.file.write_text("p { color: red } /* TRAPPED */", encoding="utf-8")
        self._system = ctypes.CDLL(None)
        self._notes = self._system.inotify_init1(_NONBLOCKING)
        self._system.inotify_add_watch(self._notes, str(folder).encode(), _OPENED)
        trap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.visits.append(self.path)
                if "redirect" in self.path:
                    self.send_response(302)
                    self.send_header("Location", trap.file.as_uri())
                else:
                    self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.web = f"http://127.0.0.1:{self.server.server_address[1]}"

    def opened(self) -> int:
        """How often the file was opened since the last time."""
        try:
            notes = os.read(self._notes, 1 << 16)
        except BlockingIOError:
            return 0
        count, at = 0, 0
        while at < len(notes):
            _, _, _, length = struct.unpack_from("iIII", notes, at)
            count += notes[at + 16 : at + 16 + length].startswith(b"trap.css")
            at += 16 + length
        return count


@contextmanager
def trap(folder: Path) -> Iterator[Trap]:
    """The traps, set up."""
    made = Trap(folder)
    Thread(target=made.server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        os.close(made._notes)


def _svg(content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{content}</svg>'
    )


def _img(svg: str, kind: str = "image/svg+xml") -> str:
    return f'<img src="data:{kind};base64,{b64encode(svg.encode()).decode()}">'


def vectors(web: str, file: Path) -> dict[str, str]:
    """Bodies of pages by name, each of which names the server or the file."""
    uri, port = file.as_uri(), web.rsplit(":", 1)[1]
    http = f"{web}/a"
    return {
        "img web": f'<img src="{http}">',
        "img file": f'<img src="{uri}">',
        "img file of localhost": f'<img src="file://localhost{file}">',
        "img file with one slash": f'<img src="file:{file}">',
        "img FILE": f'<img src="FILE://{file}">',
        "img path": f'<img src="{file}">',
        "img parent path": f'<img src="../../../../../../../..{file}">',
        "img of the scheme of pages": f'<img src="report:../../..{file}">',
        "img without a scheme": f'<img src="//127.0.0.1:{port}/a">',
        "img with a password": f'<img src="http://a:b@127.0.0.1:{port}/a">',
        "img of a decimal address": f'<img src="http://2130706433:{port}/a">',
        "img of localhost": f'<img src="http://localhost:{port}/a">',
        "img of the metadata service": '<img src="http://169.254.169.254/latest/meta-data/">',
        "img redirected to a file": f'<img src="{web}/redirect">',
        "img ftp": f'<img src="ftp://127.0.0.1:{port}/a">',
        "img gopher": f'<img src="gopher://127.0.0.1:{port}/a">',
        "img srcset": f'<img srcset="{http} 1x" src="{http}">',
        "picture": f'<picture><source srcset="{http}"><img src="{http}"></picture>',
        "stylesheet web": f'<link rel="stylesheet" href="{http}">',
        "stylesheet file": f'<link rel="stylesheet" href="{uri}">',
        "stylesheet path": f'<link rel="stylesheet" href="{file}">',
        "stylesheet in data": f'<link rel="stylesheet" href="data:text/css,{quote(f"@import url({http})")}">',
        "stylesheet redirected": f'<link rel="stylesheet" href="{web}/redirect">',
        "alternate stylesheet": f'<link rel="alternate stylesheet" href="{http}">',
        "import url": f"<style>@import url({http});</style>",
        "import text": f'<style>@import "{http}";</style>',
        "import file": f"<style>@import url({uri});</style>",
        "background": f'<p style="background: url({http})">a',
        "background file": f'<p style="background-image: url({uri})">a',
        "list style": f'<li style="list-style-image: url({http})">a',
        "content": f"<style>p::before {{ content: url({http}) }}</style><p>a",
        "border image": f'<p style="border: 1px solid; border-image: url({http}) 1">a',
        "mask": f'<p style="mask: url({http})">a',
        "cursor": f'<p style="cursor: url({http}), auto">a',
        "page background": f"<style>@page {{ background: url({http}) }}</style>a",
        "margin box": f"<style>@page {{ @top-left {{ content: url({http}) }} }}</style>a",
        "font web": f"<style>@font-face {{ font-family: q; src: url({http}) }} p {{ font-family: q }}</style><p>a",
        "font file": f"<style>@font-face {{ font-family: q; src: url({uri}) }} p {{ font-family: q }}</style><p>a",
        "link attachment": f'<link rel="attachment" href="{uri}">',
        "link attachment web": f'<link rel="attachment" href="{http}">',
        "a attachment": f'<a rel="attachment" href="{uri}">a</a>',
        "object": f'<object data="{http}"></object>',
        "object file": f'<object data="{uri}"></object>',
        "embed": f'<embed src="{http}">',
        "embed file": f'<embed src="{uri}">',
        "iframe": f'<iframe src="{http}"></iframe>',
        "video poster": f'<video poster="{http}" src="{http}"></video>',
        "input image": f'<input type="image" src="{http}">',
        "body background": f'<body background="{http}">a',
        "base": f'<base href="{web}/"><img src="a">',
        "script": f'<script src="{http}"></script>',
        "icon": f'<link rel="icon" href="{http}">',
        "meta refresh": f'<meta http-equiv="refresh" content="0; url={http}">',
        "svg image": _svg(f'<image href="{http}" width="9" height="9"/>'),
        "svg image file": _svg(f'<image xlink:href="{uri}" width="9" height="9"/>'),
        "svg use": _svg(f'<use href="{http}#a"/>'),
        "svg fill": _svg(f'<rect fill="url({http}#a)" width="9" height="9"/>'),
        "svg filter image": _svg(f'<filter id="f"><feImage href="{http}"/></filter><rect filter="url(#f)"/>'),
        "svg import": _svg(f"<style>@import url({http});</style>"),
        "svg picture with image": _img(_svg(f'<image href="{uri}" width="9" height="9"/>')),
        "svg picture with use": _img(_svg(f'<use href="{uri}#a"/>')),
        "svg picture with an entity": _img(
            f'<!DOCTYPE svg [<!ENTITY e SYSTEM "{uri}">]>{_svg("<text>&e;</text>")}'
        ),
        "svg picture with a grammar": _img(f'<!DOCTYPE svg SYSTEM "{http}">{_svg("")}'),
        "svg picture with a stylesheet": _img(f'<?xml-stylesheet href="{http}"?>{_svg("")}'),
        "svg picture with an inclusion": _img(
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.w3.org/2001/XInclude">'
            f'<i:include href="{uri}" parse="text"/></svg>'
        ),
    }


def _uses(depth: int) -> str:
    nests = "".join(
        f'<g id="a{level}">{f"""<use href="#a{level - 1}"/>""" * 10}</g>' for level in range(1, depth)
    )
    return _svg(f'<defs><g id="a0"><rect width="1" height="1"/></g>{nests}</defs><use href="#a{depth - 1}"/>')


def _variables(depth: int) -> str:
    rules = "".join(f"--v{level}: var(--v{level - 1}) var(--v{level - 1});" for level in range(1, depth))
    return f"<style>p {{ --v0: aaaaaaaaaa; {rules} content: var(--v{depth - 1}) }}</style><p>a"


def bombs() -> dict[str, str]:
    """Templates of a page by name, each of which takes far more than it looks like, or seems to."""
    nested = "".join(f"{{% for {name} in s %}}" for name in "abcd") + "{% endfor %}" * 4
    long = "{% set s = 'x' * 90000 %}"
    return {
        "loops in loops": f"{long}{nested}",
        "loops that write": f"{long}{nested.replace('{% endfor %}', 'xxxxxxxxxxxxxxxx{% endfor %}', 1)}",
        "text of gigabytes": "{{ 'x' * 10 ** 10 }}",
        "text centered": "{{ 'x' | center(10 ** 10) }}",
        "list of gigabytes": "{{ ([0] * 10 ** 10) | length }}",
        "power of a power": "{{ 9 ** (9 ** 9) }}",
        "macro without end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "page in itself": "{% include 'page.html.j2' %}",
        "doubling": "{% set s = 'xx' %}" + "{% set s = s ~ s %}" * 40 + "{{ s }}",
        "format of width": "{{ '%1000000000d' | format(1) }}",
        "indented": "{{ ('x\\n' * 100000) | indent(100000) }}",
        "joined": "{{ ('x' * 100000) | join('x' * 100000) }}",
        "uses of uses": _uses(10),
        "variables of variables": _variables(40),
        "use of itself": _svg('<g id="a"><use href="#a"/></g>'),
        "columns of a cell": '<table><td colspan="10000000">a</table>',
        "rows of a cell": '<table><td rowspan="100000000">a</table>',
        "flex in flex": '<div style="display: flex">' * 22 + "a",
        "divisions in divisions": "<div>" * 3000 + "a",
        "tables in tables": "<table><td>" * 40 + "a",
        "pages of a pixel": "<style>@page { size: 1px; margin: 0 }</style>" + "<p>word word word</p>" * 3000,
        "pages without end": "<style>p { break-after: page }</style>" + "<p>a</p>" * 20000,
        "ten thousand rows": "<table>" + "<tr><td>a<td>b<td>c" * 10000 + "</table>",
        "entities of entities": _img(
            "<!DOCTYPE svg ["
            '<!ENTITY e0 "aaaaaaaaaa">'
            + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
            + f"]>{_svg('<text>&e9;</text>')}"
        ),
        "huge page": "<style>@page { size: 100000000mm }</style>a",
        "huge letters": '<p style="font-size: 100000000px">word',
        "word of megabytes": f"<p>{'x' * 2_000_000}",
        "grid of columns": '<div style="display: grid; grid-template-columns: repeat(100000, 1fr)"><p>a</div>',
        "many columns": '<div style="columns: 100000">' + "word " * 20000 + "</div>",
        "path of points": _svg(f'<path stroke="#000" d="M0 0 {"L1 1 2 0 " * 400_000}"/>'),
        "pattern in patterns": _svg(
            "".join(
                f'<pattern id="p{n}" width="0.0001" height="0.0001">'
                f'<rect width="9" height="9" fill="url(#p{n + 1})"/></pattern>'
                for n in range(9)
            )
            + '<rect width="9999" height="9999" fill="url(#p0)"/>'
        ),
        "floats": '<div style="float: left; width: 33%">a</div>' * 8000,
        "counters": "<style>p::after { content: counters(a, '.') }</style>"
        + '<p style="counter-reset: a">' * 900,
        "shadows": f'<p style="text-shadow: {", ".join(["0 0 9px #000"] * 20000)}">a',
        "selectors": "<style>"
        + ":is(p, div) :is(p, div) * * * { color: red }" * 5000
        + "</style>"
        + "<div>" * 200,
    }


def png_of(width: int, height: int) -> bytes:
    """A few bytes that describe a gray picture of any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
