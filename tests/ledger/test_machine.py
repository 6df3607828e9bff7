"""The ledger against a model of it in plain Python: any postings in any order, in every mode; then the books must prove."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from skillhall.deploy.contexts import MODULES
from skillhall.deploy.hall import build_house
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.pool import open_connection
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Facts, Tx
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.kernel.verify import run_checks
from skillhall.ledger.api import Lines, Transfer, adjust, freeze, gift, grant, hold, post, release, reverse, settle, unfreeze
from skillhall.ledger.model.transfer import Line, Mode, opening
from skillhall.ledger.queries.books import CHECKS
from tests.ledger.books import Books, No
from tests.ledger.builders import BALANCES, SUBJECT, again, in_mode, platform
from tests.support import database
from tests.support.full import IS_FULL
from tests.support.hall import CONFIG

T = TypeVar("T")
MODES: tuple[Mode, ...] = ("points", "voucher", "per_booking", "licensed")
PEOPLE = [ids.derived("person", number) for number in range(4)]
KEYS = [Subject("report", ids.derived("key", 1)), Subject("suspension", ids.derived("key", 2)), Subject("dispute", ids.derived("key", 3))]
HOLDS = Statement("SELECT id, remaining, granted, frozen_by FROM ledger.hold")
people, amounts = st.sampled_from(PEOPLE), st.integers(1, 40)
number = st.integers(0, 1000)
BY_TEXT = {str(key): key for key in KEYS}
wrong_keys = st.sampled_from(["its own"] * 6 + [None, *KEYS])


class LedgerMachine(RuleBasedStateMachine):
    """Every rule posts in a savepoint of one transaction and does the same to the model; both must refuse alike."""

    def __init__(self, loop: asyncio.AbstractEventLoop, dsn: str, mode: Mode) -> None:
        super().__init__()
        self.loop, self.mode, self.books = loop, mode, Books(mode)
        self.asset = CREDIT if self.books.has_credits else "EUR"
        self.posted: list[Transfer] = []
        self.grants: dict[UUID, tuple[UUID, int]] = {}
        self.reversed: set[UUID] = set()
        self.connection = self.wait(open_connection(dsn))
        self.transaction = self.connection.transaction()
        self.wait(self.transaction.start())
        self.tx = in_mode(Tx(self.connection, build_house(CONFIG, MODULES), Actor.of("test", "a test"), Facts()), mode)

    def wait(self, awaitable: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(awaitable)

    def teardown(self) -> None:
        report = self.wait(run_checks(self.tx, CHECKS))
        self.wait(self.transaction.rollback())
        self.wait(self.connection.close())
        assert report.is_clean, report.findings

    def both(self, told: Callable[[Books], None], run: Callable[[Tx], Awaitable[T]]) -> T | None:
        """Do it in the model and in the database; return the database's answer, or None when both refused."""
        model, expected = self.books.copy(), None
        try:
            told(model)
        except No as no:
            expected = no.code

        async def guarded() -> tuple[T | None, str | None]:
            try:
                async with again(self.tx).savepoint():
                    return await run(self.tx), None
            except Refusal as refused:
                return None, refused.code

        answer, code = self.wait(guarded())
        assert code == expected
        if code:
            return None
        model.thaw_empty()
        self.books = model
        return answer

    def post(self, kind: str, lines: Lines, told: Callable[[Books], None], key: Subject | None = None) -> Transfer | None:
        transfer = Transfer(id=ids.new(), kind=kind, subject=SUBJECT, lines=lines, freeze_key=key)
        if self.both(told, lambda tx: post(tx, transfer)) is None:
            return None
        self.posted.append(transfer)
        return transfer

    def a_hold(self, pick: int) -> UUID:
        """Return a hold, an open one if there is any and `pick` is not a multiple of ten."""
        some = sorted(key for key, told in self.books.holds.items() if told.remaining or not pick % 10) or sorted(self.books.holds)
        return some[pick % len(some)]

    def a_key(self, hold_id: UUID, key: Subject | str | None) -> Subject | None:
        """Return the key that froze this hold, or another one where that is wanted."""
        return key if isinstance(key, Subject) or key is None else BY_TEXT.get(self.books.holds[hold_id].frozen_by or "")

    @initialize()
    def begin(self) -> None:
        """Give everybody something to move."""
        for who in PEOPLE:
            self.open_wallet(who, 60)
            self.give(who, 25)
            self.fund(who, 30)
            self.hold(who, 35)

    @rule(who=people, amount=amounts)
    def open_wallet(self, who: UUID, amount: int) -> None:
        self.post("opening", opening(who, wallet=amount, asset=self.asset), lambda books: books.opening(who, amount))

    @rule(who=people, amount=amounts)
    def give(self, who: UUID, amount: int) -> None:
        granted = self.post("grant", grant(who, amount), lambda books: books.grant(who, amount))
        if granted:
            self.grants[granted.id] = (who, amount)

    @rule(who=people, amount=amounts)
    def take(self, who: UUID, amount: int) -> None:
        self.post("adjust", adjust(who, -amount, asset=self.asset), lambda books: books.take(who, amount))

    @rule(pair=st.lists(people, min_size=2, max_size=2, unique=True), amount=amounts)
    def gift(self, pair: list[UUID], amount: int) -> None:
        giver, receiver = pair
        self.post("gift", gift(giver, receiver, amount), lambda books: books.gift(giver, receiver, amount))

    @precondition(lambda self: self.books.has_credits)
    @rule(who=people, amount=st.integers(1, 10))
    def owe(self, who: UUID, amount: int) -> None:
        lines = (
            Line(account="debt", amount=-amount, owner=who, asset=CREDIT),
            Line(account="issuance", amount=amount, owner=ids.NIL, asset=CREDIT),
        )
        self.post("clawback", lines, lambda books: books.owe(who, amount))

    @rule(who=people, amount=amounts)
    def hold(self, who: UUID, amount: int) -> None:
        hold_id = ids.new()
        lines = hold(hold_id, who, amount, "test", ids.NIL, asset=self.asset)
        self.post("hold", lines, lambda books: books.hold(hold_id, who, amount))

    @precondition(lambda self: self.books.holds)
    @rule(pick=number, who=people, amount=amounts)
    def hold_under_a_used_id(self, pick: int, who: UUID, amount: int) -> None:
        hold_id = self.a_hold(pick)
        lines = hold(hold_id, who, amount, "test", ids.NIL, asset=self.asset)
        self.post("hold", lines, lambda books: books.hold(hold_id, who, amount))

    @rule(who=people, amount=amounts)
    def fund(self, who: UUID, amount: int) -> None:
        if self.books.has_credits:
            return
        hold_id = ids.new()
        lines = (
            Line(account="provider:card", amount=-amount, owner=ids.NIL, asset="EUR"),
            Line(account="held", amount=amount, owner=who, asset="EUR", hold_id=hold_id, purpose="test", subject_id=ids.NIL),
        )
        self.post("fund", lines, lambda books: books.fund(hold_id, who, amount))

    @precondition(lambda self: self.books.holds)
    @rule(
        pick=number, payees=st.lists(st.tuples(people, st.integers(0, 25), st.integers(0, 100)), min_size=1, max_size=3), wrong=wrong_keys
    )
    def settle(self, pick: int, payees: list[tuple[UUID, int, int]], wrong: Subject | str | None) -> None:
        hold_id = self.a_hold(pick)
        key = self.a_key(hold_id, wrong)
        parts = [(payee, gross, gross * percent // 100) for payee, gross, percent in payees if gross]
        lines = tuple(line for payee, gross, fee in parts for line in settle(hold_id, payee, gross, fee=fee))

        def told(books: Books) -> None:
            for payee, gross, fee in parts:
                books.settle(hold_id, payee, gross, fee, str(key) if key else None)

        if lines:
            self.post("settle", lines, told, key)

    @precondition(lambda self: self.books.holds and self.mode != "per_booking")
    @rule(pick=number, payee=people, gross=st.integers(0, 25), fee=st.integers(0, 5), back=st.integers(0, 25), wrong=wrong_keys)
    def split(self, pick: int, payee: UUID, gross: int, fee: int, back: int, wrong: Subject | str | None) -> None:
        hold_id = self.a_hold(pick)
        key = self.a_key(hold_id, wrong)
        named = str(key) if key else None
        lines = settle(hold_id, payee, gross, fee=min(fee, gross), back=back)

        def told(books: Books) -> None:
            books.settle(hold_id, payee, gross, min(fee, gross), named)
            if back:
                books.release(hold_id, back, named)

        if lines:
            self.post("settle", lines, told, key)

    @precondition(lambda self: self.books.holds)
    @rule(picks=st.lists(number, min_size=1, max_size=4), amount=st.none() | st.integers(1, 25), wrong=wrong_keys)
    def release(self, picks: list[int], amount: int | None, wrong: Subject | str | None) -> None:
        chosen = list(dict.fromkeys(self.a_hold(pick) for pick in picks))
        key = self.a_key(chosen[0], wrong)
        lines = tuple(line for hold_id in chosen for line in release(hold_id, amount))

        def told(books: Books) -> None:
            for hold_id in chosen:
                books.release(hold_id, amount, str(key) if key else None)

        self.post("release", lines, told, key)

    @precondition(lambda self: self.books.holds)
    @rule(pick=number, key=st.sampled_from(KEYS), on=st.booleans())
    def freeze(self, pick: int, key: Subject, *, on: bool) -> None:
        hold_id, change = self.a_hold(pick), freeze if on else unfreeze

        def told(books: Books) -> None:
            (books.freeze if on else books.unfreeze)(hold_id, str(key))

        changed = self.both(told, lambda tx: change(tx, [hold_id], key))
        assert changed in ([], [hold_id])

    @precondition(lambda self: self.grants)
    @rule(pick=number)
    def reverse(self, pick: int) -> None:
        transfer_id = sorted(self.grants)[pick % len(self.grants)]
        is_done = transfer_id in self.reversed
        posted = self.both(
            lambda books: None if is_done else books.reverse_grant(*self.grants[transfer_id]),
            lambda tx: reverse(tx, tx.actor, transfer_id),
        )
        if posted is not None:
            assert posted.is_replay == is_done
            self.reversed.add(transfer_id)

    @precondition(lambda self: self.posted)
    @rule(pick=number)
    def repeat(self, pick: int) -> None:
        transfer = self.posted[pick % len(self.posted)]
        opened = [line.hold_id for line in transfer.lines if line.purpose and line.hold_id]

        def told(books: Books) -> None:
            if any(not books.holds[hold_id].remaining for hold_id in opened):
                raise No("ledger.hold_closed")

        posted = self.both(told, lambda tx: post(tx, transfer))
        assert posted is None or posted.is_replay

    @invariant()
    def both_agree(self) -> None:
        stored = {(row["owner"], row["kind"]): row["amount"] for row in self.wait(self.tx.rows(BALANCES))}
        assert stored == self.books.nonzero()
        holds = {row["id"]: (row["remaining"], row["granted"], row["frozen_by"]) for row in self.wait(self.tx.rows(HOLDS))}
        assert holds == {key: (told.remaining, told.granted, told.frozen_by) for key, told in self.books.holds.items()}
        assert sum(stored.values()) + sum(self.wait(platform(self.tx)).values()) == 0


@pytest.fixture(scope="module")
def machine(server: str, template: str) -> Generator[tuple[asyncio.AbstractEventLoop, str]]:
    """A loop and a database whose transactions all roll back."""
    loop = asyncio.new_event_loop()
    made = database.database(server, template)
    yield loop, loop.run_until_complete(made.__aenter__())
    loop.run_until_complete(made.__aexit__(None, None, None))
    loop.close()


@pytest.mark.parametrize("mode", MODES)
def test_the_ledger_does_what_the_model_does(machine: tuple[asyncio.AbstractEventLoop, str], mode: Mode) -> None:
    run_state_machine_as_test(
        lambda: LedgerMachine(*machine, mode),  # pyright: ignore[reportArgumentType] - a factory will do
        settings=settings(
            max_examples=20 if IS_FULL else 8, stateful_step_count=40, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large], database=None,
        ),
    )  # fmt: skip
