"""The ledger told a second time, in plain Python: what the state machine compares the database with."""

from collections import Counter
from copy import deepcopy
from uuid import UUID

PLATFORM_FEE, PROVIDER = "platform_fee", "provider"


class No(Exception):
    """The code of a refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Hold:
    """What is set aside of one payer's."""

    def __init__(self, payer: UUID, amount: int, granted: int) -> None:
        self.payer, self.remaining, self.granted = payer, amount, granted
        self.frozen_by: str | None = None


class Books:
    """Balances by (owner, kind), holds by id. A refused verb raises `No` and is undone by whoever copied before."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.has_credits = mode in {"points", "voucher"}
        self.balances: Counter[tuple[UUID, str]] = Counter()
        self.holds: dict[UUID, Hold] = {}

    def copy(self) -> "Books":
        return deepcopy(self)

    def nonzero(self) -> dict[tuple[UUID, str], int]:
        return {key: amount for key, amount in self.balances.items() if amount}

    def spendable(self, owner: UUID) -> int:
        return self.balances[owner, "grant"] + self.balances[owner, "wallet"]

    def owed(self, owner: UUID) -> int:
        return -self.balances[owner, "debt"]

    def earn(self, owner: UUID, kind: str, amount: int) -> None:
        paid = min(amount, self.owed(owner))
        self.balances[owner, "debt"] += paid
        self.balances[owner, kind] += amount - paid

    def spend(self, owner: UUID, amount: int) -> int:
        """Take what was given first; return how much of it that was."""
        if self.spendable(owner) < amount:
            raise No("ledger.insufficient")
        given = min(amount, self.balances[owner, "grant"])
        self.balances[owner, "grant"] -= given
        self.balances[owner, "wallet"] -= amount - given
        return given

    def opening(self, owner: UUID, wallet: int) -> None:
        if self.mode == "per_booking":
            raise No("ledger.not_in_mode")
        self.earn(owner, "wallet", wallet)

    def grant(self, owner: UUID, amount: int) -> None:
        if not self.has_credits:
            raise No("ledger.not_in_mode")
        self.balances[owner, "grant"] += amount

    def take(self, owner: UUID, amount: int) -> None:
        if self.mode == "per_booking":
            raise No("ledger.not_in_mode")
        self.spend(owner, amount)

    def gift(self, giver: UUID, receiver: UUID, amount: int) -> None:
        if self.mode != "points":
            raise No("ledger.not_in_mode")
        if self.balances[giver, "wallet"] < amount:
            raise No("ledger.insufficient")
        self.balances[giver, "wallet"] -= amount
        self.earn(receiver, "wallet", amount)

    def owe(self, owner: UUID, amount: int) -> None:
        self.balances[owner, "debt"] -= amount

    def hold(self, hold_id: UUID, payer: UUID, amount: int) -> None:
        if self.mode == "per_booking":
            raise No("ledger.not_in_mode")
        if self.owed(payer):
            raise No("ledger.indebted")
        given = self.spend(payer, amount)
        self._open(hold_id, payer, amount, given)

    def fund(self, hold_id: UUID, payer: UUID, amount: int) -> None:
        if self.mode == "points":
            raise No("ledger.not_in_mode")
        self._open(hold_id, payer, amount, 0)

    def _open(self, hold_id: UUID, payer: UUID, amount: int, given: int) -> None:
        if hold_id in self.holds:
            raise No("ledger.hold_exists" if self.holds[hold_id].remaining else "ledger.hold_closed")
        self.balances[payer, "held"] += amount
        self.holds[hold_id] = Hold(payer, amount, given)

    def draw(self, hold_id: UUID, amount: int, key: str | None) -> Hold:
        hold = self.holds[hold_id]
        if not hold.remaining:
            raise No("ledger.hold_closed")
        if hold.frozen_by != key:
            raise No("ledger.hold_frozen")
        if amount > hold.remaining:
            raise No("ledger.hold_short")
        self.balances[hold.payer, "held"] -= amount
        hold.remaining -= amount
        return hold

    def settle(self, hold_id: UUID, payee: UUID, gross: int, fee: int, key: str | None) -> None:
        """Pay the payee what was given first, the fee out of what is then left."""
        net = gross - fee
        if net:
            hold = self.draw(hold_id, net, key)
            given = min(net, hold.granted)
            hold.granted -= given
            self.balances[payee, "grant"] += given
            self.earn(payee, "wallet" if self.mode == "points" else "earnings", net - given)
        if fee:
            hold = self.draw(hold_id, fee, key)
            hold.granted -= min(fee, hold.granted)

    def release(self, hold_id: UUID, amount: int | None, key: str | None) -> None:
        """Give back what was bought first."""
        left = self.holds[hold_id].remaining
        part = left if amount is None else amount
        hold = self.draw(hold_id, part, key)
        if self.mode == "per_booking":
            raise No("ledger.not_in_mode")
        bought = min(part, left - hold.granted)
        hold.granted -= part - bought
        self.balances[hold.payer, "grant"] += part - bought
        self.earn(hold.payer, "wallet", bought)

    def thaw_empty(self) -> None:
        for hold in self.holds.values():
            if not hold.remaining:
                hold.frozen_by = None

    def freeze(self, hold_id: UUID, key: str) -> None:
        hold = self.holds[hold_id]
        is_free = hold.frozen_by is None or (key.startswith("dispute") and not hold.frozen_by.startswith("dispute"))
        if hold.remaining and is_free:
            hold.frozen_by = key

    def unfreeze(self, hold_id: UUID, key: str) -> None:
        if self.holds[hold_id].frozen_by == key:
            self.holds[hold_id].frozen_by = None

    def reverse_grant(self, owner: UUID, amount: int) -> None:
        if self.balances[owner, "grant"] < amount:
            raise No("ledger.insufficient")
        self.balances[owner, "grant"] -= amount
