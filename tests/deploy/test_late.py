"""What waits is loaded when it is touched, and not before: a server that starts has loaded none of it."""

import json
import subprocess
import sys

SERVER = """
import json
import sys
from skillhall.deploy import late
late.install()
from skillhall.deploy.verbs.tree import tree
from skillhall.kernel.http.router import Trie
tree("serve")
Trie([])
print(sorted({name.partition(".")[0] for name in sys.modules if "." in name} & {"aiohttp", "icalendar", "obstore", "pydantic", "typst"}))
print(json.dumps(sorted(name for name, module in sys.modules.items() if isinstance(module, late.LateModule))))
"""
HELP = """
import importlib
import sys
from skillhall.deploy.verbs.tree import VERBS, tree
said = {command.name: command.help for command in tree("").registered_commands}
print(sorted(name for name in sys.modules if name.startswith("skillhall.")))
for verb, place in VERBS.items():
    module, _, attribute = place.partition(":")
    found = getattr(importlib.import_module(f"skillhall.deploy.verbs.{module}"), attribute)
    about = found.info.help if hasattr(found, "info") else found.__doc__
    assert said.pop(verb) == about.strip(), verb
assert not said
"""
TOUCHED = """
from concurrent.futures import ThreadPoolExecutor
from skillhall.deploy import late
late.install()
import icalendar
assert isinstance(icalendar, late.LateModule)
import icalendar
with ThreadPoolExecutor(16) as threads:
    seen = set(threads.map(lambda _: icalendar.Event, range(64)))
assert len(seen) == 1 and not isinstance(icalendar, late.LateModule)
try:
    icalendar.nothing
except AttributeError as error:
    print(error)
"""


def printed(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_server_that_starts_has_loaded_nothing_that_waits() -> None:
    loaded, waiting = printed(SERVER)
    assert loaded == "[]"
    assert {"icalendar", "obstore", "skillhall.deploy.demo"} <= set(json.loads(waiting))


def test_help_reads_what_verbs_are_for_and_loads_none() -> None:
    (loaded,) = printed(HELP)
    assert loaded == "['skillhall.deploy', 'skillhall.deploy.verbs', 'skillhall.deploy.verbs.tree']"


def test_sixteen_threads_load_it_once() -> None:
    (said,) = printed(TOUCHED)
    assert "nothing" in said
