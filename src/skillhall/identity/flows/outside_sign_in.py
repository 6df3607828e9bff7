"""Sign in through an outside party: a command notes the departure, the party is asked, a command signs in.

PKCE verifier and nonce are derived from the state with the hall's secret, so nothing secret rests in between. The client must compare
the state it gets back with the one it was given: this keeps others from signing it in as themselves.
"""

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from skillhall.identity.commands.sign_in_outside import leave, sign_in_outside, take_return
from skillhall.identity.model.refusals import ProviderNotFound, RedirectNotAllowed
from skillhall.identity.ports import SignInProvider
from skillhall.identity.schemas.bodies import FinishOutside, StartOutside
from skillhall.identity.schemas.views import DepartureView, SignedInView
from skillhall.kernel import tokens
from skillhall.kernel.config import Config
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http import Call
from skillhall.kernel.shapes import instant

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Providers(Struct, frozen=True):
    """The configured parties by name."""

    by_name: Mapping[str, SignInProvider]


async def start(call: Call, provider: str, command: StartOutside) -> DepartureView:
    """Return where to send the browser."""
    party, config = _party(call.read, provider), call.read.house.config
    if not _is_ours(config, command.redirect_uri):
        raise RedirectNotAllowed(redirect_uri=command.redirect_uri)
    state = tokens.fresh()
    expires_at = await call.act(leave, provider, tokens.digest(state), command.redirect_uri)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(_verifier(config, state).encode()).digest()).rstrip(b"=").decode()
    url = await party.authorization_url(redirect_uri=command.redirect_uri, state=state, nonce=_nonce(config, state), challenge=challenge)
    return DepartureView(authorization_url=url, state=state, expires_at=instant(expires_at))


async def finish(call: Call, provider: str, command: FinishOutside, device: str) -> SignedInView:
    """Ask the party who came back, and sign that account in; the first time it makes or links one."""
    party, config = _party(call.read, provider), call.read.house.config
    redirect_uri = await call.act(take_return, provider, tokens.digest(command.state))
    nonce, verifier = _nonce(config, command.state), _verifier(config, command.state)
    person = await party.person(code=command.code, redirect_uri=redirect_uri, nonce=nonce, verifier=verifier)
    return await call.act(sign_in_outside, provider, person, device)


def _party(read: Read, provider: str) -> SignInProvider:
    found = read.setting(Providers).by_name.get(provider)
    if found is None:
        raise ProviderNotFound(provider=provider)
    return found


def _is_ours(config: Config, redirect_uri: str) -> bool:
    """This hall, its clients (the allowed origins), and in sandbox mode any page on this machine."""
    parts = urlsplit(redirect_uri)
    return f"{parts.scheme}://{parts.netloc}" in config.web_origins or (config.is_sandbox and parts.hostname in LOCAL)


def _nonce(config: Config, state: str) -> str:
    return tokens.derive(config.secret, f"outside nonce:{state}")


def _verifier(config: Config, state: str) -> str:
    return tokens.derive(config.secret, f"outside verifier:{state}")
