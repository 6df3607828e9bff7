"""People who come in bulk."""

import pytest

from skillhall.identity.api import EmailTaken, Newcomer, adopt, check_active
from skillhall.kernel import ids
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from tests.identity.builders import an_address

STORED = Statement("SELECT id, email, state, origin, roles, abilities, created_at FROM identity.account WHERE id = $1")


def a_newcomer(tx: Tx, email: str | None = None, **rest: object) -> Newcomer:
    return Newcomer(
        id=ids.new(), email=email or an_address(), first_name="Ada", last_name="Mira", display_name="Ada Mira", timezone="UTC",
        created_at=tx.now, **{"abilities": ["learner"], **rest},
    )  # fmt: skip


async def test_they_are_active_at_once_and_nothing_is_said(tx: Tx) -> None:
    host, staff = a_newcomer(tx, abilities=["learner", "host"]), a_newcomer(tx, roles=["moderator"])
    await adopt(tx, [host, staff])
    await check_active(tx, host.id, staff.id)
    row = await tx.row(STORED, host.id)
    assert row is not None
    assert (row["email"], row["origin"], row["abilities"], row["created_at"]) == (host.email, "import", ["learner", "host"], tx.now)
    assert (tx.events, tx.queued) == ([], [])
    assert [note.action for note in tx.audits] == ["identity.accounts_adopted"]


async def test_a_known_address_is_refused(tx: Tx) -> None:
    known = a_newcomer(tx)
    await adopt(tx, [known])
    with pytest.raises(EmailTaken):
        await adopt(tx, [a_newcomer(tx), a_newcomer(tx, known.email)])
