"""Paths: the prefix, second names, unknown and unbuilt ones, other methods, contexts served elsewhere."""

import msgspec
import pytest

from skillhall.deploy.hall import Hall
from skillhall.kernel.http.edge import Edge
from skillhall.kernel.http.endpoint import declare
from skillhall.kernel.http.router import DuplicateError, every_name, shape_of
from tests.kernel.http.conftest import MIRA, Site, ask_edge, edge_of, production, surroundings
from tests.kernel.http.house import delete_note

NOTE = "019353a4-7c1e-7b1a-8f0e-2f9f6c1d2e3f"


@pytest.mark.parametrize("path", ["/api/v1/notes", "/api/notes", "/api/notes/", "/api/v1/notes/"])
async def test_short_and_long_prefix_and_one_slash_are_the_same(site: Site, path: str) -> None:
    assert (await site.ask("GET", path)).status == 200


@pytest.mark.parametrize(
    "path", ["/notes", "/api/v2/notes", "/api/v1", "/api", "/", "/health/x", "/api/v1/notes/no-id", f"/api/v1/notes/{{{NOTE}}}"]
)
async def test_unknown_paths_are_404_before_anything_else(site: Site, path: str) -> None:
    answer = await site.ask("GET", path, by="nobody")
    assert (answer.status, answer.error["reason"]) == (404, "http.route_not_found")


async def test_ids_must_be_written_in_full(site: Site) -> None:
    assert (await site.ask("GET", f"/api/notes/{NOTE.replace('-', '')}")).error["reason"] == "http.route_not_found"
    assert (await site.ask("GET", f"/api/notes/{NOTE.upper()}")).data["id"] == NOTE


async def test_nul_in_a_path_is_404(site: Site) -> None:
    answer = await site.ask("GET", "/api/people/me/notes/a%00b")
    assert answer.status == 404


async def test_a_root_path_is_not_rewritten(site: Site) -> None:
    assert (await site.ask("GET", "/alive", by=None)).data["text"] == "alive"
    assert (await site.ask("GET", "/api/alive", by=None)).status == 404


async def test_wrong_method_says_which_are_allowed(site: Site) -> None:
    answer = await site.ask("PATCH", "/api/notes", by="nobody")
    assert (answer.status, answer.error["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_options_without_cors_lists_methods(site: Site) -> None:
    answer = await site.ask("OPTIONS", "/api/notes", by=None)
    assert (answer.status, answer.headers["allow"]) == (200, "GET, HEAD, OPTIONS, POST")


async def test_documented_and_not_built_is_501_and_never_hides_what_is(site: Site) -> None:
    answer = await site.ask("GET", "/api/payments/7", by=None)
    assert (answer.status, answer.error["code"]) == (501, "NOT_IMPLEMENTED")
    assert (await site.ask("POST", "/api/notes", json={"text": "built"})).status == 201


async def test_renames_answer_as_the_endpoint_does(site: Site) -> None:
    assert (await site.ask("POST", "/api/memos", json={"text": "a memo"})).status == 201
    assert (await site.ask("GET", f"/api/memos/{NOTE}")).data["id"] == NOTE


async def test_other_contexts_are_421_unread(house_hall: Hall) -> None:
    edge = edge_of(house_hall.runner, only=frozenset({"learning"}))
    answer = await ask_edge(edge, "POST", "/api/notes")
    assert (answer.status, answer.error["code"], answer.error["params"]) == (421, "MISDIRECTED_REQUEST", {"context": "house"})
    assert (await ask_edge(edge, "GET", "/alive")).status == 200


async def test_me_is_the_account_or_the_profile(site: Site) -> None:
    assert (await site.ask("GET", "/api/people/me/notes/first")).data == {"id": str(MIRA), "text": "first", "version": 1}
    assert (await site.ask("GET", f"/api/people/{NOTE}/notes/first")).data["id"] == NOTE
    assert (await site.ask("GET", "/api/profiles/me")).data["id"].endswith("7")
    assert (await site.ask("GET", "/api/profiles/me", by="taro")).status == 404
    assert (await site.ask("GET", "/api/profiles/me", by=None)).status == 401


async def test_sandbox_endpoints_do_not_exist_in_production(house_hall: Hall) -> None:
    assert (await ask_edge(edge_of(house_hall.runner), "GET", "/api/toys")).status == 200
    assert (await ask_edge(edge_of(house_hall.runner, config=production()), "GET", "/api/toys")).status == 404


async def test_mounted_apps_get_their_paths_untouched(house_hall: Hall) -> None:
    async def other(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"mounted"})  # type: ignore[operator]

    assert (await ask_edge(edge_of(house_hall.runner, mounts={"/socket.io": other}), "GET", "/socket.io/")).body == b"mounted"


def test_two_endpoints_of_one_shape_are_refused(house_hall: Hall) -> None:
    once = declare("DELETE", "/notes/{note_id:uuid}", delete_note, {})
    with pytest.raises(DuplicateError, match="other: DELETE"):
        Edge([*once, *(msgspec.structs.replace(one, operation_id="other") for one in once)], surroundings(house_hall.runner))


def test_two_operations_of_one_name_are_refused(house_hall: Hall) -> None:
    once, elsewhere = (declare("DELETE", path, delete_note, {}) for path in ("/notes/{note_id:uuid}", "/memos/{note_id:uuid}"))
    with pytest.raises(DuplicateError, match="deleteNote"):
        Edge([*once, *elsewhere], surroundings(house_hall.runner))


def test_a_rename_keeps_the_kinds_of_parameters() -> None:
    (endpoint,) = declare("DELETE", "/notes/{note_id:uuid}", delete_note, {})
    _, renamed = every_name([endpoint], {("POST", "/notes/{id}/remove"): ("DELETE", "/notes/{id}")}, sandbox=False)
    assert (renamed.path, renamed.method, renamed.alias_of) == ("/notes/{note_id:uuid}/remove", "POST", "deleteNote")


def test_shape() -> None:
    assert shape_of("/a/{x:uuid}/b/:y/") == "/a/{p0:str}/b/{p1:str}"
