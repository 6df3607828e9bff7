"""Live: what happened reaches the clients that are connected, over Socket.IO or server-sent events."""

from skillhall.kernel.live.ports import SKIP, Backlog, Devices, Missed, Room, Shown, Skip

__all__ = ["SKIP", "Backlog", "Devices", "Missed", "Room", "Shown", "Skip"]
