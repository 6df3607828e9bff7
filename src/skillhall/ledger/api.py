"""The face of the ledger: post transfers, freeze holds, build lines. No logic."""

from skillhall.ledger.commands.adopt import adopt
from skillhall.ledger.commands.reverse import reverse
from skillhall.ledger.model.refusals import (
    AlreadyReversed,
    HoldClosed,
    HoldExists,
    HoldFrozen,
    HoldNotFound,
    HoldShort,
    Indebted,
    Insufficient,
    ModeNotEmpty,
    NotInMode,
    ProviderShort,
    TransferDiffers,
)
from skillhall.ledger.model.transfer import (
    LedgerRules,
    Line,
    Lines,
    Posted,
    Transfer,
    adjust,
    fee_of,
    fund,
    gift,
    grant,
    hold,
    opening,
    refund,
    release,
    settle,
)
from skillhall.ledger.queries.books import check_mode
from skillhall.ledger.queries.hold_entries import hold_entries
from skillhall.ledger.queries.wallets import WalletView, wallet
from skillhall.ledger.store import freeze, post, unfreeze

__all__ = [
    "AlreadyReversed",
    "HoldClosed",
    "HoldExists",
    "HoldFrozen",
    "HoldNotFound",
    "HoldShort",
    "Indebted",
    "Insufficient",
    "LedgerRules",
    "Line",
    "Lines",
    "ModeNotEmpty",
    "NotInMode",
    "Posted",
    "ProviderShort",
    "Transfer",
    "TransferDiffers",
    "WalletView",
    "adjust",
    "adopt",
    "check_mode",
    "fee_of",
    "freeze",
    "fund",
    "gift",
    "grant",
    "hold",
    "hold_entries",
    "opening",
    "post",
    "refund",
    "release",
    "reverse",
    "settle",
    "unfreeze",
    "wallet",
]
