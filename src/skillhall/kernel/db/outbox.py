"""The outbox: what a command says, written with the command's own commit, in one statement.

A task whose key waits already is not written again. While that one runs, whether it has seen this command is anybody's guess: it is
marked to run once more (`mark_done` sees the mark). One that was given up waits anew: whoever asks again means it.
"""

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

# $1..$6 events, $7 request, $8 now, $9..$13 tasks, $14..$19 audit lines.
FLUSH = sql("""
WITH said AS (
    INSERT INTO kernel.event (id, type, subject_kind, subject_id, occurred_at, data, public, request_id)
    SELECT e.id, e.type, e.kind, e.subject, $8, e.data::jsonb, e.public, $7
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::boolean[])
        WITH ORDINALITY AS e (id, type, kind, subject, data, public, line)
    ORDER BY e.line
    RETURNING position, type, subject_id
), told AS (
    INSERT INTO kernel.delivery (id, receiver, event_position, ordered_by, due_at)
    SELECT gen_random_uuid(), s.receiver, said.position, CASE WHEN s.ordered THEN said.subject_id END, $8
    FROM said JOIN kernel.subscription s ON s.event_type = said.type
), noted AS (
    INSERT INTO kernel.audit (
        at, account_id, login_id, context, action, subject_kind, subject_id, before, after, reason, request_id, address)
    SELECT $8, $20, $21, $22, a.action, a.kind, a.subject, a.before::jsonb, a.after::jsonb, a.reason, $7, $23
    FROM unnest($14::text[], $15::text[], $16::uuid[], $17::text[], $18::text[], $19::text[])
        WITH ORDINALITY AS a (action, kind, subject, before, after, reason, line)
    ORDER BY a.line
)
INSERT INTO kernel.delivery (id, receiver, payload, due_at, key)
SELECT t.id, t.receiver, t.payload::jsonb, coalesce(t.due_at, $8), t.key
FROM unnest($9::uuid[], $10::text[], $11::text[], $12::timestamptz[], $13::text[]) AS t (id, receiver, payload, due_at, key)
ORDER BY t.receiver, t.key
ON CONFLICT (receiver, key) WHERE key IS NOT NULL DO UPDATE SET
    state = 'waiting',
    attempts = CASE delivery.state WHEN 'dead' THEN 0 ELSE delivery.attempts END,
    due_at = CASE delivery.state WHEN 'dead' THEN excluded.due_at ELSE delivery.due_at END,
    again_at = CASE delivery.state WHEN 'dead' THEN NULL ELSE least(delivery.again_at, excluded.due_at) END
WHERE delivery.lease_id IS NOT NULL OR delivery.state = 'dead'
""")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _maybe_json(value: object) -> str | None:
    return None if value is None else _json(value)


async def flush(tx: Tx) -> None:
    """Write the buffered events with one delivery per subscriber, the tasks and the audit lines."""
    if not (tx.events or tx.queued or tx.audits):
        return
    events, notes = tx.events, tx.audits
    tasks = {(one.task.name, one.key or place): one for place, one in reversed([*enumerate(tx.queued)])}.values()  # the first of a key
    await tx.run(
        FLUSH,
        [ids.new() for _ in events],
        [event.name for event in events],
        [event.subject_kind for event in events],
        [event.subject_id for event in events],
        [_json(event) for event in events],
        [event.public for event in events],
        tx.facts.request_id,
        tx.now,
        [ids.new() for _ in tasks],
        [queued.task.name for queued in tasks],
        [_json(queued.task) for queued in tasks],
        [queued.at for queued in tasks],
        [queued.key for queued in tasks],
        [note.action for note in notes],
        [note.subject.kind for note in notes],
        [note.subject.id for note in notes],
        [_maybe_json(note.before) for note in notes],
        [_maybe_json(note.after) for note in notes],
        [note.reason for note in notes],
        tx.actor.account_id,
        tx.actor.login_id,
        tx.actor.context,
        tx.facts.address,
    )
