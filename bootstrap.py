"""Make ./.venv and install a lock into it, with the standard library alone: `python3 bootstrap.py run|test|check`.

Installs with uv: the one on the path, else one fetched from the configured index, whose sha256 the lock pins; else with pip.
A second run does nothing. Exit 1: this Python or a package will not do. Exit 4: no package index can be reached.
"""

import fcntl, hashlib, io, os, platform, re, shutil, ssl, subprocess, sys, tempfile, time, zipfile
from pathlib import Path
from urllib import error, parse, request

LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock", "check": "requirements-check.lock"}  # each holds the one before
PYTHON, COMMAND, STAMP, UV = map(Path, (".venv/bin/python", ".venv/bin/skillhall", ".venv/skillhall.stamp", ".venv/bin/uv"))
SCRIPT = """#!/bin/sh\n'''exec' "$(dirname -- "$0")/python" "$0" "$@"\n' '''\nfrom skillhall.deploy.cli import main\n\nmain()\n"""
CHOSEN = next(filter(None, map(os.environ.get, ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"))), "")
INDEX, MORE = (CHOSEN or "https://pypi.org/simple").rstrip("/"), {"UV_SYSTEM_CERTS": "1"} | ({"UV_DEFAULT_INDEX": CHOSEN} if CHOSEN else {})


def fetch(url, *, must=False):
    try:
        with request.urlopen(url, timeout=30, context=ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))) as answer:
            return answer.url, answer.read()
    except error.HTTPError as refusal:
        return url, str(refusal).encode()  # somebody is there
    except OSError as why:
        says = f"No package index can be reached at {INDEX} ({why}): go online, or set PIP_INDEX_URL to one in reach."
        must and sys.exit(print(says, file=sys.stderr) or 4)
        return url, b""


def step(says, *command):
    begin, again = time.monotonic(), f"\r{says} …" if sys.stdout.isatty() else ""
    print(f"{says} …", end="", flush=True)
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        running = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | MORE)
        while running.poll() is None:
            print(again and f"{again} {time.monotonic() - begin:.0f} s", end="", flush=True)
            time.sleep(0.05)
        print(f"{again} {'failed' if running.returncode else 'done'} after {time.monotonic() - begin:.1f} s", flush=True)
        if running.returncode:
            fetch(f"{INDEX}/uv/", must=True)  # ends here if it is the index that is missing
            output.seek(0)
            sys.exit(output.read()[-3000:])


def has(*command):
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True).returncode == 0


def fetch_uv():  # several times as fast as pip
    pin = re.search(r"^uv==(\S+)[^\n]*((?:\n +--hash=.*)+)", Path(LOCKS["test"]).read_text(), re.MULTILINE)
    kind = "macosx" if sys.platform == "darwin" else "manylinux" if platform.libc_ver()[0] else "musllinux"
    page, links = fetch(f"{INDEX}/uv/")
    fits = pin and re.findall(rf'href="([^"#]*uv-{pin[1]}-py3-none-[^"#]*{kind}[^"#]*{platform.machine()}\.whl)', links.decode())
    if fits and hashlib.sha256(wheel := fetch(parse.urljoin(page, fits[0]))[1]).hexdigest() in pin[2]:
        UV.write_bytes(zipfile.ZipFile(io.BytesIO(wheel)).read(f"uv-{pin[1]}.data/scripts/uv"))
        UV.chmod(0o755)
    return has(UV, "--version")


if sys.version_info < (3, 11):
    sys.exit(f"Skillhall needs Python 3.11 or newer; {sys.executable} is {platform.python_version()}. Try: make run PYTHON=python3.12")
os.chdir(Path(__file__).resolve().parent)
fcntl.flock(os.open("bootstrap.py", os.O_RDONLY), fcntl.LOCK_EX)  # two makes at once
stamps = [f"{group} {hashlib.sha256(Path(lock).read_bytes()).hexdigest()}" for group, lock in LOCKS.items()][[*LOCKS].index(sys.argv[1]) :]
if not PYTHON.exists():
    step(f"making .venv with Python {platform.python_version()}", sys.executable, "-m", "venv", "--clear", "--without-pip", ".venv")
elif STAMP.exists() and STAMP.read_text() in stamps:
    sys.exit()
uv = shutil.which("uv") or str(UV)
pip = not has(uv, "--version") and not fetch_uv()
if pip and not has(PYTHON, "-m", "pip", "--version") and not has(PYTHON, "-m", "ensurepip"):
    fetch(f"{INDEX}/uv/", must=True)
    sys.exit(f"{INDEX} has no uv for {platform.machine()} with a sha256 that {LOCKS['test']} pins: install pip.")
command = [PYTHON, "-m", "pip", "install", "--retries", "1"] if pip else [uv, "pip", "install", "--python", PYTHON]
command += ["--require-hashes", "--only-binary", ":all:", "--no-binary", "http-ece", "--no-deps", "-r", LOCKS[sys.argv[1]]]
step(f"installing {command[-1]} with {'pip' if pip else 'uv'}", *command)
Path(site := next(Path(".venv/lib").glob("python3*/site-packages")), "skillhall.pth").write_text(os.path.relpath("src", site))
COMMAND.write_text(SCRIPT)
COMMAND.chmod(0o755)
STAMP.write_text(stamps[0])
