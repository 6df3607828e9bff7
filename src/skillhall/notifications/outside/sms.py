"""Text messages, by whatever provider apprise speaks to; in sandbox mode without one they are printed in the log.

`SKILLHALL_SMS_URL` is an apprise address with `{to}` where the number goes: `twilio://SID:TOKEN@FROM/{to}`, `smseagle://TOKEN@host/{to}`.
"""

import asyncio
from typing import Any, Final

import apprise
import structlog

from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.db.runner import Runner

log = structlog.get_logger("skillhall.sms")

PLACE: Final = "{to}"
SHOWN_DIGITS: Final = 3


class SmsFailedError(Exception):
    """The gateway has not taken a message; why, apprise does not tell."""


class Texts:
    """Sends text messages, each in a thread of its own: apprise waits for the gateway."""

    def __init__(self, config: Config, _runner: Runner | None = None) -> None:
        """Keep where to send; a malformed address is told at the start."""
        self._url = config.sms_url
        if self._url and PLACE not in self._url:
            raise ConfigError(f"SKILLHALL_SMS_URL: write an apprise address with {PLACE} where the number goes")

    async def send(self, number: str, text: str) -> None:
        """Send one message, or raise `SmsFailedError`."""
        if not self._url:
            log.info("sms_printed", to=f"{'*' * (len(number) - SHOWN_DIGITS)}{number[-SHOWN_DIGITS:]}", text=text)
            return
        if not await asyncio.to_thread(self._notify, number, text):
            raise SmsFailedError

    async def close(self) -> None:
        """Nothing is kept open."""

    def _notify(self, number: str, text: str) -> bool:
        """Send by a plugin made for this one number; apprise's own log would name it, and is silenced."""
        library: Any = apprise
        library.logger.disabled = True
        plugin = library.Apprise.instantiate(self._url.replace(PLACE, number), suppress_exceptions=True)
        return bool(plugin is not None and plugin.notify(body=text, title="", notify_type=library.NotifyType.INFO))
