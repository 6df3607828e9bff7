"""Adopt projects that come in bulk with all that came of them: an import, the demo community."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.contest import Contested, Finished, contested_of, finished_of
from skillhall.gigs.model.engagement_facts import posting
from skillhall.gigs.model.escrow import EngagementRules, EscrowState
from skillhall.gigs.model.history import CaseOf, Gig, GigHistory, replay
from skillhall.gigs.store import adopted
from skillhall.gigs.store.adopted_projects import adopt_bids, adopt_projects
from skillhall.kernel.db.tx import Tx
from skillhall.ledger.api import Transfer
from skillhall.profiles import api as profiles


class GigReport(Struct, frozen=True, kw_only=True):
    """What client or worker of an adopted project objected to, and when: a case for disputes, which freezes the hold."""

    payment: Contested
    by: UUID
    problem: str
    at: datetime


class GigMoves(Struct, frozen=True, kw_only=True):
    """What adopted projects do to the books, oldest first; what of it is then disputed; what can be reviewed."""

    postings: list[tuple[datetime, Transfer]]
    reports: list[GigReport]
    finished: list[Finished]


async def adopt(tx: Tx, histories: Sequence[GigHistory], now: datetime, case_of: CaseOf, origin: str = "import") -> GigMoves:
    """Store the projects as their histories leave them at `now`; `case_of` a hold is the case under which a disputed one is frozen.

    Nothing is published. The caller posts the moves through the ledger, after what people began with, in the same transaction.
    """
    rules = tx.setting(EngagementRules)
    gigs = [replay(history, rules, case_of, now) for history in histories]
    engagements = [gig.engagement for gig in gigs if gig.engagement]
    finished = [found for found in map(finished_of, engagements) if found]
    await adopt_projects(tx, [gig.project for gig in gigs], {history.project.id: history.skill_ids for history in histories}, origin)
    await adopt_bids(tx, [bid for gig in gigs for bid in gig.bids])
    await adopted.insert_engagements(tx, engagements)
    await adopted.count_days(tx, [gig.project.id for gig in gigs])
    await profiles.adopt_jobs(tx, Counter(found.host_or_worker_id for found in finished))
    changes = [change for gig in gigs for change in gig.changes]
    postings = [(at, moved) for at, before, after in changes if (moved := posting(before, after))]
    return GigMoves(
        postings=sorted(postings, key=lambda move: move[0]),
        reports=[report for history, gig in zip(histories, gigs, strict=True) for report in _reports(history, gig)],
        finished=finished,
    )


def _reports(history: GigHistory, gig: Gig) -> Iterator[GigReport]:
    objections = {step.at: step for step in history.choice.steps if step.verb == "object"} if history.choice else {}
    for at, before, after in gig.changes:
        if before is None or at not in objections:
            continue
        for escrow in after.escrows:
            if escrow.state is EscrowState.FROZEN and before.escrow(escrow.id).state is not EscrowState.FROZEN:
                yield GigReport(payment=contested_of(escrow), by=objections[at].by, problem=objections[at].text, at=at)
