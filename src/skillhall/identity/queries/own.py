"""What people read of themselves: account, devices, keys, blocks, and everything at once."""

from uuid import UUID

from skillhall.identity.model.refusals import ExportNotReady
from skillhall.identity.ports import Faces
from skillhall.identity.schemas.views import BlockView, KeyView, LoginView, MeView, me_view, user_view
from skillhall.identity.store import accounts, exports
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant, maybe_instant

LOGINS = Listing(
    columns=sql("l.id, l.method, l.device, l.address, l.created_at, l.used_at, l.expires_at"),
    source=sql("identity.login l"),
    sorts={"createdAt": sql("l.created_at"), "usedAt": sql("l.used_at")},
    default_sort="-usedAt",
    key=sql("l.id"),
    filters={"account": sql("l.account_id = {}"), "live": sql("l.expires_at > {}")},
    always=sql("l.ended_at IS NULL"),
)
KEYS = Listing(
    columns=sql("k.id, k.name, k.hint, k.scopes, k.created_at, k.expires_at, k.used_at"),
    source=sql("identity.api_key k"),
    sorts={"createdAt": sql("k.created_at"), "name": sql("k.name")},
    default_sort="-createdAt",
    key=sql("k.id"),
    filters={"account": sql("k.account_id = {}")},
    always=sql("k.revoked_at IS NULL"),
)
BLOCKS = Listing(
    columns=sql("a.id, a.display_name, b.blocked_at"),
    source=sql("identity.block b JOIN identity.account a ON a.id = b.blocked_id"),
    sorts={"blockedAt": sql("b.blocked_at")},
    default_sort="-blockedAt",
    key=sql("a.id"),
    filters={"account": sql("b.account_id = {}")},
)
OUTSIDE = sql("SELECT provider, subject, linked_at FROM identity.outside_sign_in WHERE account_id = $1 ORDER BY provider")
ALL_LOGINS = sql("""
SELECT id, method, device, address, created_at, used_at, ended_at FROM identity.login WHERE account_id = $1 ORDER BY created_at
""")
ALL_BLOCKS = sql("SELECT blocked_id, blocked_at FROM identity.block WHERE account_id = $1 ORDER BY blocked_at")
ALL_KEYS = sql("""
SELECT id, name, scopes, created_at, used_at, revoked_at FROM identity.api_key WHERE account_id = $1 ORDER BY created_at
""")


async def me(read: Read, by: Actor) -> MeView:
    """Return the caller's account with the profile in use and all of them."""
    account = await accounts.account(read, by.account_id)
    return me_view(account, by.profile_id, await read.port(Faces).faces(read, account.id))


async def logins_page(read: Read, by: Actor, query: ListQuery) -> Page[LoginView]:
    """Return the caller's signed-in devices."""

    def view(row: Row) -> LoginView:
        return LoginView(
            id=row["id"], method=row["method"], device=row["device"], address=row["address"], is_current=row["id"] == by.login_id,
            created_at=instant(row["created_at"]), used_at=instant(row["used_at"]), expires_at=instant(row["expires_at"]),
        )  # fmt: skip

    return await LOGINS.page(read, query, decode=view, where={"account": by.account_id, "live": read.wall})


async def keys_page(read: Read, by: Actor, query: ListQuery) -> Page[KeyView]:
    """Return the caller's API keys, without their secrets."""

    def view(row: Row) -> KeyView:
        return KeyView(
            id=row["id"], name=row["name"], hint=row["hint"], scopes=row["scopes"], created_at=instant(row["created_at"]),
            expires_at=maybe_instant(row["expires_at"]), used_at=maybe_instant(row["used_at"]),
        )  # fmt: skip

    return await KEYS.page(read, query, decode=view, where={"account": by.account_id})


async def blocks_page(read: Read, by: Actor, query: ListQuery) -> Page[BlockView]:
    """Return whom the caller has blocked."""

    def view(row: Row) -> BlockView:
        return BlockView(id=row["id"], display_name=row["display_name"], blocked_at=instant(row["blocked_at"]))

    return await BLOCKS.page(read, query, decode=view, where={"account": by.account_id})


async def export_document(read: Read, by: Actor, export_id: UUID) -> str:
    """Return a collected export of the caller's."""
    document = await exports.find_document(read, by.account_id, export_id)
    if document is None:
        raise ExportNotReady
    return document


class OwnData:
    """Identity's answer to its own port: what it stores about a person. It erases by itself, before all others."""

    name = "identity"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return account, devices, keys, blocks and outside sign-ins; no hash of anything."""
        return {
            "account": user_view(await accounts.account(read, account_id)),
            "logins": [dict(row) for row in await read.rows(ALL_LOGINS, account_id)],
            "apiKeys": [dict(row) for row in await read.rows(ALL_KEYS, account_id)],
            "blocks": [dict(row) for row in await read.rows(ALL_BLOCKS, account_id)],
            "outsideSignIns": [dict(row) for row in await read.rows(OUTSIDE, account_id)],
        }

    async def erase(self, tx: Read, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - the port's shape
        """Nothing is left: the account was scrubbed when its time came."""
        return True
