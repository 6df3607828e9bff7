"""The types of notices about people and what they do with each other: accounts, lessons, reviews, messages."""

from typing import Final

from skillhall.notifications.model.types.kind import Category, Channel, Type

INBOX: Final[frozenset[Channel]] = frozenset({"in_app"})
ALERT: Final[frozenset[Channel]] = frozenset({"in_app", "push"})
MAIL: Final[frozenset[Channel]] = frozenset({"in_app", "email"})
ALL: Final[frozenset[Channel]] = frozenset({"in_app", "email", "push"})


def _account(code: str, *, category: Category = "security") -> Type:
    """Return a type that nobody turns off by one click: what happens to the account itself."""
    return Type(code=code, category=category, channels=MAIL, priority="high", is_security=True, may_wait=False, action=False)


_IDENTITY: Final = (
    Type(code="identity.welcome", category="account", channels=MAIL, aliases=("welcome",), action=True),
    _account("identity.password_changed"),
    _account("identity.new_sign_in"),
    _account("identity.roles_changed"),
    _account("identity.account_suspended", category="account"),
    _account("identity.account_banned", category="account"),
    _account("identity.account_restored", category="account"),
    _account("identity.account_closing", category="account"),
)
_PROFILES: Final = (
    Type(code="profiles.verification_decided", category="account", channels=ALL, aliases=("user_verification",), action=True),
)
_LEDGER: Final = (
    Type(code="ledger.gift_given", category="money", channels=ALL, aliases=("credit_received",), action=True),
    Type(code="ledger.credits_adjusted", category="money", channels=MAIL, action=True),
)
_SKILLS: Final = (
    Type(code="skills.proposal_decided", category="community", channels=MAIL, action=True),
    Type(
        code="skills.goal_reached",
        category="community",
        channels=ALERT,
        aliases=("skill_progress", "achievement_unlocked"),
        priority="low",
        action=True,
    ),
    Type(code="skills.member_skill_verified", category="community", channels=ALL, aliases=("teacher_approved",), action=True),
    Type(code="skills.verification_rejected", category="community", channels=MAIL, aliases=("teacher_rejected",), action=True),
)
_CONNECTIONS: Final = (
    Type(code="connections.requested", category="community", channels=ALL, aliases=("connection_request",), action=True),
    Type(code="connections.accepted", category="community", channels=ALL, aliases=("connection_accepted",), action=True),
    Type(code="connections.followed", category="community", channels=INBOX, priority="low", action=True),
)
_MESSAGING: Final = (
    Type(
        code="messaging.message_received",
        category="messages",
        channels=ALL,
        aliases=("message", "new_message", "chat_message"),
        action=True,
    ),
)
_LEARNING: Final = (
    Type(
        code="learning.session_requested",
        category="lessons",
        channels=ALL,
        aliases=("session_request", "teacher_request"),
        priority="high",
        may_wait=False,
        action=True,
    ),
    Type(
        code="learning.session_scheduled",
        category="lessons",
        channels=ALL,
        aliases=("session_confirmed",),
        priority="high",
        may_wait=False,
        action=True,
    ),
    Type(code="learning.session_declined", category="lessons", channels=ALL, may_wait=False, action=True),
    Type(code="learning.session_expired", category="lessons", channels=ALL, may_wait=False, action=True),
    Type(
        code="learning.session_cancelled",
        category="lessons",
        channels=ALL,
        aliases=("session_cancelled",),
        priority="high",
        may_wait=False,
        action=True,
    ),
    Type(
        code="learning.session_rescheduled",
        category="lessons",
        channels=ALL,
        aliases=("session_rescheduled",),
        priority="high",
        may_wait=False,
        action=True,
    ),
    Type(code="learning.reschedule_proposed", category="lessons", channels=ALL, priority="high", may_wait=False, action=True),
    Type(code="learning.reschedule_declined", category="lessons", channels=ALL, may_wait=False, action=True),
    Type(code="learning.host_missed_session", category="lessons", channels=ALL, priority="high", may_wait=False, action=True),
    Type(
        code="learning.reminder_due",
        category="lessons",
        channels=ALL,
        aliases=("session_reminder", "event_reminder"),
        priority="urgent",  # shortly before a lesson no quiet hour helps anybody; an early reminder is less
        may_wait=False,
        action=True,
    ),
    Type(code="learning.session_started", category="lessons", channels=ALERT, aliases=("session_started",), may_wait=False, action=True),
    Type(code="learning.session_interrupted", category="lessons", channels=ALERT, may_wait=False, action=True),
    Type(code="learning.session_completed", category="lessons", channels=INBOX, aliases=("session_ended",), priority="low", action=True),
    Type(code="learning.seat_taken", category="lessons", channels=ALL, may_wait=False, action=True),
    Type(code="learning.seat_promoted", category="lessons", channels=ALL, priority="high", may_wait=False, action=True),
    Type(code="learning.seat_offered", category="lessons", channels=ALL, priority="high", may_wait=False, action=True),
    Type(code="learning.seat_left", category="lessons", channels=ALL, may_wait=False, action=True),
    Type(code="learning.seat_settled", category="money", channels=INBOX, priority="low", action=True),
    Type(code="learning.seat_refunded", category="money", channels=INBOX, priority="low", action=True),
    Type(code="learning.material_added", category="lessons", channels=INBOX, priority="low", action=True),
    Type(code="learning.recording_added", category="lessons", channels=INBOX, priority="low", action=True),
)
_REVIEWS: Final = (
    Type(code="reviews.written", category="community", channels=ALL, action=True),
    Type(code="reviews.revealed", category="community", channels=ALL, aliases=("review_received", "review"), action=True),
    Type(code="reviews.answered", category="community", channels=ALL, action=True),
    Type(code="reviews.skill_endorsed", category="community", channels=ALERT, aliases=("endorsement",), priority="low", action=True),
)
TYPES: Final = (*_IDENTITY, *_PROFILES, *_LEDGER, *_SKILLS, *_CONNECTIONS, *_MESSAGING, *_LEARNING, *_REVIEWS)
