"""Ask for a mail with a code or a link. The answer never says whether an account has the address."""

from skillhall.identity.model.account import IdentityRules, Purpose, normalized
from skillhall.identity.model.code import tries_of
from skillhall.identity.model.refusals import TooManyCodes
from skillhall.identity.schemas.views import AcceptedView
from skillhall.identity.store import codes
from skillhall.identity.tasks import MailCode
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx

SENTENCES: dict[Purpose, str] = {
    "sign_in": "If this address can receive mail, a code is on its way. It is valid for five minutes.",
    "verify_email": "If this address has to be verified, a link is on its way.",
    "reset_password": "If an account has this address, a link for a new password is on its way.",
}


async def send_code(tx: Tx, by: Actor, email: str, purpose: Purpose) -> AcceptedView:  # noqa: ARG001 - a command's shape
    """Note the request and put the mail aside, three times an hour per address, known or not. The job makes the secret."""
    await request_mail(tx, normalized(email), purpose)
    return AcceptedView(message=SENTENCES[purpose])


async def request_mail(tx: Tx, email: str, purpose: Purpose) -> None:
    """Write the request for a mail to this address, or refuse when there were too many."""
    rules = tx.setting(IdentityRules)
    code_id = ids.new()
    await codes.insert_code(tx, code_id, purpose, email, tries_of(purpose, rules))
    at_most = round(rules.code_requests * tx.house.config.limit_factor)
    wait = await codes.allow(tx, email, purpose, rules.code_window, at_most)
    if wait is not None:
        raise TooManyCodes(retry_after=wait)
    tx.enqueue(MailCode(code_id=code_id))
