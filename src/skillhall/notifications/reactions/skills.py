"""What people are told of skills: their proposals, their goals, what was confirmed."""

from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears
from skillhall.skills import events
from skillhall.skills.api import skill, skill_cards, verification


async def tell_proposer(event: events.ProposalDecided, tx: Tx) -> None:
    """Say what became of a proposal."""
    found = await skill(tx, event.skill_id)
    into = await skill_cards(tx, [found.merged_into]) if found.merged_into else {}
    facts: dict[str, Fact] = {
        "decision": event.decision, "skill": found.name, "into": next((card.name for card in into.values()), found.name),
        **_reason(found.decision if event.decision == "rejected" else None),
    }  # fmt: skip
    about = found.merged_into or event.skill_id
    await _tell(tx, event.name, event.account_id, event.skill_id, facts, f"skills/{about}", {"decision": event.decision})


async def tell_goal(event: events.GoalReached, tx: Tx) -> None:
    """Say that somebody has come up to their goal."""
    await _tell(tx, event.name, event.account_id, event.skill_id, {"skill": (await skill(tx, event.skill_id)).name}, "profile/skills")


async def tell_verified(event: events.MemberSkillVerified | events.VerificationRejected, tx: Tx) -> None:
    """Say whether a skill was confirmed, and if not why."""
    found = await verification(tx, event.verification_id)
    facts: dict[str, Fact] = {"skill": found.skill.name, **_reason(found.reason)}
    await _tell(tx, event.name, event.account_id, event.skill_id, facts, "profile/skills", {"verificationId": str(event.verification_id)})


def _reason(reason: str | None) -> dict[str, Fact]:
    return {"reason": "given" if reason else "none", "reason_text": reason or ""}


async def _tell(
    tx: Tx, code: str, account_id: UUID, skill_id: UUID, facts: dict[str, Fact], path: str, data: dict[str, object] | None = None
) -> None:
    notice = Notice(
        account_id=account_id, type=code, about=Subject("skill", skill_id), facts=facts, path=path, why="member", data=data or {}
    )
    await notify(tx, notice)


REACTIONS = (
    *hears(tell_proposer, events.ProposalDecided),
    *hears(tell_goal, events.GoalReached),
    *hears(tell_verified, events.MemberSkillVerified, events.VerificationRejected),
)
