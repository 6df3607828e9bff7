"""Disputes on screens: one, and lists of them."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from skillhall.disputes.model.case import LEGACY, DecisionState, Kind, State, Step, is_impartial, is_staff, outcome_of, state_of, step_of
from skillhall.disputes.model.refusals import DisputeNotFound
from skillhall.disputes.queries.decisions import DecisionView, decision_view, division
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard, primary_cards

LATEST = sql("""
LEFT JOIN LATERAL (
    SELECT id, kind, state, payee_bp, reason, made_at, payer_accepted_at, payee_accepted_at
    FROM disputes.decision WHERE case_id = page.id ORDER BY made_at DESC, id DESC LIMIT 1) d ON true
""")
COLUMNS = sql("""
page.*, d.id AS decision_id, d.kind AS decision_kind, d.state AS decision_state, d.payee_bp AS decision_bp, d.reason AS decision_reason,
d.made_at, d.payer_accepted_at, d.payee_accepted_at
""")
CASE = sql("""
c.id, c.kind, c.hold_id, c.subject_id, c.title, c.payer_id, c.payee_id, c.opener_id, c.amount, c.asset, c.reason, c.description, c.state,
c.opened_at, c.answered_at, c.due_at, c.overdue_at, c.mediator_id, c.appealed_by, c.appealed_at, c.appeal_reason, c.payee_bp, c.closed_at,
c.closed_reason
""")
DISPUTES = Listing(
    columns=CASE,
    source=sql("disputes.case c"),
    late=(COLUMNS, LATEST),
    sorts={"createdAt": sql("c.opened_at"), "dueAt": sql("coalesce(c.overdue_at, c.due_at, c.closed_at)"), "amount": sql("c.amount")},
    default_sort="-createdAt",
    key=sql("c.id"),
    filters={
        "id": sql("c.id = {}"),
        "party": sql("(c.payer_id = {} OR c.payee_id = {})"),
        "states": sql("c.state = ANY({}::text[])"),
        "kind": sql("c.kind = {}"),
        "escrow": sql("c.hold_id = {}"),
        "subject": sql("c.subject_id = {}"),
        "mediator": sql("c.mediator_id = {}"),
        "is_open": sql("c.closed_at IS NULL"),
        "is_overdue": sql("c.overdue_at IS NOT NULL"),
        "is_appealed": sql("c.appealed_at IS NOT NULL"),
    },
    search=sql("c.title ILIKE '%' || {} || '%'"),
)
_SILENCE: Final = {
    Step.ANSWER: "Without an answer by then support looks at it as it stands.",
    Step.REVIEW: "Support decides by then; the payment stays frozen until it does.",
    Step.EXECUTION: "Without an appeal by then the ruling is carried out.",
    Step.BANK: "The payer's bank hears the side that was paid until then, and decides.",
}


class NextStep(View, frozen=True, kw_only=True):
    """What time alone does next, and what silence means."""

    step: Step
    at: Instant
    if_silent: str


class AppealView(View, frozen=True, kw_only=True):
    """Who appealed, and why."""

    by: UUID
    at: Instant
    reason: str


class DisputeView(View, frozen=True, kw_only=True):
    """A dispute about one held payment. `escrowId` is the held payment, `subjectId` the seat, milestone, booking or week it is for.

    Of a chargeback, which the payer's bank decides, `escrowId` is the chargeback and `subjectId` the payment.

    `decision` is the last proposal or ruling; `mediatorId` is shown to staff. Once it is resolved, `toPayee`, before the fee, and `toPayer`
    say what was carried out.
    """

    id: UUID
    status: State
    legacy_status: str | None
    outcome: str | None
    kind: Kind
    escrow_id: UUID
    subject_id: UUID
    title: str
    amount: Money
    payer_id: UUID
    payee_id: UUID
    opener_id: UUID
    opener: PersonCard | None
    respondent_id: UUID
    respondent: PersonCard | None
    reason: str
    description: str | None
    opened_at: Instant
    answered_at: Instant | None
    next_step: NextStep | None
    is_overdue: bool
    mediator_id: UUID | None
    decision: DecisionView | None
    appeal: AppealView | None
    to_payee: Money | None
    to_payer: Money | None
    closed_at: Instant | None
    closed_reason: str | None


class DisputeQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of dispute lists. `status` takes several words, also older ones; `mine`: those the caller of staff has taken up."""

    status: Annotated[list[str], Meta(max_length=20)] | None = None
    kind: Kind | None = None
    escrow_id: UUID | None = None
    subject_id: UUID | None = None
    is_open: bool = False
    is_overdue: bool = False
    is_appealed: bool = False
    mine: bool = False


