"""One call to a provider: short, without redirects, its JSON answer or a refusal that names the provider."""

from collections.abc import Mapping
from typing import Final, TypeVar

import aiohttp
import msgspec

from skillhall.identity.model.account import Email, OutsidePerson
from skillhall.identity.model.refusals import ProviderRefused, ProviderUnavailable, ProviderUnverified

T = TypeVar("T")
TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
LARGEST: Final = 1024 * 1024


async def asked(
    kind: type[T], provider: str, method: str, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> T:
    """Return the JSON answer as `kind`; `ProviderRefused` for a 4xx, `ProviderUnavailable` for everything else that does not fit."""
    accept = {"Accept": "application/json", "User-Agent": "skillhall", **(headers or {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.request(method, url, data=form, headers=accept, allow_redirects=False) as response,
        ):
            body, status = b"", response.status
            while len(body) < LARGEST and (part := await response.content.read(LARGEST - len(body))):
                body += part
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ProviderUnavailable(provider=provider, retry_after=5) from error
    if 400 <= status < 500 and status != 429:  # noqa: PLR2004 - HTTP
        raise ProviderRefused(provider=provider)
    try:
        if status != 200:  # noqa: PLR2004
            raise ProviderUnavailable(provider=provider, retry_after=5)
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise ProviderUnavailable(provider=provider, retry_after=5) from error


def vouched(
    provider: str, subject: str, email: str | None, *, is_verified: bool, first_name: str | None, last_name: str | None
) -> OutsidePerson:
    """Return the person a provider vouches for; refuse without a verified address."""
    if not is_verified or email is None:
        raise ProviderUnverified(provider=provider)
    try:
        address = msgspec.convert(email, Email)
    except msgspec.ValidationError as error:
        raise ProviderUnverified(provider=provider) from error
    return OutsidePerson(subject=subject, email=address, first_name=_name(first_name), last_name=_name(last_name))


def _name(text: str | None) -> str:
    return "".join(sign for sign in text or "" if sign.isprintable() and sign not in "<>")[:100].strip()
