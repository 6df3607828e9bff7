"""An OpenID provider: discovery, keys, consent at once for whoever the query `as` names, and id tokens, broken ones on request.

The person's `breaks` says how: nonce, audience, issuer, expired, key, algorithm, down.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.support.stand_in import serve

CLIENT, SECRET = "skillhall-test", "client-secret"


class Provider:
    def __init__(self) -> None:
        self.keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
        self.codes: dict[str, dict[str, Any]] = {}
        self.address: list[str] = []

    async def discovery(self, _request: web.Request) -> web.Response:
        base = self.address[0]
        return web.json_response(
            {"issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"}
        )

    async def published(self, _request: web.Request) -> web.Response:
        key = json.loads(RSAAlgorithm.to_jwk(self.keys[0].public_key()))
        return web.json_response({"keys": [{**key, "kid": "first", "use": "sig", "alg": "RS256"}]})

    async def authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return web.Response(status=302, headers={"Location": back})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        query = self.codes.pop(str(form["code"]), None)
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if (
            query is None
            or (form["client_id"], form["client_secret"], form["redirect_uri"]) != (CLIENT, SECRET, query["redirect_uri"])
            or base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != query["code_challenge"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        person = json.loads(query["as"])
        breaks = person.pop("breaks", "")
        if breaks == "down":
            return web.Response(status=503)
        now = int(time.time())
        claims = {
            "iss": self.address[0] if breaks != "issuer" else "https://elsewhere.example",
            "aud": CLIENT if breaks != "audience" else "another-client",
            "nonce": query["nonce"] if breaks != "nonce" else "another nonce",
            "iat": now - 7200 if breaks == "expired" else now,
            "exp": now - 3600 if breaks == "expired" else now + 3600,
            **person,
        }
        if breaks == "algorithm":
            return web.json_response({"id_token": jwt.encode(claims, "a" * 40, algorithm="HS256", headers={"kid": "first"})})
        key = self.keys[1 if breaks == "key" else 0]
        return web.json_response({"id_token": jwt.encode(claims, key, algorithm="RS256", headers={"kid": "first"})})


def main() -> None:
    provider = Provider()
    app = web.Application()
    app["address"] = provider.address
    app.router.add_get("/.well-known/openid-configuration", provider.discovery)
    app.router.add_get("/keys", provider.published)
    app.router.add_get("/authorize", provider.authorize)
    app.router.add_post("/token", provider.token)
    asyncio.run(serve(app))


if __name__ == "__main__":
    main()
