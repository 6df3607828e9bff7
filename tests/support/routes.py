"""Which endpoint a request reaches: for the router of split halls, and for the documents about what a run proved."""

import functools
import re

from skillhall.deploy.aliases import RENAMES
from skillhall.deploy.app import endpoints
from skillhall.deploy.modules import ALL
from skillhall.kernel.http.edge import documentation, every_name
from skillhall.kernel.http.endpoint import Endpoint

SHORT = re.compile(r"^/api/(?!v\d+/|docs|openapi)")


@functools.cache
def served() -> tuple[Endpoint, ...]:
    """Return every endpoint of sandbox mode, second names and the documents' own included."""
    named = every_name(endpoints(ALL), RENAMES, sandbox=True)
    return (*named, *documentation(named, ""))


@functools.cache
def _shapes() -> tuple[tuple[Endpoint, re.Pattern[str]], ...]:
    return tuple((endpoint, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(endpoint.route)))) for endpoint in served())


def reached(method: str, path: str) -> Endpoint | None:
    """Return the endpoint a request reaches: a static segment wins over a parameter."""
    path = SHORT.sub("/api/v1/", path)
    found = [endpoint for endpoint, shape in _shapes() if endpoint.method == method and shape.fullmatch(path)]
    return min(found, key=lambda endpoint: endpoint.route.count("{"), default=None)
