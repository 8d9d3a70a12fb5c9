"""What of a receipt's lines counts stands on the receipt, and a customer's receipts in one index with all that counts.

The figures of a customer who bought ten thousand times are then read from some hundred neighbouring pages; from the
receipts and their lines it would be fifty thousand pages all over the book.
"""

from __future__ import annotations

from typing import Any

_STATUS = "lower(trim({row}status))"
_BACK = "('refunded', 'refund', 'partially refunded')"
_NOTHING = (
    "('voided', 'void', 'declined', 'failed', 'failure', 'cancelled', 'canceled', 'rejected', 'reversed', 'expired', "
    "'error')"
)
"""The statuses of `store.payments` at the time of this migration."""


def _refunded(receipt: str) -> str:
    """SQL for what went back of a receipt; NULL where it has payments and none of them counts."""
    status = _STATUS.format(row="")
    return (
        f"(SELECT CASE max({status} NOT IN {_NOTHING}) WHEN 0 THEN NULL "  # noqa: S608  # words of our own
        f"ELSE coalesce(sum(iif({status} IN {_BACK}, abs(amount), 0)), 0) END "
        f"FROM receipt_payment WHERE receipt_id = {receipt})"
    )


_TELLING = f"{_STATUS.format(row='new.')} IN {_BACK} OR {_STATUS.format(row='new.')} IN {_NOTHING}"
"""Of a new payment: its status says more than that money came in."""

STATEMENTS = (
    "ALTER TABLE receipt ADD COLUMN taxes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE receipt ADD COLUMN refunded INTEGER DEFAULT 0",
    """UPDATE receipt SET taxes = of_lines.amount
        FROM (SELECT receipt_id, sum(amount) AS amount FROM receipt_tax GROUP BY receipt_id) AS of_lines
        WHERE id = of_lines.receipt_id""",
    f"""UPDATE receipt SET refunded = {_refunded("receipt.id")} WHERE id IN (
        SELECT receipt_id FROM receipt_payment AS new WHERE {_TELLING})""",  # noqa: S608  # words of our own
    "DROP INDEX receipt_customer_id_paid_at",
    """CREATE INDEX receipt_customer_id_paid_at ON receipt (
        customer_id, paid_at, id, total, total_tip, gratuity, card_service_charge, online_order_service_charge,
        item_service_charge, taxes, refunded
    )""",
    """CREATE TRIGGER tax_new AFTER INSERT ON receipt_tax WHEN new.amount <> 0 BEGIN
        UPDATE receipt SET taxes = taxes + new.amount WHERE id = new.receipt_id;
    END""",
    """CREATE TRIGGER tax_gone AFTER DELETE ON receipt_tax BEGIN
        UPDATE receipt SET taxes = taxes - old.amount WHERE id = old.receipt_id;
    END""",
    """CREATE TRIGGER tax_changed AFTER UPDATE OF receipt_id, amount ON receipt_tax BEGIN
        UPDATE receipt SET taxes = taxes - old.amount WHERE id = old.receipt_id;
        UPDATE receipt SET taxes = taxes + new.amount WHERE id = new.receipt_id;
    END""",
    f"""CREATE TRIGGER payment_new AFTER INSERT ON receipt_payment
        WHEN {_TELLING} OR (SELECT refunded IS NULL FROM receipt WHERE id = new.receipt_id) BEGIN
        UPDATE receipt SET refunded = {_refunded("receipt.id")} WHERE id = new.receipt_id;
    END""",  # noqa: S608  # words of our own
    f"""CREATE TRIGGER payment_gone AFTER DELETE ON receipt_payment BEGIN
        UPDATE receipt SET refunded = {_refunded("receipt.id")} WHERE id = old.receipt_id;
    END""",  # noqa: S608  # words of our own
    f"""CREATE TRIGGER payment_changed AFTER UPDATE OF receipt_id, amount, status ON receipt_payment BEGIN
        UPDATE receipt SET refunded = {_refunded("receipt.id")} WHERE id IN (old.receipt_id, new.receipt_id);
    END""",  # noqa: S608  # words of our own
)


def up(migrator: Any, db: Any) -> None:
    """Work the two columns out of the lines that are there, and keep them with triggers from then on."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
