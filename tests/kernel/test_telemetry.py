"""Logs in one shape, and figures summed over several processes."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from uuid import UUID

import pytest
import structlog

from skillhall.kernel.config import Config
from skillhall.kernel.telemetry import Metrics, configure_logging


@pytest.fixture
def out() -> Generator[io.StringIO]:
    """What is logged during a test; logging is as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_name_level_time_and_request(out: io.StringIO) -> None:
    configure_logging(Config(), out)
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("skillhall.test").info("booked", session_id=UUID(int=1), seats=2)
    (line,) = lines(out)
    at = line.pop("at")
    assert str(at).endswith("Z")
    assert line == {
        "event": "booked", "level": "info", "logger": "skillhall.test", "request_id": "r-1", "session_id": str(UUID(int=1)), "seats": 2,
    }  # fmt: skip


def test_libraries_speak_the_same_way(out: io.StringIO) -> None:
    configure_logging(Config(), out)
    structlog.contextvars.bind_contextvars(request_id="r-2")
    logging.getLogger("some.library").warning("it is %s", "late")
    logging.getLogger("some.library").debug("not this")
    (line,) = lines(out)
    assert (line["event"], line["level"], line["logger"], line["request_id"]) == ("it is late", "warning", "some.library", "r-2")


def test_secrets_and_levels(out: io.StringIO) -> None:
    configure_logging(Config(log_level="warning"), out)
    log = structlog.get_logger("skillhall.test")
    log.info("too quiet")
    log.error("signed_in", password="hunter22", token="abc", account="1")
    (line,) = lines(out)
    assert (line["password"], line["token"], line["account"]) == ("***", "***", "1")


def broken(secret: str) -> None:
    raise ValueError(f"broken after {len(secret)} characters")


def test_a_failure_carries_its_trace_but_no_values_of_variables(out: io.StringIO) -> None:
    configure_logging(Config(), out)
    for log in (structlog.get_logger("ours"), logging.getLogger("theirs")):
        try:
            broken("do not print me")
        except ValueError:
            log.exception("failed")
    for line in lines(out):
        assert "ValueError: broken after" in str(line["exception"])
    assert out.getvalue().count("do not print me") == 2  # the line of source in each trace; a value would be there once more


def test_what_json_cannot_say_is_still_logged(out: io.StringIO) -> None:
    configure_logging(Config(), out)
    structlog.get_logger("x").info("odd", thing=object(), huge=2**200, bad="\ud800")
    (line,) = lines(out)
    assert "odd" in str(line["event"])


def test_text_for_people(out: io.StringIO) -> None:
    configure_logging(Config(log_format="text"), out)
    structlog.get_logger("x").info("booked", seats=2)
    logging.getLogger("y").warning("late")
    assert "booked" in out.getvalue()
    assert "seats=2" in out.getvalue()
    assert "late" in out.getvalue()
    assert "{" not in out.getvalue()


async def test_a_request_is_counted_and_timed() -> None:
    metrics = Metrics()
    for seconds in (0.002, 0.03):
        metrics.observe_request("GET", "/api/v1/sessions", 200, seconds)
    metrics.observe_request("GET", "/api/v1/sessions", 500, 9.0)
    text = (await metrics.exposition(None, ())).decode().splitlines()
    for line in (
        'skillhall_requests_total{method="GET",route="/api/v1/sessions",status="200"} 2.0',
        'skillhall_requests_total{method="GET",route="/api/v1/sessions",status="500"} 1.0',
        'skillhall_request_seconds_bucket{le="0.0025",method="GET",route="/api/v1/sessions"} 1.0',
        'skillhall_request_seconds_bucket{le="0.05",method="GET",route="/api/v1/sessions"} 2.0',
        'skillhall_request_seconds_bucket{le="+Inf",method="GET",route="/api/v1/sessions"} 3.0',
    ):
        assert line in text


WORKER = """
import asyncio, sys
from pathlib import Path
from skillhall.kernel.telemetry import Metrics
metrics = Metrics(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    metrics.observe_request("GET", "/x", 200, 0.01)
if sys.argv[2] == "5":
    print(asyncio.run(metrics.exposition(None, ())).decode())
"""


def test_several_workers_are_summed(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", WORKER, str(tmp_path), count], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for count in ("2", "3", "5")
    ]
    assert 'skillhall_requests_total{method="GET",route="/x",status="200"} 10.0' in said[-1].splitlines()
    assert 'skillhall_request_seconds_count{method="GET",route="/x"} 10.0' in said[-1].splitlines()
