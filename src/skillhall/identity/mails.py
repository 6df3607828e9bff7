"""The mails of identity: plain text, made by the job that sends them."""

from msgspec import Struct

from skillhall.identity.model.account import Purpose
from skillhall.kernel.config import Config


class Mail(Struct, frozen=True):
    """One message."""

    to: str
    subject: str
    text: str


def code_mail(config: Config, purpose: Purpose, to: str, secret: str) -> Mail:
    """Return the mail that carries a code or a link."""
    name = config.community_name
    if purpose == "sign_in":
        return Mail(
            to,
            f"{secret} is your code for {name}",
            f"Your code for {name}:\n\n    {secret}\n\nIt is valid for five minutes and works once."
            " If you did not ask for it, ignore this mail: nobody can sign in without the code.\n",
        )
    if purpose == "verify_email":
        return Mail(
            to,
            f"Verify your address for {name}",
            f"Somebody, hopefully you, has registered this address at {name}. Verify it here:\n\n"
            f"    {config.base_url}/verify-email?token={secret}\n\nThe link is valid for 24 hours and works once."
            " If it was not you, do not open it.\n",
        )
    return Mail(
        to,
        f"A new password for {name}",
        f"Somebody, hopefully you, wants a new password for {name}. Choose it here:\n\n"
        f"    {config.base_url}/reset-password?token={secret}\n\nThe link is valid for one hour and works once."
        " If it was not you, ignore this mail: your password stays as it is.\n",
    )
