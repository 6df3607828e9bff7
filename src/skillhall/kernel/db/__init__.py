"""PostgreSQL: statements, transactions, lock order, idempotency, lists, migrations."""
