"""Usernames that nobody may have: they would pass for a page or for the staff of a hall."""

from typing import Final

from skillhall.kernel.shapes import View
from skillhall.profiles.model.refusals import UsernameReserved

_WORDS: Final = """
about abuse account accounts admin administrator administrators anonymous api auth billing blog bot community contact deleted demo docs
everyone feed help home hostmaster info legal login logout mail mailer me members moderation moderator moderators nobody notifications null
official operator owner payments postmaster press privacy profile profiles register root sales search security session sessions settings
signin signup skillhall skills staff status superadmin superuser support system team terms undefined user username users verification
verified wallet webmaster worker workers www you
"""
RESERVED: Final = frozenset(_WORDS.split())


class UsernameView(View, frozen=True, kw_only=True):
    """Whether a username can be had, and if not, why."""

    username: str
    is_available: bool
    reason: str | None


def is_reserved(username: str) -> bool:
    """Return whether nobody may have it; dots, dashes and underscores make no other name of it."""
    return username.lower().translate(str.maketrans("", "", "._-")) in RESERVED


def check_username(username: str) -> None:
    """Refuse a username that nobody may have."""
    if is_reserved(username):
        raise UsernameReserved(username=username)
