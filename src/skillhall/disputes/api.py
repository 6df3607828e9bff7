"""The face of disputes: adopting them in bulk, what notices say of them. No logic."""

from skillhall.disputes.commands.adopt import Objection, adopt, case_of
from skillhall.disputes.model.case import CHARGEBACK
from skillhall.disputes.queries.news import CaseNews, case_news

__all__ = ["CHARGEBACK", "CaseNews", "Objection", "adopt", "case_news", "case_of"]
