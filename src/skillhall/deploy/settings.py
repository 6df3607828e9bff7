"""Reading the configuration of this process and refusing an unsafe one."""

import ipaddress
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from skillhall.kernel.config import Config, ConfigError, read_config

SECRET_LENGTH = 32
DIFFERENT_SIGNS = 12
HIGHEST_PORT = 65535
LOOPBACK_NAMES = frozenset({"localhost", ""})


def configure(environment: Mapping[str, str], **overrides: object) -> Config:
    """Return the configuration of this process; sandbox mode makes its own secret and keeps it in the data folder."""
    changes = {key: value for key, value in overrides.items() if value is not None}
    if "port" in changes:
        changes["port"] = _port(str(changes["port"]))
    elif "PORT" in environment and "SKILLHALL_PORT" not in environment:
        changes["port"] = _port(environment["PORT"])
    config = msgspec.structs.replace(read_config(environment), **changes)
    if config.is_sandbox and not config.secret:
        config = msgspec.structs.replace(config, secret=sandbox_secret(config.data))
    return config


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise ConfigError(f"PORT: {text!r} is not a port; give a number from 1 to 65535.")
    return int(text)


def sandbox_secret(data: Path) -> str:
    """Return the secret kept in the data folder, made on first use and readable by its owner alone; of two makers the first decides."""
    path = data / "secret"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=data, encoding="utf-8") as side:
            side.write(secrets.token_urlsafe(48))
            side.flush()
            with suppress(FileExistsError):
                os.link(side.name, path)
    return path.read_text(encoding="utf-8").strip()


def unsafe(config: Config) -> list[str]:
    """Return why production must not start with this configuration, each with its mending; empty when it may."""
    if config.is_sandbox:
        return []
    found: list[str] = []
    if len(config.secret) < SECRET_LENGTH or len(set(config.secret)) < DIFFERENT_SIGNS:
        found.append(
            "SKILLHALL_SECRET is missing or weak: set it to 32 or more random characters, for example the output of"
            " `python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`."
        )
    if not is_loopback(config.host) and not config.trusted_proxies:
        found.append(
            "The hall would serve plain http beyond this machine: put a TLS proxy in front and name its addresses in"
            " SKILLHALL_TRUSTED_PROXIES, or set SKILLHALL_HOST=localhost."
        )
    if config.public_url and urlsplit(config.public_url).scheme != "https" and not is_loopback(urlsplit(config.public_url).hostname or ""):
        found.append("SKILLHALL_PUBLIC_URL must start with https:// in production.")
    return found


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
