"""What a dispute says of itself where its two sides talk: the outcome, never who of staff or whose words. Pure."""

from datetime import timedelta
from itertools import pairwise

from msgspec.structs import replace

from skillhall.disputes import events
from skillhall.disputes.model import verbs
from skillhall.disputes.model.case import CHARGEBACK, SEAT, Case, Dispute, Kind, State, Terms, hours
from skillhall.disputes.model.facts import about_of, facts
from skillhall.disputes.model.says import says
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import Member, Say
from tests.disputes.builders import OTHER_RULER, RULER
from tests.learning.test_model import NOW

HOST, LEARNER = Actor(account_id=ids.new()), Actor(account_id=ids.new())
LATER = "Thursday, 26 November 2026, 12:00 (UTC)"
PLACE = Say(
    subject=Subject("session", ids.new()),
    title="Guitar",
    kind="direct",
    members=[Member(HOST.account_id, ids.new()), Member(LEARNER.account_id, ids.new())],
    code="",
    params={},
    text="",
)


def opened(kind: Kind = SEAT) -> Dispute:
    case = Case(
        id=ids.new(), kind=kind, hold_id=ids.new(), subject_id=ids.new(), title="Guitar", payer_id=LEARNER.account_id,
        payee_id=HOST.account_id, opener_id=LEARNER.account_id, amount=31, asset="CREDIT", reason="a secret", description=None,
        state=State.OPEN, terms=Terms(), opened_at=NOW, due_at=NOW + hours(72),
    )  # fmt: skip
    return Dispute(case=case)


def texts(before: Dispute, after: Dispute) -> list[str]:
    found = says(PLACE, "Guitar", list(facts(before, after)))
    assert "secret" not in str(found)
    assert str(RULER.account_id) not in str(found)
    assert all(replace(one, code="", params={}, text="") == PLACE for one in found)
    return [one.text for one in found]


def test_from_the_opening_to_the_money() -> None:
    start = opened()
    (first,) = says(PLACE, "Guitar", [events.Opened(**about_of(start.case), answer_by=NOW)])
    assert first.text == "A dispute about “Guitar” is open. The payment stays where it is until it is decided."
    assert (first.code, first.params) == ("disputes.opened", {"title": "Guitar", "disputeId": str(start.case.id), "kind": "seat"})
    heard = verbs.answered(start, HOST, NOW)
    proposed = verbs.proposed(heard, RULER, 5_000, "a secret", NOW)
    declined = verbs.declined(proposed, HOST, NOW)
    ruled = verbs.ruled(declined, RULER, 6_050, "a secret", NOW)
    appealed = verbs.appealed(ruled, LEARNER, "a secret", NOW)
    decided = verbs.ruled(appealed, OTHER_RULER, 0, "a secret", NOW)
    assert [
        text for before, after in pairwise([start, heard, proposed, declined, ruled, appealed, decided]) for text in texts(before, after)
    ] == [
        "Support looks at the dispute about “Guitar”.",
        "Support proposes for “Guitar”: 50% of the payment to the payee. Both sides may accept.",
        "The proposal for “Guitar” is declined.",
        f"Support has ruled about “Guitar”: 60.5% of the payment to the payee, unless a side appeals before {LATER}.",
        "The ruling about “Guitar” is appealed: somebody else will decide.",
        "Support has ruled about “Guitar”: 0% of the payment to the payee.",
        "The dispute about “Guitar” is decided: 0% of the payment to the payee.",
    ]
    assert not texts(ruled, verbs.accepted(ruled, HOST, NOW))
    assert texts(start, verbs.withdrawn(start, LEARNER, NOW)) == ["The dispute about “Guitar” is withdrawn: the payment goes on as before."]
    assert texts(heard, verbs.rejected(heard, RULER, "a secret", NOW)) == ["The dispute about “Guitar” is closed without a decision."]


def test_the_bank_decides_about_a_chargeback() -> None:
    start = opened(CHARGEBACK)
    (first,) = says(PLACE, "Guitar", [events.Opened(**about_of(start.case), answer_by=None)])
    assert first.text.startswith("The payer's bank takes back the payment for “Guitar”.")
    asked = verbs.passed(start, NOW + timedelta(hours=72))
    assert texts(start, asked) == ["The payer's bank decides about the payment for “Guitar”."]
    assert texts(asked, verbs.decided_by_bank(asked, is_won=True, now=NOW)) == [
        "The payer's bank has decided about the payment for “Guitar”: 100% of it to the payee."
    ]
