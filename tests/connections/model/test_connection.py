"""The rules of a connection, alone and over every order of verbs."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillhall.connections.model.connection import AskToConnect, Connection, ConnectionRules, state_of
from skillhall.connections.model.refusals import AlreadyConnected, AskedTooSoon, ConnectionNotFound, NotYoursToDecide, WrongState
from skillhall.kernel import ids
from skillhall.kernel.refusals import Invalid, Refusal

RULES = ConnectionRules()
START = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA, BEN, EVE = ids.new(), ids.new(), ids.new()
OTHER = {ADA: BEN, BEN: ADA}


def asked(by: object = ADA, at: datetime = START) -> Connection:
    """Return a request; a person's account and profile have one id here."""
    requester = ADA if by == ADA else BEN
    addressee = OTHER[requester]
    return Connection(
        id=ids.new(), requester_id=requester, requester_account_id=requester, addressee_id=addressee, addressee_account_id=addressee,
        asked_at=at,
    )  # fmt: skip


def test_asking_twice_is_asking_once_and_asking_back_accepts() -> None:
    first = asked()
    assert first.asked_again(asked(at=START + timedelta(hours=1))) is first
    both = first.asked_again(asked(BEN, START + timedelta(hours=1)))
    assert (both.id, both.state, both.requester_id, both.decided_at) == (first.id, "accepted", ADA, START + timedelta(hours=1))
    with pytest.raises(AlreadyConnected):
        both.asked_again(asked())


def test_who_was_rejected_waits_thirty_days_and_who_rejected_does_not() -> None:
    no = asked().rejected(BEN, START, RULES)
    with pytest.raises(AskedTooSoon) as soon:
        no.asked_again(asked(at=START + timedelta(days=30, seconds=-1)))
    assert soon.value.params == {"ask_again_at": "2026-12-21T12:00:00.000Z"}
    again = no.asked_again(asked(at=START + timedelta(days=30)))
    assert (again.id, again.state, again.decided_at, again.ask_again_at) == (no.id, "pending", None, None)
    turned = no.asked_again(asked(BEN, START))
    assert (turned.state, turned.requester_id) == ("pending", BEN)


def test_who_withdrew_waits_a_day_and_the_other_knows_nothing() -> None:
    back = asked().withdrawn(ADA, START, RULES)
    with pytest.raises(AskedTooSoon):
        back.asked_again(asked(at=START + timedelta(hours=23)))
    assert back.asked_again(asked(at=START + timedelta(days=1))).state == "pending"
    assert back.asked_again(asked(BEN, START)).requester_id == BEN
    with pytest.raises(ConnectionNotFound):
        back.accepted(BEN, START)


def test_each_verb_belongs_to_one_side() -> None:
    request = asked()
    for act in (
        lambda: request.accepted(ADA, START),
        lambda: request.rejected(ADA, START, RULES),
        lambda: request.withdrawn(BEN, START, RULES),
    ):
        with pytest.raises(NotYoursToDecide):
            act()
    with pytest.raises(ConnectionNotFound):
        request.accepted(EVE, START)
    assert (request.other(ADA).id, request.other(BEN).id) == (BEN, ADA)


def test_what_is_decided_stays_decided() -> None:
    yes, no = asked().accepted(BEN, START), asked().rejected(BEN, START, RULES)
    assert (yes.accepted(BEN, START), no.rejected(BEN, START, RULES)) == (yes, no)
    with pytest.raises(WrongState) as wrong:
        yes.rejected(BEN, START, RULES)
    assert wrong.value.sentence == "A connection that is accepted cannot be rejected."
    with pytest.raises(WrongState):
        no.accepted(BEN, START)
    with pytest.raises(WrongState):
        yes.withdrawn(ADA, START, RULES)


STEPS = st.tuples(st.sampled_from(["ask", "accept", "reject", "withdraw"]), st.sampled_from([ADA, BEN, EVE]), st.integers(0, 40))


@given(st.lists(STEPS, max_size=20))
def test_no_order_of_verbs_connects_without_both(steps: list[tuple[str, object, int]]) -> None:
    """Over any walk: an accepted one had both sides' word, and the row is one the table would take."""
    now, at = START, asked()
    willing = {ADA}
    for verb, by, days in steps:
        now += timedelta(days=days)
        before = at
        try:
            match verb:
                case "ask":
                    at = at if by == EVE else at.asked_again(asked(by, now))
                case "accept":
                    at = at.accepted(by, now)  # type: ignore[arg-type]
                case "reject":
                    at = at.rejected(by, now, RULES)  # type: ignore[arg-type]
                case _:
                    at = at.withdrawn(by, now, RULES)  # type: ignore[arg-type]
        except Refusal:
            assert at is before
            continue
        if at is not before:
            assert by != EVE
            willing = {at.requester_id} if at.state == "pending" else willing | {by} if at.state == "accepted" else set()
        assert (at.decided_at is None) == (at.state == "pending")
        assert (at.ask_again_at is not None) == (at.state in {"rejected", "withdrawn"})
        assert at.state != "accepted" or willing == {ADA, BEN}
        assert at.id == before.id


def test_whom_a_request_names() -> None:
    one, other = ids.new(), ids.new()
    assert AskToConnect(profile_id=one, addressee_profile_id=one).asked_id == one
    for wrong in (AskToConnect(), AskToConnect(profile_id=one, addressee_profile_id=other)):
        with pytest.raises(Invalid) as refused:
            _ = wrong.asked_id
        assert [error.code for error in refused.value.details] == ["connections.one_profile"]
    assert (AskToConnect(profile_id=one, message="  \n").text, AskToConnect(profile_id=one, message=" hello ").text) == (None, "hello")
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"profileId": str(one), "message": "x" * 501}, AskToConnect)


def test_words_for_states() -> None:
    assert [state_of(word) for word in ("Accepted", " CONNECTED", "declined", "sent")] == ["accepted", "accepted", "rejected", "pending"]
    with pytest.raises(Invalid):
        state_of("blocked")
