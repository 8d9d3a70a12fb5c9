"""Points that the book gives for receipts, and a ledger that is read by the page."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE loyalty_entry ADD COLUMN receipt_id INTEGER REFERENCES receipt (id) ON DELETE SET NULL",
    "CREATE INDEX loyalty_entry_receipt_id ON loyalty_entry (receipt_id) WHERE receipt_id IS NOT NULL",
    # all that a running balance needs, in its order
    "CREATE INDEX loyalty_entry_customer_id_at ON loyalty_entry (customer_id, at, id, points)",
    "DROP INDEX loyalty_entry_customer_id",
    # an entry's receipt may become known later: a book that is rebuilt from workbooks has the entries first
    "DROP TRIGGER ledger_is_append_only",
    """CREATE TRIGGER ledger_is_append_only
        BEFORE UPDATE OF id, uid, customer_id, points, reason, employee, till, at ON loyalty_entry BEGIN
        SELECT RAISE(ABORT, 'the points ledger is never changed');
    END""",
    "ALTER TABLE import_run ADD COLUMN award_cursor INTEGER",
    "CREATE INDEX import_run_award_cursor ON import_run (award_cursor) WHERE award_cursor IS NOT NULL",
)


def up(migrator: Any, db: Any) -> None:
    """Bring a book of the first schema to the second."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
