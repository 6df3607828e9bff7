-- What a group was called when somebody left it: how it goes on is not theirs to see.
ALTER TABLE messaging.participant ADD left_title text;
