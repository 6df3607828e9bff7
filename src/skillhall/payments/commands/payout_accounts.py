"""Where a member's earnings go, and that staff knows who the member is."""

import re
from typing import Annotated, Final, Literal, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Subject
from skillhall.payments.commands.stop_payouts import stop_payouts
from skillhall.payments.events import DestinationChanged, IdentityChecked
from skillhall.payments.model.payout import Kind, PayoutAccount, Schedule
from skillhall.payments.model.payout_refusals import (
    NoPayoutAccount,
    OwnPayout,
    PayoutAccountNotFound,
    PayoutKindNotOffered,
    VerificationNotAsked,
    VerificationOpen,
)
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import Provider, Providers
from skillhall.payments.queries.payout_accounts import ACCOUNT, PayoutAccountView, account_view
from skillhall.payments.store import payouts

NUMBER: Final = re.compile(r"(?:[A-Z]{2}[0-9]{2}[ ]?)?[A-Z0-9]{0,4}(?:[ -]?[0-9]){8,30}", re.IGNORECASE)
"""What a number of an account, an IBAN or a card looks like; a token of a provider has another beginning."""
MAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
T = TypeVar("T")
Text = Annotated[str, Meta(min_length=1, max_length=200)]


class SetPayoutAccount(Body, frozen=True, kw_only=True):
    """Where the money goes: `destination` is a token of the provider, or a PayPal address. What is left out stays, or is as usual."""

    kind: Kind | UnsetType = UNSET
    destination: Text | UnsetType = UNSET
    label: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    provider: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$(?!\n)", description="Three capital letters", examples=["EUR"])] | UnsetType = UNSET
    schedule: Schedule | UnsetType = UNSET


class AskVerification(Body, frozen=True, kw_only=True):
    """Papers that show who one is: files of purpose document."""

    documents: Annotated[list[UUID], Meta(min_length=1, max_length=5)]
    note: Annotated[str, Meta(max_length=500)] = ""


class DecideIdentity(Body, frozen=True, kw_only=True):
    """What staff found."""

    status: Literal["verified", "rejected"]
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


async def set_payout_account(tx: Tx, by: Actor, command: SetPayoutAccount) -> PayoutAccountView:
    """Say where one's earnings go from now on; payouts already asked for go where they were asked to.

    To a destination that replaces another nothing goes for some days, and its owner is told at once: who has broken in may have done it.
    """
    await payouts.lock_earnings(tx, by.account_id)
    before = await payouts.find_payout_account(tx, by.account_id)
    kind: Kind = _given(command.kind, before.kind if before else "bank_transfer")
    destination = _given(command.destination, before.destination if before and before.kind == kind else "")
    _check_destination(kind, destination)
    label = _given(command.label, before.label if before and before.destination == destination else "") or _label(destination)
    after = PayoutAccount(
        account_id=by.account_id,
        kind=kind,
        provider=_party(tx, kind, _given(command.provider, before.provider if before and before.kind == kind else "")).name,
        destination=destination,
        label=label,
        asset=_given(command.currency, before.asset if before else tx.house.config.community_currency),
        schedule=_given(command.schedule, before.schedule if before else "weekly"),
        created_at=tx.now,
        updated_at=tx.now,
    )
    if before:
        after = after.changed(before, tx.setting(PaymentRules).destination_delay)
        if after.payable_from and after.goes_to != before.goes_to:
            tx.publish(DestinationChanged(account_id=by.account_id, payable_from=after.payable_from))
    await payouts.save_payout_account(tx, after.timed(tx.now))
    await check_active(tx, by.account_id)
    tx.audit("payments.set_payout_account", Subject("account", by.account_id), before=_told(before), after=_told(after))
    return await account_view(tx, by.account_id)


async def ask_verification(tx: Tx, by: Actor, command: AskVerification) -> PayoutAccountView:
    """Ask staff to verify who one is; the papers are readable by oneself and by those who decide."""
    await payouts.lock_earnings(tx, by.account_id)
    before = await payouts.find_payout_account(tx, by.account_id)
    if before is None:
        raise NoPayoutAccount
    if before.kyc in {"pending", "verified"}:
        raise VerificationOpen(status=before.kyc)
    documents = list(dict.fromkeys(command.documents))
    for file_id in documents:
        await attach(tx, file_id, Subject(ACCOUNT, by.account_id), ["document"])
    asked = replace(before, kyc="pending", documents=documents, note=command.note, asked_at=tx.now, reason="", updated_at=tx.now)
    await payouts.save_payout_account(tx, asked)
    await check_active(tx, by.account_id)
    return await account_view(tx, by.account_id)


async def decide_identity(tx: Tx, by: Actor, account_id: UUID, command: DecideIdentity) -> PayoutAccountView:
    """Verify or reject who is to be paid out. A verification may be withdrawn: what was not sent yet is given back."""
    if account_id == by.account_id:
        raise OwnPayout
    await payouts.lock_earnings(tx, account_id)
    before = await payouts.find_payout_account(tx, account_id)
    if before is None:
        raise PayoutAccountNotFound
    if before.kyc == "none":
        raise VerificationNotAsked
    after = replace(
        before, kyc=command.status, decided_at=tx.now, decided_by=by.account_id, reason=command.reason, updated_at=tx.now
    ).timed(tx.now)  # fmt: skip
    await payouts.save_payout_account(tx, after)
    subject = Subject("account", account_id)
    tx.audit("payments.decide_identity", subject, before={"status": before.kyc}, after={"status": after.kyc}, reason=command.reason)
    tx.publish(IdentityChecked(account_id=account_id, status=command.status))
    if command.status == "rejected":
        await stop_payouts(tx, account_id, "unverified")
    return await account_view(tx, account_id)


def _given(value: T | UnsetType, otherwise: T) -> T:
    return otherwise if value is UNSET else value


def _party(tx: Tx, kind: Kind, name: str) -> Provider:
    """Return the provider that was named, or the first that pays out in this way."""
    fitting = [party for party in tx.port(Providers).by_name.values() if kind in party.pays_out and name in {"", party.name}]
    if not fitting:
        raise PayoutKindNotOffered(kind=kind)
    return fitting[0]


def _check_destination(kind: Kind, destination: str) -> None:
    """Refuse what is no address, or no token: numbers of banks never rest here."""
    if not destination:
        raise Invalid(FieldError("destination", "body", "missing", "Say where: a token of the provider, or a PayPal address."))
    is_fine = MAIL.fullmatch(destination) if kind == "paypal" else not NUMBER.fullmatch(destination)
    if not is_fine:
        what = "Must be the e-mail address of a PayPal account." if kind == "paypal" else "Must be a token of the provider, not a number."
        raise Invalid(FieldError("destination", "body", "payments.destination", what))


def _label(destination: str) -> str:
    """Return what people recognize and nobody can use."""
    name, at, domain = destination.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{destination[-4:]}"


def _told(account: PayoutAccount | None) -> dict[str, str] | None:
    return None if account is None else {"kind": account.kind, "provider": account.provider, "label": account.label, "asset": account.asset}
