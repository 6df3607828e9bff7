"""One's own account: person, keys, blocks, export, closing."""

from uuid import UUID

from skillhall.identity.commands import block, close_account, edit_me, export_data, keys
from skillhall.identity.model import refusals as no
from skillhall.identity.queries import own
from skillhall.identity.schemas.bodies import EditMe, NewKey
from skillhall.identity.schemas.views import BlockView, ClosingView, ExportJobView, KeyView, MeView, NewKeyView, UserView
from skillhall.kernel.http import Answer, Call, Deleted, Key, Raw, delete, get, patch, post, put
from skillhall.kernel.shapes import ListQuery, Page

PERSON = {"firstName": "Mira", "lastName": "Lind", "timezone": "Europe/Berlin"}


@get("/users/me")
async def read_own_account(call: Call) -> MeView:
    """Read one's own account."""
    return await own.me(call.read, call.by)


@patch("/users/me", limit="profile_update", refuses=(no.AccountNotActive,), example=PERSON)
async def edit_own_account(call: Call, data: EditMe) -> Answer[UserView]:
    """Change one's name, zone, locale or abilities."""
    return await call.run(edit_me.edit_me, data)


@put("/users/me", limit="profile_update", alias_of="editOwnAccount", refuses=(no.AccountNotActive,), example=PERSON)
async def replace_own_account(call: Call, data: EditMe) -> Answer[UserView]:
    """Change one's name, zone, locale or abilities; it merges as PATCH does."""
    return await call.run(edit_me.edit_me, data)


@delete("/users/me", refuses=(no.ObligationsOpen, no.OperatorsAreExempt, no.WrongState, no.LoginRequired))
async def close_own_account(call: Call) -> ClosingView:
    """Close one's own account.

    All logins end. Signing in within 30 days returns it; after that everything personal is erased. Refused while anything is open.
    """
    return await call.act(close_account.close_account)


@get("/users/me/export", status=202, refuses=(no.LoginRequired,))
async def export_own_data(call: Call) -> ExportJobView:
    """Collect everything that is stored about oneself; ask again until it is `ready`, then fetch `url`."""
    return await call.act(export_data.export_data)


@get("/users/me/export/{export_id:uuid}", media="application/json", refuses=(no.ExportNotReady,))
async def download_own_data(call: Call, export_id: UUID) -> Raw:
    """Download a collected export."""
    document = await own.export_document(call.read, call.by, export_id)
    headers = {"content-disposition": f'attachment; filename="export-{export_id}.json"'}
    return Raw(document.encode(), "application/json", headers)


@get("/users/me/api-keys")
async def list_api_keys(call: Call, query: ListQuery) -> Page[KeyView]:
    """List one's API keys, without their secrets."""
    return await own.keys_page(call.read, call.by, query)


@post(
    "/users/me/api-keys", created="/users/me/api-keys", key=Key.NEVER, refuses=(no.LoginRequired, no.ScopeUnknown, no.TooManyKeys),
    example={"name": "Timetable screen", "scopes": ["learning:read", "calendar:read"]},
)  # fmt: skip
async def create_api_key(call: Call, data: NewKey) -> NewKeyView:
    """Make an API key for the profile in use. The key is shown this once.

    Scopes are `<context>:read`, `<context>:write`, or a staff permission that one holds.
    """
    return await call.act(keys.make_key, data)


@delete("/users/me/api-keys/{key_id:uuid}", refuses=(no.LoginRequired, no.KeyNotFound))
async def revoke_api_key(call: Call, key_id: UUID) -> Deleted:
    """Revoke an API key; it is refused within seconds."""
    return await call.act(keys.revoke_key, key_id)


@get("/users/me/blocks")
async def list_blocks(call: Call, query: ListQuery) -> Page[BlockView]:
    """List whom one has blocked."""
    return await own.blocks_page(call.read, call.by, query)


@post("/users/{account_id:uuid}/block", key=Key.NATURAL, refuses=(no.AccountNotFound, no.SelfBlock))
async def block_account(call: Call, account_id: UUID) -> Answer[BlockView]:
    """Block an account: neither finds, books or writes to the other any more. What is booked goes on."""
    return await call.run(block.block, account_id)


@delete("/users/{account_id:uuid}/block")
async def unblock_account(call: Call, account_id: UUID) -> Answer[Deleted]:
    """Lift a block."""
    return await call.run(block.unblock, account_id)
