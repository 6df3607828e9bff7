"""Any verb by anybody at any time on a project with several milestones: money is never lost or made, and never held for nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from skillhall.deploy.contexts import MODULES
from skillhall.deploy.hall import build_house
from skillhall.gigs.commands.accept_bid import AcceptBid, PlannedMilestone, accept_bid
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, Sign, cancel_agreement, change_terms, complete_agreement, sign_agreement
from skillhall.gigs.commands.create_project import create_project
from skillhall.gigs.commands.deliver import (
    AskRevision,
    Deliver,
    approve_milestone,
    ask_milestone_revision,
    deliver_milestone,
    start_milestone,
)
from skillhall.gigs.commands.escrow import (
    Grounds,
    freeze_escrow,
    fund_milestone,
    refund_escrow,
    release_milestone,
    unfreeze_escrow,
)
from skillhall.gigs.commands.pass_time import expire_agreement, release_due
from skillhall.gigs.commands.place_bid import PlaceBid, place_bid
from skillhall.gigs.model import agreeing, delivering, hours, paying
from skillhall.gigs.model.agreeing import Offered
from skillhall.gigs.model.agreement import CLOSED, RUNNING, UNSIGNED, AgreementState, Kind, Planned
from skillhall.gigs.model.bid import Bid, BidState
from skillhall.gigs.model.delivering import Handover
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_facts import engagement_facts, moved_money, posting, to_give_back
from skillhall.gigs.model.escrow import WALLET, EngagementRules, EscrowState
from skillhall.gigs.model.posting import CreateProject
from skillhall.gigs.model.project import ARROWS, Project, ProjectState
from skillhall.gigs.queries.engagement_proofs import ENGAGEMENT_CHECKS
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.pool import open_connection
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Facts, Tx
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.kernel.verify import run_checks
from skillhall.ledger.api import Transfer, moved, opening, post
from skillhall.ledger.queries.books import CHECKS
from tests.learning.builders import INSERT_ACCOUNT, INSERT_PROFILE
from tests.ledger.builders import again
from tests.support import database
from tests.support.full import IS_FULL
from tests.support.hall import CONFIG

PROOFS = (*ENGAGEMENT_CHECKS, *CHECKS)
VERSION = Statement("SELECT version FROM gigs.agreement WHERE id = $1")
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CLIENT, WORKER, STRANGER = ids.derived("client"), ids.derived("worker"), ids.derived("stranger")
PEOPLE = st.sampled_from([CLIENT, CLIENT, CLIENT, WORKER, WORKER, WORKER, STRANGER])
CASES = [Subject("dispute", ids.derived("case", 1)), Subject("dispute", ids.derived("case", 2)), Subject("staff", ids.derived("case", 3))]
STEPS = st.sampled_from([timedelta(hours=count) for count in (0, 1, 24, 72, 24 * 7, 24 * 15)])
PICK = st.integers(0, 1000)
Verb = Callable[[Engagement], Engagement]


class Short(Refusal):
    """The client cannot pay."""


class Books:
    """The ledger, as far as an engagement needs it: holds are opened once and drained once."""

    def __init__(self, wallet: int) -> None:
        self.wallet, self.earned, self.fees, self.provider = wallet, 0, 0, 0
        self.holds: dict[UUID, int] = {}
        self.used: set[UUID] = set()
        self.frozen: dict[UUID, Subject] = {}

    @property
    def total(self) -> int:
        return self.wallet + self.earned + self.fees + self.provider + sum(self.holds.values())

    def post(self, transfer: Transfer | None) -> None:
        if transfer is None:
            return
        if transfer.kind in {"hold", "fund"}:
            (line,) = [line for line in transfer.lines if line.hold_id]
            self._open(line.hold_id, line.amount, transfer.kind)
            return
        for line in transfer.lines:
            assert line.hold_id
            if line.purpose == "refund":
                continue
            assert self.frozen.get(line.hold_id) == transfer.freeze_key
            left = self.holds[line.hold_id]
            amount = left if line.amount is None else line.amount
            assert 0 < amount <= left
            self.holds[line.hold_id] = left - amount
            match line.account:
                case "payee":
                    self.earned += amount
                case "platform_fee":
                    self.fees += amount
                case "back":
                    self.wallet += amount
                case _:
                    self.provider += amount

    def claw(self, hold_id: UUID, amount: int) -> None:
        """The client's bank takes out of a hold what it wants."""
        assert 0 < amount <= self.holds[hold_id]
        self.holds[hold_id] -= amount
        self.provider += amount

    def _open(self, hold_id: UUID | None, amount: int | None, kind: str) -> None:
        assert hold_id
        assert amount
        assert hold_id not in self.used
        if kind == "hold" and amount > self.wallet:
            raise Short
        if kind == "hold":
            self.wallet -= amount
        else:
            self.provider -= amount
        self.used.add(hold_id)
        self.holds[hold_id] = amount


