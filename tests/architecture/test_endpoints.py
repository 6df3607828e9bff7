"""One endpoint per method and shape, stable names, refusals named, and every documented path answered."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import pytest
from msgspec import Meta, Struct

from skillhall.deploy.aliases import RENAMES
from skillhall.deploy.app import endpoints
from skillhall.deploy.documented import documented
from skillhall.deploy.modules import ALL
from skillhall.kernel.http import Endpoint, Key
from skillhall.kernel.http.edge import every_name
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Body, ListQuery
from tests.architecture.source import ROOT

SERVED = every_name(endpoints(ALL), RENAMES, sandbox=True)
COPY = ROOT / "tests" / "data" / "documented_endpoints.tsv"
BUILT = {
    "identity", "profiles", "ledger", "calendar", "connections", "skills", "payments", "billing", "learning", "gigs", "disputes",
    "reviews", "messaging", "notifications", "kernel",
}  # fmt: skip


def shape(path: str) -> str:
    """Return a path with its parameters nameless."""
    return re.sub(r"\{\w+\}|:\w+", "{}", path)


def repeated(served: tuple[Endpoint, ...]) -> list[str]:
    """Return what two endpoints share: method and shape, or a name."""
    routes = [f"{endpoint.method} {shape(endpoint.route)}" for endpoint in served]
    names = [endpoint.operation_id for endpoint in served]
    return [text for text in [*routes, *names] if [*routes, *names].count(text) > 1]


def test_no_two_endpoints_share_method_and_shape_or_name() -> None:
    assert repeated(SERVED) == []
    assert repeated((*SERVED, SERVED[0])) != []


def test_every_second_name_leads_somewhere() -> None:
    canonical = {(endpoint.method, re.sub(r"\{(\w+):\w+\}", r"{\1}", endpoint.path)) for endpoint in endpoints(ALL)}
    contexts = re.compile(r"^/(payments|notifications)")
    assert [target for target in RENAMES.values() if target not in canonical and not contexts.match(target[1])] == []


def unsaid(taken: Iterable[type[Struct]]) -> list[str]:
    """Return the fields with a pattern that nothing says in words: people would be shown the expression."""
    fields = [(struct, field) for struct in taken for field in msgspec.structs.fields(struct)]
    return [
        f"{struct.__qualname__}.{field.name}" for struct, field in fields
        if any(meta.pattern and not meta.description for meta in metas(field.type))
    ]  # fmt: skip


def metas(annotation: object) -> Iterator[Meta]:
    """Yield every constraint inside a type."""
    yield from (one for one in getattr(annotation, "__metadata__", ()) if isinstance(one, Meta))
    for inside in (getattr(annotation, "__origin__", None), *get_args(annotation)):
        yield from metas(inside) if inside is not None else ()


def below(struct: type[Struct]) -> Iterator[type[Struct]]:
    """Yield what is derived from a Struct."""
    for one in struct.__subclasses__():
        yield one
        yield from below(one)


def test_every_pattern_says_in_words_what_it_wants() -> None:
    class Colour(Struct):
        code: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")] | None = None

    ours = [struct for kind in (Body, ListQuery) for struct in below(kind) if struct.__module__.startswith("skillhall.")]
    assert len(ours) > 100
    assert unsaid([*ours, Money]) == []
    assert [name.rpartition(".<locals>.")[2] for name in unsaid([Colour])] == ["Colour.code"]


@pytest.mark.parametrize("row", documented(), ids=lambda row: f"{row.method} {row.path}")
def test_a_documented_endpoint_resolves(row: object) -> None:
    method, path, context = row.method, row.path, row.context  # type: ignore[attr-defined]
    found = [endpoint for endpoint in SERVED if endpoint.method == method and shape(endpoint.route) == shape(path)]
    if context in BUILT or context == "deploy":
        assert len(found) == 1 or path == "/api/docs"
    else:
        assert found == []


def test_the_list_is_the_documents_own() -> None:
    packaged = (Path(ROOT) / "src" / "skillhall" / "deploy" / "documented_endpoints.tsv").read_text(encoding="utf-8")
    assert packaged == COPY.read_text(encoding="utf-8")


def test_what_moves_money_or_a_seat_wants_a_key() -> None:
    moving = {"bookSession", "giveCredits", "adjustCredits"}
    loose = [
        endpoint.operation_id for endpoint in SERVED if endpoint.operation_id in moving and endpoint.key not in {Key.REQUIRED, Key.NATURAL}
    ]
    assert loose == []
