"""Live: what happened reaches the clients that are connected, over Socket.IO or server-sent events (architecture section 6)."""

from skillhall.kernel.live.ports import SKIP, Backlog, Devices, Missed, Room, Skip

__all__ = ["SKIP", "Backlog", "Devices", "Missed", "Room", "Skip"]
