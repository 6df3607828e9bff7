"""The two clocks: wall time never moves, business time may be moved forward in sandbox mode.

Business time = wall clock + an offset stored in `kernel.clock`.
"""

from datetime import UTC, datetime, timedelta


class Clock:
    """Both times of one process. `offset` is refreshed from the database in sandbox mode, and stays zero in production."""

    def __init__(self) -> None:
        """Start with no offset."""
        self.offset = timedelta()

    def wall(self) -> datetime:
        """Return the real time, UTC."""
        return datetime.now(UTC)

    def business(self) -> datetime:
        """Return the time that rules and due times follow, UTC."""
        return datetime.now(UTC) + self.offset
