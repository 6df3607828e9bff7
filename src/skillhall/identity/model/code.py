"""What is mailed: six digits to type, or a link's token; and what is stored of them."""

from typing import Final

from skillhall.identity.model.account import IdentityRules, Purpose
from skillhall.kernel import tokens

LINK_TRIES: Final = 1


def fresh_secret(purpose: Purpose) -> str:
    """Return a new code or link token."""
    return tokens.six_digits() if purpose == "sign_in" else tokens.fresh()


def hash_of(secret: str, purpose: Purpose, email: str, given: str) -> bytes:
    """Return what is stored. A code is hashed with the hall's secret: a million digests are soon tried."""
    if purpose == "sign_in":
        return tokens.digest(tokens.derive(secret, f"code:{email}:{given.strip()}"))
    return tokens.digest(given)


def tries_of(purpose: Purpose, rules: IdentityRules) -> int:
    """Return how often a wrong one may be given."""
    return rules.code_tries if purpose == "sign_in" else LINK_TRIES
