"""Sign-in with Google, by OpenID Connect: discovery, code with PKCE, an id token checked against the published keys."""

import time
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import msgspec
from msgspec import Struct

from skillhall.identity.model.account import OutsidePerson
from skillhall.identity.model.refusals import ProviderRefused, ProviderUnavailable
from skillhall.identity.outside.calls import asked, vouched
from skillhall.kernel.config import Config

KEPT_SECONDS: Final = 3600.0
KEYS_AGAIN_SECONDS: Final = 60.0
LEEWAY_SECONDS: Final = 60
ASYMMETRIC: Final = ["RS256"]
REQUIRED: Final = ["iss", "aud", "sub", "exp", "iat", "nonce"]


class Discovery(Struct, frozen=True):
    """Where the provider says its endpoints are."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Exchanged(Struct, frozen=True):
    """What the token endpoint answers, as far as it matters here."""

    id_token: str


class Claims(Struct, frozen=True):
    """What the id token says, its signature, issuer, audience and times checked. `email_verified` comes as truth or as text."""

    sub: str
    nonce: str
    azp: str | None = None
    email: str | None = None
    email_verified: bool | str = False
    given_name: str | None = None
    family_name: str | None = None


class Google:
    """Fills `SignInProvider`. Keeps the discovery document and the keys for an hour; an unknown key is looked for again."""

    name = "google"

    def __init__(self, config: Config) -> None:
        """Nothing is fetched yet."""
        self._issuer = config.google_issuer.rstrip("/")
        self._client_id = config.google_client_id
        self._client_secret = config.google_client_secret
        self._found: Discovery | None = None
        self._found_at = float("-inf")
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_at = float("-inf")

    async def authorization_url(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Return where the browser goes."""
        found = await self._discovery()
        query = {
            "client_id": self._client_id, "redirect_uri": redirect_uri, "response_type": "code", "scope": "openid email profile",
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{found.authorization_endpoint}?{urlencode(query)}"

    async def person(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> OutsidePerson:
        """Exchange the code for an id token and return whom it names."""
        found = await self._discovery()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "client_id": self._client_id,
            "client_secret": self._client_secret, "code_verifier": verifier,
        }  # fmt: skip
        answer = await asked(Exchanged, self.name, "POST", found.token_endpoint, form=form)
        claims = await self._claims(answer.id_token, found)
        if claims.nonce != nonce or claims.azp not in (None, self._client_id):
            raise ProviderRefused(provider=self.name)
        return vouched(
            self.name, claims.sub, claims.email, is_verified=claims.email_verified in (True, "true"), first_name=claims.given_name,
            last_name=claims.family_name,
        )  # fmt: skip

    async def _claims(self, token: str, found: Discovery) -> Claims:
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid", ""), found.jwks_uri)
            issuers = [self._issuer, self._issuer.removeprefix("https://")]  # Google writes its issuer both ways
            claims: dict[str, Any] = jwt.decode(
                token, key.key, algorithms=ASYMMETRIC, audience=self._client_id, issuer=issuers, leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )  # fmt: skip
            return msgspec.convert(claims, Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError) as error:
            raise ProviderRefused(provider=self.name) from error

    async def _key(self, key_id: str, url: str) -> jwt.PyJWK:
        age = time.monotonic() - self._keys_at
        if age > KEPT_SECONDS or (key_id not in self._keys and age > KEYS_AGAIN_SECONDS):
            try:
                keys = jwt.PyJWKSet.from_dict(await asked(dict[str, Any], self.name, "GET", url))
            except (jwt.PyJWTError, AttributeError) as error:
                raise ProviderUnavailable(provider=self.name, retry_after=5) from error
            self._keys = {key.key_id: key for key in keys.keys if key.key_id and key.algorithm_name in ASYMMETRIC}
            self._keys_at = time.monotonic()
        if key_id not in self._keys:
            raise ProviderRefused(provider=self.name)
        return self._keys[key_id]

    async def _discovery(self) -> Discovery:
        if self._found is None or time.monotonic() - self._found_at > KEPT_SECONDS:
            found = await asked(Discovery, self.name, "GET", f"{self._issuer}/.well-known/openid-configuration")
            if found.issuer.rstrip("/") != self._issuer:
                raise ProviderUnavailable(provider=self.name, retry_after=5)
            self._found, self._found_at = found, time.monotonic()
        return self._found
