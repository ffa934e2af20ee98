"""F14: thirty planted secrets, in every place that takes one, are printed nowhere: no output, log, file or metric."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from broadsheet.press.tick import tick
from press.workspace import FILES, SETTINGS, SUNDAY, House, build
from support.smtp import PASSWORD, USER, MailServer, mail_server
from support.web import WebServer, web_server

COUNT = 30
COMMANDS = (
    "check --data",
    "tick --once",
    "run orders --send",
    "history --json",
    "run orders",
    "--debug run orders",
    "run echo --period 2026-W24",
    "--debug run broken",
    "doctor",
    "doctor --mail me@example.test",
    "plan --json",
    "explain orders",
    "alerts",
    "who ada@example.test",
    "schema",
)
URLS = (
    "postgresql://reader:{0}@127.0.0.1:{port}/shop",
    "postgresql+psycopg://reader:{0}@127.0.0.1:{port}/shop",
    "postgresql://127.0.0.1:{port}/shop?user=reader&password={0}",
    "{0}",
    "mysql+pymysql://reader:{0}@127.0.0.1/shop",
    "nosuch://reader:{0}@127.0.0.1/shop",
    "postgresql://{0}@127.0.0.1:{port}/shop",
    "sqlite:///{0}/shop.db?token={0}",
)


def planted() -> dict[str, str]:
    """Secrets by the variables that hold them; with every sign that some text treats in its own way."""
    signs = ("", "'", '"', "%25", "+&=", " ", "ü", "\\", "$1", "<b>")
    made = {
        f"SECRET_{number:02d}": f"Kn0rr{number:02d}{signs[number % 10]}5egel" for number in range(COUNT - 3)
    }
    return {**made, "SMTP_PASSWORD": PASSWORD}


def plant(house: House, secrets: dict[str, str], mail: MailServer, web: WebServer) -> dict[str, str]:
    """Write a workspace that names every secret; returns the environment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environ = {
        **secrets,
        "HOOK": web.url("/services/T0p/5ecret-hook"),
        "PING": web.url("/ping/5ecret-ping-id"),
    }
    names = [name for name in secrets if name.startswith("SECRET")]
    urls = {}
    for number, name in enumerate(names):
        pattern = URLS[number % len(URLS)]
        if pattern == "{0}":
            environ[name] = f"postgresql://reader:{quote(secrets[name], safe='')}@127.0.0.1:{port}/shop"
        urls[f"c{number}"] = pattern.format(f"${{env:{name}}}", port=port)
    sources = FILES["config/sources.yaml"].replace(
        "facts:",
        "".join(f"  {name}: {{url: '{url}', timeout: 1}}\n" for name, url in urls.items()) + "facts:",
    )
    for name in urls:
        sources += (
            f"  {name}: {{connection: {name}, table: {name}, key: k, clock: at, columns: {{at: time}}}}\n"
        )
    house.write("config/sources.yaml", sources)
    kpis = "".join(f"  {name}_rows: {{label: {name}, meaning: Rows., count: {name}}}\n" for name in urls)
    house.write("config/kpis/sales.yaml", FILES["config/kpis/sales.yaml"] + kpis)
    house.write(
        "config/settings.yaml",
        f"{SETTINGS}mail: {{channel: smtp, host: localhost, port: {mail.port}, ca_file: '{mail.ca_file}',"
        f" user: {USER}, password: '${{env:SMTP_PASSWORD}}', timeout: 5}}\n"
        "alerts: {to: ola@example.test, webhook: '${env:HOOK}', ping: '${env:PING}', hosts: ['127.0.0.1']}\n",
    )
    sound = (house.root / "reports/orders.yaml").read_text(encoding="utf-8")
    for name in ("echo", *urls):
        kpi = "orders" if name == "echo" else f"{name}_rows"
        blocks = f"blocks: [{{kpis: [{kpi}]}}]\n"
        house.write(f"reports/{name}.yaml", sound.split("blocks:")[0].replace("Orders", name) + blocks)
    house.write("reports/broken.yaml", sound.split("blocks:")[0] + "blocks: [{kpis: [c0_rows, c3_rows]}]\n")
    return environ


def forms(secret: str) -> set[bytes]:
    """What a secret may look like when it leaks."""
    texts = {secret, quote(secret, safe=""), secret.encode("unicode_escape").decode(), repr(secret)[1:-1]}
    encoded = base64.b64encode(secret.encode()).rstrip(b"=")
    return {text.encode() for text in texts if len(text) >= 4} | {encoded}


def served(house: House, environ: dict[str, str]) -> str:
    """What the service prints and answers on its own port until it has ticked."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = house.command("serve", "--beat", "1", "--log", "json", "--listen", f"127.0.0.1:{port}")
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environment(environ)
    )
    answers = []
    for _ in range(60):
        time.sleep(1)
        with suppress(OSError):
            for path in ("metrics", "readyz", "livez"):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as reply:
                    answers.append(reply.read().decode())
            if len(answers) >= 6:
                break
    process.terminate()
    return process.communicate(timeout=120)[0] + "".join(answers)


def _environment(environ: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **environ}


def main(scale: float = 1.0) -> str:
    commands = COMMANDS if scale >= 1 else COMMANDS[:5]
    with (
        tempfile.TemporaryDirectory() as folder,
        mail_server(Path(folder)) as mail,
        web_server() as web,
    ):
        house = build(Path(folder) / "shop")
        secrets = planted()
        environ = plant(house, secrets, mail, web)
        web.status = 500
        # Servers quote what they were told; the ledger keeps replies.
        mail.answer("RCPT", f"550 5.7.1 user {USER} with {PASSWORD} may not send", times=50)
        house.clock.at = SUNDAY
        with house.press(environ) as press:
            tick(press)
        said = {words: house.run(*words.split(), **environ) for words in commands}
        printed = {words: done.stdout + done.stderr for words, done in said.items()}
        if scale >= 1:
            printed["serve"] = served(house, environ)
        files = {str(path): path.read_bytes() for path in house.var.rglob("*") if path.is_file()}
        assert len(files) > 3
        hidden = {**{name: environ[name] for name in environ}, **secrets}
        leaks = [
            (name, where)
            for name, secret in {
                **hidden,
                **{f"{name} itself": value for name, value in secrets.items()},
            }.items()
            for where, content in {**{w: t.encode() for w, t in printed.items()}, **files}.items()
            if any(form in content for form in forms(secret))
        ]
    assert not leaks, leaks
    assert any("with *** may not send" in text for text in printed.values()), (
        "the reply was seen, without the password"
    )
    ended = {words: done.returncode for words, done in said.items()}
    assert not {70, -6, -11} & set(ended.values()), ended
    return (
        f"{len(environ)} secrets planted in {len(URLS)} forms of addresses, mail, alerts and pings: 0 hits in the "
        f"output of {len(printed)} commands and {len(files)} files"
    )


if __name__ == "__main__":
    print(main())
