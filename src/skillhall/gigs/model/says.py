"""What is said of an engagement in the conversation of its project: one message for each thing client and worker have to know. Pure.

Both enter it with the agreement; with one that is called off the worker leaves. Nothing that anybody wrote is repeated, so that it is
forgotten with its writer. That a payment is frozen is for the case to say which keeps it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from skillhall.gigs import events
from skillhall.gigs.model.agreement import Agreement, AgreementState
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.project import Project
from skillhall.kernel.events import Event
from skillhall.kernel.letters import local
from skillhall.kernel.money import CREDIT, exponent, major_units
from skillhall.kernel.shapes import instant
from skillhall.messaging.api import Member, Say

ZONE: Final = "UTC"
Params = dict[str, str | int]

_AGREEMENT: Final[dict[type[Event], str]] = {
    events.AgreementMade: "A bid is accepted: “{title}” is to be signed by both.",
    events.TermsChanged: "Version {version} of the terms of “{title}” is to be signed by both.",
    events.AgreementSigned: "The {role} has signed version {version} of “{title}”.",
    events.AgreementActivated: "Both have signed “{title}”: work can begin.",
    events.AgreementCompleted: "“{title}” is completed.",
    events.AgreementCancelled: "“{title}” is called off.",
}
_BOOKING: Final[dict[type[Event], str]] = {
    events.BookingMade: "“{title}” is booked{when}.",
    events.BookingMoved: "The booking “{title}” has changed: it is now{when}.",
    events.BookingConfirmed: "The booking “{title}” is confirmed.",
    events.BookingCompleted: "The booking “{title}” is completed.",
    events.BookingCancelled: "The booking “{title}” is called off.",
}
_WORK: Final[dict[type[Event], str]] = {
    events.WorkStarted: "Work on “{title}” has begun.",
    events.WorkDelivered: "“{title}” is delivered. Without an answer it is paid on {releases_at}.",
    events.RevisionRequested: "“{title}” was sent back.",
    events.WeekOpened: "“{title}” has begun.",
}
_MONEY: Final[dict[type[Event], str]] = {
    events.EscrowFunded: "{amount} are set aside for “{title}”.",
    events.EscrowReleased: "“{title}” is paid: {gross} to the worker.",
    events.EscrowSplit: "“{title}” is decided: {gross} to the worker, the rest back to the client.",
    events.EscrowRefunded: "{amount} for “{title}” went back to the client.",
}


def says(project: Project, before: Engagement | None, after: Engagement, news: Sequence[Event]) -> list[Say]:
    """Return what to say of `news`, the facts of this change, in their order."""
    agreement = after.agreement
    is_signed_by_both = any(isinstance(fact, events.AgreementActivated) for fact in news)
    told = [fact for fact in news if not (is_signed_by_both and isinstance(fact, events.AgreementSigned))]
    found = [_say(project, agreement, fact.name, text, params) for fact in told for text, params in _words(after, fact)]
    has_ended = before is not None and agreement.state is AgreementState.CANCELLED is not before.agreement.state
    if found and has_ended:
        client, worker = members_of(agreement)
        found[-1] = replace(found[-1], members=(client,), left=(worker,))
    return found


def members_of(agreement: Agreement) -> tuple[Member, Member]:
    """Return client and worker."""
    client = Member(account_id=agreement.client_id, profile_id=agreement.client_profile_id)
    return client, Member(account_id=agreement.worker_id, profile_id=agreement.worker_profile_id)


def _say(project: Project, agreement: Agreement, code: str, text: str, params: Params) -> Say:
    return Say(
        subject=project.subject,
        title=project.title,
        kind="project",
        members=members_of(agreement),
        code=code,
        params={"agreementId": str(agreement.id), **params},
        text=text,
    )


def _words(after: Engagement, fact: Event) -> Iterator[tuple[str, Params]]:
    """Yield text and parameters of what is told of this fact, if anything; for the agreement of a booking the booking speaks."""
    if isinstance(fact, events.AgreementFact) and (text := _AGREEMENT.get(type(fact))):
        if after.booking is None:
            yield _of_agreement(after.agreement, fact, text)
    elif isinstance(fact, events.BookingFact) and (text := _BOOKING.get(type(fact))):
        yield _of_booking(after.agreement, fact, text)
    elif isinstance(fact, events.WorkFact) and (text := _WORK.get(type(fact))):
        yield _of_work(after, fact, text)
    elif isinstance(fact, events.EscrowFact) and (text := _MONEY.get(type(fact))):
        yield _of_money(after, fact, text)


def _of_agreement(agreement: Agreement, fact: events.AgreementFact, text: str) -> tuple[str, Params]:
    title, params = agreement.terms.title, Params(title=agreement.terms.title)
    version = getattr(fact, "version", None)
    if isinstance(version, int):
        params["version"] = version
    role = ""
    if isinstance(fact, events.AgreementSigned):
        role = "client" if fact.signed_by == fact.client_id else "worker"
        params["role"] = role
    if isinstance(fact, events.AgreementCancelled):
        params["closedAs"] = fact.closed_as
    return text.format(title=title, version=version, role=role), params


def _of_booking(agreement: Agreement, fact: events.BookingFact, text: str) -> tuple[str, Params]:
    title, params = agreement.terms.title, Params(title=agreement.terms.title, bookingId=str(fact.booking_id))
    when = " without a time"
    if fact.starts_at and fact.ends_at:
        when = f" for {local(fact.starts_at, ZONE)}"
        params |= {"startsAt": instant(fact.starts_at), "endsAt": instant(fact.ends_at)}
    return text.format(title=title, when=when), params


def _of_work(after: Engagement, fact: events.WorkFact, text: str) -> tuple[str, Params]:
    title = after.escrow_of(fact.work_id).title
    params = Params(title=title, kind=fact.kind, workId=str(fact.work_id))
    releases_at = ""
    if isinstance(fact, events.WorkDelivered):
        releases_at = local(fact.release_at, ZONE)
        params["releaseAt"] = instant(fact.release_at)
    return text.format(title=title, releases_at=releases_at), params


def _of_money(after: Engagement, fact: events.EscrowFact, text: str) -> tuple[str, Params]:
    title = after.escrow(fact.escrow_id).title
    params = Params(
        title=title, kind=fact.kind, workId=str(fact.work_id), escrowId=str(fact.escrow_id), amount=fact.amount, currency=fact.asset
    )
    gross = fact.gross if isinstance(fact, events.EscrowReleased | events.EscrowSplit) else 0
    if gross:
        params["gross"] = gross
    return text.format(title=title, amount=_money(fact.amount, fact.asset), gross=_money(gross, fact.asset)), params


def _money(amount: int, asset: str) -> str:
    if asset == CREDIT:
        return f"{amount:,} credits"
    return f"{major_units(amount, asset):,.{exponent(asset)}f} {asset}"
