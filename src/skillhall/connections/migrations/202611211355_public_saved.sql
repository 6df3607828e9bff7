-- What has been put aside, without by whom: its owner counts it.
CREATE INDEX bookmark_of_subject ON connections.bookmark (kind, subject_id, shelf);
CREATE VIEW connections.public_saved AS SELECT kind, subject_id, shelf FROM connections.bookmark;
