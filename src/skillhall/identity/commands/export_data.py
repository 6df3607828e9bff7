"""Ask for everything that is stored about oneself."""

from skillhall.identity.commands.log_out import own_login
from skillhall.identity.model.account import IdentityRules
from skillhall.identity.schemas.views import ExportJobView, ExportView
from skillhall.identity.store import accounts, exports
from skillhall.identity.tasks import CollectExport
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject, instant


async def export_data(tx: Tx, by: Actor) -> ExportJobView:
    """Start collecting, or say how far the last request has come: one per account until it expires."""
    own_login(by)
    account = await accounts.lock_account(tx, by.account_id)
    export = await exports.find_live_export(tx, account.id)
    if export is None:
        expires_at = tx.wall + tx.setting(IdentityRules).export_life
        export = exports.Export(id=ids.new(), account_id=account.id, requested_at=tx.wall, ready_at=None, expires_at=expires_at)
        await exports.insert_export(tx, export)
        tx.enqueue(CollectExport(export_id=export.id))
        tx.audit("identity.export_requested", Subject("account", account.id))
    return ExportJobView(
        job=ExportView(
            id=export.id,
            status="collecting" if export.ready_at is None else "ready",
            url=f"/api/v1/users/me/export/{export.id}",
            expires_at=instant(export.expires_at),
        )
    )
