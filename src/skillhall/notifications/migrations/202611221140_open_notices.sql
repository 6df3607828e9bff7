-- What waits to be read about a thing: asked for whenever a conversation is read, and whenever something new is said in it.
CREATE INDEX notice_open ON notifications.notice (subject_id, account_id, type)
    WHERE state IN ('scheduled', 'sent') AND read_at IS NULL AND NOT is_deleted;
