"""What README.md tells people to type works, and its table of settings is whole."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest

from skillhall.deploy.verbs.tree import VERBS, tree
from skillhall.kernel.config import PREFIX, Config
from tests.deploy.running import ROOT, environment, running

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(SKILLHALL_\w+)` \|(.*?)\|", README, re.MULTILINE))
    for field in msgspec.structs.fields(Config):
        default = str(field.default) if field.default not in ("", None) else ""
        assert rows.pop(PREFIX + field.name.upper()).strip(" `") == default
    assert set(rows) == {"SKILLHALL_POSTGRES_BIN", "SKILLHALL_NO_USERNS"}


def test_every_verb_is_in_the_table() -> None:
    apps = [tree(verb) for verb in VERBS]
    verbs = {command.name for app in apps for command in app.registered_commands}
    groups = {
        f"{group.name} {command.name}"
        for app in apps
        for group in app.registered_groups
        if group.typer_instance
        for command in group.typer_instance.registered_commands
    }
    table = README.split("## Commands")[1].split("## Two modes")[0]
    assert len(verbs | groups) > 15
    assert [verb for verb in verbs | groups if f"`{verb}" not in table] == []


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.full
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_five_minutes_can_be_pasted(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 17
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        command = tmp_path / "skillhall"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m skillhall "$@"\n')
        command.chmod(0o755)
        with running(data, "up", until="Ctrl-C stops everything.", mode="sandbox") as hall:
            script = "set -euo pipefail\n" + "\n".join(blocks).replace("localhost:8000", f"localhost:{hall.port}")
            done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment(data), capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            assert '"status":"requested"' in done.stdout or '"status":"scheduled"' in done.stdout
            assert '"held":{"amount":0' not in done.stdout
            assert "Everything holds" in done.stdout
            assert "held\nheld\n1\nrefunded\nheld\n/api/v1/profiles/pictures/" in done.stdout
            assert "\nLeipzig\nNone\naccepted\nLeipzig\n1\nPython together\n" in done.stdout
            talked = r"\n(Hello! When is .+)\n1\nNew message from .+\n.+\n0\n\1\nevent: conversation:updated\ndata: {.+\n"
            told = r"(?:--\n.+\n.+\n)?\d+\n{.+\n{'email': 'daily'.+\nTrue\n"
            assert re.search(talked + told, done.stdout)
            assert "'nextSlot': {'startsAt': " in done.stdout
            assert re.search(r"\npending_signature\nactive\n\S+ is held\.\ndelivered\n\S+ is held\.\ndelivered\nreleased\n", done.stdout)
            paid = "\nexecution\nunder_review\nresolved\n{'amount': 7920, 'currency': 'EUR'}\nwaiting\npublished\nKnew what they wanted.\n"
            assert paid in done.stdout
            assert re.search(r"\nsucceeded\nINV-\d{4}-\d{6}\n%PDF-1\.", done.stdout)
            catalog = r"(?m)^\d\d\nSkills written to .+\n2 lines: 2 created, 0 changed, 0 as they were, 0 refused\.$"
            assert re.search(catalog, done.stdout)
            assert hall.stop() == 0
