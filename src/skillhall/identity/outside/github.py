"""Sign-in with GitHub, by OAuth: code with PKCE, then the person and the verified primary address from its API."""

from urllib.parse import urlencode

from msgspec import Struct

from skillhall.identity.model.account import OutsidePerson
from skillhall.identity.model.refusals import ProviderRefused, ProviderUnverified
from skillhall.identity.outside.calls import asked, vouched
from skillhall.kernel.config import Config


class Exchanged(Struct, frozen=True):
    """What the token endpoint answers; a refused code comes as 200 without a token."""

    access_token: str | None = None


class Person(Struct, frozen=True):
    """Whom the token belongs to."""

    id: int
    name: str | None = None
    login: str = ""


class Address(Struct, frozen=True):
    """One of the person's addresses."""

    email: str
    verified: bool
    primary: bool


class GitHub:
    """Fills `SignInProvider`."""

    name = "github"

    def __init__(self, config: Config) -> None:
        """Nothing is fetched yet."""
        self._url = config.github_url.rstrip("/")
        self._api = config.github_api_url.rstrip("/")
        self._client_id = config.github_client_id
        self._client_secret = config.github_client_secret

    async def authorization_url(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:  # noqa: ARG002 - OAuth has no nonce
        """Return where the browser goes."""
        query = {
            "client_id": self._client_id, "redirect_uri": redirect_uri, "scope": "read:user user:email", "state": state,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._url}/login/oauth/authorize?{urlencode(query)}"

    async def person(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> OutsidePerson:  # noqa: ARG002 - OAuth has no nonce
        """Exchange the code and return the person with the verified primary address."""
        form = {
            "client_id": self._client_id, "client_secret": self._client_secret, "code": code, "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }  # fmt: skip
        token = (await asked(Exchanged, self.name, "POST", f"{self._url}/login/oauth/access_token", form=form)).access_token
        if token is None:
            raise ProviderRefused(provider=self.name)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        person = await asked(Person, self.name, "GET", f"{self._api}/user", headers=headers)
        addresses = await asked(list[Address], self.name, "GET", f"{self._api}/user/emails", headers=headers)
        primary = next((address for address in addresses if address.primary), None)  # any other may be one the person has lost
        if primary is None:
            raise ProviderUnverified(provider=self.name)
        first_name, _, last_name = (person.name or person.login).partition(" ")
        return vouched(
            self.name, str(person.id), primary.email, is_verified=primary.verified, first_name=first_name, last_name=last_name
        )  # fmt: skip
