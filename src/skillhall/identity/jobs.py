"""What identity does later: mail secrets, collect exports, forget what is stale."""

from datetime import timedelta
from typing import Final

import msgspec

from skillhall.identity.mails import Mail, code_mail
from skillhall.identity.model.account import MAY_SIGN_IN, IdentityRules, Purpose
from skillhall.identity.model.code import fresh_secret, hash_of
from skillhall.identity.ports import PersonalData
from skillhall.identity.store import accounts, codes, exports, logins
from skillhall.identity.tasks import CollectExport, MailCode
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import instant
from skillhall.kernel.work.outside import Outside

KEPT: Final = timedelta(days=30)


async def mail_code(task: MailCode, out: Outside) -> None:
    """Make the secret, commit its hash, then mail it. A retry makes a new one; what nobody waits for any more is not mailed."""

    async def make(tx: Tx) -> Mail | None:
        code = await codes.find_code(tx, task.code_id)
        rules = tx.setting(IdentityRules)
        life = _life(code.purpose, rules) if code else timedelta()
        if code is None or code.used_at is not None or code.requested_at + max(life, rules.code_window) < tx.wall:
            return None
        if not await _is_wanted(tx, code.purpose, code.email):
            return None
        secret = fresh_secret(code.purpose)
        hash_ = hash_of(tx.house.config.secret, code.purpose, code.email, secret)
        return code_mail(tx.house.config, code.purpose, code.email, secret) if await codes.arm(tx, task.code_id, hash_, life) else None

    mail = await out.run(make)
    if mail is not None:
        await out.mail.send(mail.to, mail.subject, mail.text, key=str(ids.new()))


async def collect_export(task: CollectExport, tx: Tx) -> None:
    """Ask every context what it stores about the person, and keep the document until it expires."""
    account_id = await exports.find_owner(tx, task.export_id)
    if account_id is None:
        return
    parts = {port.name: await port.export(tx, account_id) for port in tx.ports(PersonalData)}
    document = {"madeAt": instant(tx.now), "accountId": account_id, **parts}
    await exports.fill_export(tx, task.export_id, msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


async def forget_stale(tx: Tx) -> None:
    """Drop logins, codes, attempts and exports that nothing can need any more."""
    await logins.forget_old_logins(tx, tx.wall - KEPT)
    await codes.forget_stale(tx, tx.wall - timedelta(days=2))
    await exports.forget_old_exports(tx)


async def _is_wanted(tx: Tx, purpose: Purpose, email: str) -> bool:
    """A code goes to anyone, for it may make the account; a link goes only where it can do something."""
    if purpose == "sign_in":
        return True
    account = await accounts.find_by_email(tx, email)
    if account is None or account.state not in MAY_SIGN_IN:
        return False
    return purpose == "reset_password" or not account.email_verified


def _life(purpose: Purpose, rules: IdentityRules) -> timedelta:
    return {"sign_in": rules.code_life, "verify_email": rules.verification_life, "reset_password": rules.reset_life}[purpose]
