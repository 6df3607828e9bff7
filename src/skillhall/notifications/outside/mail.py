"""Mail, by the kernel's mailer: what its servers say, as an outcome of ours."""

import asyncio

import aiosmtplib

from skillhall.kernel.outside.mail import MailNotConfigured, MailNotValid
from skillhall.kernel.work.outside import MailSender
from skillhall.notifications.model.compose import Mailed
from skillhall.notifications.model.delivery import CALL_SECONDS, SENT, Outcome, is_hard


async def post(mailer: MailSender, to: str, mailed: Mailed, key: str) -> Outcome:
    """Hand one mail to the server; the same `key` is the same message."""
    letter = mailed.letter
    try:
        async with asyncio.timeout(CALL_SECONDS):
            refused = await mailer.send(to, letter.subject, letter.text, key=key, html=letter.html, headers=mailed.headers)
    except MailNotConfigured as error:
        return Outcome(is_sent=False, reason=error.code)
    except MailNotValid as error:
        return Outcome(is_sent=False, reason=error.code, may_try=False)
    except (aiosmtplib.SMTPException, OSError) as error:
        return Outcome(is_sent=False, reason=type(error).__name__)
    if refused is None:
        return SENT
    reason = f"{refused.code} {refused.text}"
    if not refused.is_address:
        return Outcome(is_sent=False, reason=reason, may_try=False)
    return Outcome(is_sent=False, reason=reason, is_bounce=True, is_hard=is_hard(refused.code, refused.text))
