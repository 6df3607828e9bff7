"""What people are told of projects, bids, invites and agreements; of the work itself in `gigs_work`."""

from uuid import UUID

from skillhall.gigs import api as gigs
from skillhall.gigs import events
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.queries.still_work import told_of
from skillhall.notifications.reactions import gigs_work
from skillhall.notifications.reactions.telling import hears, names, quoted, yes_or_no

MOST_MATCHED = 50
MATCHED = "gigs.project_matched"
TO_OWNER: dict[type[events.BidFact], str] = {
    events.BidSubmitted: "gigs.bid_submitted",
    events.BidWithdrawn: "gigs.bid_withdrawn",
}
TO_BIDDER: dict[type[events.BidFact], str] = {
    events.BidShortlisted: "gigs.bid_shortlisted",
    events.BidInterviewing: "gigs.bid_interviewing",
    events.BidAccepted: "gigs.bid_accepted",
    events.BidRejected: "gigs.bid_rejected",
    events.BidExpired: "gigs.bid_expired",
}
INVITES: dict[type[events.InviteFact], str] = {
    events.InviteAccepted: "gigs.invite_accepted",
    events.InviteDeclined: "gigs.invite_declined",
    events.InviteExpired: "gigs.invite_expired",
    events.InviteWithdrawn: "gigs.invite_withdrawn",
}
AGREEMENTS = (
    events.AgreementMade,
    events.TermsChanged,
    events.AgreementSigned,
    events.AgreementActivated,
    events.AgreementCompleted,
    events.AgreementCancelled,
)


async def tell_matching_workers(event: events.ProjectPublished, tx: Tx) -> None:
    """Tell those who work with what it asks for: at most 50 a project in all, the best matches first, each once."""
    project = await gigs.project_news(tx, event.project_id)
    if project is None:
        return
    told = await told_of(tx, MATCHED, event.project_id)
    found = await gigs.matching_workers(tx, event.project_id, MOST_MATCHED + len(told))
    new = [one for one in found if one.account_id not in told][: max(0, MOST_MATCHED - len(told))]
    called = await names(tx, [event.account_id])
    notices = [
        Notice(
            account_id=one.account_id,
            type=MATCHED,
            about=Subject("project", event.project_id),
            facts={"title": project.title, "skills": one.skills, "other": called[event.account_id]},
            path=f"projects/{event.project_id}",
            actor_id=event.account_id,
            why="skill_match",
            key=f"project {event.project_id}",
            data={"projectId": str(event.project_id)},
        )
        for one in new
    ]
    await notify(tx, *notices)


async def tell_bid(event: events.BidFact, tx: Tx) -> None:
    """Tell the side that did not do it."""
    news = await gigs.bid_news(tx, event.bid_id)
    if news is None:
        return
    is_for_owner = type(event) in TO_OWNER
    reader, other = (news.owner_id, news.worker_id) if is_for_owner else (news.worker_id, news.owner_id)
    called = await names(tx, [other])
    notice = Notice(
        account_id=reader,
        type=(TO_OWNER if is_for_owner else TO_BIDDER)[type(event)],
        about=Subject("bid", event.bid_id),
        facts={
            "title": news.title,
            "other": called[other],
            "price": news.price,
            "has_price": yes_or_no(news.price.amount),
            "words": quoted(news.words),
        },
        path=f"projects/{event.project_id}",
        actor_id=other,
        why="owner" if is_for_owner else "worker",
        data={"projectId": str(event.project_id), "bidId": str(event.bid_id)},
    )
    await notify(tx, notice)


async def tell_invite(event: events.InviteFact, tx: Tx) -> None:
    """Tell the invited what the owner did, and the owner what the invited did, or did not in time."""
    news = await gigs.invite_news(tx, event.invite_id)
    if news is None:
        return
    is_for_owner = isinstance(event, events.InviteAccepted | events.InviteDeclined | events.InviteExpired)
    reader, other = (news.owner_id, news.worker_id) if is_for_owner else (news.worker_id, news.owner_id)
    if reader is None or (news.is_blocked and not is_for_owner):
        return
    called = await names(tx, [other])
    sent = "gigs.offer_sent" if event.is_offer else "gigs.invite_sent"
    notice = Notice(
        account_id=reader,
        type=INVITES.get(type(event), sent),
        about=Subject("project_invite", event.invite_id),
        facts={
            "title": news.title,
            "other": called[other],
            "price": news.price,
            "words": quoted(news.words),
            "is_offer": yes_or_no(event.is_offer),
            "until": news.expires_at,
        },
        path=f"projects/{event.project_id}",
        actor_id=other,
        why="owner" if is_for_owner else "invited",
        data={"projectId": str(event.project_id), "inviteId": str(event.invite_id)},
    )
    await notify(tx, notice)


