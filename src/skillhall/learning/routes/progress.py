"""HTTP of figures: a person's progress and analytics, everybody's sessions for staff."""

from skillhall.kernel.http import Call, get
from skillhall.learning.queries.analytics import AnalyticsQuery, AnalyticsView, analytics
from skillhall.learning.queries.platform import PlatformQuery, PlatformSessionsView, platform_statistics
from skillhall.learning.queries.progress import ProgressView, progress


@get("/users/me/progress")
async def read_own_progress(call: Call) -> ProgressView:
    """Read how far one has come in each skill one learns: lessons, minutes, level, goal."""
    async with call.snapshot() as read:
        return await progress(read, call.by)


@get("/users/me/analytics")
async def read_own_analytics(call: Call, query: AnalyticsQuery) -> AnalyticsView:
    """Read one's lessons over time, given and taken: by day, week or month of one's own time zone, and by skill."""
    async with call.snapshot() as read:
        return await analytics(read, call.by, query)


@get("/admin/sessions/statistics", permission="metrics.read")
async def read_platform_session_statistics(call: Call, query: PlatformQuery) -> PlatformSessionsView:
    """Read how everybody's sessions go: by status and skill, minutes, credits, missed ones."""
    async with call.snapshot() as read:
        return await platform_statistics(read, query)
