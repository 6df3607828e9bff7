"""Names under which the systems Skillhall replaces publish the same facts: the broker gets those too."""

from typing import Final

EVENT_ALIASES: Final[dict[str, str]] = {
    "identity.account_registered": "user.registered",
    "gigs.project_created": "project.created",
    "gigs.project_changed": "project.updated",
    "gigs.bid_submitted": "bid.submitted",
    "gigs.bid_accepted": "bid.accepted",
    "gigs.work_delivered": "project.delivered",
    "gigs.booking_made": "booking.created",
    "gigs.booking_confirmed": "booking.confirmed",
    "gigs.booking_completed": "booking.completed",
    "reviews.revealed": "review.created",
}
