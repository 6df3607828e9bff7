"""The face of disputes: adopting them in bulk. No logic."""

from skillhall.disputes.commands.adopt import Objection, adopt, case_of

__all__ = ["Objection", "adopt", "case_of"]
