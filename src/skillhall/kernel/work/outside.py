"""What a job that calls an outside party is given instead of a transaction: at least once, with the delivery id as outside key."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Facts, House, Tx

T = TypeVar("T")
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
DONE = sql("DELETE FROM kernel.delivery WHERE id = $1 AND lease_id = $2 AND again_at IS NULL")
ONCE_MORE = sql("""
UPDATE kernel.delivery SET lease_id = NULL, lease_until = NULL, attempts = 0, due_at = again_at, again_at = NULL
WHERE id = $1 AND lease_id = $2
""")


class LeaseLostError(Exception):
    """Another worker has this delivery now; what this one did in the transaction is rolled back."""


class Undeliverable(Struct, frozen=True, kw_only=True):
    """A server's last word (5xx): trying again changes nothing. `is_address`: it does not take that address, else not that message."""

    code: int
    text: str
    is_address: bool


class MailSender(Protocol):
    """What a job needs of the mailer."""

    async def send(
        self, to: str, subject: str, text: str, *, key: str, html: str | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Undeliverable | None:
        """Send one message; the same `key` is the same message id. None: the server has it; raises what another try may mend."""
        ...


class Outside:
    """One delivery of an outside job."""

    def __init__(self, runner: Runner, mail: MailSender, delivery_id: UUID, lease_id: UUID, actor: Actor, facts: Facts) -> None:
        """Bind the delivery; nothing is open yet."""
        self.runner = runner
        self.mail = mail
        self.delivery_id = delivery_id
        self.is_finished = False
        self._lease_id = lease_id
        self._actor = actor
        self._facts = facts

    @property
    def house(self) -> House:
        """Configuration, clocks, settings and ports."""
        return self.runner.house

    async def run(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a command of its own transaction, before or between outside calls."""
        return await self.runner.run(work, actor=self._actor, facts=self._facts)

    async def finish(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run the last command: its effect and the done-mark commit together."""

        async def marked(tx: Tx) -> T:
            answer = await work(tx)
            await mark_done(tx, self.delivery_id, self._lease_id)
            return answer

        answer = await self.run(marked)
        self.is_finished = True
        return answer


async def mark_done(tx: Tx, delivery_id: UUID, lease_id: UUID) -> None:
    """Delete the delivery in the effect's own transaction, or let it wait once more; undo the effect when the lease is lost."""
    if await tx.run(DONE, delivery_id, lease_id) != 1 and await tx.run(ONCE_MORE, delivery_id, lease_id) != 1:
        raise LeaseLostError
