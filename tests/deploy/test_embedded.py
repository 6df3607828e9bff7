"""The embedded PostgreSQL, against its real binaries: what it promises as a user, in a user namespace and as nobody."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from skillhall.deploy import embedded, embedded_place
from skillhall.deploy.embedded import CannotStart

SYSTEM = Path("/usr/lib/postgresql/15/bin")
DAEMON = 1  # an account that every system has
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="shows what happens as root")
as_linux = pytest.mark.skipif(sys.platform != "linux", reason="shows what Linux promises")


@pytest.fixture
def empty() -> Generator[Path]:
    """A state folder to be made, where anybody may pass through, as a plain checkout has it."""
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "state"


@pytest.fixture(scope="module")
def cluster() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        embedded.start(Path(folder) / "state").stop()
        yield Path(folder) / "state" / "cluster"


@pytest.fixture
def state(empty: Path, cluster: Path) -> Path:
    """A state folder whose cluster was made before."""
    empty.mkdir()
    shutil.copytree(cluster, empty / "cluster", symlinks=True)
    return empty


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="hall-elsewhere-") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(embedded_place, "ELSEWHERE", Path(folder) / "skillhall")
        yield Path(folder) / "skillhall"


async def value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def postmaster(server: embedded.Server) -> int:
    return int((server.place.data / "postmaster.pid").read_text().split()[0])


def ends(pid: int) -> bool:
    return eventually(
        lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    )


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            if holds():
                return True
        time.sleep(0.02)
    return False


@contextmanager
def another_process(state: Path, then: str = "sys.stdin.read(); server.stop()") -> Generator["subprocess.Popen[str]"]:
    """A process that starts the server, says its DSN and goes on with `then`."""
    program = (
        "import sys, pathlib\nfrom skillhall.deploy import embedded\n"
        f"server = embedded.start(pathlib.Path(sys.argv[1]))\nprint(server.dsn, flush=True)\n{then}\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("postgresql://")
        try:
            yield process
        finally:
            process.kill()


async def test_first_start_makes_the_database_and_the_next_one_keeps_it(empty: Path) -> None:
    with embedded.start(empty) as server:
        assert not server.adopted
        assert await value(server.dsn, "SELECT current_database() || ' ' || current_user") == "skillhall app"
        assert await value(server.dsn, "SELECT datctype FROM pg_database WHERE datname = 'skillhall'") in {"C.UTF-8", "en_US.UTF-8"}
        await value(server.dsn, "CREATE TABLE kept AS SELECT 7 AS number")
        assert await value(server.dsn, "SHOW jit") == "off"
        assert await value(server.dsn, "SHOW max_connections") == "120"
        assert await value(server.dsn, "SHOW listen_addresses") == ""
        assert await value(server.dsn, "SHOW data_checksums") == "on"
        assert await value(server.dsn, "SHOW shared_preload_libraries") == "pg_stat_statements"
    with embedded.start(empty, settings={"max_connections": "30"}) as server:
        assert await value(server.dsn, "SELECT number FROM kept") == 7
        assert await value(server.dsn, "SHOW max_connections") == "30"


async def test_the_extensions_we_need_are_there(state: Path) -> None:
    with embedded.start(state) as server:
        for name in ("pg_trgm", "unaccent", "citext", "btree_gist", "pg_stat_statements"):
            await value(server.dsn, f"CREATE EXTENSION {name}")
        assert await value(server.dsn, "SELECT similarity('Grüße', 'grüße')") == 1


async def test_others_share_the_running_server_and_never_start_a_second(state: Path) -> None:
    assert embedded.find(state) is None
    with another_process(state) as owner:
        found, started = embedded.find(state), embedded.start(state)
        assert found
        assert found.adopted
        assert started.adopted
        assert found.where()["started by"] == "another process"
        assert await value(found.dsn, "SELECT 1") == 1
        pid = postmaster(started)
        started.stop()
        found.stop()
        assert await value(found.dsn, "SELECT 2") == 2  # letting go ends nothing
        owner.communicate()
        assert ends(pid)
    assert embedded.find(state) is None


@pytest.mark.full
async def test_six_at_once_make_one_server(empty: Path) -> None:
    program = (
        "import sys, pathlib\nfrom skillhall.deploy import embedded\nwith embedded.start(pathlib.Path(sys.argv[1])) as server:\n"
        " print((server.place.data / 'postmaster.pid').read_text().split()[0], server.adopted, flush=True)\n sys.stdin.read()\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", program, str(empty)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(6)]
    said = [process.stdout.readline().split() for process in processes if process.stdout]
    assert len({pid for pid, _ in said}) == 1
    assert sorted(adopted for _, adopted in said) == ["False"] + ["True"] * 5
    for process in processes:
        process.communicate()
        assert process.returncode == 0


async def test_who_does_not_share_waits_until_the_other_has_ended(state: Path) -> None:
    with another_process(state, "import time; time.sleep(0.5); server.stop()"), embedded.start(state, adopt=False) as server:
        assert not server.adopted
        assert await value(server.dsn, "SELECT 1") == 1


@pytest.mark.full
async def test_an_owner_that_lingers_waits_for_those_who_share(state: Path) -> None:
    with another_process(state, "sys.stdin.readline(); server.stop(linger=60); print('stopped', flush=True)") as owner:
        shared = embedded.find(state)
        assert shared
        assert owner.stdin
        assert owner.stdout
        owner.stdin.write("stop\n")
        owner.stdin.flush()
        assert await value(shared.dsn, "SELECT pg_sleep(0.3) IS NULL") is False
        shared.stop()
        assert owner.stdout.readline() == "stopped\n"


@as_linux
async def test_the_server_ends_with_a_killed_supervisor(state: Path) -> None:
    with another_process(state) as owner:
        found = embedded.find(state)
        assert found
        await value(found.dsn, "CREATE TABLE kept AS SELECT 1 AS number")
        pid = postmaster(found)
        found.stop()
        owner.kill()
        assert ends(pid)
        with embedded.start(state) as server:
            assert await value(server.dsn, "SELECT number FROM kept") == 1


@pytest.mark.full
async def test_a_start_right_after_a_killed_supervisor_outlives_the_orphan(state: Path) -> None:
    for _ in range(3):
        with another_process(state) as owner:
            owner.kill()
            owner.wait()
            with embedded.start(state) as server:
                assert not server.adopted
                assert await value(server.dsn, "SELECT 1") == 1


async def test_committed_rows_survive_a_killed_postmaster(state: Path) -> None:
    with embedded.start(state) as server:
        await value(server.dsn, "CREATE TABLE kept (number int)")
        for number in range(3):
            await value(server.dsn, f"INSERT INTO kept VALUES ({number})")
            pid = postmaster(server)
            os.kill(pid, signal.SIGKILL)
            assert ends(pid)
            assert embedded.find(state) is None
            server.stop()
            server = embedded.start(state)  # noqa: PLW2901  (the one that runs now)
        assert await value(server.dsn, "SELECT count(*) FROM kept") == 3
        server.stop()


async def test_a_pid_file_that_names_a_living_stranger_is_not_believed(state: Path) -> None:
    with embedded.start(state) as server:
        pid_file = server.place.data / "postmaster.pid"
        text = pid_file.read_text()
        os.kill(postmaster(server), signal.SIGKILL)
    _, *rest = text.splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *rest, ""]))
    assert embedded.find(state) is None
    with embedded.start(state) as server:
        assert not server.adopted
        assert await value(server.dsn, "SELECT 1") == 1


@pytest.mark.parametrize("left", ["", "\0" * 80], ids=["empty", "zeros"])
@pytest.mark.full
async def test_a_pid_file_that_a_power_cut_spoiled_is_in_nobodys_way(state: Path, left: str) -> None:
    (state / "cluster" / "postmaster.pid").write_text(left)
    with embedded.start(state) as server:
        assert await value(server.dsn, "SELECT 1") == 1


@pytest.mark.full
async def test_an_initdb_that_was_killed_leaves_nothing_that_counts(empty: Path) -> None:
    half = empty / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (half / "base").mkdir()
    with embedded.start(empty) as server:
        assert await value(server.dsn, "SELECT 1") == 1
    assert not half.exists()


async def test_a_data_folder_of_another_major_version_is_refused_with_a_sentence(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with embedded.start(state) as server:
        version = server.place.data / "PG_VERSION"
    made = version.read_text()
    version.write_text("13\n")
    with pytest.raises(CannotStart, match=r"was made by PostgreSQL 13 and the binaries are \d+"):
        embedded.start(state)
    version.write_text(made)
    with embedded.start(state) as server:
        assert await value(server.dsn, "SELECT 1") == 1
    monkeypatch.setenv("SKILLHALL_POSTGRES_BIN", str(state))
    with pytest.raises(CannotStart, match="no PostgreSQL server in"):
        embedded.start(state)


@pytest.mark.skipif(not SYSTEM.exists(), reason="needs PostgreSQL 15 of the system")
@pytest.mark.full
async def test_system_binaries_are_used_when_they_are_named(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLHALL_POSTGRES_BIN", str(SYSTEM))
    with embedded.start(empty) as server:
        assert server.binaries == SYSTEM
        assert str(await value(server.dsn, "SHOW server_version")).startswith("15.")


@pytest.mark.parametrize("name", ["a folder with spaces", "x" * 120, "comma,quote'ü&%"], ids=["space", "long", "odd"])
@pytest.mark.full
async def test_any_path_will_do(empty: Path, name: str) -> None:
    with embedded.start(empty / name) as server:
        assert await value(server.dsn, "SELECT 1") == 1
        found = embedded.find(empty / name)
        assert found
        assert await value(found.dsn, "SELECT 1") == 1
        found.stop()
        assert stat.S_IMODE(server.place.sockets.stat().st_mode) == 0o700
        sockets = server.place.sockets
    assert not sockets.exists()


async def test_a_socket_folder_that_others_may_enter_is_refused(state: Path) -> None:
    (state / "run").mkdir(mode=0o755)
    (state / "run").chmod(0o755)
    with pytest.raises(CannotStart, match="is not private to us"):
        embedded.start(state)
    (state / "run").rmdir()
    (state / "run").symlink_to(state.parent)
    with pytest.raises(CannotStart, match="is not private to us"):
        embedded.start(state)


async def test_nobody_removes_a_running_database(state: Path) -> None:
    with embedded.start(state) as server:
        with pytest.raises(CannotStart, match="is running"):
            embedded.remove(state)
        assert await value(server.dsn, "SELECT 1") == 1
    embedded.remove(state)
    assert not server.place.data.exists()


async def test_only_the_main_thread_may_start_it(state: Path) -> None:
    said: list[BaseException] = []

    def start() -> None:
        try:
            embedded.start(state)
        except RuntimeError as error:
            said.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(said[0])


async def test_what_the_server_says_when_it_cannot_start_is_passed_on(state: Path) -> None:
    with pytest.raises(CannotStart, match=r"PostgreSQL did not start: .*max_connections"):
        embedded.start(state, settings={"max_connections": "many"})
    with embedded.start(state) as server:  # and the folder is not spoiled
        assert await value(server.dsn, "SELECT 1") == 1


async def test_our_environment_stays_ours(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("SKILLHALL_SECRET", "not for the server")
    with embedded.start(state) as server:
        assert await value(server.dsn, "SHOW port") == "5432"
        if sys.platform == "linux":
            assert b"not for the server" not in Path(f"/proc/{postmaster(server)}/environ").read_bytes()


@as_root
@pytest.mark.full
async def test_as_root_a_user_namespace_keeps_the_files_ours(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKILLHALL_NO_USERNS", raising=False)
    home = empty / "home"
    home.mkdir(parents=True, mode=0o700)
    with embedded.start(home / "hall") as server:
        if server.mode != "userns":
            pytest.skip("this kernel refuses user namespaces")
        assert await value(server.dsn, "SELECT 1") == 1
        assert server.place.data == home / "hall" / "cluster"
        assert server.place.data.stat().st_uid == 0
        assert "user namespace" in server.where()["mode"]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@as_root
async def test_without_namespaces_nobody_serves_what_it_can_reach(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLHALL_NO_USERNS", "1")
    with embedded.start(state) as server:
        assert server.mode == "setuid"
        assert server.place.data == state / "cluster"
        assert Path(f"/proc/{postmaster(server)}").stat().st_uid == server.place.uid != 0
        assert await value(server.dsn, "SELECT 1") == 1


@as_root
@pytest.mark.full
async def test_without_namespaces_in_a_closed_home_data_and_binaries_live_elsewhere(
    empty: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLHALL_NO_USERNS", "1")
    home = empty / "home"
    home.mkdir(parents=True, mode=0o700)
    package = embedded_place.binaries().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, home / folder.name, symlinks=True)
    monkeypatch.setenv("SKILLHALL_POSTGRES_BIN", str(home / package.name / "pginstall" / "bin"))
    places: set[embedded_place.Place] = set()
    for _ in range(2):
        with embedded.start(home / "hall") as server:
            places.add(server.place)
            assert server.mode == "setuid"
            assert elsewhere in server.place.data.parents
            assert elsewhere in server.binaries.parents
            assert await value(server.dsn, "CREATE TABLE IF NOT EXISTS kept AS SELECT 1") is None
            assert await value(server.dsn, "SELECT count(*) FROM kept") == 1
            where = server.where()
            assert where["data"] == str(server.place.data)
            assert where["binaries"] == str(server.binaries)
            assert where["mode"].startswith(f"setuid: as uid {server.place.uid}")
            found = embedded.find(home / "hall")
            assert found
            assert found.place == server.place
            found.stop()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    embedded.remove(home / "hall")
    (place,) = places
    assert not place.data.exists()


@as_root
@pytest.mark.full
async def test_data_made_in_a_namespace_moves_along_when_namespaces_go_and_come(
    empty: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty / "home"
    home.mkdir(parents=True, mode=0o700)
    monkeypatch.delenv("SKILLHALL_NO_USERNS", raising=False)
    with embedded.start(home / "hall") as server:
        if server.mode != "userns":
            pytest.skip("this kernel refuses user namespaces")
        await value(server.dsn, "CREATE TABLE kept AS SELECT 1 AS number")
    monkeypatch.setenv("SKILLHALL_NO_USERNS", "1")
    with embedded.start(home / "hall") as server:
        assert elsewhere in server.place.data.parents
        assert await value(server.dsn, "SELECT number FROM kept") == 1
    assert not (home / "hall" / "cluster").exists()
    monkeypatch.delenv("SKILLHALL_NO_USERNS")
    with embedded.start(home / "hall") as server:
        assert await value(server.dsn, "SELECT number FROM kept") == 1


@as_root
@pytest.mark.full
async def test_as_root_the_owner_of_the_data_serves_it(empty: Path) -> None:
    empty.mkdir()
    os.chown(empty, DAEMON, DAEMON)
    with embedded.start(empty) as server:
        assert (server.mode, server.place.uid) == ("setuid", DAEMON)
        assert await value(server.dsn, "SELECT 1") == 1
        assert server.place.data.stat().st_uid == DAEMON


@as_root
@pytest.mark.parametrize(("uid", "mode"), [(DAEMON, "user"), (12345, "userns")], ids=["with an account", "without"])
async def test_a_plain_user_starts_it_without_any_privilege(empty: Path, uid: int, mode: str) -> None:
    empty.mkdir()
    os.chown(empty, uid, uid)
    program = (
        "import sys, pathlib\nsys.path.insert(0, sys.argv[2])\nfrom skillhall.deploy import embedded\n"
        "with embedded.start(pathlib.Path(sys.argv[1])) as server:\n print(server.mode)\n"
    )
    closed = Path(sys.executable).resolve().is_relative_to("/root")
    command = ["/usr/bin/python3" if closed else sys.executable, "-c", program, str(empty), str(ROOT / "src")]
    environment = os.environ | {"SKILLHALL_POSTGRES_BIN": str(embedded_place.binaries())}
    ended = subprocess.run(
        command, user=uid, group=uid, extra_groups=[], cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    if "No module named 'skillhall'" in ended.stderr:
        pytest.skip("this checkout lies in a closed home")
    assert ended.stdout == f"{mode}\n", ended.stderr


def test_the_socket_is_the_only_way_in(state: Path) -> None:
    with embedded.start(state) as server:
        host_lines = [line for line in (server.place.data / "pg_hba.conf").read_text().splitlines() if line.startswith("host")]
        assert host_lines
        assert all(line.endswith("reject") for line in host_lines)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(server.place.sockets / ".s.PGSQL.5432"))
