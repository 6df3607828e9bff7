"""What people are told of accounts, profiles, credits, skills, connections and reviews; and that it is checked again before it is sent."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from skillhall.connections import events as connections
from skillhall.identity import events as identity
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.ledger import events as ledger
from skillhall.profiles import events as profiles
from skillhall.reviews import events as reviews
from skillhall.skills import events as skills
from tests.notifications.stage import Stage, told

LOGIN = """
INSERT INTO identity.login (id, account_id, profile_id, method, refresh_hash, rotated_at, device, address, created_at, used_at, expires_at,
    ended_at, ended_why)
VALUES ($1, $2, $3, 'password', '', $5, $4, '192.0.2.1', $5, $5, $5::timestamptz + interval '1 day',
    CASE WHEN $6 THEN now() END, CASE WHEN $6 THEN 'logged_out' END)
"""
SUSPEND = """
UPDATE identity.account SET state = $2, state_reason = CASE WHEN $2 <> 'closing' THEN $3 END,
    suspended_until = CASE WHEN $2 = 'suspended' THEN $4::timestamptz END, erase_at = CASE WHEN $2 = 'closing' THEN $4::timestamptz END
WHERE id = $1
"""
CONNECTION = """
INSERT INTO connections.connection (id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, asked_at)
VALUES ($1, $2, $3, $4, $5, 'pending', now())
"""
DECIDE = "UPDATE connections.connection SET state = $2, decided_at = now() WHERE id = $1"
FOLLOW = """
INSERT INTO connections.follow (follower_id, follower_account_id, followed_id, followed_account_id, followed_at)
VALUES ($1, $2, $3, $4, now())
"""
PROFILE_CASE = """
INSERT INTO profiles.verification (id, profile_id, account_id, state, display_name, documents, requested_at, decided_at, decided_by, reason)
VALUES ($1, $2, $3, $4, 'Ada Studio', '{}', now(), now(), $3, $5)
"""
SKILL_CASE = """
INSERT INTO skills.verification (id, account_id, skill_id, purpose, level, evidence, note, file_ids, state, reason, requested_at,
    decided_at)
VALUES ($1, $2, $3, 'teach', 'expert', 'degree', '', '{}', $4, $5, now(), now())
"""
ENGAGEMENT = """
INSERT INTO reviews.engagement (id, kind, subject_id, provider_id, provider_profile_id, client_id, client_profile_id, completed_at,
    reveal_at)
