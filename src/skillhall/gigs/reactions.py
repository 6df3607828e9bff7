"""What gigs does when something has happened, here or in identity."""

from typing import Protocol
from uuid import UUID

from skillhall.billing.events import BoostPaid, BoostRestored, BoostRevoked
from skillhall.gigs.commands.boost import begin_boost, restore_boost, revoke_boost
from skillhall.gigs.commands.pay_by_card import charge_week as charge_for_week
from skillhall.gigs.commands.run_team import relieve
from skillhall.gigs.events import AgreementCancelled, AgreementCompleted, InviteSent, WeekOpened
from skillhall.gigs.mails import invite_letter
from skillhall.gigs.queries.news import invite_news
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
        task = HoldForSuspension(escrow_id=escrow_id, account_id=event.account_id, is_suspended=True)
        tx.enqueue(task, key=task.key)


async def thaw_payments(event: AccountRestored, tx: Tx) -> None:
    """Let go on what the suspension kept."""
    for escrow_id in await frozen_for(tx, Subject("suspension", event.account_id)):
        task = HoldForSuspension(escrow_id=escrow_id, account_id=event.account_id, is_suspended=False)
        tx.enqueue(task, key=task.key)


async def note_job(event: AgreementCompleted, tx: Tx) -> None:
    """Show on the worker's profiles how many jobs are done."""
    await note(tx, event.worker_id, jobs_done=await jobs_done(tx, event.worker_id))


async def charge_week(event: WeekOpened, tx: Tx) -> None:
    """Charge the client for a week that the wallet has not paid."""
    if not event.is_funded:
        await charge_for_week(tx, event.client_id, event.work_id)


async def boost_project(event: BoostPaid, tx: Tx) -> None:
    """Show a project before others from now on."""
    await begin_boost(tx, event)


async def end_boost_of_project(event: BoostRevoked, tx: Tx) -> None:
    """Show a project as any other: its boost was not paid for after all."""
    await revoke_boost(tx, event)


async def restore_boost_of_project(event: BoostRestored, tx: Tx) -> None:
    """Show a project before others for the rest of what was paid for after all."""
    await restore_boost(tx, event)


async def relieve_worker(event: AgreementCancelled, tx: Tx) -> None:
    """Take open tasks off whoever does not work on the project any more."""
    await relieve(tx, event.project_id, event.worker_id)


async def recount_project(event: ProjectHappening, tx: Tx) -> None:
    """Count anew what happened with the project day by day."""
    await recount(tx, event.project_id)


async def follow_merge(event: SkillsMerged, tx: Tx) -> None:
    """Let projects ask for the skill that stands now."""
    await move_skill(tx, event.skill_id, event.into_id)


async def mail_invited(event: InviteSent, tx: Tx) -> None:
    """Write to the address somebody was invited by who is no member; a member gets a notice."""
    news = None if event.account_id else await invite_news(tx, event.invite_id)
    if news is None or news.worker_id or news.email is None or news.state != "pending":
        return
    owner = (await people(tx, [event.by_id])).get(event.by_id)
    config = tx.house.config
    text = invite_letter(
        owner.display_name if owner else "Somebody",
        news.title,
        news.words,
        is_offer=event.is_offer,
        link=f"{config.base_url}/api/v1/projects/{event.project_id}",
        community=config.community_name,
    )
    tx.enqueue(SendMail(to=news.email, subject=text.subject, text=text.text))