async def tell_agreement(event: events.AgreementFact, tx: Tx) -> None:
    """Tell the sides what the other one did, what both are to do, and what became of it. A booking tells its own news."""
    news = await gigs.agreement_news(tx, event.agreement_id)
    if news is None or news.kind == "booking":
        return
    both = [news.client_id, news.worker_id]
    called = await names(tx, both)
    other_of = {news.client_id: news.worker_id, news.worker_id: news.client_id}
    code, readers = _agreement(event, news)
    notices = [
        Notice(
            account_id=reader,
            type=code,
            about=Subject("agreement", event.agreement_id),
            facts={"title": news.title, "other": called[other_of[reader]], "until": news.sign_by or tx.now},
            path=f"agreements/{event.agreement_id}",
            actor_id=other_of[reader],
            why="client" if reader == news.client_id else "worker",
            data={"projectId": str(event.project_id), "agreementId": str(event.agreement_id), "version": news.version},
        )
        for reader in both
        if reader in readers
    ]
    await notify(tx, *notices)


def _agreement(event: events.AgreementFact, news: gigs.AgreementNews) -> tuple[str, set[UUID]]:
    """Return which notice of an agreement it is, and for whom. Nobody is asked to sign what is over, or was signed meanwhile."""
    both, to_sign = {news.client_id, news.worker_id}, set(news.unsigned) if news.sign_by else set[UUID]()
    match event:
        case events.AgreementMade():
            found = "gigs.agreement_to_sign", to_sign
        case events.TermsChanged():
            found = "gigs.terms_changed", to_sign - {event.changed_by}
        case events.AgreementSigned():
            found = "gigs.agreement_signed", to_sign - {event.signed_by}
        case events.AgreementActivated():
            found = "gigs.agreement_activated", both
        case events.AgreementCancelled(closed_as="unsigned"):
            found = "gigs.agreement_expired", both
        case events.AgreementCancelled():
            found = "gigs.agreement_cancelled", {reader for reader in both if reader != event.cancelled_by}
        case _:
            found = "gigs.project_completed", both
    return found


async def tell_team_of_project(
    event: events.ProjectUpdatePosted | events.ProjectPaused | events.ProjectResumed | events.ProjectCommented, tx: Tx
) -> None:
    """Tell whoever works on a project its news, its owner and whom it answers a comment, but not who did it."""
    project = await gigs.project_news(tx, event.project_id)
    if project is None:
        return
    team = {*project.team, *([project.worker_id] if project.worker_id else [])}
    match event:
        case events.ProjectUpdatePosted():
            code, readers, by = "gigs.project_news", {*team, project.owner_id}, event.by_id
        case events.ProjectCommented():
            if await gigs.comment_author(tx, event.comment_id) is None:
                return
            readers = {project.owner_id, *([event.answered_id] if event.answered_id else [])}
            code, by = "gigs.project_commented", event.by_id
        case events.ProjectPaused():
            code, readers, by = "gigs.project_paused", team, project.owner_id
        case events.ProjectResumed():
            code, readers, by = "gigs.project_resumed", team, project.owner_id
    called = await names(tx, [by])
    comment = {"commentId": str(event.comment_id)} if isinstance(event, events.ProjectCommented) else {}
    notices = [
        Notice(
            account_id=reader,
            type=code,
            about=Subject("project", event.project_id),
            facts={"title": project.title, "other": called[by]},
            path=f"projects/{event.project_id}",
            actor_id=by,
            why="owner" if reader == project.owner_id else "team",
            data={"projectId": str(event.project_id), **comment},
        )
        for reader in sorted(readers)
    ]
    await notify(tx, *notices)


REACTIONS = (
    *hears(tell_matching_workers, events.ProjectPublished),
    *hears(tell_team_of_project, events.ProjectUpdatePosted, events.ProjectCommented, events.ProjectPaused, events.ProjectResumed),
    *hears(tell_bid, *TO_OWNER, *TO_BIDDER),
    *hears(tell_invite, events.InviteSent, *INVITES),
    *hears(tell_agreement, *AGREEMENTS),
    *gigs_work.REACTIONS,
)
