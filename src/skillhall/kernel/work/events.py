"""Moved to skillhall.kernel.events."""

from skillhall.kernel.events import Envelope, Event, Hint, Queued, Task

__all__ = ["Envelope", "Event", "Hint", "Queued", "Task"]
