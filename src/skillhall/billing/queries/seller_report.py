"""What hosts earned through the community in a year, as tax offices ask of platforms (DAC7, OECD model rules): a table."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from skillhall.billing.model.period import midnight
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import major_units
from skillhall.kernel.sheets import write_rows

# By quarter of the community's calendar ($3). What was taken back counts in the quarter it was taken back.
SOLD = sql("""
SELECT s.host_id, s.asset, extract(quarter FROM s.at AT TIME ZONE $3)::int AS quarter, sum(s.gross - s.fee)::bigint AS paid,
    sum(s.fee)::bigint AS fees, count(DISTINCT s.hold_id) FILTER (WHERE s.gross > 0) AS activities
FROM billing.settlement s WHERE s.at >= $1 AND s.at < $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")
HOSTS = sql("""
SELECT a.id, coalesce(b.name, nullif(trim(a.first_name || ' ' || a.last_name), ''), a.display_name) AS name, a.email,
    coalesce(array_to_string(b.lines, ', '), '') AS address, coalesce(b.country, '') AS country, coalesce(b.tax_id, '') AS tax_id
FROM identity.staff_account a LEFT JOIN billing.address b ON b.account_id = a.id WHERE a.id = ANY($1)
""")
QUARTERS = (1, 2, 3, 4)
COLUMNS = [
    "year", "seller_id", "name", "address", "country", "tax_id", "email", "currency",
    *(f"consideration_q{quarter}" for quarter in QUARTERS), *(f"fees_q{quarter}" for quarter in QUARTERS),
    *(f"taxes_q{quarter}" for quarter in QUARTERS), *(f"activities_q{quarter}" for quarter in QUARTERS),
    "consideration", "fees", "activities",
]  # fmt: skip


class YearQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calendar year."""

    year: Annotated[int, Meta(ge=2000, le=9000)]


async def seller_report(read: Read, query: YearQuery) -> str:
    """Return one row per host and currency; amounts in major units, `consideration` is what the host was paid after fees."""
    zone = read.house.config.community_timezone
    since, until = midnight(date(query.year, 1, 1), zone), midnight(date(query.year + 1, 1, 1), zone)
    sold = await read.rows(SOLD, since, until, zone)
    hosts = {row["id"]: row for row in await read.rows(HOSTS, list({row["host_id"] for row in sold}))}
    sellers: dict[tuple[str, str], list[Row]] = {}
    for row in sold:
        sellers.setdefault((row["host_id"], row["asset"]), []).append(row)
    return write_rows([COLUMNS, *(_row(query.year, hosts[host], asset, rows) for (host, asset), rows in sellers.items())])


def _row(year: int, host: Row, asset: str, quarters: list[Row]) -> list[str]:
    by_quarter = {row["quarter"]: row for row in quarters}

    def amounts(name: str) -> list[str]:
        return [str(major_units(by_quarter[quarter][name] if quarter in by_quarter else 0, asset)) for quarter in QUARTERS]

    counts = [by_quarter[quarter]["activities"] if quarter in by_quarter else 0 for quarter in QUARTERS]
    who = [str(year), str(host["id"]), *(host[name] or "" for name in ("name", "address", "country", "tax_id", "email")), asset]
    totals = [str(major_units(sum(row[name] for row in quarters), asset)) for name in ("paid", "fees")]
    none = [str(major_units(0, asset))] * len(QUARTERS)  # we withhold no tax of theirs
    return [*who, *amounts("paid"), *amounts("fees"), *none, *map(str, counts), *totals, str(sum(counts))]
