"""`bootstrap.py` and the locks: installed for real from a package index of our own, with uv, with pip and with neither."""

import base64
import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
UV = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
ADDRESS = re.compile(r"https?:|file:|--(extra-)?index-url|--find-links|(^|\s)/\w", re.MULTILINE)


class Index(SimpleHTTPRequestHandler):
    """A package index: `/simple/<name>/` lists the wheels of a folder."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name in the library)
        """Say nothing."""


@dataclass
class Checkout:
    """A copy of the bootstrap in a folder of its own, with the index it installs from."""

    folder: Path
    index: Path
    url: str

    def wheel(self, name: str, version: str, files: dict[str, str] | None = None, tag: str = "py3-none-any") -> str:
        """Publish a wheel and return its line for a lock."""
        info = f"{name}-{version}.dist-info"
        content = files or {f"{name}.py": f"version = '{version}'\n"}
        content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        content[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
        hashes = {
            path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode() for path, text in content.items()
        }
        record = "".join(f"{path},sha256={hashes[path]},{len(text)}\n" for path, text in content.items()) + f"{info}/RECORD,,\n"
        with zipfile.ZipFile(memory := io.BytesIO(), "w") as archive:
            for path, text in {**content, f"{info}/RECORD": record}.items():
                archive.writestr(path, text)
        folder = self.index / "simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}-{version}-{tag}.whl").write_bytes(memory.getvalue())
        return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(memory.getvalue()).hexdigest()}\n"

    def lock(self, run: str, test: str = "", check: str = "") -> None:
        """Write the three locks, each with the ones before it."""
        (self.folder / "requirements.lock").write_text(run)
        (self.folder / "requirements-test.lock").write_text(run + test)
        (self.folder / "requirements-check.lock").write_text(run + test + check)

    def bootstrap(self, group: str, *, path: str = "/usr/bin:/bin", **environment: str) -> "subprocess.CompletedProcess[str]":
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
        settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": self.url, "UV_CACHE_DIR": str(self.index / "cache"), "PATH": path}
        command = [sys.executable, "bootstrap.py", group]
        return subprocess.run(
            command, cwd=self.folder, env=clean | settings | environment, capture_output=True, text=True, check=False, timeout=100
        )

    def version(self, module: str) -> str:
        """The version that is installed."""
        command = [".venv/bin/python", "-c", f"import {module}; print({module}.version)"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False).stdout.strip()

    @property
    def with_uv(self) -> str:
        """A path on which uv is found."""
        if UV is None:
            pytest.skip("needs uv")
        (self.index / "bin").mkdir(exist_ok=True)
        shutil.copy(UV, self.index / "bin" / "uv")
        return f"{self.index / 'bin'}:/usr/bin:/bin"

    @property
    def without_pip(self) -> str:
        """A folder for PYTHONPATH that hides pip and ensurepip, as a bare Debian lacks them."""
        for name in ("pip", "ensurepip"):
            (self.index / "bare" / name).mkdir(parents=True, exist_ok=True)
            (self.index / "bare" / name / "__init__.py").write_text("raise ImportError('not on this machine')\n")
        return str(self.index / "bare")


@pytest.fixture
def checkout(tmp_path: Path) -> Generator[Checkout]:
    folder = tmp_path / f"a folder with spaces {'x' * 120}"
    (folder / "src" / "skillhall" / "deploy").mkdir(parents=True)
    for name in ("bootstrap.py", "skillhall"):
        shutil.copy(ROOT / name, folder)
    (folder / "src" / "skillhall" / "deploy" / "cli.py").write_text("import sys\ndef main():\n    print(sys.argv[1:]); sys.exit(3)\n")
    (tmp_path / "index" / "simple").mkdir(parents=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Index, directory=str(tmp_path / "index"))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Checkout(folder, tmp_path / "index", f"http://127.0.0.1:{server.server_address[1]}/simple")
        server.shutdown()
        thread.join()


def test_installs_runs_and_then_has_nothing_to_do(checkout: Checkout) -> None:
    checkout.lock(checkout.wheel("hallrun", "1.0"), checkout.wheel("halltest", "1.0"))
    first = checkout.bootstrap("run", path=checkout.with_uv)
    assert first.returncode == 0, first.stderr
    assert [line.split(" …")[0].split(" with ")[0] for line in first.stdout.splitlines()] == [
        "making .venv",
        "installing requirements.lock",
    ]
    assert (checkout.version("hallrun"), checkout.version("halltest")) == ("1.0", "")
    ran = subprocess.run([checkout.folder / "skillhall", "up", "a b"], cwd="/", capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("['up', 'a b']\n", 3)
    again = checkout.bootstrap("run", path=checkout.with_uv, PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_installs_the_difference_when_the_lock_has_changed(checkout: Checkout) -> None:
    checkout.lock(checkout.wheel("hallrun", "1.0"), checkout.wheel("halltest", "1.0"))
    assert checkout.bootstrap("test", path=checkout.with_uv).returncode == 0
    assert checkout.bootstrap("run", path=checkout.with_uv).stdout == ""  # the wider group holds the narrower
    checkout.lock(checkout.wheel("hallrun", "1.1"), checkout.wheel("halltest", "1.0"))
    assert "installing requirements.lock" in checkout.bootstrap("run", path=checkout.with_uv).stdout
    assert (checkout.version("hallrun"), checkout.version("halltest")) == ("1.1", "1.0")
    assert "installing requirements-test.lock" in checkout.bootstrap("test", path=checkout.with_uv).stdout


def test_where_the_index_has_no_uv_pip_installs(checkout: Checkout) -> None:
    checkout.lock(checkout.wheel("hallrun", "1.0"))
    done = checkout.bootstrap("run")
    assert (done.returncode, "with pip" in done.stdout) == (0, True), done.stderr
    assert checkout.version("hallrun") == "1.0"


@pytest.mark.parametrize("installer", ["uv", pytest.param("pip", marks=pytest.mark.full)])
def test_a_package_with_another_hash_is_refused(checkout: Checkout, installer: str) -> None:
    line = checkout.wheel("hallrun", "1.0")
    checkout.lock(line)
    checkout.wheel("hallrun", "1.0", {"hallrun.py": "version = 'forged'\n"})
    done = checkout.bootstrap("run", path=checkout.with_uv if installer == "uv" else "/usr/bin:/bin")
    assert done.returncode == 1
    assert "hash" in done.stderr.lower()
    assert checkout.version("hallrun") == ""
    assert not (checkout.folder / ".venv" / "skillhall.stamp").exists()


STAND_IN = '#!/bin/sh\necho "$@" >> "$(dirname "$0")/uv.said"\n'


@pytest.mark.parametrize("is_bare", [False, True], ids=["with pip", "without"])
def test_where_no_uv_is_one_is_fetched(checkout: Checkout, is_bare: bool) -> None:
    line = uv_wheels(checkout)
    checkout.lock(checkout.wheel("hallrun", "1.0"), line)
    done = checkout.bootstrap("run", PYTHONPATH=checkout.without_pip if is_bare else "")
    assert done.returncode == 0, done.stderr
    assert "with uv" in done.stdout
    said = (checkout.folder / ".venv" / "bin" / "uv.said").read_text()
    assert (
        "pip install --python .venv/bin/python --require-hashes --only-binary :all: --no-binary http-ece --no-deps -r requirements.lock"
        in said
    )


def test_a_uv_with_another_hash_is_not_run(checkout: Checkout) -> None:
    line = uv_wheels(checkout)
    checkout.lock(checkout.wheel("hallrun", "1.0"), line)
    uv_wheels(checkout, "forged")
    done = checkout.bootstrap("run", PYTHONPATH=checkout.without_pip)
    assert done.returncode == 1
    assert "with a sha256 that requirements-test.lock pins" in done.stderr
    assert not (checkout.folder / ".venv" / "bin" / "uv").exists()


def uv_wheels(checkout: Checkout, more: str = "") -> str:
    """Publish a stand-in for uv that only writes down how it was called, for each platform."""
    lines = [
        checkout.wheel("uv", "9.9.9", {"uv-9.9.9.data/scripts/uv": STAND_IN + more, "machine": machine}, f"py3-none-{kind}_{machine}")
        for kind in ("manylinux_2_17", "musllinux_1_1", "macosx_11_0")
        for machine in ("x86_64", "aarch64", "arm64")
    ]
    return lines[0].split("\n")[0] + " \\\n".join(line.split("\\")[1].rstrip("\n") for line in lines) + "\n"


@pytest.mark.parametrize("installer", ["uv", pytest.param("pip", marks=pytest.mark.full), "neither"])
def test_no_index_is_one_sentence_and_exit_4(checkout: Checkout, installer: str) -> None:
    checkout.lock(checkout.wheel("hallrun", "1.0"), checkout.wheel("uv", "9.9.9"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/simple"
        path, bare = (checkout.with_uv if installer == "uv" else "/usr/bin:/bin"), checkout.without_pip if installer == "neither" else ""
        done = checkout.bootstrap("run", path=path, PYTHONPATH=bare, PIP_INDEX_URL=url)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"No package index can be reached at {url} (")


def test_an_older_python_says_what_it_found(checkout: Checkout) -> None:
    program = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('bootstrap.py')"
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Skillhall needs Python 3.11 or newer; {sys.executable} is 3.")
    assert not (checkout.folder / ".venv").exists()


def test_the_locks_hold_no_address_and_agree_with_each_other_and_the_project() -> None:
    pins: list[set[str]] = []
    for name in ("requirements.lock", "requirements-test.lock", "requirements-check.lock"):
        text = (ROOT / name).read_text()
        assert not ADDRESS.search(text), name
        entries = re.findall(r"^\S.*(?:\n +--hash=.*)+", text, re.MULTILINE)
        assert len(entries) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)), f"something in {name} has no hash"
        pins.append({entry.split(" ")[0] for entry in entries})
    assert pins[0] < pins[1] < pins[2]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"]], project["dependency-groups"]["test"], project["dependency-groups"]["check"]
    for names, pinned in zip(wanted, pins, strict=True):
        assert {re.split(r"[\[<>=]", name)[0] for name in names} <= {pin.split("==")[0] for pin in pinned}


@pytest.mark.parametrize("line", ["--index-url https://example.org/simple", "x @ file:///srv/x.whl", "--find-links /srv/wheels"])
def test_an_address_in_a_lock_would_be_seen(line: str) -> None:
    assert ADDRESS.search(f"a==1 \\\n    --hash=sha256:00\n{line}\n")


def test_bootstrap_is_small_and_needs_the_standard_library_alone() -> None:
    text = (ROOT / "bootstrap.py").read_text()
    assert text.count("\n") <= 80
    names = {name.strip().split(".")[0] for line in re.findall(r"^import (.+)$", text, re.MULTILINE) for name in line.split(",")}
    assert names | set(re.findall(r"^from (\w+)", text, re.MULTILINE)) <= sys.stdlib_module_names
