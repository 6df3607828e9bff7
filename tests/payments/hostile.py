"""A community that does anything at any time, with a bank that cannot be relied on; by seed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec

from skillhall.billing.commands.buy import buy_this
from skillhall.billing.model.bodies import BuyThis
from skillhall.billing.model.price import package_id
from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.deliver import approve_milestone, deliver_milestone, start_milestone
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.create_offer import CreateOffer, create_offer
from skillhall.learning.commands.end import end
from skillhall.learning.commands.join import join
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.start import start
from skillhall.ledger.api import Transfer, balance, hold, post, settle
from skillhall.payments.api import Providers, reconcile
from skillhall.payments.commands.cancel import cancel_payment
from skillhall.payments.commands.confirm import Confirm, confirm, reach
from skillhall.payments.commands.open_intent import OpenIntent, open_intent
from skillhall.payments.commands.pay_out import RequestPayout, request_payout
from skillhall.payments.commands.payout_accounts import DecideIdentity, SetPayoutAccount, decide_identity, set_payout_account
from skillhall.payments.commands.refund import RefundPayment, refund_payment, retry_refund
from skillhall.payments.commands.resolve_suspense import Resolution, resolve_suspense
from skillhall.payments.commands.stop_payouts import cancel_payout
from skillhall.payments.commands.use_earnings import EarnedCredits, Redeem, Reuse, redeem, reuse
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.jobs.charges import ask_after_the_stale
from skillhall.payments.jobs.refunds import chase_refunds
from skillhall.payments.model.sandbox import CARDS, TellNews
from skillhall.payments.outside import desk
from skillhall.payments.queries.reconciliations import reconciled
from tests.billing.shopping import Counter
from tests.gigs.engaging import DONE
from tests.gigs.paying import Paying
from tests.payments.hostile_bank import Died, HostileBank
from tests.payments.hostile_proofs import AT_BANK, BOOKED, DEAD, PAYMENTS_DIFFER, PAYOUTS_DIFFER, REFUNDS_DIFFER, UNTOLD
from tests.support.hall import TestHall

T = TypeVar("T")
EUR, DAY = "EUR", timedelta(days=1)
TOKENS = (*["tok_ok"] * 12, *CARDS)
PACKAGES = [package_id(code) for code in ("starter", "learning", "pro", "expert")]
DESTINATIONS = ("ba_ok", "ba_ok", "ba_slow", "ba_return", "ba_timeout")
TELLER = Actor(account_id=ids.new(), permissions=frozenset({"payout.decide", "account.read"}))
AGAIN = "UPDATE kernel.delivery SET state = 'waiting', attempts = 0, retry_at = now()"
PAYOUTS_NOW = """
UPDATE kernel.delivery SET due_at = least(due_at, clock_timestamp() + (SELECT shift FROM kernel.clock))
WHERE receiver = 'payments.send_payout'
"""
STALE = "UPDATE payments.attempt SET sent_at = sent_at - interval '61 seconds', next_check_at = now() WHERE state IN ('sent', 'unknown')"
SILENT = "UPDATE payments.refund SET asked_at = asked_at - interval '2 hours' WHERE state IN ('sent', 'unknown')"


class NothingYet(Exception):
    """There is nothing of the kind to do it with."""


class Running:
    """Runs what a request runs around the bank."""

    def __init__(self, hall: TestHall) -> None:
        self.hall, self.house = hall, hall.runner.house

    async def run(self, work: Any) -> Any:
        return await self.hall.work(work)


class Community:
    """Members who buy, teach, work, change their minds and withdraw; and what their banks do."""

    def __init__(self, hall: TestHall, seed: int) -> None:
        self.hall, self.seed = hall, seed
        self.bank = HostileBank(hall.runner)
        cast("dict[Any, Any]", hall.runner.house.ports)[Providers] = (Providers(self.bank),)
        self.chance = Random(seed)
        self.work, self.shop = Paying(hall), Counter(hall)
        self.members: list[Actor] = []
        self.hosts: list[Actor] = []
        self.offers: list[tuple[Actor, UUID]] = []
        self.payments: list[tuple[Actor, UUID]] = []
        self.sessions: list[tuple[Actor, Actor, UUID, datetime]] = []
        self.milestones: list[tuple[Actor, Actor, UUID, UUID]] = []
        self.payouts: list[tuple[Actor, UUID]] = []
        self.done: dict[str, int] = {}
        self.since = datetime.now(UTC).date()

    async def settled_in(self) -> None:
        """Let everybody come, hosts with offers and accounts, members with cards."""
        await self.shop.opened()
        for token in ("tok_ok", "tok_decline", "tok_late", "tok_ok"):
            member = msgspec.structs.replace(await self.shop.person(), email_verified=True)
            await self.shop.card(member, token)
            self.members.append(member)
        skill = await self.work.skill()
        for destination in DESTINATIONS:
            host = msgspec.structs.replace(await self.work.host(), email_verified=True)
            body = CreateOffer(skill_id=skill, title="Guitar", duration_minutes=60, price=Money(2500, EUR), instant_booking=True)
            self.offers.append((host, (await self.hall.run(create_offer, host, body)).id))
            account = {"kind": "bank_transfer", "destination": destination, "currency": EUR}
            await self.hall.run(set_payout_account, host, msgspec.convert(account, SetPayoutAccount))
            await self.hall.pool.execute("UPDATE payments.payout_account SET kyc = 'pending' WHERE account_id = $1", host.account_id)
            await self.hall.run(decide_identity, TELLER, host.account_id, DecideIdentity(status="verified", reason="A passport."))
            self.hosts.append(host)

    async def step(self, number: int) -> None:
        """Let somebody do something; what is refused is not done. The same seed and number draw the same."""
        self.chance = self.bank.chance = Random(f"{self.seed}:{number}")
        self.bank.is_kind = False
        act = self.chance.choices(ACTIONS, WEIGHTS)[0]
        try:
            await act(self)
        except Refusal as refused:
            self._count(f"{act.__name__}: {refused.code}")
        except (Died, NothingYet) as gone:
            self._count(f"{act.__name__}: {type(gone).__name__}")
        else:
            self._count(act.__name__)
        if self.chance.random() < 0.3:
            await self.hall.drain()

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def pick(self, many: list[T], latest: int = 12) -> T:
        """Return one of the latest, rarely any."""
        if not many:
            raise NothingYet
        return self.chance.choice(many if self.chance.random() < 0.2 else many[-latest:])

    async def pay(self, who: Actor, **what: Any) -> None:
        """Open a payment, mostly to charge a card at once."""
        opened = await self.hall.run(open_intent, who, OpenIntent(**what))
        if (who, opened.id) not in self.payments[-50:]:
            self.payments.append((who, opened.id))
        await carry_out(Running(self.hall), opened.attempt_id)
        if self.chance.random() < 0.85:
            await self.charge(who, opened.id)

    async def charge(self, who: Actor, payment_id: UUID) -> None:
        for _ in range(1 if self.chance.random() < 0.8 else 2):
            reached = await self.hall.run(reach, who, payment_id)
            await carry_out(Running(self.hall), reached.attempt_id)
            body = Confirm(payment_method_id=self.chance.choice(TOKENS))
            charged = await self.hall.run(confirm, who, payment_id, body)
            await carry_out(Running(self.hall), charged.attempt_id)

    async def buy_credits(self) -> None:
        await self.pay(self.chance.choice(self.members), package_id=self.chance.choice(PACKAGES))

    async def confirm_again(self) -> None:
        await self.charge(*self.pick(self.payments))

    async def call_a_payment_off(self) -> None:
        who, payment_id = self.pick(self.payments)
        await self.hall.run(cancel_payment, who, payment_id)

    async def subscribe(self) -> None:
        who = self.chance.choice(self.members)
        card = await self.hall.pool.fetchval("SELECT id FROM payments.method WHERE account_id = $1 AND is_default", who.account_id)
        opened = await self.hall.run(buy_this, who, BuyThis(plan_code=self.chance.choice(["pro", "enterprise"]), payment_method_id=card))
        if opened.payment_id:
            self.payments.append((who, opened.payment_id))

    async def take_a_lesson(self) -> None:
        who, (host, offer_id) = self.chance.choice(self.members), self.chance.choice(self.offers)
        starts_at = await self.work.start_in(self.chance.randint(1, 9), self.chance.randint(0, 23))
        session = await self.hall.run(book, who, Book(offer_id=offer_id, starts_at=starts_at))
        self.sessions.append((host, who, session.id, starts_at))
        if self.chance.random() < 0.9:
            await self.pay(who, session_id=session.id)

    async def go_on_with_a_lesson(self) -> None:
        host, who, session_id, _starts_at = self.pick(self.sessions)
        if self.chance.random() < 0.3:
            await self.hall.run(cancel, self.chance.choice([host, who]), session_id, Reason())
            return
        await self.hall.run(accept, host, session_id)

    async def hold_a_lesson(self) -> None:
        host, who, session_id, starts_at = self.pick(self.sessions)
        if starts_at - await self.work.now() > timedelta(0):
            await self.work.until(starts_at)
        await self.hall.run(join, who, session_id)
        await self.hall.run(start, host, session_id)
        await self.hall.run(end, host, session_id)
        await self.hall.advance(3 * DAY)

    async def agree_on_work(self) -> None:
        client, worker = self.chance.choice(self.members), self.chance.choice(self.hosts)
        made = await self.work.in_euros(client, worker, self.chance.randint(5, 90), self.chance.randint(5, 90))
        self.milestones += [(client, worker, made.id, one.id) for one in made.milestones]
        for milestone in made.milestones:
            await self.pay(client, milestone_id=milestone.id)

    async def pay_for_work(self) -> None:
        client, _, _, milestone_id = self.pick(self.milestones)
        await self.pay(client, milestone_id=milestone_id)

    async def go_on_with_work(self) -> None:
        client, worker, agreement_id, milestone_id = self.pick(self.milestones)
        if self.chance.random() < 0.1:
            await self.hall.run(cancel_agreement, client, agreement_id, CallOff(reason="We do something else."))
            return
        await self.hall.run(start_milestone, worker, milestone_id)
        await self.hall.run(deliver_milestone, worker, milestone_id, DONE)
        await self.hall.run(approve_milestone, client, milestone_id)

    async def spend(self) -> None:
        member = self.chance.choice(self.members)
        has = (await balance(await self.hall.read(), member.account_id, "CREDIT")).bought
        if has > 0:
            await self._earn(member, self.chance.randint(1, has))

    async def _earn(self, member: Actor, amount: int) -> None:
        hold_id, subject = ids.new(), Subject("test", ids.new())
        host = self.chance.choice(self.hosts)
        await self.hall.work(
            post, Transfer(id=ids.new(), kind="hold", subject=subject, lines=hold(hold_id, member.account_id, amount, "test", subject.id))
        )
        lines = settle(hold_id, host.account_id, amount)
        await self.hall.work(post, Transfer(id=ids.new(), kind="settle", subject=subject, lines=lines))

    async def ask_for_money_back(self) -> None:
        who, payment_id = self.pick(self.payments)
        payee_id = await self.hall.pool.fetchval("SELECT payee_id FROM payments.payment WHERE id = $1", payment_id)
        by = next((host for host in self.hosts if host.account_id == payee_id), who) if self.chance.random() < 0.7 else who
        amount = None if self.chance.random() < 0.4 else Money(self.chance.randint(1, 3000), EUR)
        body = RefundPayment(amount=amount, reason="too many")
        await self.hall.run(lambda tx, by: refund_payment(tx, by, payment_id, body, has_key=True), by)

    async def withdraw(self) -> None:
        host = self.chance.choice(self.hosts)
        amount = None if self.chance.random() < 0.5 else Money(self.chance.randint(1, 2000), EUR)
        self.payouts.append((host, (await self.hall.run(request_payout, host, RequestPayout(amount=amount))).id))

    async def take_a_payout_back(self) -> None:
        await self.hall.run(cancel_payout, *self.pick(self.payouts, 3))

    async def use_earnings(self) -> None:
        host = self.chance.choice(self.hosts)
        if self.chance.random() < 0.7:
            await self.hall.run(redeem, host, Redeem(credits=EarnedCredits(amount=self.chance.randint(1, 60))))
        else:
            await self.hall.run(reuse, host, Reuse(amount=Money(self.chance.randint(1, 20), "CREDIT")))

    async def something_at_the_bank(self) -> None:
        if self.payouts and self.chance.random() < 0.25:
            _, payout_id = self.pick(self.payouts, 4)
            ref = await self.hall.pool.fetchval("SELECT ref FROM payments.sandbox_payout WHERE key = $1", payout_id)
            events = ["succeed", "fail", "return_payout", "resend"]
        else:
            _, payment_id = self.pick(self.payments)
            charges = "SELECT ref FROM payments.sandbox_charge WHERE payment_id = $1 ORDER BY created_at"
            rows = await self.hall.pool.fetch(charges, payment_id)
            ref = self.chance.choice(rows)["ref"] if rows else None
            events = ["succeed", "succeed", "fail", "refund", "refund", "resend", *["chargeback", "chargeback_won", "chargeback_lost"] * 2]
        if ref is not None:
            await self.happen(ref, self.chance.choice(events))

    async def a_slow_refund_ends(self) -> None:
        rows = await self.hall.pool.fetch("SELECT ref FROM payments.sandbox_refund WHERE state = 'processing' ORDER BY created_at, ref")
        await self.happen(self.pick([row["ref"] for row in rows]), self.chance.choice(["succeed", "fail"]))

    async def happen(self, ref: str, event: str) -> None:
        """Let something happen at the bank's desk, to all of a thing or to a part of it; rarely of another amount than ours."""
        amount = self.chance.randint(1, 3000) if event in {"refund", "chargeback"} and self.chance.random() < 0.6 else None
        if event == "succeed" and self.chance.random() < 0.1:
            amount = self.chance.randint(1, 3000)
        await self.bank.act(lambda acting: desk.happen(acting, ref, event, amount, None), times=self.chance.choice([1, 1, 2]))

    async def staff_tries_again(self) -> None:
        rows = await self.hall.pool.fetch(
            "SELECT id FROM payments.refund WHERE state = 'failed' AND replaced_by IS NULL ORDER BY created_at, id"
        )
        await self.hall.run(retry_refund, TELLER, self.pick([row["id"] for row in rows]))

    async def staff_sends_back_what_nobody_knows(self) -> None:
        """In the bank's dashboard, and then says so here."""
        rows = await self.hall.pool.fetch(
            "SELECT id, ref, remaining AS amount FROM payments.suspense WHERE resolved_at IS NULL AND payment_id IS NOT NULL ORDER BY id"
        )
        found = self.pick(list(rows))
        sent = await self.bank.act(lambda acting: desk.happen(acting, found["ref"], "refund", found["amount"], None))
        if sent.state == "succeeded" and self.chance.random() < 0.5:
            await self.hall.run(resolve_suspense, TELLER, found["id"], Resolution(evidence="Sent back in the dashboard."))

    async def time_passes(self) -> None:
        roll = self.chance.random()
        hours = self.chance.choice([8, 9, 31]) * 24 if roll < 0.12 else self.chance.randint(1, 30) if roll < 0.5 else 0
        await self.hall.advance(timedelta(hours=hours, minutes=self.chance.randint(1, 20)))

    async def minutes_pass(self) -> None:
        """What got no answer for a minute is asked after; what failed is tried again."""
        for statement in (STALE, SILENT, AGAIN):
            await self.hall.pool.execute(statement)
        await self.hall.work(ask_after_the_stale)
        await self.hall.work(chase_refunds)
        await self.hall.drain()

    async def a_statement_comes(self) -> None:
        await self._compared()

    async def proven(self, *, is_all_told: bool) -> None:
        """Let the line be good and everybody wait; then books, bank and what we say of each thing must agree to the unit."""
        self.bank.is_kind = True
        if is_all_told:
            for event_id in self.bank.said:
                await self.hall.work(_tell, event_id)
            self.bank.drawer.clear()
            await self.hall.drain()
        for _ in range(4):
            await self.hall.pool.execute(PAYOUTS_NOW)
            await self.minutes_pass()
        for _ in range(2):
            await self._compared()
            await self.minutes_pass()
        pool = self.hall.pool
        for statement in (PAYMENTS_DIFFER, PAYOUTS_DIFFER, REFUNDS_DIFFER, DEAD):
            rows = await pool.fetch(statement)
            assert not rows, (statement, [dict(row) for row in rows[:3]])
        found = await self._compared()
        booked, at_bank = [[tuple(row) for row in await pool.fetch(sums)] for sums in (BOOKED, AT_BANK)]
        assert booked == at_bank, (booked, at_bank, found)
        assert found.is_clean, found
        assert not [one for one in found.differences if one.is_open], found
        if is_all_told:
            untold = await pool.fetch(UNTOLD)
            assert not untold, [dict(row) for row in untold[:3]]
        await self.hall.verify()

    async def _compared(self) -> Any:
        today, found = datetime.now(UTC).date(), None
        for day in sorted({self.since, today}):
            found = await reconcile(self.hall.runner, TELLER, self.bank, day)
        assert found is not None
        return await reconciled(await self.hall.read(), found)


async def _tell(tx: Any, event_id: str) -> None:
    tx.enqueue(TellNews(event_id=event_id))


ACTIONS: list[Callable[[Community], Awaitable[None]]] = [
    Community.buy_credits,
    Community.confirm_again,
    Community.call_a_payment_off,
    Community.subscribe,
    Community.take_a_lesson,
    Community.go_on_with_a_lesson,
    Community.hold_a_lesson,
    Community.agree_on_work,
    Community.pay_for_work,
    Community.go_on_with_work,
    Community.spend,
    Community.ask_for_money_back,
    Community.withdraw,
    Community.take_a_payout_back,
    Community.use_earnings,
    Community.something_at_the_bank,
    Community.a_slow_refund_ends,
    Community.staff_tries_again,
    Community.staff_sends_back_what_nobody_knows,
    Community.time_passes,
    Community.minutes_pass,
    Community.a_statement_comes,
]
WEIGHTS = [10, 7, 4, 3, 8, 3, 1.5, 2.5, 5, 5, 3, 12, 8, 2, 3, 16, 2, 3, 2, 5, 5, 1]
