"""What a checked password comes to, and when wrong ones lock."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.refusals import WeakPassword
from skillhall.kernel.passwords import is_common


class Proof(Struct, frozen=True, kw_only=True):
    """A password that was compared outside of any transaction: with `stored`, the hash of that moment. `upgraded` replaces an old kind."""

    email: str
    account_id: UUID | None
    stored: str | None
    is_right: bool
    upgraded: str | None = None


def after_failure(times: list[datetime], now: datetime, rules: IdentityRules) -> tuple[list[datetime], datetime | None]:
    """Return the failures that count, this one included, and until when they lock: then counting begins anew."""
    recent = [*(time for time in times if time > now - rules.password_lock), now]
    return ([], now + rules.password_lock) if len(recent) >= rules.password_failures else (recent, None)


def check_password(password: str, email: str) -> None:
    """Refuse what anybody would try first: listed ones, and the address itself."""
    name, _, domain = email.partition("@")
    if is_common(password) or password.casefold() in (email, name, domain):
        raise WeakPassword
