"""The gateway sends every endpoint to the processes that serve its context."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from skillhall.deploy.aliases import RENAMES
from skillhall.deploy.app import endpoints
from skillhall.deploy.contexts import NAMES
from skillhall.deploy.gateway import GatewayError, nginx, patterns
from skillhall.deploy.modules import ALL
from skillhall.kernel.http.edge import every_name
from skillhall.kernel.http.endpoint import Endpoint

APART = [f"{name}=10.0.0.{number}:8000" for number, name in enumerate(NAMES, 1)]
SERVED = [endpoint for endpoint in every_name(endpoints(ALL), RENAMES, sandbox=False) if endpoint.prefix]


def routes(text: str) -> list[tuple[str, str]]:
    """Return what the map says: pattern and upstream, in order."""
    return re.findall(r'^    "~(.+)" (\w+);$', text, re.MULTILINE)


def chosen(text: str, method: str, path: str) -> str:
    """Return the upstream nginx chooses: the first pattern that matches."""
    return next((upstream for pattern, upstream in routes(text) if re.search(pattern, f"{method} {path}")), "skillhall_kernel")


@pytest.mark.parametrize("short", [True, False])
def test_each_endpoint_reaches_its_context(short: bool) -> None:
    text = nginx(ALL, APART)
    assert len(SERVED) > 80
    for endpoint in SERVED:
        path = re.sub(r"\{\w+\}", "0192f0c5-2f7b-7e55-bd2c-9a4f0f1d3f11", endpoint.route)
        path = path.replace("/api/v1/", "/api/") if short else f"{path}/"
        assert chosen(text, endpoint.method, path) == f"skillhall_{endpoint.context}", path
        if endpoint.is_read:
            assert chosen(text, "HEAD", path) == f"skillhall_{endpoint.context}", path


def test_what_is_nobodys_own_goes_to_any_process() -> None:
    text = nginx(ALL, APART)
    for path in ("/health", "/api/docs", "/api/openapi.json", "/api/v1/no-such-thing"):
        assert chosen(text, "GET", path) == "skillhall_kernel"
    kernel = text.split("upstream skillhall_kernel {")[1].split("}")[0]
    assert kernel.count("server ") == len(NAMES)


def test_live_connections_stay_with_one_process() -> None:
    text = nginx(ALL, APART)
    live = text.split("upstream skillhall_live {")[1].split("}")[0]
    assert live.count("server ") == len(NAMES)
    assert "ip_hash;" in live
    place = text.split("location ~ ^/(socket\\.io|notifications-socket)/ {")[1].split("}")[0]
    assert "http://skillhall_live;" in place
    assert "proxy_set_header Upgrade $http_upgrade;" in place
    stream = text.split("location ~ ^/api/(v1/)?stream$ {")[1].split("}")[0]
    assert "proxy_buffering off;" in stream


def test_one_path_may_belong_to_two_contexts_by_its_method() -> None:
    first, second = (endpoint for endpoint in SERVED if endpoint.route in {"/api/v1/wallet", "/api/v1/auth/me"} and endpoint.is_read)
    there: Endpoint = msgspec.structs.replace(second, method="PUT", path=first.path, params=first.params)
    modules = tuple(
        msgspec.structs.replace(module, endpoints=tuple(one for one in (first, there) if one.context == module.name)) for module in ALL
    )
    for method, owner in (("GET", first), ("HEAD", first), ("PUT", there)):
        (found,) = [context for pattern, context in patterns(modules) if re.search(pattern, f"{method} {first.route}")]
        assert found == owner.context


def test_each_context_has_its_servers() -> None:
    both = ",".join(NAMES)
    text = nginx(ALL, [f"{both}=127.0.0.1:8001", "skills=[::1]:8002"])
    for name in NAMES:
        block = re.findall(rf"upstream skillhall_{name} {{\n(.*?)}}", text, re.DOTALL)
        assert block[0].count("server ") == (2 if name == "skills" else 1)
    for _pattern, upstream in routes(text):
        assert f"upstream {upstream} {{" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    ("upstreams", "says"),
    [(["skills"], "is not contexts=host:port"), (["nothing=a:1"], "No context is called nothing"), (["skills=a:1"], "Nobody serves")],
)
def test_upstreams_that_make_no_gateway(upstreams: list[str], says: str) -> None:
    with pytest.raises(GatewayError, match=says):
        nginx(ALL, upstreams)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_takes_it(tmp_path: Path) -> None:
    (tmp_path / "hall.conf").write_text(nginx(ALL, APART).replace("listen 80;", "listen 127.0.0.1:18080;"))
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{ include {tmp_path}/hall.conf; }}\n")
    done = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
