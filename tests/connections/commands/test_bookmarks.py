"""Putting things aside, filing them, taking them off."""

import pytest
from msgspec import UNSET

from skillhall.connections.commands.change_bookmark import change_bookmark
from skillhall.connections.commands.save import save, save_developer
from skillhall.connections.commands.unsave import remove_bookmark, unsave, unsave_developer
from skillhall.connections.model.bookmark import ChangeBookmark, NewBookmark, NewDeveloper
from skillhall.connections.model.refusals import BookmarkNotFound, SubjectNotFound
from skillhall.connections.queries.bookmarks import BookmarkQuery, bookmark_view, bookmarks_page, folders
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from tests.connections.builders import people, profile_of, put_aside
from tests.profiles.builders import BLOCK, SUSPEND, another, in_turn


async def listed(tx: Tx, by: Actor, **query: object) -> list[str]:
    """Return the titles of what somebody has put aside."""
    page = await bookmarks_page(tx, BookmarkQuery(**query), by)  # type: ignore[arg-type]
    return [view.card.title if view.card else "gone" for view in page.items]


async def test_saving_twice_is_saving_once(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    first = await put_aside(tx, ada, ben, folder=" Cellists ", note="Ask.")
    assert (first.shelf, first.folder, first.note, first.card and first.card.title) == ("saved", "Cellists", "Ask.", "Ben")
    assert first.card is not None
    assert first.card.path == f"/profiles/{ben.profile_id}"
    assert await put_aside(tx, ada, ben, note="Other.") == first
    await put_aside(tx, ada, ben, shelf="favorite")
    await put_aside(tx, ada, cleo)
    assert await listed(tx, ada) == ["Cleo", "Ben", "Ben"]
    assert await listed(tx, ada, shelf="saved", folder="Cellists") == ["Ben"]
    assert await listed(tx, ada, search="ask") == ["Ben"]
    assert await listed(tx, ada, kind="offer") == []
    assert await listed(tx, cleo) == []
    assert [(one.folder, one.bookmarks) for one in (await folders(tx, ada)).items] == [("Cellists", 1)]


async def test_what_cannot_be_put_aside(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    saved = await put_aside(tx, ada, ben)
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    await tx.run(SUSPEND, cleo.account_id)
    for who in (ben, cleo, Actor(profile_id=ids.new())):
        with pytest.raises(SubjectNotFound):
            await put_aside(tx, ada, who)
    assert (await bookmark_view(tx, saved.id, ada)).card is None
    for act in (
        lambda: save(in_turn(tx), ada, NewBookmark(kind="poem", subject_id=ids.new())),
        lambda: unsave(in_turn(tx), ada, "poem", ids.new(), "saved"),
        lambda: bookmarks_page(tx, BookmarkQuery(kind="poem"), ada),
    ):
        with pytest.raises(Invalid) as refused:
            await act()
        assert [(error.field, error.code) for error in refused.value.details] == [("kind", "connections.unknown_kind")]


async def test_filing_and_deleting(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    saved = await put_aside(tx, ada, ben, folder="Cellists", note="Ask.")
    changed = await change_bookmark(in_turn(tx), ada, saved.id, ChangeBookmark(folder=" Teachers "))
    assert (changed.folder, changed.note) == ("Teachers", "Ask.")
    emptied = await change_bookmark(in_turn(tx), ada, saved.id, ChangeBookmark(folder=UNSET, note=None))
    assert (emptied.folder, emptied.note) == ("Teachers", None)
    for act in (
        lambda: change_bookmark(in_turn(tx), ben, saved.id, ChangeBookmark(note="Mine.")),
        lambda: remove_bookmark(in_turn(tx), ben, saved.id),
        lambda: bookmark_view(tx, saved.id, ben),
    ):
        with pytest.raises(BookmarkNotFound):
            await act()
    assert (await remove_bookmark(in_turn(tx), ada, saved.id)).id == saved.id
    with pytest.raises(BookmarkNotFound):
        await remove_bookmark(in_turn(tx), ada, saved.id)


async def test_developers_are_profiles(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    other = await another(tx, ben)
    by_account = await save_developer(in_turn(tx), ada, NewDeveloper(developer_id=ben.account_id), "favorite")
    assert (by_account.subject_id, by_account.shelf) == (ben.profile_id, "favorite")
    await save_developer(in_turn(tx), ada, NewDeveloper(developer_id=other.id), "favorite")
    with pytest.raises(SubjectNotFound):
        await save_developer(in_turn(tx), ada, NewDeveloper(developer_id=ids.new()), "saved")
    await unsave_developer(in_turn(tx), ada, other.id, "favorite")
    assert await listed(tx, ada) == ["Ben"]
    await unsave_developer(in_turn(tx), ada, ben.account_id, "favorite")
    assert await listed(tx, ada) == []
    await put_aside(tx, ada, ben)
    for _ in range(2):
        await unsave(in_turn(tx), ada, "profile", profile_of(ben), "saved")
    assert await listed(tx, ada) == []
