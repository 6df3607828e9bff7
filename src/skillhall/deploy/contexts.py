"""All contexts, lowest storey first: the one list that names them."""

from skillhall.billing.module import MODULE as BILLING
from skillhall.calendar.module import MODULE as CALENDAR
from skillhall.connections.module import MODULE as CONNECTIONS
from skillhall.disputes.module import MODULE as DISPUTES
from skillhall.gigs.module import MODULE as GIGS
from skillhall.identity.module import MODULE as IDENTITY
from skillhall.learning.module import MODULE as LEARNING
from skillhall.ledger.module import MODULE as LEDGER
from skillhall.messaging.module import MODULE as MESSAGING
from skillhall.notifications.module import MODULE as NOTIFICATIONS
from skillhall.payments.module import MODULE as PAYMENTS
from skillhall.profiles.module import MODULE as PROFILES
from skillhall.reviews.module import MODULE as REVIEWS
from skillhall.skills.module import MODULE as SKILLS

MODULES = (
    IDENTITY,
    PROFILES,
    CALENDAR,
    CONNECTIONS,
    LEDGER,
    SKILLS,
    MESSAGING,
    PAYMENTS,
    BILLING,
    GIGS,
    LEARNING,
    DISPUTES,
    REVIEWS,
    NOTIFICATIONS,
)
NAMES = tuple(module.name for module in MODULES)
