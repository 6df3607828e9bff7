"""What the hall itself tells: announcements, maintenance, security, what staff sends."""

from typing import Final

from skillhall.notifications.model.types.kind import Channel, Type

ALL: Final[frozenset[Channel]] = frozenset({"in_app", "email", "push"})
MAILED: Final[frozenset[Channel]] = frozenset({"in_app", "email"})
QUIETLY: Final[frozenset[Channel]] = frozenset({"in_app"})

TYPES: Final[tuple[Type, ...]] = (
    Type(
        code="hall.announcement", category="announcements", channels=MAILED, action=True,
        aliases=("system_announcement", "system", "system_alert", "announcement"),
    ),
    Type(
        code="hall.maintenance", category="announcements", channels=MAILED, priority="high", may_wait=False,
        aliases=("maintenance_notice", "maintenance", "platform_health"),
    ),
    Type(
        code="hall.security_alert", category="security", channels=ALL, priority="urgent", is_security=True, may_wait=False,
        aliases=("security_alert", "compliance_alert"),
    ),
    Type(code="hall.marketing", category="announcements", channels=QUIETLY, priority="low", aliases=("marketing", "career_opportunity")),
    Type(code="hall.reminder", category="account", channels=ALL, may_wait=False, aliases=("reminder",)),
    Type(
        code="hall.message", category="account", channels=MAILED,
        aliases=("other", "flagged_user", "moderation_task", "feature_request", "recommended_developer"),
    ),
)  # fmt: skip
SENDABLE: Final = frozenset(one.code for one in TYPES)
"""What staff may send: its words are the sender's own."""
