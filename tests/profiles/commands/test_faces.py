"""What identity asks."""

import pytest

from skillhall.identity.api import Faces
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.commands.faces import ProfileFaces
from skillhall.profiles.model.refusals import ProfileNotFound
from tests.profiles.builders import a_person, another


async def test_the_port_is_filled_and_answers_own_live_ones(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira, username="mira")
    port = tx.port(Faces)
    assert isinstance(port, ProfileFaces)
    faces = await port.faces(tx, mira.account_id)
    assert [(face.id, face.is_primary, face.completion_percentage) for face in faces] == [
        (mira.profile_id, True, 20),
        (second.id, False, 20),
    ]
    assert (await port.face(tx, mira.account_id, second.id)).username == "mira"
    with pytest.raises(ProfileNotFound):
        await port.face(tx, taro.account_id, second.id)
