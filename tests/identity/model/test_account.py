"""Roles, permissions, names, the states on paper."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from skillhall.identity.commands.open_account import abilities_of
from skillhall.identity.model.account import (
    PERMISSIONS,
    Account,
    Email,
    State,
    banned,
    check_outranks,
    closing,
    is_erasable,
    name_of,
    permissions_of,
    restored,
    returned,
    suspended,
)  # fmt: skip
from skillhall.identity.model.refusals import OperatorsAreExempt, Outranked, WrongState
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor

NOW = datetime(2026, 11, 21, tzinfo=UTC)
STATES = ("pending_verification", "active", "suspended", "banned", "deactivated", "closing", "erased")
ALLOWED = {
    "suspend": {"pending_verification", "active", "suspended"},
    "ban": {"pending_verification", "active", "suspended", "deactivated", "closing"},
    "restore": {"suspended", "banned", "deactivated"},
    "close": {"pending_verification", "active"},
    "return": {"closing"},
}
VERBS = {
    "suspend": lambda one: suspended(one, None, "spam"),
    "ban": lambda one: banned(one, "spam"),
    "restore": restored,
    "close": lambda one: closing(one, NOW),
    "return": returned,
}


def an_account(**changes: object) -> Account:
    one = Account(
        id=ids.new(), email="mira@example.org", email_verified=True, first_name="", last_name="", display_name="mira", timezone="UTC",
        locale="en", state="active", state_reason=None, suspended_until=None, erase_at=None, erased_at=None, roles=[],
        abilities=["learner"], origin="code", created_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(one, **changes)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_leaves_only_its_states(verb: str, state: str):
    one = an_account(state=state, erase_at=NOW)
    if state in ALLOWED[verb]:
        VERBS[verb](one)
    else:
        with pytest.raises(WrongState):
            VERBS[verb](one)


def test_restoring_leads_back_to_pending_when_the_address_was_never_proven():
    assert restored(an_account(state="suspended", email_verified=False)).state == "pending_verification"
    assert restored(an_account(state="banned")).state == "active"


@pytest.mark.parametrize("state", STATES)
def test_only_who_is_leaving_is_erased_and_not_before_the_time(state: State):
    assert is_erasable(an_account(state=state, erase_at=NOW), NOW) == (state == "closing")
    assert not is_erasable(an_account(state=state, erase_at=NOW + timedelta(seconds=1)), NOW)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("content.moderate", {"moderator", "support", "admin", "super_admin"}),
        ("report.decide", {"moderator", "support", "admin", "super_admin"}),
        *[(word, {"support", "admin", "super_admin"}) for word in ("account.read", "session.read", "case.mediate", "hold.freeze")],
        *[
            (word, {"admin", "super_admin"})
            for word in ("account.suspend", "case.rule", "hold.release", "skill.publish", "notice.send", "metrics.read")
        ],
        *[
            (word, {"super_admin"})
            for word in ("account.ban", "credit.adjust", "payout.decide", "settings.write", "role.grant", "audit.read")
        ],
    ],
)
def test_the_table_of_permissions(permission: str, roles: set[str]):
    assert {role for role, held in PERMISSIONS.items() if permission in held} == roles


def test_several_roles_add_up_and_none_may_nothing():
    assert permissions_of([]) == frozenset()
    assert permissions_of(["moderator", "support"]) == PERMISSIONS["support"]


def test_rank_decides_and_contexts_may():
    admin = Actor(account_id=ids.new(), roles=frozenset({"user", "admin"}))
    check_outranks(admin, an_account(roles=["support"]))
    for roles in (["admin"], ["support", "admin"]):
        with pytest.raises(Outranked):
            check_outranks(admin, an_account(roles=roles))
    with pytest.raises(OperatorsAreExempt):
        check_outranks(Actor(account_id=ids.new(), roles=frozenset({"super_admin"})), an_account(roles=["super_admin"]))
    check_outranks(Actor.of("identity", "the suspension has run out"), an_account(roles=["admin"]))


def test_words_of_all_sources_mean_abilities():
    assert abilities_of(["student"]) == ("learner",)
    assert abilities_of(["Tutor", "developer", "project-owner"]) == ("host", "worker", "client")
    assert abilities_of([]) == ("learner",)


def test_names():
    assert name_of("mira.lind@example.org") == "mira.lind"
    assert name_of("mira@example.org", "Mira", "Lind") == "Mira Lind"
    assert an_account(roles=["support"]).role == "support"
    assert an_account(abilities=["learner", "worker"]).role == "worker"
    assert an_account(abilities=[]).role == "user"


@pytest.mark.parametrize(
    "address", [".mira@example.org", "mira.@example.org", "mi..ra@example.org", "mira@example", "mira@-a.org", "a b@c.org"]
)
def test_addresses_that_no_mail_reaches(address: str):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(address, Email)


@pytest.mark.parametrize("address", ["mira@example.org", " mira.o'neil+lessons@mail.example.org ", "m@a.b-c.org"])
def test_addresses(address: str):
    assert msgspec.convert(address, Email) == address
