"""Tickets: a browser cannot send headers with an event stream, so it buys a one-use ticket by a request that can."""

from datetime import timedelta
from typing import Any, Final

from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.live.client import LoginNeeded
from skillhall.kernel.refusals import Unauthenticated
from skillhall.kernel.shapes import Instant, View, instant

LASTS: Final = timedelta(seconds=30)
KEEP = sql("INSERT INTO kernel.stream_ticket (digest, claims, expires_at) VALUES ($1, $2, $3)")
USE = sql("DELETE FROM kernel.stream_ticket WHERE digest = $1 RETURNING claims, expires_at")
FORGET = sql("DELETE FROM kernel.stream_ticket WHERE expires_at < $1")


class TicketInvalid(Unauthenticated):
    """The ticket is not one of ours, was used, or is too old."""

    code = "live.ticket_invalid"
    message = "This ticket was used or is too old; ask for a new one."


class StreamTicket(View, frozen=True, kw_only=True):
    """A ticket for one event stream."""

    ticket: str
    expires_at: Instant


async def issue_ticket(tx: Tx, by: Actor, token: str) -> StreamTicket:
    """Return a ticket that stands once, for 30 s, for this access token of the caller."""
    if by.login_id is None:
        raise LoginNeeded
    ticket, until = tokens.fresh(), tx.wall + LASTS
    await tx.run(KEEP, tokens.digest(ticket), tokens.read_access(tx.house.config.secret, token), until)
    return StreamTicket(ticket=ticket, expires_at=instant(until))


async def use_ticket(tx: Tx, _by: Actor, ticket: str) -> str:
    """Return the access token a ticket stands for, signed anew with the same claims; the ticket is gone."""
    row = await tx.row(USE, tokens.digest(ticket))
    if row is None or row["expires_at"] <= tx.wall:
        raise TicketInvalid
    claims: dict[str, Any] = row["claims"]
    return tokens.sign_access(tx.house.config.secret, claims)


async def forget_tickets(tx: Tx) -> None:
    """Drop tickets nobody used (a schedule)."""
    await tx.run(FORGET, tx.wall)
