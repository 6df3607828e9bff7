"""Make and revoke API keys."""

import re
from typing import Final
from uuid import UUID

from skillhall.identity.commands.log_out import own_login
from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.refusals import KeyNotFound, ScopeUnknown, TooManyKeys
from skillhall.identity.schemas.bodies import NewKey
from skillhall.identity.schemas.views import NewKeyView
from skillhall.identity.store import accounts, logins
from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject, instant, maybe_instant

PREFIX: Final = "sk_"
HINT_LENGTH: Final = 4
CONTEXT_SCOPE: Final = re.compile(r"[a-z][a-z_]*:(read|write)")


async def make_key(tx: Tx, by: Actor, command: NewKey) -> NewKeyView:
    """Make a key for the calling profile; its secret is shown this once, and stored hashed."""
    own_login(by)
    scopes = sorted(set(command.scopes))
    for scope in scopes:
        if not CONTEXT_SCOPE.fullmatch(scope) and not by.may(scope):
            raise ScopeUnknown(scope=scope)
    if command.expires_at is not None and command.expires_at <= tx.wall:
        raise Invalid(FieldError("expiresAt", "body", "in_the_past", "Must be in the future."))
    account = await accounts.lock_account(tx, by.account_id)
    allowed = tx.setting(IdentityRules).api_keys
    if by.profile_id is None or await logins.count_keys(tx, account.id) >= allowed:
        raise TooManyKeys(allowed=allowed)
    key_id, key = ids.new(), PREFIX + tokens.fresh()
    hint = key[-HINT_LENGTH:]
    made = logins.Key(id=key_id, account_id=account.id, profile_id=by.profile_id, name=command.name, hash=tokens.digest(key), hint=hint,
                      scopes=scopes, created_at=tx.wall, expires_at=command.expires_at)  # fmt: skip
    await logins.insert_key(tx, made)
    tx.audit("identity.key_made", Subject("account", account.id), after={"key": str(key_id), "scopes": scopes})
    return NewKeyView(
        id=key_id, name=command.name, hint=hint, scopes=scopes, created_at=instant(made.created_at),
        expires_at=maybe_instant(made.expires_at), used_at=None, key=key,
    )  # fmt: skip


async def revoke_key(tx: Tx, by: Actor, key_id: UUID) -> Deleted:
    """Revoke a key; it is refused within seconds."""
    own_login(by)
    if not await logins.revoke_key(tx, by.account_id, key_id):
        raise KeyNotFound
    tx.audit("identity.key_revoked", Subject("account", by.account_id), after={"key": str(key_id)})
    return Deleted(id=key_id)
