"""The files to run Broadsheet with say what the program and the systems understand, as far as can be seen here."""

from __future__ import annotations

import re
import shlex
from typing import Any

import yaml
from typer.main import get_command

from broadsheet.cli.app import app
from broadsheet.press.starter import PARTS
from docs.pages import ROOT, Page, pages

HERE = ROOT / "docs" / "operate"
UNIT = (HERE / "broadsheet.service").read_text(encoding="utf-8")
CONTAINER = (HERE / "Containerfile").read_text(encoding="utf-8")
MANIFESTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((HERE / "kubernetes.yaml").read_text(encoding="utf-8"))
)
POD = next(each for each in MANIFESTS if each["kind"] == "Deployment")["spec"]["template"]["spec"]
JOB = next(
    yaml.safe_load(text)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    for text in Page(ROOT / "docs/how-to/schedule.md").examples("yaml")
    if "kind: CronJob" in text
)


def understood(words: list[str], name: str = "serve") -> None:
    """Whether the command takes these words."""
    assert words[0] == name
    command = get_command(app).commands[name]
    command.make_context(name, words[1:], resilient_parsing=False)


def test_the_program_takes_the_words_of_them_all() -> None:
    started = re.search(r"^ExecStart=(\S+) (.*)$", UNIT, re.MULTILINE)
    assert started is not None
    assert started[1].endswith("/broadsheet")
    understood(shlex.split(started[2]))
    words = re.search(r"^CMD (\[.*\])$", CONTAINER, re.MULTILINE)
    assert words is not None
    understood(yaml.safe_load(words[1]))
    understood(POD["containers"][0]["args"])
    understood(JOB["containers"][0]["args"], "tick")


def test_unit_and_pages_speak_of_one_installation_and_one_user() -> None:
    text = "\n".join([UNIT, *(page.text for page in pages())])
    assert set(re.findall(r"/srv/reports/[^/\s]+/bin/", text)) == {"/srv/reports/.venv/bin/"}
    install = (ROOT / "docs/how-to/install.md").read_text(encoding="utf-8")
    user, writes = (re.search(rf"^{key}=(\S+)$", UNIT, re.MULTILINE) for key in ("User", "ReadWritePaths"))
    assert user is not None
    assert writes is not None
    assert re.search(rf"^useradd .*{user[1]}$", install, re.MULTILINE)
    # The unit does not start while the folder is missing.
    assert re.search(rf"^install -d -o {user[1]} .*{writes[1]}$", install, re.MULTILINE)


def test_cron_runs_commands_as_somebody_and_with_the_variables() -> None:
    line = re.compile(r"^    (?:[\d*/]+ +){5}(\S+) +(\S+) ", re.MULTILINE)
    found = {run for page in pages() for run in line.findall(page.text)}
    # The command of the install page changes from root to the service's user and sets the variables.
    assert found == {("root", "/usr/local/bin/broadsheet"), ("broadsheet", "rsync")}


def test_the_container_has_what_the_program_needs() -> None:
    pages = (ROOT / "docs/how-to/install.md").read_text(encoding="utf-8")
    needed = re.findall(r"^\| [^|]+\| `(lib[^`]+)` \|$", pages, re.MULTILINE)
    assert len(needed) == 4
    assert {name for name in needed if name not in CONTAINER} == set()
    copied = re.findall(r"^COPY (?!--from)(\S+) ", CONTAINER, re.MULTILINE)
    assert all((ROOT / name).exists() for name in copied), copied
    assert re.search(r"^USER 10001", CONTAINER, re.MULTILINE)


def test_the_workspace_is_in_the_image_and_its_user_can_write_what_is_mounted() -> None:
    made, user, volume = (
        CONTAINER.index(line)
        for line in ("install -d -o 10001 -g 10001 /workspace/var", "USER 10001", "VOLUME /workspace/var")
    )
    # A volume takes the owner of the folder that is there before it.
    assert made < user < volume
    for pod in (POD, JOB):
        paths = {mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
        assert "/workspace/var" in paths <= {"/workspace/var", "/tmp"}
        assert pod["securityContext"]["fsGroup"] == 10001
    page = Page(ROOT / "docs/how-to/operate.md")
    (built,) = page.examples("dockerfile")
    assert set(re.findall(r"^COPY (\w+)/ /workspace/\1/$", built, re.MULTILINE)) == set(PARTS)


def test_probes_ask_for_pages_that_there_are_at_the_port_it_listens_at() -> None:
    (container,) = POD["containers"]
    (port,) = container["ports"]
    assert f"0.0.0.0:{port['containerPort']}" in container["args"]
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("liveness", "readiness", "startup")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "liveness": "/livez",
        "readiness": "/readyz",
        "startup": "/livez",
    }
    assert {probe["port"] for probe in probes.values()} == {port["name"]}
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in POD["volumes"]}
    claims = {each["metadata"]["name"] for each in MANIFESTS if each["kind"] == "PersistentVolumeClaim"}
    used = {v["persistentVolumeClaim"]["claimName"] for v in POD["volumes"] if "persistentVolumeClaim" in v}
    assert used == claims
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