VALUES ($1, 'session', $1, $2, $3, $4, $5, now(), now() + interval '14 days')
"""
REVIEW = """
INSERT INTO reviews.review (id, engagement_id, author_id, about_id, rating, comment, created_at, edit_until)
VALUES ($1, $2, $3, $4, 4, '', now(), now())
"""
THEN = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def test_accounts(stage: Stage) -> None:
    ada = await stage.person("Ada Example", locale="de")
    one = ada.account_id
    (welcome,) = await stage.hear(identity.AddressVerified(account_id=one))
    assert (welcome.title, welcome.type, welcome.category) == ("Willkommen bei Skillhall", "identity.welcome", "account")
    assert await stage.hear(identity.AddressVerified(account_id=one)) == []
    (changed,) = await stage.hear(identity.PasswordChanged(account_id=one))
    assert (changed.title, changed.category, changed.why) == ("Dein Passwort wurde geändert", "security", "account")
    (given, taken) = await stage.hear(
        identity.RolesChanged(account_id=one, roles=["support", "finance"]), identity.RolesChanged(account_id=one, roles=[])
    )
    assert "Deine Rollen im Team sind ab jetzt: support, finance." in given.text
    assert "Du hast keine Rolle im Team mehr." in taken.text


@pytest.mark.parametrize(
    ("event", "state", "until", "parts"),
    [
        (identity.AccountSuspended, "suspended", THEN, ("suspended until Tuesday", "Reason: Spam.")),
        (identity.AccountSuspended, "suspended", None, ("is suspended. As long as it is",)),
        (identity.AccountBanned, "banned", None, ("banned for good", "Reason: Spam.")),
        (identity.AccountClosing, "closing", THEN, ("on Tuesday",)),
    ],
)
async def test_what_becomes_of_an_account(
    stage: Stage, event: type[Any], state: str, until: datetime | None, parts: tuple[str, ...]
) -> None:
    ada = await stage.person("Ada Example")
    await stage.execute(SUSPEND, ada.account_id, state, "Spam.", until)
    assert await stage.hear(identity.AccountRestored(account_id=ada.account_id)) == []
    (notice,) = await stage.hear(event(account_id=ada.account_id))
    for part in parts:
        assert part in notice.text
    assert await stage.is_still(notice)
    await stage.execute(SUSPEND, ada.account_id, "active", None, None)
    assert not await stage.is_still(notice)
    assert await stage.hear(event(account_id=ada.account_id)) == []
    (restored,) = await stage.hear(identity.AccountRestored(account_id=ada.account_id))
    assert await stage.is_still(restored)


async def test_a_sign_in_is_told_when_its_device_is_new(stage: Stage) -> None:
    ada = await stage.person("Ada Example")

    async def sign_in(device: str, minute: int, *, is_over: bool = False) -> list[str]:
        login_id, at = ids.new(), datetime(2026, 11, 20, 10, minute, tzinfo=UTC)
        await stage.execute(LOGIN, login_id, ada.account_id, ada.profile_id, device, at, is_over)
        heard = await stage.hear(identity.LoginStarted(account_id=ada.account_id, login_id=login_id, method="password"))
        return [notice.text for notice in heard]

    assert await sign_in("Firefox", 1, is_over=True) == []
    assert await sign_in("Firefox", 2) == []
    (text,) = await sign_in("Chrome", 3)
    assert "with your password" in text
    assert "Device: Chrome\nAddress: 192.0.2.1" in text
    assert await sign_in("Chrome", 4) == []
    (text,) = await sign_in("", 5)
    assert "Device: unknown" in text


async def test_profiles_credits_and_skills(stage: Stage) -> None:
    ada, bob = await stage.person("Ada Example"), await stage.person("Bob Builder", locale="hi")
    skill_id, yes, no = await stage.skill(), ids.new(), ids.new()
    await stage.execute(PROFILE_CASE, yes, ada.profile_id, ada.account_id, "approved", "Seen by two.")
    await stage.execute(PROFILE_CASE, no, ada.profile_id, ada.account_id, "rejected", "It cannot be read.")
    decided = [
        profiles.VerificationDecided(
            profile_id=ada.profile_id or ids.NIL, account_id=ada.account_id, verification_id=case, is_approved=case == yes
        )
        for case in (yes, no)
    ]
    good, bad = await stage.hear(*decided)
    assert (good.title, bad.title) == ("Your profile is verified", "Your profile is not verified")
    assert "Seen by two." not in good.text
    assert "Reason: It cannot be read." in bad.text
    gift = ledger.GiftGiven(transfer_id=ids.new(), from_account_id=ada.account_id, to_account_id=bob.account_id, amount=31)
    (given,) = await stage.hear(gift)
    assert (given.account_id, given.title, given.why) == (bob.account_id, "Ada Example की ओर से उपहार: 31 क्रेडिट", "addressee")
    more, less = [ledger.CreditsAdjusted(transfer_id=ids.new(), account_id=ada.account_id, amount=amount) for amount in (5, -1)]
    assert [one.title for one in await stage.hear(more, less)] == ["Added to your wallet: 5 credits", "Taken from your wallet: 1 credit"]
    await stage.execute(SKILL_CASE, yes := ids.new(), ada.account_id, skill_id, "verified", None)
    await stage.execute(SKILL_CASE, no := ids.new(), ada.account_id, skill_id, "rejected", "Too short.")
    heard = await stage.hear(
        skills.MemberSkillVerified(account_id=ada.account_id, skill_id=skill_id, verification_id=yes),
        skills.VerificationRejected(account_id=ada.account_id, skill_id=skill_id, verification_id=no),
        skills.GoalReached(account_id=ada.account_id, skill_id=skill_id, member_skill_id=ids.new()),
    )
    assert [one.title for one in heard] == ["Your skill is verified: Python", "Your skill is not verified: Python", "Goal reached: Python"]
    assert "Reason: Too short." in heard[1].text


async def test_proposals(stage: Stage) -> None:
    ada, skill_id = await stage.person("Ada Example"), await stage.skill()
    decide = [skills.ProposalDecided(skill_id=skill_id, account_id=ada.account_id, decision=one) for one in ("approved", "rejected")]
    await stage.execute("UPDATE skills.skill SET decision = 'It is there twice.' WHERE id = $1", skill_id)
    approved, rejected = await stage.hear(*decide)
    assert (approved.title, rejected.title) == ("In the catalogue now: Python", "Not taken into the catalogue: Python")
    assert "twice" not in approved.text
    assert "Reason: It is there twice." in rejected.text


async def test_connections(stage: Stage) -> None:
    ada, bob = await stage.person("Ada Example"), await stage.person("Bob Builder")
    connection_id = ids.new()
    await stage.execute(CONNECTION, connection_id, ada.profile_id, ada.account_id, bob.profile_id, bob.account_id)
    (asked,) = await stage.hear(_fact(connections.Requested, connection_id, ada, bob))
    assert told([asked]) == {bob.account_id: "Ada Example would like to connect"}
    assert await stage.is_still(asked)
    await stage.execute(DECIDE, connection_id, "accepted")
    assert not await stage.is_still(asked)
    (accepted,) = await stage.hear(_fact(connections.Accepted, connection_id, ada, bob))
    assert told([accepted]) == {ada.account_id: "You are connected with Bob Builder"}
    assert await stage.is_still(accepted)
    await stage.execute("DELETE FROM connections.connection WHERE id = $1", connection_id)
    assert not await stage.is_still(accepted)
    followed = connections.Followed(
        follower_id=_profile(ada), follower_account_id=ada.account_id, followed_id=_profile(bob), followed_account_id=bob.account_id
    )
    await stage.execute(FOLLOW, ada.profile_id, ada.account_id, bob.profile_id, bob.account_id)
    (notice,) = await stage.hear(followed)
    assert notice.title == "Ada Example follows you"
    assert await stage.is_still(notice)
    assert await stage.hear(followed) == []
    await stage.execute("DELETE FROM connections.follow WHERE follower_id = $1", ada.profile_id)
    assert not await stage.is_still(notice)


async def test_reviews(stage: Stage) -> None:
    host, learner = await stage.person("Hana Host"), await stage.person("Lea Learner")
    engagement_id, review_id = ids.new(), ids.new()
    await stage.execute(ENGAGEMENT, engagement_id, host.account_id, host.profile_id, learner.account_id, learner.profile_id)
    await stage.execute(REVIEW, review_id, engagement_id, learner.account_id, host.account_id)
    ids_of = {
        "review_id": review_id, "kind": "session", "reviewed_id": engagement_id, "author_id": learner.account_id,
        "about_id": host.account_id,
    }  # fmt: skip
    written = reviews.Written(**ids_of, reveal_at=THEN)
    (notice,) = await stage.hear(written)
    assert told([notice]) == {host.account_id: "Lea Learner has reviewed you"}
    assert "rating" not in {*notice.facts, *notice.data}
    assert await stage.is_still(notice)
    await stage.execute("UPDATE reviews.review SET published_at = now() WHERE id = $1", review_id)
    assert not await stage.is_still(notice)
    assert await stage.hear(written) == []
    revealed = reviews.Revealed(**ids_of, rating=4)
    (public,) = await stage.hear(revealed)
    assert told([public]) == {host.account_id: "Lea Learner gave you 4 stars"}
    assert await stage.hear(revealed) == []
    (answered,) = await stage.hear(reviews.Answered(**ids_of))
    assert told([answered]) == {learner.account_id: "Hana Host has answered your review"}
    assert await stage.is_still(public)
    await stage.execute("UPDATE reviews.review SET hidden_at = now() WHERE id = $1", review_id)
    assert not await stage.is_still(public)
    endorsed = reviews.Endorsed(
        endorsement_id=ids.new(), skill_id=await stage.skill(), author_id=learner.account_id, about_id=host.account_id
    )
    assert told(await stage.hear(endorsed)) == {host.account_id: "Lea Learner vouches for your skill: Python"}
    assert await stage.hear(endorsed) == []


def _profile(who: Actor) -> UUID:
    assert who.profile_id
    return who.profile_id


def _fact(event: type[Any], connection_id: UUID, requester: Actor, addressee: Actor) -> Any:
    return event(
        connection_id=connection_id,
        requester_id=requester.profile_id,
        requester_account_id=requester.account_id,
        addressee_id=addressee.profile_id,
        addressee_account_id=addressee.account_id,
    )
