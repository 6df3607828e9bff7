"""The types of notices about work and money: gigs, disputes, payments, what the community sells."""

from typing import Final

from skillhall.notifications.model.types.kind import Category, Channel, Priority, Type

INBOX: Final[frozenset[Channel]] = frozenset({"in_app"})
ALERT: Final[frozenset[Channel]] = frozenset({"in_app", "push"})
MAIL: Final[frozenset[Channel]] = frozenset({"in_app", "email"})
ALL: Final[frozenset[Channel]] = frozenset({"in_app", "email", "push"})


def _type(
    category: Category, code: str, channels: frozenset[Channel], *aliases: str, priority: Priority = "normal", may_wait: bool = True
) -> Type:
    return Type(code=code, category=category, channels=channels, aliases=aliases, priority=priority, may_wait=may_wait)


def _quiet(category: Category, code: str, *aliases: str) -> Type:
    """Return a type that is worth a line in the inbox, and no more."""
    return _type(category, code, INBOX, *aliases, priority="low")


def _pressing(category: Category, code: str, *aliases: str) -> Type:
    """Return a type whose reader has to do something, and soon."""
    return _type(category, code, ALL, *aliases, priority="high", may_wait=False)


_BIDS: Final = (
    _type("work", "gigs.project_matched", ALL, "project_match"),
    _type("work", "gigs.bid_submitted", ALL, "bid_received", "new_applicant"),
    _type("work", "gigs.bid_withdrawn", MAIL, "bid_withdrawn"),
    _type("work", "gigs.bid_shortlisted", ALL, "application_update"),
    _type("work", "gigs.bid_interviewing", ALL),
    _type("work", "gigs.bid_accepted", ALERT, "bid_accepted", "application_accepted", priority="high"),
    _type("work", "gigs.bid_rejected", MAIL, "bid_rejected", "application_rejected"),
    _quiet("work", "gigs.bid_expired"),
    _type("work", "gigs.invite_sent", ALL, "project_invite", "invitation"),
    _pressing("work", "gigs.offer_sent", "direct_offer"),
    _type("work", "gigs.invite_accepted", ALL, "invite_accepted"),
    _type("work", "gigs.invite_declined", MAIL, "invite_declined"),
    _quiet("work", "gigs.invite_withdrawn"),
    _quiet("work", "gigs.invite_expired"),
)
_AGREEMENTS: Final = (
    _pressing("work", "gigs.agreement_to_sign", "agreement_created"),
    _pressing("work", "gigs.terms_changed"),
    _type("work", "gigs.agreement_signed", ALL, "agreement_signed", priority="high"),
    _type("work", "gigs.agreement_activated", ALL),
    _type("work", "gigs.agreement_expired", ALL),
    _pressing("work", "gigs.agreement_cancelled"),
    _type("work", "gigs.project_completed", ALL, "project_completed"),
)
_DOING: Final = (
    _type("work", "gigs.work_funded", ALL, "escrow_funded", priority="high"),
    _quiet("work", "gigs.work_started", "milestone_started"),
    _pressing("work", "gigs.work_delivered", "project_milestone", "milestone_delivered"),
    _pressing("work", "gigs.project_delivered", "project_delivered"),
    _pressing("work", "gigs.hours_submitted"),
    _pressing("work", "gigs.revision_requested", "revision_requested"),
    _pressing("work", "gigs.hours_objected"),
    _type("money", "gigs.work_approved", ALL, "milestone_approved", priority="high"),
    _type("money", "gigs.payment_released", ALL, "escrow_released"),
    _type("money", "gigs.payment_sent", MAIL),
    _type("money", "gigs.payment_returned", ALL, "escrow_refunded"),
    _type("money", "gigs.payment_divided", ALL),
    _pressing("work", "gigs.week_to_fund", "budget_alert"),
    _pressing("work", "gigs.booking_made", "booking_created"),
    _pressing("work", "gigs.booking_moved"),
    _type("work", "gigs.booking_confirmed", ALL, "booking_confirmed", priority="high"),
    _type("work", "gigs.booking_completed", ALL, "booking_completed"),
    _pressing("work", "gigs.booking_cancelled", "booking_cancelled"),
)
_TEAM: Final = (
    _type("work", "gigs.task_assigned", ALL, "task_assigned", "task_deadline"),
    _type("work", "gigs.task_submitted", ALL),
    _type("work", "gigs.task_reviewed", ALL),
    _quiet("work", "gigs.task_completed", "task_completed"),
    _quiet("work", "gigs.task_deleted"),
    _type("work", "gigs.task_commented", ALERT),
    _type("work", "gigs.team_invited", ALL, "team_invitation"),
    _type("work", "gigs.team_joined", ALERT),
    _quiet("work", "gigs.team_declined"),
    _type("work", "gigs.team_left", ALERT),
    _type("work", "gigs.team_removed", MAIL),
    _type("work", "gigs.project_news", ALL, "project_update"),
    _type("work", "gigs.project_commented", ALERT, "comment"),
    _type("work", "gigs.project_paused", ALL),
    _type("work", "gigs.project_resumed", ALL),
)
_DISPUTES: Final = (
    _pressing("money", "disputes.opened", "dispute_report", "dispute_opened"),
    _type("money", "disputes.under_review", ALL),
    _type("money", "disputes.evidence_added", ALERT),
    _type("money", "disputes.message_sent", ALL),
    _pressing("money", "disputes.proposed"),
    _pressing("money", "disputes.ruled"),
    _type("money", "disputes.appealed", ALL, priority="high"),
    _type("money", "disputes.resolved", ALL, "dispute_resolved", priority="high"),
    _type("money", "disputes.rejected", ALL, priority="high"),
    _type("money", "disputes.withdrawn", ALL),
    _pressing("money", "payments.chargeback_opened", "chargeback"),
    _type("money", "payments.chargeback_reviewed", ALL),
    _type("money", "payments.chargeback_closed", ALL, priority="high"),
)
_PAYMENTS: Final = (
    _type("money", "payments.succeeded", ALERT, "payment_success", "payment_completed", "payment_received"),
    _type("money", "payments.not_kept", MAIL),
    _pressing("money", "payments.failed", "payment_failed", "billing_alert"),
    _pressing("money", "payments.action_required", "payment_action_required"),
    _type("money", "payments.refunded", ALL, "payment_refunded"),
    _type("money", "payments.refund_failed", ALL, priority="high"),
    _quiet("money", "payments.payout_requested"),
    _type("money", "payments.payout_paid", ALL, "payout_paid"),
    _pressing("money", "payments.payout_failed", "payout_failed"),
    _type("money", "payments.payout_cancelled", MAIL),
    _type("account", "payments.identity_checked", ALL, priority="high"),
    Type(
        code="payments.destination_changed",
        category="security",
        channels=ALL,
        priority="high",
        is_security=True,
        may_wait=False,
    ),
    _pressing("money", "payments.money_waits"),
)
_BILLING: Final = (
    _type("money", "billing.subscription_started", MAIL, "subscription_started"),
    _quiet("money", "billing.subscription_renewed"),
    _type("money", "billing.subscription_changed", MAIL),
    _type("money", "billing.subscription_cancelled", MAIL),
    _quiet("money", "billing.subscription_resumed"),
    _pressing("money", "billing.renewal_failed", "billing_reminder"),
    _type("money", "billing.subscription_ended", ALL, "subscription_ended", priority="high"),
    _type("money", "billing.subscription_restored", ALL),
    _type("money", "billing.invoice_issued", MAIL, "invoice"),
    _quiet("money", "billing.credit_note_issued"),
    _type("money", "billing.credits_bought", ALERT, "credits_purchased"),
    _quiet("money", "billing.boost_paid"),
    _type("money", "billing.boost_revoked", MAIL),
    _type("money", "billing.boost_restored", MAIL),
)
TYPES: Final[tuple[Type, ...]] = (*_BIDS, *_AGREEMENTS, *_DOING, *_TEAM, *_DISPUTES, *_PAYMENTS, *_BILLING)
