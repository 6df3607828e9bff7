"""HTTP of what the community earns and what hosts earned, for staff."""

from skillhall.billing.queries.seller_report import YearQuery, seller_report
from skillhall.billing.queries.statistics import FiguresQuery, FiguresView, figures
from skillhall.kernel.http import Call, Raw, get


@get("/billing/statistics", permission="metrics.read")
async def read_billing_statistics(call: Call, query: FiguresQuery) -> FiguresView:
    """Read what the community earns: recurring revenue, churn, and revenue by purpose, of each currency, from the books."""
    return await figures(call.read, query)


@get("/billing/seller-report.csv", permission="audit.read", media="text/csv")
async def download_seller_report(call: Call, query: YearQuery) -> Raw:
    """Download what each host earned in a year as a table with the fields of DAC7 and the OECD's model rules.

    `consideration` is what the host was paid after our fees. Name, address and tax id are those of the host's billing address.
    """
    text = await seller_report(call.read, query)
    headers = {"content-disposition": f'attachment; filename="sellers-{query.year}.csv"'}
    return Raw(text.encode(), "text/csv; charset=utf-8", headers)
