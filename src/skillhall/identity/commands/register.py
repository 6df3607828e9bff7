"""Register an account with a password."""

from skillhall.identity.commands.open_account import Opening, abilities_of, check_zone, open_account
from skillhall.identity.commands.send_code import request_mail
from skillhall.identity.commands.sign_in import sign_in
from skillhall.identity.model.account import normalized
from skillhall.identity.schemas.bodies import Register
from skillhall.identity.schemas.views import SignedInView
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def register(tx: Tx, by: Actor, command: Register, password_hash: str, device: str) -> SignedInView:  # noqa: ARG001 - a command's shape
    """Open a pending account, sign it in, and put the verification mail aside. The grant waits for the verification."""
    check_zone(command.timezone)
    words = [*command.roles, *([] if command.role is None else [command.role])]
    opening = Opening(
        email=command.email,
        origin="register",
        password_hash=password_hash,
        first_name=command.first_name.strip(),
        last_name=command.last_name.strip(),
        abilities=abilities_of(words),
        timezone=command.timezone,
        locale=command.locale or "en",
    )
    account = await open_account(tx, opening)
    await request_mail(tx, normalized(command.email), "verify_email")
    return await sign_in(tx, account, "password", device, is_new=True)
