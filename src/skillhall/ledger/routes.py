"""HTTP of the ledger: wallet, statement, holds, gifts; adjustments and verification by staff."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Key, get, post
from skillhall.kernel.module import Check
from skillhall.kernel.shapes import Page
from skillhall.kernel.verify import Report, run_checks
from skillhall.ledger.commands.adjust import Adjust, AdjustmentView, adjust_credits
from skillhall.ledger.commands.gift import Gift, GiftView, give
from skillhall.ledger.model.refusals import GiftToSelf, Insufficient, NotInMode
from skillhall.ledger.queries import wallets
from skillhall.ledger.queries.wallets import HoldQuery, HoldView, StatementLine, StatementQuery, WalletView

SOMEBODY = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"


@get("/wallet")
async def read_wallet(call: Call) -> WalletView:
    """Read one's own balances, per asset."""
    return await wallets.wallet(call.read, call.by.account_id)


@get("/wallet/transactions")
async def list_transactions(call: Call, query: StatementQuery) -> Page[StatementLine]:
    """Read one's own statement: every entry with the balance after it.

    `account` tells which part of the wallet moved; what happened together has one `transferId`.
    """
    return await wallets.statement(call.read, call.by.account_id, query)


@get("/wallet/locked-credits")
async def list_holds(call: Call, query: HoldQuery) -> Page[HoldView]:
    """List what is held of one's own."""
    return await wallets.holds(call.read, call.by.account_id, query)


@post(
    "/wallet/gifts",
    key=Key.REQUIRED,
    refuses=(GiftToSelf, NotInMode, Insufficient, AccountNotFound, AccountNotActive),
    example={"toAccountId": SOMEBODY, "amount": {"amount": 5, "currency": "CREDIT"}, "note": "Thank you!"},
)
async def give_credits(call: Call, data: Gift) -> Answer[GiftView]:
    """Give credits to another member, in communities whose ledger runs in mode `points`."""
    return await call.run(give, data)


@post(
    "/admin/users/{account_id:uuid}/adjust-credits",
    permission="credit.adjust",
    key=Key.REQUIRED,
    refuses=(AccountNotFound, NotInMode, Insufficient),
    example={"amount": {"amount": 20, "currency": "CREDIT"}, "reason": "Helped at the open day."},
)
async def adjust_account_credits(call: Call, account_id: UUID, data: Adjust) -> Answer[AdjustmentView]:
    """Add credits to an account, or take some, with a reason that is audited."""
    return await call.run(adjust_credits, account_id, data)


@get("/ledger/verification", permission="audit.read")
async def read_verification(call: Call) -> Report:
    """Prove the books: run every check of every context in one snapshot.

    `isClean` is true when no check found a row. On a large community this takes seconds.
    """
    async with call.snapshot() as snapshot:
        return await run_checks(snapshot, snapshot.ports(Check))
