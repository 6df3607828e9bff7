"""Files in messages: one's own alone, for those who see the message."""

from uuid import UUID

import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind, readable
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.manage_participants import add_participants
from skillhall.messaging.model.message import NewAttachment
from skillhall.messaging.model.participation import NewParticipants
from skillhall.messaging.queries.messages import message_view
from tests.connections.builders import profile_of
from tests.messaging.talks import a_group, acting, write
from tests.profiles.builders import a_file, a_person


async def may_read(tx: Tx, who: Actor, file_id: UUID) -> bool:
    try:
        return (await readable(tx, who, file_id))["id"] == file_id
    except FileMissing:
        return False


async def test_files_are_for_those_who_see_the_message(tx: Tx) -> None:
    ada, ben, cleo, staff = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo", "Sam")]
    staff = Actor(account_id=staff.account_id, permissions=frozenset({"case.mediate"}))
    group = await a_group(tx, ada, ben)
    files = [await a_file(acting(tx, ada), ada), await a_file(tx, ada, "image")]
    attachments = [NewAttachment(file_id=files[0], name="Score.pdf"), NewAttachment(file_id=files[1])]
    sent = await write(tx, ada, group.id, "", attachments=attachments)
    assert sent.type == "file"
    assert [(one.file_id, one.name, one.content_type, one.size) for one in sent.attachments] == [
        (files[0], "Score.pdf", "application/pdf", 10),
        (files[1], "a.pdf", "application/pdf", 10),
    ]
    assert f"/files/{files[0]}/content?" in sent.attachments[0].url
    assert (await message_view(tx, sent.id)).attachments == sent.attachments
    await add_participants(acting(tx, ada), ada, group.id, NewParticipants(profile_ids=(profile_of(cleo),)))
    assert [await may_read(tx, who, files[0]) for who in (ada, ben, cleo, staff)] == [True, True, False, False]

    for wrong, refusal in (
        (await a_file(acting(tx, ada), ada, "avatar"), WrongKind),
        (files[0], FileInUse),
        (await a_file(acting(tx, ben), ben), FileMissing),
    ):
        with pytest.raises(refusal):
            await write(tx, ada, group.id, "", attachments=[NewAttachment(file_id=wrong)])

    await delete_message(acting(tx, ada), ada, sent.id)
    assert (await message_view(tx, sent.id)).attachments == []
    assert [await may_read(tx, who, files[0]) for who in (ada, ben, cleo, staff)] == [True, False, False, False]
