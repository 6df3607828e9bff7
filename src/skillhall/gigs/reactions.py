"""What gigs does when something has happened, here or in identity."""

from typing import Protocol
from uuid import UUID

from skillhall.gigs.commands.run_team import relieve
from skillhall.gigs.events import AgreementCancelled, AgreementCompleted, BidFact, BidSubmitted, InviteFact, InviteSent
from skillhall.gigs.mails import Facts, is_for_owner, letter
from skillhall.gigs.queries.mailing import about_bid, about_invite
from skillhall.gigs.queries.suspensions import frozen_for, jobs_done, open_payments
from skillhall.gigs.store.projects import move_skill
from skillhall.gigs.store.tally import recount
from skillhall.gigs.tasks import HoldForSuspension
from skillhall.identity.api import people
from skillhall.identity.events import AccountBanned, AccountRestored, AccountSuspended
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.outside.mail import SendMail
from skillhall.kernel.shapes import Subject
from skillhall.profiles.api import note
from skillhall.skills.events import SkillsMerged


class ProjectHappening(Protocol):
    """Any event about a project."""

    project_id: UUID


async def freeze_payments(event: AccountSuspended | AccountBanned, tx: Tx) -> None:
    """Keep what is held from or for the account, each payment in a transaction of its own."""
    for escrow_id in await open_payments(tx, event.account_id):
        tx.enqueue(HoldForSuspension(escrow_id=escrow_id, account_id=event.account_id, is_suspended=True), key=f"{escrow_id} freeze")


async def thaw_payments(event: AccountRestored, tx: Tx) -> None:
    """Let go on what the suspension kept."""
    for escrow_id in await frozen_for(tx, Subject("suspension", event.account_id)):
        tx.enqueue(HoldForSuspension(escrow_id=escrow_id, account_id=event.account_id, is_suspended=False), key=f"{escrow_id} thaw")


async def note_job(event: AgreementCompleted, tx: Tx) -> None:
    """Show on the worker's profiles how many jobs are done."""
    await note(tx, event.worker_id, jobs_done=await jobs_done(tx, event.worker_id))


async def relieve_worker(event: AgreementCancelled, tx: Tx) -> None:
    """Take open tasks off whoever does not work on the project any more."""
    await relieve(tx, event.project_id, event.worker_id)


async def recount_project(event: ProjectHappening, tx: Tx) -> None:
    """Count anew what happened with the project day by day."""
    await recount(tx, event.project_id)


async def follow_merge(event: SkillsMerged, tx: Tx) -> None:
    """Let projects ask for the skill that stands now."""
    await move_skill(tx, event.skill_id, event.into_id)


async def mail_people(event: BidFact | InviteFact, tx: Tx) -> None:
    """Write to the side that did not do it: to a member, or to the address somebody was invited by."""
    about = await (about_bid(tx, event.bid_id) if isinstance(event, BidFact) else about_invite(tx, event.invite_id))
    if about is None:
        return
    reader_id, other_id = (about.owner_id, about.other_id) if is_for_owner(event) else (about.other_id, about.owner_id)
    known = await people(tx, [account_id for account_id in (reader_id, other_id) if account_id])
    reader, other = known.get(reader_id) if reader_id else None, known.get(other_id) if other_id else None
    to = about.email if reader is None else reader.email if reader.is_active else None
    if to is None:
        return
    facts = Facts(
        name=reader.display_name if reader else "",
        other=other.display_name if other else "Somebody",
        title=about.title,
        words=about.words if isinstance(event, BidSubmitted | InviteSent) else "",
        link=f"{tx.house.config.base_url}/api/v1/projects/{event.project_id}",
        community=tx.house.config.community_name,
    )
    text = letter(event, facts)
    tx.enqueue(SendMail(to=to, subject=text.subject, text=text.text))
