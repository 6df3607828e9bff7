"""Reading the configuration of a process; the secret a sandbox makes for itself; the lock of a running hall; its ports."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skillhall.deploy.lock import NAME, AlreadyRunsError, Running, only_one, running_hall
from skillhall.deploy.ports import CannotListenError, PortTakenError, listen
from skillhall.deploy.settings import configure, is_loopback, sandbox_secret
from skillhall.kernel.config import Config, ConfigError
from tests.support.services import free_port


def test_a_sandbox_makes_its_secret_once(tmp_path: Path) -> None:
    first = configure({"SKILLHALL_MODE": "sandbox", "SKILLHALL_DATA": str(tmp_path / "data")})
    assert len(first.secret) > 40
    assert configure({"SKILLHALL_MODE": "sandbox", "SKILLHALL_DATA": str(tmp_path / "data")}).secret == first.secret
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert configure({"SKILLHALL_DATA": str(tmp_path / "other")}).secret == ""
    assert not (tmp_path / "other").exists()


def test_of_many_makers_one_decides(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as many:
        assert len(set(many.map(sandbox_secret, [tmp_path] * 64))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("environment", "given", "port"),
    [
        ({}, None, 8000),
        ({"PORT": "8001"}, None, 8001),
        ({"PORT": "8001", "SKILLHALL_PORT": "8002"}, None, 8002),
        ({"PORT": "8001", "SKILLHALL_PORT": "8002"}, 8003, 8003),
    ],
)
def test_whose_port_counts(environment: dict[str, str], given: int | None, port: int) -> None:
    assert configure(environment, port=given).port == port


@pytest.mark.parametrize(
    ("environment", "given"), [({"PORT": "http"}, None), ({"PORT": "0"}, None), ({"SKILLHALL_PORT": "70000"}, None), ({}, 70000)]
)
def test_what_is_no_port(environment: dict[str, str], given: int | None) -> None:
    with pytest.raises(ConfigError, match="PORT"):
        configure(environment, port=given)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.9", True), ("[::1]", True), ("192.0.2.1", False), ("::", False), ("hall.example", False)],
)
def test_what_only_this_machine_reaches(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_running_hall_says_where_it_serves(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data", mode="sandbox", port=8123)
    assert running_hall(config) is None
    with only_one(config, os.getpid()):
        assert running_hall(config) == Running(os.getpid(), 8123, "sandbox")
        with pytest.raises(AlreadyRunsError) as refused, only_one(config, 1):
            pass
        assert refused.value.running == Running(os.getpid(), 8123, "sandbox")
    assert running_hall(config) is None
    (config.data / NAME).write_text("what a kill left")
    assert running_hall(config) is None


def test_localhost_means_both_loopback_addresses() -> None:
    port = free_port()
    sockets = listen(Config(port=port))
    try:
        assert {made.getsockname()[0] for made in sockets} == {"127.0.0.1", "::1"}
    finally:
        for made in sockets:
            made.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_port_taken_on_either_address_is_taken(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError) as refused:
            listen(Config(port=port))
        assert f"(pid {os.getpid()})" in refused.value.holder
        for made in listen(Config(port=refused.value.free)):
            made.close()


def test_an_address_of_somebody_else() -> None:
    with pytest.raises(CannotListenError, match=r"192\.0\.2\.1"):
        listen(Config(host="192.0.2.1", port=free_port()))
