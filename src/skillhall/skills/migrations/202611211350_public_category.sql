-- What contexts above may name and check.
CREATE VIEW skills.public_category AS SELECT slug, name, parent_slug, position FROM skills.category;
