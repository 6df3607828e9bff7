"""HTTP of payouts and of what was earned."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Key, get, post, put
from skillhall.kernel.shapes import Page
from skillhall.ledger.api import Indebted, Insufficient, NotInMode
from skillhall.payments.commands.decide_payout import DecidePayout, decide_payout
from skillhall.payments.commands.pay_out import RequestPayout, request_payout
from skillhall.payments.commands.payout_accounts import (
    AskVerification,
    DecideIdentity,
    SetPayoutAccount,
    ask_verification,
    decide_identity,
    set_payout_account,
)
from skillhall.payments.commands.stop_payouts import cancel_payout
from skillhall.payments.commands.use_earnings import Redeem, RedemptionView, Reuse, ReuseView, redeem, reuse
from skillhall.payments.model import payout_refusals as no
from skillhall.payments.model.refusals import DecisionDiffers, NotUndecided, OtherOperatorNeeded
from skillhall.payments.queries import earnings as earned
from skillhall.payments.queries import payout_accounts as accounts
from skillhall.payments.queries import payouts as shown
from skillhall.payments.queries.earnings import BalancesView, EarningsQuery, EarningsView
from skillhall.payments.queries.payout_accounts import PayoutAccountQuery, PayoutAccountView
from skillhall.payments.queries.payouts import PayoutQuery, PayoutView

ID = "/payouts/{payout_id:uuid}"
BOUND = (AccountNotActive, AccountNotFound)
FILES = (FileMissing, FileInUse, WrongKind)
A_FILE = "018f0000-0000-7000-8000-000000000001"
WITHDRAW = (
    no.NoPayoutAccount, no.AddressUnverified, no.IdentityUnverified, no.DestinationTooNew, no.CurrencyNotPaidOut,
    no.NotYetPayable, Indebted, Insufficient, *BOUND,
)  # fmt: skip


@get("/payouts/account", refuses=(no.PayoutAccountNotFound,))
async def read_payout_account(call: Call) -> PayoutAccountView:
    """Read where one's earnings go."""
    return await accounts.account_view(call.read, call.by.account_id)


@put(
    "/payouts/account",
    refuses=(no.PayoutKindNotOffered, *BOUND),
    example={"kind": "bank_transfer", "destination": "ba_ok", "label": "My bank, …42", "schedule": "weekly"},
)
async def update_payout_account(call: Call, data: SetPayoutAccount) -> Answer[PayoutAccountView]:
    """Say where one's earnings go: a token of the provider, or the address of a PayPal account, never a number of a bank.

    To a destination that replaces another money goes from `payableFrom` on, three days later.

    On a schedule other than `manual` everything that can go is paid out by itself, at midnight UTC: daily, on Mondays, or on the first.
    """
    return await call.run(set_payout_account, data)


@post("/payouts/account/verification", refuses=(no.NoPayoutAccount, no.VerificationOpen, *FILES, *BOUND), example={"documents": [A_FILE]})
async def ask_payout_verification(call: Call, data: AskVerification) -> Answer[PayoutAccountView]:
    """Ask to be verified, with papers that show who one is."""
    return await call.run(ask_verification, data)


@get("/payouts/accounts", permission="payout.decide")
async def list_payout_accounts(call: Call, query: PayoutAccountQuery) -> Page[PayoutAccountView]:
    """List everybody's payout accounts: `verification=pending` is the queue."""
    return await accounts.payout_accounts(call.read, query)


@post(
    "/payouts/accounts/{account_id:uuid}/decide",
    permission="payout.decide",
    key=Key.NATURAL,
    refuses=(no.PayoutAccountNotFound, no.OwnPayout, no.VerificationNotAsked),
    example={"status": "verified", "reason": "The passport is genuine and hers."},
)
async def decide_payout_account(call: Call, account_id: UUID, data: DecideIdentity) -> Answer[PayoutAccountView]:
    """Verify or reject who is to be paid out. Whoever is rejected gets back what was not sent yet."""
    return await call.run(decide_identity, account_id, data)


@post(
    "/payouts",
    created="/payouts/{id}",
    key=Key.REQUIRED,
    limit="money",
    refuses=WITHDRAW,
    example={"amount": {"amount": 2500, "currency": "EUR"}},
)
async def request_a_payout(call: Call, data: RequestPayout) -> Answer[PayoutView]:
    """Withdraw earnings to one's payout account: an amount, or everything that can go.

    Earnings can go seven days after they came in. The money is set aside at once and sent in the background.
    """
    return await call.run(request_payout, data)


@get("/payouts")
async def list_payouts(call: Call, query: PayoutQuery) -> Page[PayoutView]:
    """List one's own payouts; to staff everybody's."""
    return await shown.payouts(call.read, call.by, query)


@get(ID, refuses=(no.PayoutNotFound,))
async def read_payout(call: Call, payout_id: UUID) -> PayoutView:
    """Read a payout: one's own, or as staff."""
    return await shown.payout_view(call.read, payout_id, call.by)


@post(f"{ID}/cancel", key=Key.NATURAL, refuses=(no.PayoutNotFound, no.PayoutSent))
async def cancel_a_payout(call: Call, payout_id: UUID) -> Answer[PayoutView]:
    """Take a payout back that was not sent yet; what it set aside is among the earnings again."""
    return await call.run(cancel_payout, payout_id)


@post(
    f"{ID}/decide",
    permission="payout.decide",
    refuses=(no.PayoutNotFound, no.OwnPayout, NotUndecided, OtherOperatorNeeded, DecisionDiffers),
    example={"outcome": "failed", "evidence": "The provider's support confirms that nothing was sent (ticket 4711)."},
)
async def decide_a_payout(call: Call, payout_id: UUID, data: DecidePayout) -> Answer[PayoutView]:
    """Decide what became of a payout of which its provider has told nothing for three days: two operators, with evidence."""
    return await call.run(decide_payout, payout_id, data)


@get("/payments/wallet/balance")
async def read_wallet_balance(call: Call) -> BalancesView:
    """Read one's balances, and how much of the earnings can go now."""
    return await earned.balances(call.read, call.by.account_id)


@get("/payments/earnings")
async def read_earnings(call: Call, query: EarningsQuery) -> EarningsView:
    """Read a statement of one's earnings: what came in, what was kept of it, what went where, and what can go when."""
    return await earned.earnings(call.read, call.by.account_id, query)


@post(
    "/payments/redeem",
    key=Key.REQUIRED,
    limit="money",
    refuses=(no.NotRedeemable, no.NotYetPayable, Insufficient, NotInMode, *BOUND),
    example={"credits": {"amount": 30, "currency": "CREDIT"}, "currency": "EUR"},
)
async def redeem_credits(call: Call, data: Redeem) -> Answer[RedemptionView]:
    """Turn earned credits into money that can be paid out, at the community's price."""
    return await call.run(redeem, data)


@post(
    "/payments/reuse",
    key=Key.REQUIRED,
    limit="money",
    refuses=(Insufficient, NotInMode, *BOUND),
    example={"amount": {"amount": 30, "currency": "CREDIT"}},
)
async def reuse_earnings(call: Call, data: Reuse) -> Answer[ReuseView]:
    """Spend what one has earned: move it into the wallet."""
    return await call.run(reuse, data)
