"""The declaration of reviews."""

from skillhall.identity.api import PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module, Reaction, Sweep
from skillhall.reviews import events
from skillhall.reviews.commands.pass_time import pass_time
from skillhall.reviews.commands.personal_data import ReviewData
from skillhall.reviews.model.review import ReviewRules
from skillhall.reviews.queries.proofs import CHECKS
from skillhall.reviews.reactions import follow_merge
from skillhall.reviews.routes import endorsements, reviews
from skillhall.reviews.store import timing
from skillhall.skills.events import SkillsMerged


def rules(_config: Config) -> ReviewRules:
    """Return the rules of reviews as they are delivered."""
    return ReviewRules()


MODULE = Module(
    name="reviews",
    storey=7,
    endpoints=endpoints_of(reviews, endorsements),
    reactions=(Reaction(name="reviews.follow_merge", event=SkillsMerged, run=follow_merge),),
    sweeps=(Sweep(name="reviews.reveal", due=timing.DUE_ENGAGEMENTS, next_due=timing.NEXT_ENGAGEMENT, run=pass_time),),
    ports=(Fills(port=PersonalData, by=ReviewData()),),
    checks=CHECKS,
    settings=(rules,),
    events=tuple(fact for fact in vars(events).values() if isinstance(fact, type) and getattr(fact, "name", "")),
)
