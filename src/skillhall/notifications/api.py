"""The face of notifications: what other contexts may use."""

from skillhall.notifications.commands.adopt import AdoptedNotice, adopt
from skillhall.notifications.commands.bounce import note_report
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.bounce import read_report
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice

__all__ = ["AdoptedNotice", "Fact", "Notice", "adopt", "note_report", "notify", "read_report"]
