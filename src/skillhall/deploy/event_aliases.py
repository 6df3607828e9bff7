"""Names under which the systems Skillhall replaces publish the same facts: the broker gets those too."""

from typing import Final

EVENT_ALIASES: Final[dict[str, str]] = {"identity.account_registered": "user.registered"}
