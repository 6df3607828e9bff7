-- Who has written in a conversation may be seen there; who was only put into it may not. Noted with each message, in the row it raises anyway.
ALTER TABLE messaging.participant ADD has_written boolean NOT NULL DEFAULT false;
UPDATE messaging.participant p SET has_written = true
FROM (SELECT DISTINCT conversation_id, account_id FROM messaging.message WHERE account_id IS NOT NULL) m
WHERE m.conversation_id = p.conversation_id AND m.account_id = p.account_id;
