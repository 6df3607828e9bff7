"""Three members talk, live and not: receipts, an absence, a lesson spoken of, a group, a block. Then the hall has something to tell."""

from msgspec import Struct

from skillhall.deploy.tours import scenes, telling, wires
from skillhall.deploy.tours.stage import JSON, Operator, Person, Stage
from skillhall.kernel import ids

PRICE = 3
AHEAD_HOURS = 30
WHILE_AWAY = ("The room is on the first floor.", "Bring your cello.", "And a pencil.")


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays: `mira` gives a lesson, `theo` takes it, `lena` is with them in a group, and is told most."""

    stage: Stage
    operator: Operator
    mira: Person
    theo: Person
    lena: Person

    @property
    def everybody(self) -> tuple[Person, ...]:
        """The three."""
        return (self.mira, self.theo, self.lena)


async def play(stage: Stage) -> None:
    """Play the whole story."""
    mira, theo, lena = map(stage.person, ("Mira", "Theo", "Lena"))
    cast = Cast(stage=stage, operator=await stage.operator(), mira=mira, theo=theo, lena=lena)
    since = await cast.operator.now()
    stage.act("Three people sign in by code")
    await scenes.sign_in(stage, cast.everybody)
    before = await scenes.balances(cast.everybody)
    async with wires.socket(mira, "desk") as desk:
        talk = await _live(cast, desk)
        await _caught_up(cast, desk, talk)
        await _lesson(cast, desk, talk)
        await _group(cast, desk)
    await _blocked(cast)
    await cast.operator.settled()
    await telling.by_every_channel(cast.operator, theo)
    await telling.in_one_mail(cast.operator, lena)
    await telling.not_at_night(cast.operator, lena)
    await telling.no_more(cast.operator, lena)
    await telling.to_an_audience(cast.operator, cast.everybody, since, german=lena)
    await scenes.close_books(cast.operator, before, await scenes.balances(cast.everybody), 0)


async def _live(cast: Cast, desk: wires.Socket) -> JSON:
    """Let two talk over three devices; return their conversation, of one message that both have read."""
    stage, mira, theo, lena = cast.stage, cast.mira, cast.theo, cast.lena
    stage.act(f"{mira.name} and {theo.name} talk live")
    talks = [
        await one.ask("POST", "/api/v1/conversations", {"userId": other.id}, expect=201) for one, other in ((mira, theo), (theo, mira))
    ]
    stage.step("Each opens a conversation with the other")
    stage.fact("conversations there are", len({one["id"] for one in talks}), 1)
    talk: JSON = talks[0]
    about = {"conversationId": talk["id"]}
    async with wires.socket(theo, "laptop") as laptop, wires.socket(theo, "phone") as phone:
        for device in (desk, laptop, phone):
            await device.enter(talk)
        stage.step(f"{desk.name}, {laptop.name} and {phone.name} enter its room")
        async with wires.socket(lena, "tablet") as tablet:
            stage.fact(
                f"what {tablet.name} is told", await tablet.refused("room:join", room=f"conversation:{talk['id']}"), "live.room_not_found"
            )
        await desk.say("conversation:typing", **about, isTyping=True)
        typing = await phone.until("conversation:typing", accountId=mira.id)
        stage.fact(f"what {phone.name} shows of {mira.name}", "typing" if typing["isTyping"] else "silent", "typing")
        await _sent_thrice(cast, desk, talk)
        await _seen_online(cast, desk, laptop)
        for device in (laptop, phone):
            stage.fact(f"{device.name} hears", (await device.until("message:new", sequence=1))["content"], "Is Monday fine?")
        await laptop.say("message:read", **about)
        receipt = await desk.until("message:read", conversationId=talk["id"])
        stage.step(f"{theo.name} reads it on the laptop")
        stage.fact(f"the receipt on {desk.name}: read up to", receipt["upToSequence"], 1)
        stage.fact(f"{theo.name}'s unread messages", await _unread(theo, talk), 0)
        stage.fact(f"times {phone.name} has heard the message", len(phone.heard("message:new")), 1)
    return talk


async def _seen_online(cast: Cast, desk: wires.Socket, laptop: wires.Socket) -> None:
    """Ask who is here; a device that has come is noted a moment later. Who has not said a word is not seen by those who write to them."""
    mira, theo, lena = cast.mira, cast.theo, cast.lena

    async def look() -> list[str] | None:
        online = (await laptop.say("presence:list", accountIds=[mira.id, lena.id]))["online"]
        return [one["accountId"] for one in online] or None

    found = await cast.stage.soon(f"{mira.name} to be online", look)
    cast.stage.fact(f"those {theo.name} has heard from who are online", len(found), 1)
    seen = (await desk.say("presence:list", accountIds=[theo.id]))["online"]
    cast.stage.fact(f"what {mira.name} sees of {theo.name}, who has not answered yet", len(seen), 0)


async def _sent_thrice(cast: Cast, desk: wires.Socket, talk: JSON) -> None:
    stage, mira = cast.stage, cast.mira
    body = {"content": "Is Monday fine?", "clientId": str(ids.new())}
    sent = [await desk.say("message:send", conversationId=talk["id"], **body) for _ in range(2)]
    sent.append(await mira.ask("POST", _messages(talk), body, expect=201))
    stage.step(f"{mira.name} asks whether Monday is fine; the answer is lost twice, and it is sent again, at last by a plain request")
    stage.fact("messages that came of three sendings", len({one["id"] for one in sent}), 1)
    other = await mira.ask("POST", _messages(talk), {**body, "content": "Is Tuesday fine?"}, expect=409)
    stage.fact("the answer to other words under the same client id", other["reason"], "messaging.other_content")


async def _caught_up(cast: Cast, desk: wires.Socket, talk: JSON) -> None:
    stage, mira, theo, path = cast.stage, cast.mira, cast.theo, f"/api/v1/conversations/{talk['id']}"
    stage.act(f"{theo.name} is away, and catches up by sequence")
    known = await theo.ask("GET", path)
    for text in WHILE_AWAY:
        await desk.say("message:send", conversationId=talk["id"], content=text, clientId=str(ids.new()))
    await mira.ask("PATCH", f"/api/v1/messages/{known['lastMessage']['id']}", {"content": "Is Tuesday fine?"})
    stage.step(f"{mira.name} writes {len(WHILE_AWAY)} messages and changes the first to Tuesday")
    stage.fact(f"a mail to {theo.name} says", await theo.mailed("(has written to you)"), "has written to you")
    await cast.operator.settled()
    notices = await theo.ask("GET", "/api/v1/notifications?type=messaging.message_received&unreadOnly=true")
    stage.fact(f"notices of the {len(WHILE_AWAY)} messages", len(notices), 1)
    stage.fact(f"{theo.name}'s unread messages", await _unread(theo, talk), len(WHILE_AWAY))
    async with wires.socket(theo, "phone") as phone:
        await phone.enter(talk)
        missed = await theo.ask("GET", f"{_messages(talk)}?after={known['lastSequence']}")
        changed = await theo.ask("GET", f"{_messages(talk)}?changedAfter={known['lastRevision']}")
        stage.step(f"{theo.name} is back, and asks for what came after message {known['lastSequence']}, and for what has changed")
        stage.fact("their numbers", [one["sequence"] for one in missed], [2, 3, 4])
        stage.fact("what they say", [one["content"] for one in missed], list(WHILE_AWAY))
        stage.fact("what the changed one says now", [one["content"] for one in changed], ["Is Tuesday fine?"])
        desk.forget()
        await phone.say("message:read", conversationId=talk["id"])
        stage.fact(f"the receipt on {desk.name}: read up to", (await desk.until("message:read"))["upToSequence"], 4)


async def _lesson(cast: Cast, desk: wires.Socket, talk: JSON) -> None:
    stage, mira, theo = cast.stage, cast.mira, cast.theo
    stage.act(f"{theo.name} books a lesson, and the conversation speaks of it")
    await scenes.open_hours(mira)
    offer = await scenes.offer(mira, "{skill} face to face", PRICE, theo)
    start = await scenes.first_free(theo, cast.operator, offer, hours=AHEAD_HOURS)
    session = await theo.ask("POST", "/api/v1/sessions", {"offerId": offer["id"], "startsAt": start}, expect=201, key=True)
    stage.step(f"{theo.name} books it")
    said = await desk.until("message:new", code="learning.session_requested")
    stage.fact(f"{desk.name} hears", said["content"].split("”")[1].partition(" for ")[0].strip(), "is requested")
    stage.fact("who says it", [said["type"], str(said["sender"])], ["system", "None"])
    stage.fact(
        "where", "in their conversation" if said["conversationId"] == talk["id"] else said["conversationId"], "in their conversation"
    )
    async with wires.socket(theo, "phone") as phone:
        await phone.say("room:join", room=f"session:{session['id']}")
        await mira.ask("POST", f"/api/v1/sessions/{session['id']}/accept")
        stage.step(f"{mira.name} accepts")
        status = await phone.until("session:status", sessionId=session["id"])
        stage.fact(f"the session, live on {phone.name}", status["status"], "scheduled")
    said = await theo.ask("GET", f"{_messages(talk)}?after=4")
    stage.fact("what the hall has said in the conversation", [one["code"] for one in said], _codes("requested", "scheduled"))
    stage.fact("its first words go by number", said[0]["sequence"], 5)
    stage.fact(f"{theo.name}'s credits held for it", (await theo.credits())["held"], PRICE)


async def _group(cast: Cast, desk: wires.Socket) -> None:
    stage, mira, theo, lena = cast.stage, cast.mira, cast.theo, cast.lena
    stage.act("A group of three")
    body = {"type": "group", "title": "Open stage", "userIds": [theo.id, lena.id]}
    group = await mira.ask("POST", "/api/v1/conversations", body, expect=201)
    about = {"conversationId": group["id"]}
    stage.fact("people in it", group["participantCount"], 3)
    async with wires.socket(theo, "laptop") as laptop, wires.socket(lena, "tablet") as tablet:
        for device in (desk, laptop, tablet):
            await device.enter(group)
        sent = await laptop.say("message:send", **about, content="Who brings the amplifier?", clientId=str(ids.new()))
        stage.step(f"{theo.name} asks who brings the amplifier")
        for device in (desk, tablet):
            stage.fact(f"{device.name} hears", (await device.until("message:new", id=sent["id"]))["content"], "Who brings the amplifier?")
        await lena.ask("POST", f"/api/v1/messages/{sent['id']}/reactions", {"emoji": "🙋"})
        changed = await laptop.until("message:changed", id=sent["id"])
        stage.fact(f"what {laptop.name} sees below it", [f"{one['emoji']} {one['count']}" for one in changed["reactions"]], ["🙋 1"])
        await theo.ask("DELETE", f"/api/v1/conversations/{group['id']}")
        stage.step(f"{theo.name} leaves")
        left = await tablet.until("message:new", code="messaging.member_left")
        stage.fact(f"{tablet.name} hears", left["content"], "Somebody has left the group.")
        laptop.forget()
        await tablet.say("message:send", **about, content="Then the two of us.", clientId=str(ids.new()))
        await desk.until("message:new", content="Then the two of us.")
        stage.step(f"{lena.name} writes to who is left")
        stage.fact(f"messages {laptop.name} hears", len(laptop.heard("message:new")), 0)
    gone = await desk.until("presence", accountId=lena.id, isOnline=False)
    stage.step(f"{lena.name} switches the tablet off")
    stage.fact(f"{lena.name}, as {desk.name} hears", "online" if gone["isOnline"] else "offline", "offline")
    refused = await theo.ask("POST", _messages(group), {"content": "Wait!"}, expect=422)
    stage.fact(f"the answer to {theo.name}, who writes all the same", refused["reason"], "messaging.has_left")


async def _blocked(cast: Cast) -> None:
    stage, mira, lena = cast.stage, cast.mira, cast.lena
    stage.act(f"{lena.name} blocks {mira.name}")
    talk = await mira.ask("POST", "/api/v1/conversations", {"userId": lena.id}, expect=201)
    await mira.ask("POST", _messages(talk), {"content": "You again?"}, expect=201)
    await lena.ask("POST", f"/api/v1/users/{mira.id}/block")
    for person, other in ((mira, lena), (lena, mira)):
        refused = await person.ask("POST", _messages(talk), {"content": "Still there?"}, expect=404)
        stage.fact(f"the answer to {person.name}, who writes to {other.name}", refused["reason"], "profiles.not_found")
    async with wires.socket(mira, "desk") as desk:
        reason = await desk.refused("message:send", conversationId=talk["id"], content="Hello?", clientId=str(ids.new()))
    stage.fact("and over the socket", reason, "profiles.not_found")


async def _unread(person: Person, talk: JSON) -> int:
    return (await person.ask("GET", f"/api/v1/conversations/{talk['id']}"))["unreadCount"]


def _messages(talk: JSON) -> str:
    return f"/api/v1/conversations/{talk['id']}/messages"


def _codes(*verbs: str) -> list[str]:
    return [f"learning.session_{verb}" for verb in verbs]
