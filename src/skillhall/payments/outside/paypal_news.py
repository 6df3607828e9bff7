"""PayPal's signatures: RSA with SHA-256 over id, time, webhook and checksum of the body, by a certificate that it publishes."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct

from skillhall.kernel.outside.http import Caller
from skillhall.payments.outside.reading import header
from skillhall.payments.ports import SignatureInvalid

ITS_HOSTS: Final = ".paypal.com"
ITS_FOLDER: Final = "/v1/notifications/certs/"
MOST_KEPT: Final = 16
FOUND: Final = 200


class Event(Struct):
    """A webhook's body."""

    id: str
    event_type: str
    create_time: datetime
    resource: dict[str, Any]


def signed_text(headers: Mapping[str, str], webhook_id: str, body: bytes) -> bytes:
    """Return what PayPal signs: the transmission's id and time, the id of our webhook, the CRC-32 of the raw body."""
    if not webhook_id:
        raise SignatureInvalid
    parts = (header(headers, "paypal-transmission-id"), header(headers, "paypal-transmission-time"), webhook_id, str(zlib.crc32(body)))
    return "|".join(parts).encode()


class Certificates:
    """PayPal's certificates, each fetched once, and only from PayPal itself."""

    def __init__(self, caller: Caller, base: str) -> None:
        """Fetch nothing yet; `base` is where we call PayPal."""
        self._caller = caller
        self._base = urlsplit(base)
        self._keys: dict[str, x509.Certificate] = {}

    async def check(self, url: str, text: bytes, signature: bytes, wall: datetime) -> None:
        """Refuse a text that the certificate at `url` has not signed, and a certificate that is not valid now."""
        certificate = await self._certificate(url)
        key = certificate.public_key()
        if not certificate.not_valid_before_utc <= wall <= certificate.not_valid_after_utc or not isinstance(key, RSAPublicKey):
            raise SignatureInvalid
        try:
            key.verify(signature, text, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise SignatureInvalid from error

    async def _certificate(self, url: str) -> x509.Certificate:
        where = urlsplit(url)
        is_its_own = where.scheme == "https" and (where.hostname or "").endswith(ITS_HOSTS) and where.username is None
        is_where_we_call = (where.scheme, where.netloc) == (self._base.scheme, self._base.netloc)
        if not (is_its_own or is_where_we_call) or not where.path.startswith(ITS_FOLDER) or where.query or ".." in where.path:
            raise SignatureInvalid
        if url not in self._keys:
            reply = await self._caller.send("GET", url)
            try:
                if reply.status != FOUND:
                    raise SignatureInvalid
                if len(self._keys) >= MOST_KEPT:
                    self._keys.clear()
                self._keys[url] = x509.load_pem_x509_certificate(reply.body)
            except ValueError as error:
                raise SignatureInvalid from error
        return self._keys[url]
