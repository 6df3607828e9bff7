"""Connections, follows and bookmarks for tests, made by the real commands."""

from typing import Any
from uuid import UUID

from skillhall.connections.commands.accept import accept_connection
from skillhall.connections.commands.follow import follow_profile
from skillhall.connections.commands.request import request_connection
from skillhall.connections.commands.save import save
from skillhall.connections.model.bookmark import BookmarkView, NewBookmark
from skillhall.connections.model.connection import AskToConnect, ConnectionView
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from tests.profiles.builders import a_person, in_turn
from tests.support.hall import TestHall

ROWS = sql("SELECT state FROM connections.connection ORDER BY id")
TALLY = sql("SELECT connections, followers, following FROM connections.tally WHERE profile_id = $1")
SAID = sql("SELECT type FROM kernel.event WHERE type LIKE 'connections.%' ORDER BY position")


def profile_of(who: Actor) -> UUID:
    """Return the profile somebody acts as."""
    assert who.profile_id is not None
    return who.profile_id


async def people(tx: Tx, *names: str) -> list[Actor]:
    return [await a_person(tx, name) for name in names]


async def ask(tx: Tx, by: Actor, whom: Actor, message: str | None = None) -> ConnectionView:
    """Ask somebody to connect."""
    return await request_connection(in_turn(tx), by, AskToConnect(profile_id=profile_of(whom), message=message))


async def connect(tx: Tx, one: Actor, *others: Actor) -> ConnectionView:
    """Connect somebody to others; return the last connection as they see it."""
    view = None
    for other in others:
        asked = await ask(tx, one, other)
        view = await accept_connection(in_turn(tx), other, asked.id)
    assert view is not None
    return view


async def follow(tx: Tx, by: Actor, *others: Actor) -> None:
    for other in others:
        await follow_profile(in_turn(tx), by, profile_of(other))


async def put_aside(tx: Tx, by: Actor, whom: Actor, **fields: Any) -> BookmarkView:
    """Bookmark somebody."""
    return await save(in_turn(tx), by, NewBookmark(kind="profile", subject_id=profile_of(whom), **fields))


async def states(read: Read) -> list[str]:
    """Return the states of all connections there are."""
    return [row["state"] for row in await read.rows(ROWS)]


async def tally(read: Read, who: Actor) -> tuple[int, int, int]:
    """Return how many connections, followers and followed somebody has."""
    row = await read.row(TALLY, profile_of(who))
    return (0, 0, 0) if row is None else (row["connections"], row["followers"], row["following"])


def said(tx: Tx) -> list[str]:
    """Return what connections has said in this test's transaction."""
    return [event.name.partition(".")[2] for event in tx.events if event.name.startswith("connections.")]


async def heard(hall: TestHall) -> list[str]:
    """Return what connections has said in this hall."""
    return [row["type"].partition(".")[2] for row in await (await hall.read()).rows(SAID)]