class EngagementMachine(RuleBasedStateMachine):
    """One agreement; the clock only goes forward; sweeps may be late."""

    engagement: Engagement

    @initialize(
        kind=st.sampled_from(["fixed", "fixed", "fixed", "booking", "hourly"]),
        amounts=st.lists(st.integers(1, 400), min_size=2, max_size=4),
        wallet=st.integers(200, 2000),
        stage=st.sampled_from(["made", "signed", "funded"]),
    )
    def make(self, kind: Kind, amounts: list[int], wallet: int, stage: str) -> None:
        """Most lives begin further on, because few random ones get there."""
        self.now, self.books, self.wallet = NOW, Books(wallet), wallet
        self.state = ProjectState.IN_PROGRESS
        hourly = kind == "hourly"
        project, bid = a_project(hourly=hourly), a_bid(None if hourly else sum(amounts), 30 if hourly else None)
        if kind == "booking":
            made = agreeing.booked(project, bid, EngagementRules(), NOW, amount=sum(amounts), starts_at=None, ends_at=None, notes="")
        else:
            plan = () if hourly else tuple(Planned(title=f"Part {number}", amount=amount) for number, amount in enumerate(amounts))
            made = agreeing.agreed(
                project, bid, kind, Offered(milestones=plan, weekly_minutes=600 if hourly else None), EngagementRules(), NOW
            )
        self.engagement = made
        if stage != "made":
            self.step(lambda found: agreeing.signed(found, CLIENT, 1, self.now))
            self.step(lambda found: agreeing.signed(found, WORKER, 1, self.now))
            self.step(lambda found: hours.opened(found, self.now))
        if stage == "funded":
            for escrow in made.escrows:
                self.step(lambda found, escrow=escrow: paying.funded(found, escrow.id, WALLET, self.now))

    def step(self, verb: Verb) -> None:
        """Do what the command does: the rule, then the books, all or nothing."""
        before = self.engagement
        try:
            after = verb(before)
            backs = {
                one.id: moved(one.id, ids.new(), CLIENT, one.returned, one.subject_id, asset=one.asset)
                for one in to_give_back(before, after)
            }
            self.books.post(posting(before, after, backs))
        except Refusal:
            return
        old = {escrow.id: escrow for escrow in before.escrows}
        for escrow in after.escrows:
            was = old.get(escrow.id)
            if was and escrow.clawed > was.clawed:
                self.books.claw(escrow.id, escrow.clawed - was.clawed)
            assert was is None or was.state in {EscrowState.PENDING_FUNDING, EscrowState.HELD, EscrowState.FROZEN} or was == escrow
            if escrow.freeze_key:
                self.books.frozen[escrow.id] = escrow.freeze_key
            else:
                self.books.frozen.pop(escrow.id, None)
        for gone in old.keys() - {escrow.id for escrow in after.escrows}:
            assert old[gone].state is EscrowState.PENDING_FUNDING
        assert before.agreement.state not in CLOSED or after.agreement == before.agreement
        if moved_money(before, after):
            assert list(engagement_facts(before, after))
        if after.project_state is not self.state:
            assert after.project_state in ARROWS[self.state]
            self.state = after.project_state
        self.engagement = after

    def verbs(self, by: UUID, pick: int) -> dict[str, Verb]:
        """Return everything anybody can do, on whatever `pick` points at."""
        now, found = self.now, self.engagement
        case, other = CASES[pick % len(CASES)], CASES[(pick + 1) % len(CASES)]
        verbs: dict[str, Verb] = {
            "sign": lambda e: agreeing.signed(e, by, e.agreement.version, now),
            "change": lambda e: agreeing.changed(e, by, self.other_terms(pick), now),
            "lapse": lambda e: agreeing.lapsed(e, now),
            "cancel": lambda e: agreeing.cancelled(e, by, None, now) if pick % 5 == 0 else e,
            "complete": lambda e: agreeing.completed(e, by, now),
            "open week": lambda e: hours.opened(e, now),
            "confirm": lambda e: delivering.confirmed(e, by, now),
            "begin": lambda e: delivering.booking_started(e, by, now),
            "hand over": lambda e: delivering.booking_delivered(e, by, handover(), now),
            "send it back": lambda e: delivering.booking_sent_back(e, by, "x", now),
        }
        if found.escrows:
            escrow = found.escrows[pick % len(found.escrows)]
            verbs |= {
                "fund": lambda e: paying.funded(e, escrow.id, WALLET if pick % 3 else "provider:sandbox", now),
                "release": lambda e: paying.released(e, by, escrow.id, now),
                "due": lambda e: paying.due(e, escrow.id, now),
                "give back": lambda e: paying.given_back(e, escrow.id, case, now) if pick % 5 == 0 else e,
                "freeze": lambda e: paying.frozen(e, escrow.id, case, now),
                "suspend": lambda e: paying.suspended(e, escrow.id, case, now),
                "dispute": lambda e: paying.disputed(e, by, escrow.id, CASES[pick % 2], now),
                "thaw": lambda e: paying.thawed(e, escrow.id, escrow.freeze_key or other, now),
                "unfreeze": lambda e: paying.unfrozen(e, escrow.id, case, now),
                "rule": lambda e: paying.ruled(e, escrow.id, escrow.freeze_key or other, pick * 10, now),
                "claw": lambda e: paying.clawed(e, escrow.id, 1 + pick % escrow.left, now) if escrow.is_funded else e,
            }
        if found.milestones:
            milestone = found.milestones[pick % len(found.milestones)]
            verbs |= {
                "start": lambda e: delivering.started(e, by, milestone.id, now),
                "deliver": lambda e: delivering.delivered(e, by, milestone.id, handover(), now),
                "send back": lambda e: delivering.sent_back(e, by, milestone.id, "x", now),
                "approve": lambda e: paying.released(e, by, delivering.check_approvable(e, milestone.id).id, now),
            }
        if found.weeks:
            week = found.weeks[pick % len(found.weeks)]
            verbs |= {
                "submit": lambda e: hours.submitted(e, by, week.id, pick % 600 + 1, "", now),
                "object": lambda e: hours.objected(e, by, week.id, "x", now),
                "lapse week": lambda e: hours.lapsed(e, week.id, now),
            }
        return verbs

    def other_terms(self, pick: int) -> agreeing.Terms:
        """Return terms in which what is not decided has another price."""
        found = self.engagement
        terms = found.agreement.terms
        if found.agreement.kind != "fixed":
            return replace(terms, scope=f"Scope {pick}")
        kept = [
            Planned(title=one.title, amount=found.escrow_of(one.id).amount)
            for one in found.milestones
            if not found.escrow_of(one.id).is_live
        ]
        plan = (*kept, Planned(title=f"New {pick}", amount=pick + 1))
        return replace(terms, milestones=plan, amount=sum(one.amount for one in plan))

    @rule(by=STEPS)
    def wait(self, by: timedelta) -> None:
        self.now += by

    @rule(by=PEOPLE, pick=PICK, data=st.data())
    def do_anything(self, by: UUID, pick: int, data: st.DataObject) -> None:
        verbs = self.verbs(by, pick)
        self.step(verbs[data.draw(st.sampled_from(sorted(verbs)))])

    @rule(by=st.sampled_from([CLIENT, WORKER]), pick=PICK, data=st.data())
    def do_what_is_possible(self, by: UUID, pick: int, data: st.DataObject) -> None:
        """Most random calls are refused; this one draws among those that change something."""
        verbs = self.verbs(by, pick)
        possible = [name for name, verb in verbs.items() if self.changes(verb)]
        if possible:
            self.step(verbs[data.draw(st.sampled_from(sorted(possible)))])

    def changes(self, verb: Verb) -> bool:
        try:
            return verb(self.engagement) != self.engagement
        except Refusal:
            return False

    @rule()
    def sweep(self) -> None:
        """Time does what is due, as the sweeps do."""
        self.step(lambda e: agreeing.lapsed(e, self.now))
        for escrow in self.engagement.escrows:
            self.step(lambda e, escrow=escrow: paying.due(e, escrow.id, self.now))
        for week in self.engagement.weeks:
            self.step(lambda e, week=week: hours.lapsed(e, week.id, self.now))
        self.step(lambda e: hours.opened(e, self.now))

    @invariant()
    def money_is_neither_lost_nor_made(self) -> None:
        if not hasattr(self, "engagement"):
            return
        assert self.books.total == self.wallet
        held = {escrow.id: escrow.left for escrow in self.engagement.funded}
        assert {hold_id: left for hold_id, left in self.books.holds.items() if left} == held
        for escrow in self.engagement.escrows:
            assert 0 <= escrow.paid_fee <= escrow.paid_gross <= escrow.left <= escrow.amount
            assert escrow.left or not escrow.is_live
            assert escrow.paid_fee == (escrow.fee_of(escrow.paid_gross) if escrow.paid_gross else 0)
            assert (escrow.paid_gross > 0) == (escrow.state in {EscrowState.RELEASED, EscrowState.SPLIT})
            assert (escrow.frozen_by is not None) == (escrow.state is EscrowState.FROZEN)

    @invariant()
    def nothing_is_held_for_nobody(self) -> None:
        if not hasattr(self, "engagement"):
            return
        engagement, agreement = self.engagement, self.engagement.agreement
        subjects = {one.id for one in (*engagement.milestones, *engagement.weeks, *((engagement.booking,) if engagement.booking else ()))}
        assert {escrow.subject_id for escrow in engagement.escrows} == subjects
        assert len(engagement.escrows) == len(subjects)
        if agreement.state in CLOSED:
            assert not engagement.live
            assert agreement.closed_at
        assert (agreement.sign_by is not None) == (agreement.state in UNSIGNED)
        if agreement.state in RUNNING:
            assert agreement.client_signed_at
            assert agreement.worker_signed_at
            assert (agreement.state is AgreementState.DISPUTED) == engagement.is_frozen
            assert engagement.live or agreement.kind == "hourly"
        if booking := engagement.booking:
            assert (booking.closed_at is None) == bool(engagement.live)
            assert (booking.state == "completed") == engagement.is_paid
        for escrow in engagement.funded:
            is_due = engagement.is_delivered(escrow)
            assert is_due == (escrow.release_at is not None)


