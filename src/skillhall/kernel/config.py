"""Configuration: one frozen Struct filled from `SKILLHALL_…` variables, read once by `deploy`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Mode = Literal["sandbox", "production"]
PREFIX = "SKILLHALL_"


class ConfigError(Exception):
    """A variable is missing or malformed; the text names it and how to mend it."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator sets. Each field is the variable `SKILLHALL_<FIELD IN CAPITALS>`."""

    mode: Mode = "production"
    data: Path = Path("data")
    host: str = "localhost"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    database_url: str = ""
    pool_size: Annotated[int, Meta(ge=2, le=200)] = 16
    secret: str = ""
    public_url: str = ""
    trusted_proxies: str = ""
    cors_origins: str = ""
    redis_url: str = ""
    amqp_url: str = ""
    smtp_url: str = ""
    mail_from: str = "Skillhall <no-reply@localhost>"
    sms_url: str = ""
    push_contact: str = ""
    s3_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    rate_limit_factor: Annotated[float, Meta(gt=0)] | None = None
    failpoint: str = ""
    community_name: str = "Skillhall"
    community_timezone: str = "UTC"
    community_currency: str = "EUR"
    seller_name: str = ""
    seller_address: str = ""
    seller_country: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""
    seller_tax_id: str = ""
    credit_redeem_prices: Annotated[str, Meta(pattern=r"^([A-Z]{3}:\d{1,9}(,[A-Z]{3}:\d{1,9})*)?$")] = ""
    ledger_mode: Literal["points", "voucher", "per_booking", "licensed"] = "voucher"
    access_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    refresh_days: Annotated[int, Meta(ge=1, le=365)] = 30
    google_issuer: str = "https://accounts.google.com"
    google_client_id: str = ""
    google_client_secret: str = ""
    github_url: str = "https://github.com"
    github_api_url: str = "https://api.github.com"
    github_client_id: str = ""
    github_client_secret: str = ""
    jitsi_url: str = "https://meet.jit.si"
    jitsi_app_id: str = ""
    jitsi_secret: str = ""
    payment_provider: str = ""
    stripe_secret_key: str = ""
    stripe_publishable_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_url: str = "https://api.stripe.com"
    razorpay_key_id: str = ""
    razorpay_key_secret: str = ""
    razorpay_webhook_secret: str = ""
    razorpay_account_number: str = ""
    razorpay_api_url: str = "https://api.razorpay.com"
    paypal_client_id: str = ""
    paypal_client_secret: str = ""
    paypal_webhook_id: str = ""
    paypal_api_url: str = "https://api-m.paypal.com"

    @property
    def is_sandbox(self) -> bool:
        """Development, demos and tests: `/dev`, `/sandbox`, the movable clock and looser limits exist only here."""
        return self.mode == "sandbox"

    @property
    def base_url(self) -> str:
        """Where people reach this hall, without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def web_origins(self) -> frozenset[str]:
        """Whose pages may act for a person here: this hall's own, and those of its web clients."""
        return frozenset({self.base_url, *(one.strip().rstrip("/") for one in self.cors_origins.split(",") if one.strip())})

    @property
    def limit_factor(self) -> float:
        """What every rate limit is multiplied by: 100 in sandbox mode."""
        return self.rate_limit_factor or (100.0 if self.is_sandbox else 1.0)


def read_config(environment: Mapping[str, str]) -> Config:
    """Return the configuration these variables make, or raise `ConfigError` naming the wrong one."""
    fields = {field.name for field in msgspec.structs.fields(Config)}
    given = {key.removeprefix(PREFIX).lower(): value for key, value in environment.items() if key.startswith(PREFIX)}
    try:
        return msgspec.convert(
            {key: value for key, value in given.items() if key in fields and value}, Config, strict=False, dec_hook=_path
        )
    except msgspec.ValidationError as error:
        text = str(error)
        name = text.rsplit("$.", 1)[-1].rstrip("`") if "$." in text else "?"
        raise ConfigError(f"{PREFIX}{name.upper()}: {text.split(' - ', maxsplit=1)[0]}") from error


def _path(kind: type[Path], text: str) -> Path:
    """What msgspec asks for the one type it does not know."""
    return kind(text)