async def dispute_view(read: Read, dispute_id: UUID, by: Actor) -> DisputeView:
    """Return a dispute to its two sides and to staff; for others there is none."""
    found = await DISPUTES.page(read, ListQuery(limit=1, cursor=""), decode=_view, where={"id": dispute_id})
    views = [view for view in found.items if is_staff(by) or by.account_id in {view.payer_id, view.payee_id}]
    if not views:
        raise DisputeNotFound
    return (await _shown(read, by, views))[0]


async def disputes(read: Read, by: Actor, query: DisputeQuery) -> Page[DisputeView]:
    """Return the caller's own disputes; to staff everybody's: the queue."""
    return await _page(read, by, query, None if is_staff(by) else by.account_id)


async def disputes_of(read: Read, by: Actor, account_id: UUID, query: DisputeQuery) -> Page[DisputeView]:
    """Return the disputes of one account, to itself and to staff."""
    if account_id != by.account_id and not is_staff(by):
        raise DisputeNotFound
    return await _page(read, by, query, account_id)


async def _page(read: Read, by: Actor, query: DisputeQuery, party: UUID | None) -> Page[DisputeView]:
    where = {
        "party": party,
        "states": _states(query.status),
        "kind": query.kind,
        "escrow": query.escrow_id,
        "subject": query.subject_id,
        "mediator": by.account_id if query.mine else None,
        "is_open": query.is_open,
        "is_overdue": query.is_overdue,
        "is_appealed": query.is_appealed,
    }
    page = await DISPUTES.page(read, query, decode=_view, where=where)
    return replace(page, items=await _shown(read, by, page.items))


async def _shown(read: Read, by: Actor, views: Sequence[DisputeView]) -> list[DisputeView]:
    """Return the views with the cards of both sides; who of staff has taken it up is told to staff."""
    cards = await primary_cards(read, list({who for view in views for who in (view.opener_id, view.respondent_id)}))
    return [
        replace(
            view,
            opener=cards.get(view.opener_id),
            respondent=cards.get(view.respondent_id),
            mediator_id=view.mediator_id if is_impartial(by, view.payer_id, view.payee_id) else None,
        )
        for view in views
    ]


def _view(row: Row) -> DisputeView:
    state, asset, payee_bp = State(row["state"]), row["asset"], row["payee_bp"]
    to_payee, to_payer = (None, None) if payee_bp is None else division(row["amount"], asset, payee_bp)
    return DisputeView(
        id=row["id"],
        status=state,
        legacy_status=LEGACY.get(state),
        outcome=None if payee_bp is None else outcome_of(payee_bp),
        kind=row["kind"],
        escrow_id=row["hold_id"],
        subject_id=row["subject_id"],
        title=row["title"],
        amount=Money(row["amount"], asset),
        payer_id=row["payer_id"],
        payee_id=row["payee_id"],
        opener_id=row["opener_id"],
        opener=None,
        respondent_id=row["payee_id"] if row["opener_id"] == row["payer_id"] else row["payer_id"],
        respondent=None,
        reason=row["reason"],
        description=row["description"],
        opened_at=instant(row["opened_at"]),
        answered_at=maybe_instant(row["answered_at"]),
        next_step=_next_step(row),
        is_overdue=row["overdue_at"] is not None,
        mediator_id=row["mediator_id"],
        decision=_decision(row) if row["decision_id"] else None,
        appeal=_appeal(row),
        to_payee=to_payee,
        to_payer=to_payer,
        closed_at=maybe_instant(row["closed_at"]),
        closed_reason=row["closed_reason"],
    )


def _next_step(row: Row) -> NextStep | None:
    if row["due_at"] is None:
        return None
    decision = DecisionState(row["decision_state"]) if row["decision_id"] else None
    step = step_of(row["kind"], State(row["state"]), decision, is_ruling=row["decision_kind"] == "ruling")
    return NextStep(step=step, at=instant(row["due_at"]), if_silent=_SILENCE[step])


def _decision(row: Row) -> DecisionView:
    return decision_view(
        row["amount"], row["asset"], id=row["decision_id"], kind=row["decision_kind"], state=row["decision_state"],
        payee_bp=row["decision_bp"], reason=row["decision_reason"], made_at=row["made_at"], payer_accepted_at=row["payer_accepted_at"],
        payee_accepted_at=row["payee_accepted_at"],
    )  # fmt: skip


def _appeal(row: Row) -> AppealView | None:
    if row["appealed_at"] is None:
        return None
    return AppealView(by=row["appealed_by"], at=instant(row["appealed_at"]), reason=row["appeal_reason"])


def _states(words: list[str] | None) -> list[State] | None:
    if words is None:
        return None
    states = {word: state_of(word) for word in words}
    unknown = [word for word, state in states.items() if state is None]
    if unknown:
        raise Invalid(*(FieldError("status", "query", "disputes.unknown_status", f"{word} is no status of a dispute.") for word in unknown))
    return [state for state in states.values() if state]
