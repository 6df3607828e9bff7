"""HTTP of figures."""

from skillhall.kernel.http import Call, get
from skillhall.notifications.queries import statistics as queries
from skillhall.notifications.queries.statistics import StatisticsQuery, StatisticsView


@get("/notifications/admin/stats", permission="notice.send")
async def read_notification_statistics(call: Call, query: StatisticsQuery) -> StatisticsView:
    """Show what became of what people were told: sent, read, opened, clicked, and how long it took."""
    return await queries.statistics(call.read, query)