def handover() -> Handover:
    """Return something handed over."""
    return Handover(delivery_id=ids.new(), notes="All of it, as agreed.")


def a_project(*, hourly: bool) -> Project:
    """Return an open project of the client."""
    return Project(
        id=ids.derived("project"), account_id=CLIENT, profile_id=ids.derived("face"), title="A film", description="", asset="CREDIT",
        pricing="hourly" if hourly else "fixed", budget_min=None, budget_max=None, category_slug=None, visibility="public",
        state=ProjectState.OPEN, paused_from=None, starts_at=None, deadline=None, is_remote=True, location=None, level=None, tags=(),
        worker_id=None, published_at=NOW, delivered_at=None, completed_at=None, hidden_at=None, version=1, created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def a_bid(amount: int | None, rate: int | None) -> Bid:
    """Return a bid of the worker."""
    return Bid(
        id=ids.derived("bid"), project_id=ids.derived("project"), account_id=WORKER, profile_id=ids.derived("other face"), amount=amount,
        hourly_rate=rate, delivery_days=None, proposal="", state=BidState.PENDING, valid_until=NOW, created_at=NOW, decided_at=None,
    )  # fmt: skip


EngagementMachine.TestCase.settings = settings(max_examples=120 if IS_FULL else 50, stateful_step_count=40, deadline=None)
TestEngagement = pytest.mark.filterwarnings("default")(EngagementMachine.TestCase)


class HallMachine(RuleBasedStateMachine):
    """The same on the real rows and the real books: every rule runs a command in a savepoint of one transaction, and all proofs hold."""

    def __init__(self, loop: asyncio.AbstractEventLoop, dsn: str) -> None:
        super().__init__()
        self.loop = loop
        self.connection = self.wait(open_connection(dsn))
        self.transaction = self.connection.transaction()
        self.wait(self.transaction.start())
        self.tx = Tx(self.connection, build_house(CONFIG, MODULES), Actor.of("test", "a test"), Facts())

    def wait(self, awaitable: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(awaitable)

    def teardown(self) -> None:
        self.prove()
        self.wait(self.transaction.rollback())
        self.wait(self.connection.close())

    def prove(self) -> None:
        report = self.wait(run_checks(self.tx, PROOFS))
        assert report.is_clean, report.findings

    def do(self, command: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Run a command all or nothing; return its answer, or None when it was refused."""

        async def guarded() -> Any:
            try:
                async with again(self.tx).savepoint():
                    return await command(self.tx, *args)
            except Refusal:
                return None

        return self.wait(guarded())

    @initialize(amounts=st.lists(st.integers(1, 300), min_size=2, max_size=4), wallet=st.integers(300, 1500))
    def begin(self, amounts: list[int], wallet: int) -> None:
        """Client and worker have signed; the first milestone is funded."""
        self.client, self.worker, self.staff = (Actor(account_id=ids.new(), profile_id=ids.new()) for _ in range(3))
        self.staff = Actor(account_id=ids.new(), permissions=frozenset({"hold.freeze", "hold.release"}))
        for who in (self.client, self.worker):
            self.wait(self.tx.run(Statement(INSERT_ACCOUNT), who.account_id, "Ada", "UTC"))
            self.wait(self.tx.run(Statement(INSERT_PROFILE), who.profile_id, who.account_id, "Ada"))
        lines = opening(self.client.account_id, wallet=wallet)
        self.do(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", ids.new()), lines=lines))
        posted = self.do(create_project, self.client, CreateProject(title="A cello part for a film"))
        self.bid = self.do(place_bid, self.worker, posted.id, PlaceBid(amount=Decimal(sum(amounts))))
        plan = [PlannedMilestone(title=f"Part {number}", amount=Decimal(amount)) for number, amount in enumerate(amounts)]
        self.made = self.do(accept_bid, self.client, self.bid.id, AcceptBid(milestones=plan))
        for who in (self.client, self.worker):
            self.do(sign_agreement, who, self.made.id, Sign(version=1))
        self.do(fund_milestone, self.client, self.made.milestones[0].id)
        self.case = Subject("staff", ids.new())

    @rule(verb=st.sampled_from(["fund", "start", "deliver", "approve", "send back", "release"]), pick=PICK, by_client=st.booleans())
    def work(self, verb: str, pick: int, *, by_client: bool) -> None:
        one = self.made.milestones[pick % len(self.made.milestones)].id
        right = verb in {"fund", "approve", "send back", "release"}
        by = self.client if right != (by_client and pick % 7 == 0) else self.worker
        match verb:
            case "deliver":
                self.do(deliver_milestone, by, one, Deliver(notes="All of it, as agreed."))
            case "send back":
                self.do(ask_milestone_revision, by, one, AskRevision(reason="x"))
            case _:
                commands = {"fund": fund_milestone, "start": start_milestone, "approve": approve_milestone, "release": release_milestone}
                self.do(commands[verb], by, one)

    @rule(verb=st.sampled_from(["freeze", "unfreeze", "refund"]), pick=PICK)
    def watch(self, verb: str, pick: int) -> None:
        hold = self.made.milestones[pick % len(self.made.milestones)].escrow.id
        commands = {"freeze": freeze_escrow, "unfreeze": unfreeze_escrow, "refund": refund_escrow}
        if verb != "refund" or pick % 3 == 0:
            self.do(commands[verb], self.staff, hold, Grounds(reason="Both were heard."))

    @rule(verb=st.sampled_from(["complete", "cancel", "change", "sign"]), pick=PICK, by_client=st.booleans())
    def agree(self, verb: str, pick: int, *, by_client: bool) -> None:
        by = self.client if by_client else self.worker
        match verb:
            case "complete":
                self.do(complete_agreement, by, self.made.id)
            case "cancel" if pick % 5 == 0:
                self.do(cancel_agreement, by, self.made.id, CallOff())
            case "change":
                self.do(change_terms, by, self.made.id, ChangeTerms(scope=f"Scope {pick}"), Match(None).check)
            case _:
                version = self.wait(self.tx.value(VERSION, self.made.id))
                self.do(sign_agreement, by, self.made.id, Sign(version=version))

    @rule()
    def accept_again(self) -> None:
        """After it was called off the same bid may be accepted anew, a moment later."""
        self.tx.now += timedelta(seconds=1)
        found = self.do(accept_bid, self.client, self.bid.id, AcceptBid())
        self.made = found or self.made

    @rule(pick=PICK)
    def wait_until_due(self, pick: int) -> None:
        """Time passes, and the sweep comes."""
        self.tx.now += timedelta(days=pick % 16)
        hold = self.made.milestones[pick % len(self.made.milestones)].escrow.id
        self.do(lambda tx: release_due(hold, tx))
        self.do(lambda tx: expire_agreement(self.made.id, tx))

    @invariant()
    def everything_is_proved(self) -> None:
        if hasattr(self, "made"):
            self.prove()


@pytest.fixture(scope="module")
def machine(server: str, template: str) -> Generator[tuple[asyncio.AbstractEventLoop, str]]:
    """A loop and a database whose transactions all roll back."""
    loop = asyncio.new_event_loop()
    made = database.database(server, template)
    yield loop, loop.run_until_complete(made.__aenter__())
    loop.run_until_complete(made.__aexit__(None, None, None))
    loop.close()


def test_the_rows_and_the_books_agree_whatever_happens(machine: tuple[asyncio.AbstractEventLoop, str]) -> None:
    run_state_machine_as_test(
        lambda: HallMachine(*machine),  # pyright: ignore[reportArgumentType] - a factory will do
        settings=settings(
            max_examples=10 if IS_FULL else 5, stateful_step_count=20, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large], database=None,
        ),
    )  # fmt: skip
