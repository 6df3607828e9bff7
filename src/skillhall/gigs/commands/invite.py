"""An owner asks somebody to bid or, with a price, to do it for that: by account, profile or e-mail address."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.commands.owning import own_project
from skillhall.gigs.commands.place_bid import Terms, priced
from skillhall.gigs.commands.telling import tell_invite
from skillhall.gigs.events import InviteExpired, InviteSent, InviteWithdrawn
from skillhall.gigs.model.invite import MOST_OPEN, VALID, Invite, InviteState
from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.model.refusals import (
    AlreadyInvited,
    EmailUnverified,
    InvitedUnknown,
    InviteMoved,
    InviteNotFound,
    OwnProject,
    TooManyInvites,
)
from skillhall.gigs.queries.invites import InviteView, invite_view
from skillhall.gigs.store import invites as store
from skillhall.gigs.store.projects import lock_project
from skillhall.identity.api import Email, check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.refusals import FieldError, Invalid

Message = Annotated[str, Meta(max_length=2000)]


class SendInvite(Terms, frozen=True, kw_only=True):
    """Whom: `userId` (also `developerId`: an account or a profile), or `email`. With a price it is a direct offer."""

    user_id: UUID | None = None
    developer_id: UUID | None = None
    email: Email | None = None
    message: Message = ""


class SendInviteTo(SendInvite, frozen=True, kw_only=True):
    """An invite that names its project."""

    project_id: UUID


async def send_invite(tx: Tx, by: Actor, project_id: UUID, command: SendInvite) -> InviteView:
    """Invite somebody to an open project; the invite stands for 14 days."""
    project = await own_project(tx, by, project_id)
    project.check_state("offered to somebody", ProjectState.OPEN)
    account_id, email = await _invited(tx, by, command)
    if await store.count_open(tx, project_id) >= MOST_OPEN:
        raise TooManyInvites(most=MOST_OPEN)
    terms = priced(command, project)
    new = Invite(
        id=ids.new(),
        project_id=project_id,
        by_id=by.account_id,
        account_id=account_id,
        email=email,
        message=command.message.strip(),
        amount=terms.amount,
        hourly_rate=terms.hourly_rate,
        delivery_days=terms.delivery_days,
        state=InviteState.PENDING,
        expires_at=tx.now + VALID,
        created_at=tx.now,
        decided_at=None,
    )
    if not await store.insert_invite(tx, new):
        raise AlreadyInvited
    await check_active(tx, *sorted({by.account_id, account_id or by.account_id}))
    tell_invite(tx, InviteSent, new)
    return await invite_view(tx, by, new.id)


async def send_invite_to(tx: Tx, by: Actor, command: SendInviteTo) -> InviteView:
    """The same, where the body names the project."""
    return await send_invite(tx, by, command.project_id, command)


async def withdraw_invite(tx: Tx, by: Actor, invite_id: UUID) -> Deleted:
    """Take an open invite back; one taken back before stays so."""
    found = await store.invite(tx, invite_id)
    if found.by_id != by.account_id:
        raise InviteNotFound
    await lock_project(tx, found.project_id)
    found = await store.invite(tx, invite_id)
    if found.state is not InviteState.WITHDRAWN:
        if found.state is not InviteState.PENDING:
            raise InviteMoved(status=found.state, verb="withdrawn")
        tell_invite(tx, InviteWithdrawn, await store.decide(tx, invite_id, InviteState.WITHDRAWN))
    return Deleted(id=invite_id)


async def expire_invite(invite_id: UUID, tx: Tx) -> None:
    """End an invite that nobody answered in time, unless somebody was faster."""
    found = await store.invite(tx, invite_id)
    await lock_project(tx, found.project_id)
    found = await store.invite(tx, invite_id)
    if found.state is InviteState.PENDING and found.expires_at <= tx.now:
        tell_invite(tx, InviteExpired, await store.decide(tx, invite_id, InviteState.EXPIRED))


async def _invited(tx: Tx, by: Actor, command: SendInvite) -> tuple[UUID | None, str | None]:
    """Return account or address, exactly one of them, neither the owner's own."""
    person_id = command.user_id or command.developer_id
    if (person_id is None) == (command.email is None):
        raise Invalid(FieldError("userId", "body", "gigs.invited", "Name the invited by `userId` or by `email`, and not by both."))
    if person_id is not None:
        account_id = await store.find_account(tx, person_id, by.account_id)
        if account_id is None:
            raise InvitedUnknown
        if account_id == by.account_id:
            raise OwnProject
        return account_id, None
    own = await store.own_email(tx, by.account_id)
    if own is None:
        raise EmailUnverified
    email = (command.email or "").strip().lower()
    if email == own:
        raise OwnProject
    return None, email
