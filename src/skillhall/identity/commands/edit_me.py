"""Change one's own name, zone, locale and abilities."""

import msgspec
from msgspec import UNSET

from skillhall.identity.commands.open_account import check_zone
from skillhall.identity.events import AccountChanged
from skillhall.identity.model.account import ABILITIES, name_of
from skillhall.identity.model.refusals import AccountNotActive
from skillhall.identity.schemas.bodies import EditMe
from skillhall.identity.schemas.views import UserView, user_view
from skillhall.identity.store import accounts
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


async def edit_me(tx: Tx, by: Actor, command: EditMe) -> UserView:
    """Merge what was sent into the account. Abilities are flags; they grant nothing of staff."""
    if command.timezone is not UNSET:
        check_zone(command.timezone)
    before = await accounts.lock_account(tx, by.account_id)
    if not before.may_bind:
        raise AccountNotActive(account_id=before.id, state=before.state)
    sent = {name: value for name in ("first_name", "last_name", "timezone", "locale") if (value := getattr(command, name)) is not UNSET}
    sent |= {name: sent[name].strip() for name in ("first_name", "last_name") if name in sent}
    after = msgspec.structs.replace(before, **sent)
    if (after.first_name, after.last_name) != (before.first_name, before.last_name):
        after = msgspec.structs.replace(after, display_name=name_of(after.email or "", after.first_name, after.last_name))
    if command.abilities is not UNSET:
        after = msgspec.structs.replace(after, abilities=[ability for ability in ABILITIES if ability in command.abilities])
    if after != before:
        await accounts.set_person(tx, after)
        tx.publish(AccountChanged(account_id=after.id))
        tx.audit("identity.account_changed", Subject("account", after.id), after={"fields": sorted({*sent, *_abilities(command)})})
    return user_view(after)


def _abilities(command: EditMe) -> tuple[str, ...]:
    return () if command.abilities is UNSET else ("abilities",)
