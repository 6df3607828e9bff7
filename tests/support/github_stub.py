"""GitHub's sign-in as it answers: a wrong code is 200 with `error`; the person and their addresses come from the API.

The query `as` of the authorization names the person: `{"id", "name", "login", "emails": [{"email", "verified", "primary"}]}`.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.support.stand_in import serve

CLIENT, SECRET = "skillhall-test", "client-secret"


class GitHubStub:
    def __init__(self) -> None:
        self.codes: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, Any] = {}

    async def authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        assert query["client_id"] == CLIENT
        code = secrets.token_hex(10)
        self.codes[code] = query
        return web.Response(
            status=302, headers={"Location": f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"}
        )

    async def access_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        query = self.codes.pop(str(form["code"]), None)
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if query is None or form["client_secret"] != SECRET or form["redirect_uri"] != query["redirect_uri"]:
            return web.json_response({"error": "bad_verification_code", "error_description": "The code is incorrect or expired."})
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != query["code_challenge"]:
            return web.json_response({"error": "bad_verification_code"})
        token = f"gho_{secrets.token_hex(18)}"
        self.tokens[token] = json.loads(query["as"])
        return web.json_response({"access_token": token, "token_type": "bearer", "scope": "read:user,user:email"})

    async def user(self, request: web.Request) -> web.Response:
        person = self._person(request)
        return web.json_response({"id": person["id"], "login": person["login"], "name": person.get("name"), "type": "User"})

    async def emails(self, request: web.Request) -> web.Response:
        return web.json_response([{**email, "visibility": None} for email in self._person(request)["emails"]])

    def _person(self, request: web.Request) -> Any:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise web.HTTPUnauthorized
        return self.tokens[token]


def main() -> None:
    stub = GitHubStub()
    app = web.Application()
    app["address"] = []
    app.router.add_get("/login/oauth/authorize", stub.authorize)
    app.router.add_post("/login/oauth/access_token", stub.access_token)
    app.router.add_get("/user", stub.user)
    app.router.add_get("/user/emails", stub.emails)
    asyncio.run(serve(app))


if __name__ == "__main__":
    main()
