"""Preferences in the database: what differs from the defaults; who never chose has no rows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from skillhall.identity.api import Person, people
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.types.kind import Channel

SETTINGS = sql("""
SELECT a.id AS account_id, s.is_quiet_on, s.quiet_from, s.quiet_until, s.email_frequency, s.push_frequency, s.digest_at, s.digest_weekday,
    s.sms_number, s.version,
    (SELECT array_agg(ARRAY[p.name, p.channel, p.is_on::text]) FROM notifications.preference p WHERE p.account_id = a.id) AS choices
FROM unnest($1::uuid[]) AS a (id) LEFT JOIN notifications.setting s ON s.account_id = a.id
""")
MEET = sql("""
INSERT INTO notifications.setting (
    account_id, is_quiet_on, quiet_from, quiet_until, email_frequency, push_frequency, digest_at, digest_weekday, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING
""")
LOCK = sql("SELECT 1 FROM notifications.setting WHERE account_id = $1 FOR NO KEY UPDATE")
UPDATE = sql("""
UPDATE notifications.setting SET is_quiet_on = $2, quiet_from = $3, quiet_until = $4, email_frequency = $5, push_frequency = $6,
    digest_at = $7, digest_weekday = $8, sms_number = $9, version = version + 1
WHERE account_id = $1
""")
CHOOSE = sql("""
INSERT INTO notifications.preference (account_id, name, channel, is_on)
SELECT $1, c.name, c.channel, c.is_on FROM unnest($2::text[], $3::text[], $4::boolean[]) AS c (name, channel, is_on)
ON CONFLICT (account_id, name, channel) DO UPDATE SET is_on = excluded.is_on
""")
REMOVE_CHOICES = sql("DELETE FROM notifications.preference WHERE account_id = $1")
REMOVE = sql("DELETE FROM notifications.setting WHERE account_id = $1")


async def find_settings(read: Read, account_ids: Sequence[UUID], known: Mapping[UUID, Person] | None = None) -> dict[UUID, Settings]:
    """Return what these accounts have chosen, in their language and zone; accounts that do not exist are left out."""
    who = await people(read, account_ids) if known is None else known
    found: dict[UUID, Settings] = {}
    for row in await read.rows(SETTINGS, list(who)):
        person = who[row["account_id"]]
        told = {name: value for name, value in dict(row).items() if value is not None}
        told["choices"] = {(name, channel): is_on == "true" for name, channel, is_on in row["choices"] or ()}
        found[person.id] = msgspec.convert({**told, "choices": {}, "locale": person.locale, "zone": person.timezone}, Settings)
        found[person.id] = msgspec.structs.replace(found[person.id], choices=told["choices"])
    return found


async def settings(read: Read, account_id: UUID) -> Settings:
    """Return what one account has chosen, and the defaults for the rest."""
    return (await find_settings(read, [account_id])).get(account_id, Settings(account_id=account_id))


@locks(96, 5)
async def lock_settings(tx: Tx, account_id: UUID) -> Settings:
    """Lock what one account has chosen, so that two changes at once both stay."""
    new = Settings(account_id=account_id)
    await tx.run(
        MEET, account_id, new.is_quiet_on, new.quiet_from, new.quiet_until, new.email_frequency, new.push_frequency, new.digest_at,
        new.digest_weekday,
    )  # fmt: skip
    await tx.row(LOCK, account_id)
    return await settings(tx, account_id)


async def update(tx: Tx, after: Settings) -> None:
    """Write when and how often, of locked settings."""
    await tx.run(
        UPDATE, after.account_id, after.is_quiet_on, after.quiet_from, after.quiet_until, after.email_frequency, after.push_frequency,
        after.digest_at, after.digest_weekday, after.sms_number,
    )  # fmt: skip


async def choose(tx: Tx, account_id: UUID, choices: Mapping[tuple[str, Channel], bool]) -> None:
    """Write by which channels: by (type, category or `*`, channel); what is not named stays."""
    keys = sorted(choices)
    await tx.run(CHOOSE, account_id, [name for name, _ in keys], [channel for _, channel in keys], [choices[key] for key in keys])


async def turn_off(tx: Tx, account_id: UUID, codes: Sequence[str], channel: Channel) -> None:
    """Write that these types do not go by this channel any more."""
    await choose(tx, account_id, {(code, channel): False for code in codes})


async def remove(tx: Tx, account_id: UUID) -> None:
    """Forget what the account has chosen."""
    await tx.run(REMOVE_CHOICES, account_id)
    await tx.run(REMOVE, account_id)
